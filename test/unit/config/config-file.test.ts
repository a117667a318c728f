// Options from a file: TOML or JSON, profiles, and who wins.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createConfig } from '../../../src/config/config.js';
import type { RawOptions } from '../../../src/config/read-values.js';
import { ConfigError } from '../../../src/errors.js';
import { tempFolder } from '../../support/disks/files.js';

const CREDENTIALS = { UPYUN_OPERATOR: 'operator', UPYUN_PASSWORD: 'secret' };

function configOf(t: TestContext, text: string, options: RawOptions = {}, env: Record<string, string> = {}) {
  const folder = tempFolder(t);
  const path = join(folder, 'sluice.toml');
  writeFileSync(path, text);
  const to = { to: [join(folder, 'out')] };
  return createConfig({
    command: 'mirror',
    source: undefined,
    options: { ...to, config: [path], ...options },
    env: { ...CREDENTIALS, ...env },
  });
}

function problemsOf(t: TestContext, text: string, options: RawOptions = {}): readonly string[] {
  try {
    configOf(t, text, options);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

const TOML = `
source = "upyun://photos/2017"
concurrency = 12
bwlimit = "10M"
include = ["*.jpg", "*.png"]
quiet = true

[profiles.night]
bwlimit = "off"
rate = 0.5
`;

test('TOML and JSON say the same', (t) => {
  const json = JSON.stringify({
    source: 'upyun://photos/2017',
    concurrency: 12,
    bwlimit: '10M',
    include: ['*.jpg', '*.png'],
    quiet: true,
    profiles: { night: { bwlimit: 'off', rate: 0.5 } },
  });
  for (const text of [TOML, json, `\n  ${json}`]) {
    const { source, connections, limits, include, isQuiet, configFile } = configOf(t, text);
    assert.deepEqual(
      [source, connections.objects.max, include, isQuiet],
      [{ scheme: 'upyun', bucket: 'photos', prefix: '2017' }, 12, ['*.jpg', '*.png'], true],
    );
    assert.deepEqual(limits.bytesPerSecond, [{ minuteOfWeek: 0, perSecond: 10 * 1024 * 1024 }]);
    assert.match(configFile!, /sluice\.toml$/);
    const night = configOf(t, text, { profile: ['night'] });
    assert.deepEqual(
      [night.limits.bytesPerSecond, night.limits.objectsPerSecond, night.connections.objects.max],
      [[{ minuteOfWeek: 0, perSecond: undefined }], 0.5, 12],
    );
  }
});

test('a flag wins over a variable, a variable over a profile, a profile over the rest of the file, that over the default', (t) => {
  const text = 'source = "upyun://x"\nretries = 1\ntimeout = "1s"\n[profiles.p]\nretries = 2\n';
  assert.deepEqual(
    [configOf(t, text).retries, configOf(t, text).timeoutMs, configOf(t, text).pageSize],
    [1, 1_000, 10_000],
  );
  assert.equal(configOf(t, text, { profile: ['p'] }).retries, 2);
  assert.equal(configOf(t, text, { profile: ['p'] }, { SLUICE_RETRIES: '3' }).retries, 3);
  assert.equal(configOf(t, text, { profile: ['p'], retries: ['4'] }, { SLUICE_RETRIES: '3' }).retries, 4);
});

test('the file and the profile can be named in the environment', (t) => {
  const path = join(tempFolder(t), 'c.json');
  writeFileSync(path, '{"source": "upyun://x", "profiles": {"p": {"retries": 7}}}');
  const env = { ...CREDENTIALS, SLUICE_CONFIG: path, SLUICE_PROFILE: 'p', SLUICE_TO: join(tempFolder(t), 'out') };
  assert.equal(createConfig({ command: 'mirror', source: undefined, options: {}, env }).retries, 7);
});

test('an option of another command is no mistake in a file that several use', (t) => {
  assert.equal(configOf(t, 'source = "upyun://x"\nextra = true\nchecksum = true\n').isExtra, false);
});

test('all that is wrong is named, with the place, and no value is repeated', (t) => {
  const problems = problemsOf(
    t,
    'source = "upyun://x"\nconcurrencyy = 3\npassword = "hunter2"\nretries = [1, 2]\ntimeout = "soon"\n',
  );
  assert.equal(problems.length, 4);
  assert.match(problems[0]!, /unknown option "concurrencyy"/);
  assert.match(problems[1]!, /unknown option "password": credentials come from the environment/);
  assert.match(problems[2]!, /retries has to be a text, a number/);
  assert.match(problems[3]!, /^timeout in the config file: expected a duration/);
  assert.doesNotMatch(problems.join('\n'), /hunter2/);
});

test('a file that cannot be read or understood, and a profile that is not there', (t) => {
  assert.match(problemsOf(t, '', { config: ['/no/such/file'] })[0]!, /--config: ENOENT/);
  assert.match(problemsOf(t, 'a = = b')[0]!, /is neither TOML nor JSON: /);
  assert.match(problemsOf(t, '{"a": ')[0]!, /is neither TOML nor JSON$/);
  assert.match(problemsOf(t, TOML, { profile: ['day'] })[0]!, /has no profile "day"; it has: night/);
  assert.match(
    problemsOf(t, 'profiles = 3\nsource = "upyun://x"', { profile: ['toString'] })[0]!,
    /no profile "toString"; it has: none/,
  );
  const alone = () =>
    createConfig({ command: 'list', source: 'upyun://x', options: { profile: ['p'] }, env: CREDENTIALS });
  assert.throws(alone, /--profile: give --config, too/);
});
