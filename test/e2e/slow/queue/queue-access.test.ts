// Who may use a queue: every way in is accepted with the right secret, refused without, and no secret is shown or travels.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { OPERATOR, PASSWORD } from '../../../support/cli/secrets.js';
import { openSharedWorld, type SharedWorld } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';
import { CERTIFICATE, KEY } from '../../../support/servers/tls.js';

const skip = skipWithoutNats();
const SECRET = 'Qu3ue-s3cret';

const open = (t: test.TestContext, config: string) =>
  openSharedWorld(t, { objects: manyObjects(20, { folder: 'a/' }), nats: { config } });

function fileOf({ folder }: SharedWorld, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function refused(world: SharedWorld, args: string[], message: RegExp): Promise<void> {
  const result = (await world.startMachine(1, [...args, '--timeout', '2s']).result).expectExit(3);
  const error = result.events.find(({ event }) => event === 'error')!;
  assert.equal(error.code, 'ERR_QUEUE');
  assert.match(String(error.message), message);
  assert.doesNotMatch(result.stderr, /s3cret/);
}

test('user and password', { skip }, async (t) => {
  const world = await open(t, `authorization { user: sluice, password: "${SECRET}" }`);
  const right = fileOf(world, 'right', `${SECRET}\n`);
  const wrong = fileOf(world, 'wrong', 'wr0ng-s3cret\n');
  const result = (
    await world.startMachine(0, ['--queue-user', 'sluice', '--queue-password-file', right]).result
  ).expectExit(0);
  assert.equal(result.summary.stored, 20);
  assert.doesNotMatch(result.stderr, /s3cret/);
  const byEnv = world.startMachine(0, ['--queue-user', 'sluice'], { env: { SLUICE_QUEUE_PASSWORD: SECRET } });
  (await byEnv.result).expectExit(0);
  await refused(world, ['--queue-user', 'sluice', '--queue-password-file', wrong], /does not accept these credentials/);
  await refused(world, [], /does not accept these credentials/);
});

test('a token', { skip }, async (t) => {
  const world = await open(t, `authorization { token: "${SECRET}" }`);
  const file = fileOf(world, 'token', SECRET);
  (await world.startMachine(0, ['--queue-token-file', file]).result).expectExit(0);
  (await world.queued(['status', '--queue-token-file', file])).expectExit(0);
  await refused(
    world,
    ['--queue-token-file', fileOf(world, 'other', 'wr0ng-s3cret')],
    /does not accept these credentials/,
  );
});

interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/** The library that the client itself signs with. */
const nkeys: Record<'createUser' | 'createAccount' | 'createOperator', () => KeyPair> = createRequire(
  createRequire(import.meta.url).resolve('@nats-io/transport-node'),
)('@nats-io/nkeys');
const { createUser, createAccount, createOperator } = nkeys;

test('an nkey', { skip }, async (t) => {
  const user = createUser();
  const seed = Buffer.from(user.getSeed()).toString();
  const world = await open(t, `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`);
  const result = (
    await world.startMachine(0, ['--queue-nkey-seed-file', fileOf(world, 'seed', `${seed}\n`)]).result
  ).expectExit(0);
  assert.ok(!result.stderr.includes(seed));
  const other = Buffer.from(createUser().getSeed()).toString();
  await refused(world, ['--queue-nkey-seed-file', fileOf(world, 'other', other)], /does not accept these credentials/);
});

/** A claim as a server of decentralised accounts takes it (version 2; the format of nats-io/jwt). */
function claim(issuer: KeyPair, subject: KeyPair, nats: Record<string, unknown>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = { jti: randomUUID(), iat: Math.floor(Date.now() / 1_000), name: 'test' };
  const body = { ...id, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), nats: { ...nats, version: 2 } };
  const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode(body)}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}

