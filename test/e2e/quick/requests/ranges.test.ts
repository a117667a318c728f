// A large body that breaks off goes on where it was, under proof; without proof it begins again.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { bytesFor, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, tempFiles } from '../../../support/cli/tree.js';

const SIZE = 6_000_000;
const OBJECTS = { 'large.bin': bytesFor('large', SIZE), 'small.jpg': bytesFor('small', 30_000) };

async function open(t: TestContext, more: Parameters<typeof openWorld>[1] = {}) {
  const world = await openWorld(t, { objects: OBJECTS, ...more });
  /** Where each request for the large object began, and how many bytes it was given. */
  const asked = () =>
    takeRequests(world.server, 'get')
      .filter(({ key }) => key === 'large.bin')
      .map(({ headers, bytesSent }) => ({ range: headers.range, ifMatch: headers['if-match'], bytesSent }));
  return { ...world, asked };
}

test('after a reset only the rest is asked for, of that very version', async (t) => {
  const { server, to, mirror, asked } = await open(t);
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 3_000_000 }, times: 1 });
  (await mirror()).expectExit(0);
  await assertTree(to, OBJECTS);
  const [first, second, ...more] = asked();
  assert.deepEqual([first?.range, more.length], [undefined, 0]);
  const from = Number(/^bytes=(\d+)-$/.exec(String(second?.range))?.[1]);
  assert.ok(from > 0 && from <= 3_000_000, `from ${from}`);
  assert.match(String(second?.ifMatch), /^"[0-9a-f]{32}"$/);
  assert.equal(second?.bytesSent, SIZE - from);
});

test('a line that breaks again and again gets there, as long as each time something comes', async (t) => {
  const { server, to, mirror, asked } = await open(t);
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 1_500_000 }, times: 3 });
  (await mirror('--retries', '1')).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.equal(asked().length, 4);
});

test('a body that stops is cut off, and goes on', async (t) => {
  const { server, to, mirror, asked } = await open(t);
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { stallAfterBytes: 2_000_000 }, times: 1 });
  (await mirror('--timeout', '1s')).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.ok(asked()[1]?.range !== undefined);
});

for (const [name, ranges] of [
  ['a server that answers a range with everything', { ignoreRange: true }],
  ['an object that has changed meanwhile', { changed: true }],
  ['another etag for the rest', { wrongEtag: true }],
] as const) {
  test(`${name}: from byte 0`, async (t) => {
    const { server, to, mirror, asked } = await open(t);
    server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 3_000_000 }, times: 1 });
    server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: ranges, times: 1, after: 1 });
    (await mirror('--retries', '2')).expectExit(0);
    await assertTree(to, OBJECTS);
    const requests = asked();
    assert.deepEqual([requests.length, requests[2]?.range], [3, undefined]);
    assert.deepEqual(await tempFiles(to), []);
  });
}

test('wrong bytes in the rest are found out by the MD5 of the whole', async (t) => {
  const { server, to, mirror, asked } = await open(t);
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 3_000_000 }, times: 1 });
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { wrongBytes: true }, times: 1, after: 1 });
  (await mirror('--retries', '2')).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.equal(asked().at(-1)?.range, undefined);
});

test('without an MD5 there is no proof, so nothing is resumed', async (t) => {
  const { server, to, mirror, asked } = await open(t, { object: { digest: 'none' } });
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 3_000_000 }, times: 1 });
  (await mirror('--retries', '2')).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.deepEqual(
    asked().map(({ range }) => range),
    [undefined, undefined],
  );
});

test('breaks without progress use up the attempts, and leave nothing behind', async (t) => {
  const { server, to, mirror } = await open(t);
  server.faults.add({ match: { kind: 'get', key: 'large.bin' }, action: { resetAfterBytes: 100_000 } });
  const ended = (await mirror('--retries', '2')).expectExit(1);
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [1, 1]);
  const code = Object.values(await failureCodes(to))[0]!;
  assert.ok(['ERR_NETWORK', 'ERR_TRUNCATED'].includes(code), code);
  assert.deepEqual(await tempFiles(to), []);
});
