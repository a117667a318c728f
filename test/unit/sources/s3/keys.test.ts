// Keys that expire: when the chain is asked again, and what happens if it does not answer. And how the SDK gets there.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { readS3Credentials } from '../../../../src/sources/s3/credentials/credentials.js';
import { type ChainKeys, chainKeys, fixedKeys } from '../../../../src/sources/s3/credentials/keys.js';
import { installCommand, SDK_RANGE } from '../../../../src/sources/s3/credentials/sdk.js';
import { ROOT } from '../../../sources.js';
import { tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

const MINUTE = 60_000;

/** A chain whose answers are numbered, on a clock of its own. `lifeMs`: how long new keys hold. */
function startChain(lifeMs: number) {
  const state = { nowMs: 0, asked: 0, forced: 0, isAway: false, id: 'AK' as string | undefined };
  const chain = async ({ forceRefresh = false } = {}): Promise<ChainKeys> => {
    state.asked++;
    if (forceRefresh) state.forced++;
    if (state.isAway) throw new Error('Could not load credentials from any providers');
    const expiration = new Date(state.nowMs + lifeMs);
    return { accessKeyId: 'AK', secretAccessKey: `SK${state.asked}`, sessionToken: `T${state.asked}`, expiration };
  };
  return {
    state,
    keys: chainKeys(
      async () => chain,
      () => state.nowMs,
    ),
  };
}

test('many requests ask once, and again five minutes before the end, once a minute at most', async () => {
  const { state, keys } = startChain(60 * MINUTE);
  assert.equal(keys.now(), undefined);
  await Promise.all([keys.get(), keys.get(), keys.get()]);
  assert.equal(state.asked, 1);
  state.nowMs = 54 * MINUTE;
  assert.equal(keys.now()?.secretAccessKey, 'SK1');
  state.nowMs = 56 * MINUTE;
  assert.equal(keys.now(), undefined);
  assert.equal((await keys.get()).secretAccessKey, 'SK2');
  assert.equal(keys.now()?.secretAccessKey, 'SK2');
  // Keys that never hold for five minutes are not asked for with each request.
  const short = startChain(2 * MINUTE);
  await short.keys.get();
  short.state.nowMs = 0.9 * MINUTE;
  assert.ok(short.keys.now() !== undefined);
  short.state.nowMs = 1.1 * MINUTE;
  assert.equal(short.keys.now(), undefined);
});

test('while the chain does not answer, keys that still hold are used; then the error says why', async () => {
  const { state, keys } = startChain(60 * MINUTE);
  await keys.get();
  Object.assign(state, { isAway: true, nowMs: 57 * MINUTE });
  assert.equal((await keys.get()).secretAccessKey, 'SK1');
  assert.equal(keys.now()?.secretAccessKey, 'SK1');
  state.nowMs = 61 * MINUTE;
  assert.equal(keys.now(), undefined);
  const { code, message } = (await rejection(keys.get())) as TransferError;
  assert.equal(code, 'ERR_AUTH');
  assert.match(message, /Could not load credentials/);
});

test('keys that the server calls expired are renewed once for all requests, also where only the token is new', async () => {
  const { state, keys } = startChain(60 * MINUTE);
  const used = await keys.get();
  assert.deepEqual(await Promise.all([keys.renew(used), keys.renew(used)]), [true, true]);
  assert.equal(await keys.renew(used), true);
  assert.equal(state.forced, 1);
  assert.notEqual(keys.now()?.sessionToken, used.sessionToken);
  // The same keys again are no help.
  const same = chainKeys(async () => async () => ({ accessKeyId: 'AK', secretAccessKey: 'SK' }));
  assert.equal(await same.renew(await same.get()), false);
});

test('temporary keys of a file are read again when they have expired: another program keeps it fresh', async (t) => {
  const file = join(tempFolder(t), 'keys');
  const write = (n: number) =>
    writeFileSync(file, `[default]\naws_access_key_id=AK\naws_secret_access_key=SK${n}\naws_session_token=T${n}\n`, {
      mode: 0o600,
    });
  write(1);
  const given = { file: undefined, alias: undefined, isUnsigned: false };
  const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: '/dev/null' };
  for (const from of [
    { ...given, env },
    { ...given, file, env: {} },
  ]) {
    write(1);
    const { credentials } = readS3Credentials(from);
    assert.ok(credentials?.kind === 'keys');
    const keys = fixedKeys(credentials.keys, credentials.reread);
    const used = await keys.get();
    assert.equal(await keys.renew(used), false);
    write(2);
    assert.equal(await keys.renew(used), true);
    assert.equal(keys.now()?.sessionToken, 'T2');
  }
});

test('the command that installs the SDK fits where Sluice is, and the version that is tested here', () => {
  const what = `@aws-sdk/credential-providers@${SDK_RANGE}`;
  const cases = {
    '/usr/lib/node_modules/sluice': `npm install --global ${what}`,
    '/srv/app/node_modules/sluice': `npm install --prefix /srv/app ${what}`,
    '/home/lin/sluice': `npm install --no-save --prefix /home/lin/sluice ${what}`,
    "/home/lin/it's here": `npm install --no-save --prefix '/home/lin/it'\\''s here' ${what}`,
  };
  for (const [folder, command] of Object.entries(cases)) assert.equal(installCommand(folder), command);
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.equal(devDependencies['@aws-sdk/credential-providers'], SDK_RANGE);
  assert.match(peerDependencies['@aws-sdk/credential-providers'], /<3\.1190\.0$/);
});
