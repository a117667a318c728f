// The options of `report`: which job, which form, and where to; and that the options of a run are told without secrets.

import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { createConfig } from '../../../src/config/config.js';
import type { RawOptions } from '../../../src/config/read-values.js';
import { createReportConfig } from '../../../src/config/report-config.js';
import type { ConfigError } from '../../../src/errors.js';
import { toldOptions } from '../../../src/jobs/run/account/told-options.js';

const of = (options: RawOptions, env: NodeJS.ProcessEnv = {}) => createReportConfig({ options, env });

function problem(options: RawOptions, env: NodeJS.ProcessEnv = {}): string {
  try {
    of(options, env);
  } catch (error) {
    return (error as ConfigError).problems.join('\n');
  }
  return '';
}

test('a page in the working folder, JSON on stdout, or a file whose name says its form', () => {
  const to = ['/disk1', '/disk2'];
  const formOf = (options: RawOptions) => {
    const { path, form, folders } = of({ to, ...options });
    assert.deepEqual(folders, to);
    return [path, form];
  };
  assert.deepEqual(formOf({}), [resolve('report.html'), 'html']);
  assert.deepEqual(formOf({ json: true }), [undefined, 'json']);
  assert.deepEqual(formOf({ output: ['-'] }), [undefined, 'html']);
  assert.deepEqual(formOf({ output: ['x.JSON'] }), [resolve('x.JSON'), 'json']);
  assert.deepEqual(formOf({ output: ['x.htm'] }), [resolve('x.htm'), 'html']);
  assert.deepEqual(formOf({ output: ['x.data'], json: true }), [resolve('x.data'), 'json']);
});

test('what is wrong is said: no job, another ending, JSON in a page, a folder', () => {
  assert.match(problem({}), /which job\? Give --to DIR, or --queue URL/);
  assert.match(problem({ to: ['/d'], output: ['x.pdf'] }), /must end in \.html or \.json; got x\.pdf/);
  assert.match(problem({ to: ['/d'], output: ['x.html'], json: true }), /with --json the name must end in \.json/);
  assert.match(problem({ to: ['/d'], output: [join(tmpdir())], json: true }), /folder/);
});

test('a queue with or without folders; a folder as a flag wins over a queue in the environment', () => {
  const queue = ['nats://host'];
  assert.deepEqual([of({ queue, to: ['/d'] }).folders, of({ queue }).folders], [['/d'], []]);
  assert.equal(of({ queue, job: ['x'] }).shared?.job, 'x');
  assert.equal(of({}, { SLUICE_QUEUE: 'nats://host' }).shared?.job, undefined);
  assert.ok(of({}, { SLUICE_QUEUE: 'nats://host' }).shared);
  assert.equal(of({ to: ['/d'] }, { SLUICE_QUEUE: 'nats://host' }).shared, undefined);
});

test('the options of a run are told by their flags, and no secret is among them', () => {
  const env = { UPYUN_OPERATOR: 'operator7', UPYUN_PASSWORD: 'hunter2', SLUICE_QUEUE_TOKEN: 'token7' };
  const options = {
    ...{ to: [join(tmpdir(), 'sluice-none')], include: ['*.jpg'], bwlimit: ['08:00,1M 23:00,off'], retries: ['2'] },
    ...{ webhook: ['https://hooks.example/secret7'], onEvent: ['curl secret7'], queue: ['nats://host'] },
    domain: ['http://cdn.example'],
  };
  const told = toldOptions(createConfig({ command: 'mirror', source: 'upyun://pics', options, env }));
  const { include, retries, bwlimit, domain, timeout, job } = told;
  assert.deepEqual(
    { include, retries, domain, timeout, job },
    {
      ...{ include: ['*.jpg'], retries: 2, domain: 'http://cdn.example', timeout: '60s', job: 'pics' },
    },
  );
  assert.match(String(bwlimit), /Mon-08:00,1048576 Mon-23:00,off/);
  assert.doesNotMatch(JSON.stringify(told), /hunter2|operator7|token7|secret7|hooks/);
  assert.ok(!('exclude' in told) && !('limit' in told), 'what was not given is not told');
});
