// 429 by its code: one place, a ban, and too many bytes are different things.

import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesFor, manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

const SAME_URI = { status: { status: 429, code: 42900002 } };

test('"same uri" slows that directory alone: all others are stored meanwhile', async (t) => {
  const objects = { ...manyObjects(30, { folder: 'bad/' }), ...manyObjects(300, { folder: 'good/' }) };
  const { server, to, start } = await openWorld(t, { objects });
  const fault = server.faults.add({ match: { kind: 'get', directory: 'bad' }, action: SAME_URI });
  const { result } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '20']);
  const served = { good: 0 };
  await until('the others', () => {
    served.good += takeRequests(server, 'get').filter(
      ({ key, status }) => key.startsWith('good/') && status === 200,
    ).length;
    return served.good === 300;
  });
  server.faults.remove(fault);
  (await result).expectExit(0);
  await assertTree(to, objects);
});

test('a ban that objects meet stops listings, too, for as long as the server says', async (t) => {
  const objects = Object.assign(
    {},
    ...Array.from({ length: 40 }, (_, folder) => manyObjects(5, { folder: `d${folder}/` })),
  );
  const { server, to, mirror } = await openWorld(t, { objects, faults: [{ action: { delayMs: 5 } }] });
  const banned = { status: { status: 429, code: 42900004, retryAfterSeconds: 2 } };
  server.faults.add({ match: { kind: 'get' }, action: banned, after: 20, times: 1 });
  (await mirror('--retries', '0', '--list-concurrency', '1')).expectExit(0);
  const requests = takeRequests(server).sort((one, other) => one.atMs - other.atMs);
  const bannedAt = requests.find(({ status }) => status === 429)!.atMs;
  // What had gone out before the answer came may still be served.
  const next = requests.find(({ atMs }) => atMs > bannedAt + 500)!;
  assert.ok(next.atMs - bannedAt >= 1_900, `the next one came after ${next.atMs - bannedAt} ms`);
  assert.ok(
    requests.some(({ kind, atMs }) => kind === 'list' && atMs > bannedAt),
    'listings were left to do',
  );
  await assertTree(to, objects);
});

test('too many bytes: the byte rate goes down, and the snapshot says so', async (t) => {
  const objects = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}.bin`, bytesFor(`${n}`, 50_000)]));
  const { server, to, start } = await openWorld(t, { objects });
  const tooMuch = { status: { status: 429, code: 42900005 } };
  server.faults.add({ match: { kind: 'get' }, action: tooMuch, after: 40, times: 1 });
  const hold = server.faults.add({ match: { kind: 'get', key: /^19\d/ }, action: { stallBeforeHeaders: true } });
  const { child, result, stderr } = start([
    'mirror',
    'upyun://pics',
    '--to',
    to,
    '--json',
    '--retries',
    '0',
    '--timeout',
    '5s',
  ]);
  await until('the refusal', () => takeRequests(server, 'get').some(({ status }) => status === 429));
  child.kill('SIGUSR2');
  await until('the snapshot', () => /"bytesPerSecond":\d+/.test(stderr()));
  server.faults.remove(hold);
  await result;
});
