// The options of a job with others: where secrets may come from, what makes no sense together, and what is never shown.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type ConfigInput, createConfig } from '../../../src/config/config.js';
import { createManageConfig, isAboutQueue } from '../../../src/config/manage-config.js';
import { QUEUE_OPTIONS } from '../../../src/config/options/queue-options.js';
import { jobNameOf } from '../../../src/config/queue-config.js';
import type { RawOptions } from '../../../src/config/read-values.js';
import type { ConfigError } from '../../../src/errors.js';
import type { Config } from '../../../src/jobs/run-options.js';
import { UPYUN } from '../../../src/sources/upyun/scheme.js';

const ENV = { UPYUN_OPERATOR: 'op', UPYUN_PASSWORD: 'pw' };

const config = (options: RawOptions, more: Partial<ConfigInput> = {}): Config =>
  createConfig({ command: 'mirror', source: 'upyun://photos/2017', options, env: ENV, ...more });

function problems(options: RawOptions, more: Partial<ConfigInput> = {}): string {
  try {
    config(options, more);
  } catch (error) {
    return (error as ConfigError).problems.join('\n');
  }
  return '';
}

function fileOf(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  writeFileSync(path, text);
  return path;
}

test('without --queue there is none, and with it everything has a default', () => {
  assert.equal(config({}).queue, undefined);
  const { access, ...queue } = config({ queue: 'nats://one,tls://two:4333' }).queue!;
  assert.deepEqual(access.servers, ['nats://one:4222', 'tls://two:4333']);
  assert.deepEqual(queue, {
    job: 'photos-2017',
    role: 'both',
    areLimitsShared: false,
    isAudit: false,
    leaseMs: 60_000,
    batches: 400,
  });
});

test('each option says what it is for', () => {
  const options = {
    queue: 'nats://one',
    job: 'x_1',
    role: 'fetch',
    fleet: true,
    audit: true,
    lease: '5s',
    queueParts: '7',
  };
  const { access: _access, ...queue } = config(options).queue!;
  assert.deepEqual(queue, {
    job: 'x_1',
    role: 'fetch',
    areLimitsShared: true,
    isAudit: true,
    leaseMs: 5_000,
    batches: 7,
  });
});

test('the name of a job follows from SOURCE', () => {
  const jobName = (bucket: string, prefix: string) => UPYUN.jobName({ scheme: 'upyun', bucket, prefix });
  assert.equal(jobNameOf(jobName('photos', '')), 'photos');
  assert.equal(jobNameOf(jobName('a.b', 'x y/图/z')), 'a-b-x-y---z');
  assert.equal(jobNameOf(jobName('b', 'p'.repeat(100))).length, 64);
});

test('what makes no sense together is refused, all of it at once', () => {
  const said = problems({ queue: 'nats://one', limit: '5', restart: true, dryRun: true });
  for (const name of ['--limit', '--restart', '--dry-run']) assert.match(said, new RegExp(name));
  assert.match(problems({ fleet: true, audit: true, job: 'x' }), /--fleet.*\n--audit.*\n--job/);
  assert.match(problems({ role: 'list' }), /--role/);
  assert.match(problems({ queue: 'nats://one', job: 'a.b' }), /--job: expected/);
});

test('a URL with credentials is refused and not shown', () => {
  for (const queue of [
    'nats://user:s3cret@host',
    'nats://s3cret@host:1',
    'http://s3cret',
    's3cret',
    'nats://h/s3cret',
  ]) {
    const said = problems({ queue });
    assert.match(said, /--queue: /);
    assert.doesNotMatch(said, /s3cret/);
  }
});

test('the old names of options still work, and say so once; two values for one option are refused', (t) => {
  const file = fileOf(t, 's3cret\n');
  const base = { queue: 'nats://one', queuePasswordFile: file };
  const old = config({ ...base, user: 'me' });
  assert.equal(old.queue!.access.user, 'me');
  assert.deepEqual(old.warnings, ['--user is called --queue-user now; the old name still works']);
  const byEnv = config(base, { env: { ...ENV, SLUICE_USER: 'me' } });
  assert.equal(byEnv.queue!.access.user, 'me');
  assert.deepEqual(byEnv.warnings, ['SLUICE_USER is called SLUICE_QUEUE_USER now; the old name still works']);
  const path = fileOf(t, `queue = "nats://one"\nuser = "me"\npassword-file = ${JSON.stringify(file)}\n`);
  const byFile = config({ config: path });
  assert.deepEqual([byFile.queue!.access.user, byFile.queue!.access.password], ['me', 's3cret']);
  assert.equal(byFile.warnings.length, 2);
  // A flag wins over a variable, whatever their names.
  assert.equal(
    config({ ...base, user: 'me' }, { env: { ...ENV, SLUICE_QUEUE_USER: 'other' } }).queue!.access.user,
    'me',
  );
  assert.equal(config({ ...base, user: 'me', queueUser: 'me' }).queue!.access.user, 'me');
  assert.match(
    problems({ ...base, user: 'me', queueUser: 'other' }),
    /^--user and --queue-user are two names of one option, and say different things: give only --queue-user$/,
  );
  // Every option that has a new name has its old one, and nothing secret is in a variable by accident.
  assert.deepEqual(
    Object.entries(QUEUE_OPTIONS).flatMap(([name, spec]) => ('formerly' in spec ? [`${spec.formerly} ${name}`] : [])),
    [
      'tokenFile queueTokenFile',
      'user queueUser',
      'passwordFile queuePasswordFile',
      'nkeySeedFile queueNkeySeedFile',
      'creds queueCreds',
      'tlsCa queueTlsCa',
      'tlsCert queueTlsCert',
      'tlsKey queueTlsKey',
    ],
  );
  for (const name of Object.keys(QUEUE_OPTIONS)) assert.ok(!['queueToken', 'queuePassword'].includes(name));
});

