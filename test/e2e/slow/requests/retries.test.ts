// Trouble that passes: errors, throttling, silence, and a server that goes away in the middle.

import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesFor, manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readFailures, tempFiles } from '../../../support/cli/tree.js';

test('an object deleted after it was listed is gone, and that is no failure', async (t) => {
  const objects = manyObjects(6);
  const { server, to, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get', key: /000[24]/ }, action: { gone: true } });
  const result = (await mirror()).expectExit(0);
  assert.deepEqual(result.counts, { listed: 6, stored: 4, skipped: 0, gone: 2, failed: 0 });
  assert.deepEqual(await failureCodes(to), {});
  assert.equal(server.counters.get, 6, 'a missing object is asked for once');
});

test('500 twice and then the object: stored with --retries 2, failed with --retries 1', async (t) => {
  for (const [retries, code] of [
    ['2', 0],
    ['1', 1],
  ] as const) {
    const { server, to, mirror } = await openWorld(t, { objects: manyObjects(3) });
    server.faults.add({ match: { kind: 'get' }, action: { status: 500 }, times: 2, perKey: true });
    (await mirror('--retries', retries)).expectExit(code);
    assert.equal((await readFailures(to)).length, code === 0 ? 0 : 3);
    assert.equal(server.counters.get, code === 0 ? 9 : 6);
  }
});

test('every attempt is signed afresh', async (t) => {
  let nowMs = Date.now();
  const { server, mirror } = await openWorld(t, { objects: { 'a.jpg': 'a' }, nowMs: () => nowMs });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 1_100, status: 500 }, times: 1 });
  nowMs = Date.now();
  (await mirror()).expectExit(0);
  const [first, second] = takeRequests(server, 'get');
  assert.notEqual(first?.headers.date, second?.headers.date);
  assert.notEqual(first?.headers.authorization, second?.headers.authorization);
});

test('429 costs no attempt, whether or not it comes with Retry-After', async (t) => {
  const objects = manyObjects(20);
  const { server, to, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get' }, action: { status: { status: 429, retryAfterSeconds: 1 } }, times: 1 });
  server.faults.add({ match: { kind: 'get' }, action: { status: 429 }, times: 10 });
  server.faults.add({ match: { kind: 'list' }, action: { status: 429 }, times: 1 });
  (await mirror('--retries', '0')).expectExit(0);
  await assertTree(to, objects);
});

test('Retry-After is obeyed by everyone: nobody asks while the server wants peace', async (t) => {
  const { server, mirror } = await openWorld(t, { objects: manyObjects(40) });
  server.faults.add({ match: { kind: 'get' }, action: { status: { status: 503, retryAfterSeconds: 1 } }, times: 1 });
  (await mirror('--concurrency', '1', '--retries', '0')).expectExit(0);
  const gets = takeRequests(server, 'get');
  const throttledAt = gets.findIndex(({ status }) => status === 503);
  // Requests that had entered when the answer came may still pass; then there is silence until the time is up.
  const gaps = gets.slice(1).map(({ atMs }, index) => atMs - gets[index]!.atMs);
  assert.ok(Math.max(...gaps.slice(throttledAt, throttledAt + 4)) >= 900, `gaps of ${gaps.join(', ')} ms`);
});

test('a server that throttles for ever is given up on', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ match: { kind: 'get' }, action: { status: 429 } });
  (await mirror('--retries', '0')).expectExit(1);
  assert.deepEqual([...new Set(Object.values(await failureCodes(to)))], ['ERR_THROTTLED']);
});

test('a body that falls silent ends with ERR_TIMEOUT, and one that does so once is stored', async (t) => {
  const objects = {
    'ill.jpg': bytesFor('ill', 5_000),
    'ill.bin': bytesFor('ill', 3_000_000),
    'once.bin': bytesFor('o', 2_000_000),
  };
  const { server, to, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get', key: /ill/ }, action: { stallAfterBytes: 1_500_000 } });
  server.faults.add({ match: { kind: 'get', key: 'once.bin' }, action: { stallAfterBytes: 1_500_000 }, times: 1 });
  (await mirror('--timeout', '1s', '--retries', '1')).expectExit(1);
  assert.deepEqual(await failureCodes(to), { 'ill.jpg': 'ERR_TIMEOUT', 'ill.bin': 'ERR_TIMEOUT' });
  await assertTree(to, { 'once.bin': objects['once.bin'] });
  assert.deepEqual(await tempFiles(to), []);
});

test('a slow body that keeps coming is no timeout', async (t) => {
  // Longer than the timeout, and many times as fast as the slowest that is none, however busy this machine is.
  const objects = { 'slow.jpg': bytesFor('slow', 90_000) };
  const { server, to, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get' }, action: { trickleBytesPerSecond: 20_000 } });
  (await mirror('--timeout', '3s', '--retries', '0')).expectExit(0);
  await assertTree(to, objects);
});

test('a server that accepts and never answers does not hold the run: objects → 1, the listing → 3', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: manyObjects(5) });
  const fault = server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  (await mirror('--timeout', '1s', '--retries', '0')).expectExit(1);
  assert.deepEqual([...new Set(Object.values(await failureCodes(to)))], ['ERR_TIMEOUT']);
  server.faults.remove(fault);
  server.faults.add({ action: { stallBeforeHeaders: true } });
  const result = (await mirror('--timeout', '1s', '--retries', '0')).expectExit(3);
  assert.ok(result.events.some(({ event, code }) => event === 'error' && code === 'ERR_LIST_ROOT'));
});

test('a silent ?usage holds nobody', async (t) => {
  const { server, mirror } = await openWorld(t, { objects: manyObjects(5) });
  server.faults.add({ match: { kind: 'usage' }, action: { stallBeforeHeaders: true } });
  (await mirror()).expectExit(0);
});

test('a server that is not there at all → 3, with one clear line', async (t) => {
  const { server, to, run } = await openWorld(t);
  await server.stopListening();
  const result = (await run(['mirror', 'upyun://pics', '--to', to, '--retries', '1'])).expectExit(3);
  assert.match(result.said, /^upyun:\/\/pics → \S+\nsluice: [^\n]*ECONNREFUSED[^\n]*\n$/);
});