function credsOf(account: KeyPair, user: KeyPair): string {
  const jwt = claim(account, user, { type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 });
  const seed = Buffer.from(user.getSeed()).toString();
  const block = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n`;
  return `${block('NATS USER JWT', jwt)}\n${block('USER NKEY SEED', seed)}`;
}

test('a file of credentials', { skip }, async (t) => {
  const [operator, system, account, user] = [createOperator(), createAccount(), createAccount(), createUser()];
  const unlimited = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const accounts = [system, account].map((one) => {
    const text = claim(operator, one, {
      type: 'account',
      limits: one === system ? limits : { ...limits, ...unlimited },
    });
    return `${one.getPublicKey()}: ${text}`;
  });
  const world = await open(
    t,
    `operator: ${claim(operator, operator, { type: 'operator' })}
     system_account: ${system.getPublicKey()}
     resolver: MEMORY
     resolver_preload: { ${accounts.join('\n')} }`,
  );
  const creds = credsOf(account, user);
  const result = await world.startMachine(0, ['--queue-creds', fileOf(world, 'creds', creds)]).result;
  assert.equal(result.expectExit(0).summary.stored, 20);
  assert.ok(!result.stderr.includes(Buffer.from(user.getSeed()).toString()));
  const stranger = credsOf(createAccount(), createUser());
  await refused(world, ['--queue-creds', fileOf(world, 'stranger', stranger)], /does not accept these credentials/);
  const rubbish = fileOf(world, 'rubbish', creds.replace(/^SU/m, 'XX'));
  for (const option of ['--queue-creds', '--queue-nkey-seed-file']) {
    const wrong = (await world.startMachine(1, [option, rubbish]).result).expectExit(2);
    assert.match(wrong.stderr, new RegExp(`${option}: no .*58 characters`));
    assert.ok(!wrong.stderr.includes('eyJ'));
  }
});

test('TLS: the certificate has to be trusted, and a client may have to show its own', { skip }, async (t) => {
  const files = await open(t, '');
  const [certificate, key] = [fileOf(files, 'cert.pem', CERTIFICATE), fileOf(files, 'key.pem', KEY)];
  const world = await open(
    t,
    `tls { cert_file: "${certificate}", key_file: "${key}", ca_file: "${certificate}", verify: true }`,
  );
  const client = ['--queue-tls-cert', certificate, '--queue-tls-key', key];
  (await world.startMachine(0, ['--queue-tls-ca', certificate, ...client]).result).expectExit(0);
  await refused(world, client, /certificate/);
  await refused(world, ['--queue-tls-ca', certificate], /--queue-tls-cert/);
});

test('the permissions that the help names are enough, and others are an error at once', { skip }, async (t) => {
  const topic = readFileSync(new URL('../../../../../src/cli/topics/en/machines.md', import.meta.url), 'utf8');
  const written = /^authorization \{[\s\S]*?^\}/m.exec(topic)![0];
  const weak = `{ user: weak, password: "${SECRET}", permissions: { publish: "sluice.>", subscribe: "_INBOX.>" } }`;
  const world = await open(t, written.replace('change me', SECRET).replace('users: [', `users: [ ${weak},`));
  const file = fileOf(world, 'password', SECRET);
  const machines = [0, 1].map((machine) =>
    world.startMachine(machine, ['--queue-user', 'sluice', '--queue-password-file', file, '--fleet', '--rate', '100']),
  );
  for (const { result } of machines) (await result).expectExit(0);
  const managing = async (...command: string[]) =>
    (await world.queued([...command, '--queue-user', 'sluice', '--queue-password-file', file])).expectExit(0);
  await managing('status');
  await managing('jobs');
  await managing('remove', '--job', 'pics', '--yes');
  // Now they hold files, and ask each other.
  const again = [0, 1].map((machine) =>
    world.startMachine(machine, ['--queue-user', 'sluice', '--queue-password-file', file]),
  );
  for (const { result } of again) assert.equal((await result).expectExit(0).summary.stored, 0);
  await refused(world, ['--queue-user', 'weak', '--queue-password-file', file], /permissions/);
});

test('the credentials of the bucket never travel through the queue', { skip }, async (t) => {
  const world = await open(t, '');
  (await world.run(['list', 'upyun://pics', '--queue', world.nats.url])).expectExit(0);
  const store = join(world.nats.folder, 'js');
  const files = (readdirSync(store, { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[]).filter(
    (entry) => entry.isFile(),
  );
  const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
  assert.ok(text.includes('a/0001.jpg'), 'the batches are there');
  assert.ok(!text.includes(PASSWORD) && !text.includes(OPERATOR));
});