test('secrets come from files, or from the environment', (t) => {
  const file = fileOf(t, 's3cret\n');
  assert.equal(config({ queue: 'nats://one', queueTokenFile: file }).queue!.access.token, 's3cret');
  const env = { ...ENV, SLUICE_QUEUE_TOKEN: 'from env', SLUICE_QUEUE_PASSWORD: 'pass' };
  assert.equal(config({ queue: 'nats://one' }, { env }).queue!.access.token, 'from env');
  const { user, password } = config({ queue: 'nats://one', queueUser: 'me', queuePasswordFile: file }).queue!.access;
  assert.deepEqual([user, password], ['me', 's3cret']);
  const byEnv = { ...ENV, SLUICE_QUEUE_PASSWORD: 'pass' };
  assert.equal(config({ queue: 'nats://one', queueUser: 'me' }, { env: byEnv }).queue!.access.password, 'pass');
  const seed = `SU${'A7'.repeat(28)}`;
  const seedFile = fileOf(t, `${seed}\r\n`);
  const seeded = config({ queue: 'nats://one', queueNkeySeedFile: seedFile }).queue!.access.nkeySeed;
  assert.equal(Buffer.from(seeded!).toString(), seed);
});

test('white space around a secret is left out, with a warning that names the place and not the value', (t) => {
  const env = { ...ENV, SLUICE_QUEUE_TOKEN: ' s3cret\r\n' };
  const { queue, warnings } = config({ queue: 'nats://one' }, { env });
  assert.equal(queue!.access.token, 's3cret');
  assert.deepEqual(warnings, ['SLUICE_QUEUE_TOKEN: white space around the value was left out']);
  const file = fileOf(t, '\uFEFFs3cret \n');
  const read = config({ queue: 'nats://one', queueUser: 'me', queuePasswordFile: file });
  assert.equal(read.queue!.access.password, 's3cret');
  assert.deepEqual(read.warnings, [`--queue-password-file ${file}: white space around the value was left out`]);
  assert.deepEqual(config({ queue: 'nats://one', queueTokenFile: fileOf(t, 's3cret\r\n') }).warnings, []);
  assert.match(
    problems({ queue: 'nats://one', queueTokenFile: fileOf(t, ' \n') }),
    /--queue-token-file: there is nothing but/,
  );
  const creds = `-----BEGIN-----\r\neyJh.eyJh.s1g \r\n-----END-----\r\n SU${'A7'.repeat(28)}\r\n`;
  const plain = config({ queue: 'nats://one', queueCreds: fileOf(t, `\uFEFF${creds}`) }).queue!.access.creds!;
  assert.equal(Buffer.from(plain).toString(), creds.replaceAll(/ ?\r\n ?/g, '\n'));
});

test('incomplete or ambiguous credentials are problems, and a secret in place of a file is not shown', (t) => {
  const file = fileOf(t, 'x');
  assert.match(problems({ queue: 'nats://one', queueUser: 'me' }), /--queue-user: give --queue-password-file/);
  assert.match(problems({ queue: 'nats://one', queuePasswordFile: file }), /--queue-password-file: give --queue-user/);
  assert.match(problems({ queue: 'nats://one', queueTokenFile: file, queueCreds: file }), /give only one of them/);
  assert.match(
    problems({ queue: 'nats://one', queueTlsCert: file }),
    /--queue-tls-cert and --queue-tls-key: give both/,
  );
  assert.match(problems({ queue: 'nats://one', queueTokenFile: fileOf(t, '') }), /the file is empty/);
  const said = problems({ queue: 'nats://one', queueTokenFile: 's3cret' });
  assert.match(said, /--queue-token-file: no readable file/);
  assert.doesNotMatch(said, /s3cret/);
});

test('certificates make the connection TLS', (t) => {
  const file = fileOf(t, 'PEM');
  assert.deepEqual(config({ queue: 'nats://one', queueTlsCa: file }).queue!.access.tls, { ca: 'PEM' });
  assert.deepEqual(config({ queue: 'nats://one', queueTlsCert: file, queueTlsKey: file }).queue!.access.tls, {
    cert: 'PEM',
    key: 'PEM',
  });
  assert.equal(config({ queue: 'nats://one' }).queue!.access.tls, undefined);
});

test('commands about a queue need one, and a job where it could not be guessed', () => {
  const said = (command: 'jobs' | 'forget' | 'remove' | 'status', options: RawOptions): string => {
    try {
      createManageConfig({ command, options, env: {} });
      return '';
    } catch (error) {
      return (error as ConfigError).problems.join('\n');
    }
  };
  assert.match(said('jobs', {}), /--queue: missing/);
  assert.equal(said('jobs', { queue: 'nats://one' }), '');
  assert.match(said('forget', { queue: 'nats://one' }), /--job: missing[\s\S]*--worker: missing/);
  assert.match(said('forget', { queue: 'nats://one', job: 'x', worker: '*' }), /--worker: expected/);
  assert.match(said('remove', { queue: 'nats://one' }), /--job: missing/);
  assert.match(said('status', { queue: 'nats://one', to: 'x' }), /give only one of them/);
});

test('a status is about a queue when that is named, and nothing else by a flag', () => {
  assert.equal(isAboutQueue({ options: { queue: 'nats://one' }, env: {} }), true);
  assert.equal(isAboutQueue({ options: {}, env: { SLUICE_QUEUE: 'nats://one' } }), true);
  assert.equal(isAboutQueue({ options: { to: 'x' }, env: { SLUICE_QUEUE: 'nats://one' } }), false);
  assert.equal(isAboutQueue({ options: {}, env: {} }), false);
});
