// Ctrl-C once: what is in flight is finished. Twice: the end at once. Either way only whole files, and the next run goes on.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { assertPartOf, assertTree, failureCodes, readTree, tempFiles } from '../../../support/cli/tree.js';

const OBJECTS = { ...manyObjects(200, { size: 5_000 }), 'large.bin': bytesFor('large', 3_000_000) };

/** The next run stores what is missing, and nothing else. */
async function assertCompletes({ to, server, mirror }: World): Promise<void> {
  server.faults.clear();
  const requests = server.counters.get;
  const present = await assertPartOf(to, OBJECTS);
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual(rest.counts, { listed: 201, stored: 201, skipped: 0, gone: 0, failed: 0 });
  assert.equal(server.counters.get - requests, 201 - present, 'nothing that is there is fetched again');
  await assertTree(to, OBJECTS);
  assert.deepEqual(await tempFiles(to), []);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} once: what is in flight is stored, nothing new begins, 130 with a summary`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    const { server, to, start } = world;
    server.faults.add({ match: { kind: 'get' }, action: { delayMs: 100 } });
    const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '4']);
    await until('some objects', () => server.counters.get >= 12);
    child.kill(signal);
    const interrupted = (await result).expectExit(130);
    const { listed, stored } = interrupted.summary;
    assert.equal(stored, listed, 'none of it failed');
    assert.ok(stored >= 4 && stored < 200, `${stored} stored`);
    assert.equal(await assertPartOf(to, OBJECTS), stored);
    assert.equal(server.counters.get, stored, 'every request that was sent was made use of');
    assert.deepEqual(await tempFiles(to), []);
    if (signal === 'SIGINT') await assertCompletes(world);
  });
}

test('SIGINT twice: 130 at once although bodies hang, and no partial file under a final name', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, start } = world;
  server.faults.add({ match: { kind: 'get' }, action: { stallAfterBytes: 2_500_000 }, after: 20 });
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '8']);
  await until('hanging bodies', () => server.counters.activeGets === 8 && server.counters.get >= 28);
  child.kill('SIGINT');
  await until('the first to be noticed', () => stderr().includes('interrupted'));
  child.kill('SIGINT');
  (await result).expectExit(130);
  await assertPartOf(to, OBJECTS);
  await assertCompletes(world);
});

test('SIGINT once with bodies that hang: the grace time ends it, 130, the stats balance', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, start } = world;
  server.faults.add({ match: { kind: 'get' }, action: { stallAfterBytes: 1_000 }, after: 10 });
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--timeout', '2s', '--concurrency', '8'];
  const { child, result } = start(args);
  await until('hanging bodies', () => server.counters.activeGets === 8);
  child.kill('SIGINT');
  (await result).expectExit(130);
  assert.deepEqual(await tempFiles(to), []);
  await assertCompletes(world);
});

test('a fetch of the failures file that is interrupted half way forgets none of them', async (t) => {
  const objects = manyObjects(60);
  const { server, to, mirror, start, shell } = await openWorld(t, { objects });
  const ill = server.faults.add({ match: { kind: 'get' }, action: { status: 500 } });
  assert.equal((await mirror('--retries', '0')).expectExit(1).summary.failed, 60);
  server.faults.remove(ill);
  server.faults.add({ match: { kind: 'get', key: /5\.jpg/ }, action: { status: 500 } });
  const slow = server.faults.add({ match: { kind: 'get' }, action: { delayMs: 100 } });
  const before = server.counters.get;

  const path = join(to, '.sluice', 'failures.ndjson');
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--retries', '0', '--concurrency', '4'];
  const { child, result } = start(args, { input: createReadStream(path) });
  await until('some objects', () => server.counters.get >= before + 20);
  child.kill('SIGINT');
  (await result).expectExit(130);
  const known = new Set([...Object.keys(await failureCodes(to)), ...(await readTree(to)).keys()]);
  assert.deepEqual([...known].sort(), Object.keys(objects).sort());

  server.faults.remove(slow);
  server.faults.clear();
  const again = `"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' --quiet < '${path}'`;
  (await shell(again)).expectExit(0);
  await assertTree(to, objects);
});

test('SIGINT ends list, a fetch that waits for input, and objects that wait for another attempt', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'list' }, action: { delayMs: 50 } });
  server.faults.add({ match: { kind: 'get' }, action: { status: { status: 429, retryAfterSeconds: 200 } } });

  const listing = start(['list', 'upyun://pics', '--page-size', '1', '--json']);
  await until('lines', () => listing.stdout().includes('\n'));
  listing.child.kill('SIGINT');
  const listed = (await listing.result).expectExit(130);
  assert.equal(listed.lines.length, listed.summary.listed);

  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json'];
  const waiting = start(args, { isInputOpen: true });
  waiting.child.stdin.write('0000.jpg\n0001.jpg\n');
  await until('the throttled requests', () => server.counters.statuses[429] === 2);
  waiting.child.kill('SIGINT');
  const result = (await waiting.result).expectExit(130);
  assert.equal(result.summary.failed, result.summary.listed);
});
