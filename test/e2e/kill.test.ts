// A run that is killed leaves only whole files behind; the next one cleans up and completes it.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from './contents.js';
import { openWorld, until } from './harness.js';
import { assertPartOf, assertTree, tempFiles } from './tree.js';

const LARGE = Object.fromEntries(['a', 'b', 'c'].map((name) => [`large/${name}.bin`, bytesFor(name, 4_000_000)]));
const OBJECTS = { ...manyObjects(300), ...LARGE };

test('after SIGKILL in the middle the next run completes the tree byte by byte and empties .sluice/tmp', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get', key: /large/ }, action: { stallAfterBytes: 3_000_000 } });
  server.faults.add({ match: { kind: 'get', key: /^000[12]/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get', key: /7\.jpg/ }, action: { delayMs: 60_000 } });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to]);
  const isUnderway = () => server.counters.bytesSent > 9_000_000 && server.counters.get > 150;
  await until('bodies in the middle', isUnderway);
  let temps: string[] = [];
  // The three large bodies stall, so their files stay; any other may be gone by the time of the kill.
  while (temps.length < 3) temps = await tempFiles(to);
  child.kill('SIGKILL');
  assert.equal((await result).signal, 'SIGKILL');
  const present = await assertPartOf(to, OBJECTS);
  assert.ok((await tempFiles(to)).length > 0, 'the test is worth something');

  server.faults.clear();
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual(rest.counts, { listed: 303, stored: 303 - present, skipped: present, gone: 0, failed: 0 });
  await assertTree(to, OBJECTS);
  assert.deepEqual(await tempFiles(to), []);
  assert.deepEqual((await readdir(join(to, '.sluice'))).sort(), ['failures.ndjson', 'tmp'], 'nothing piles up');
});

test('two runs on the same folder at the same time both end well', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get', key: /large/ }, action: { trickleBytesPerSecond: 4_000_000 } });
  const args = ['mirror', 'upyun://pics', '--to', to, '--json'];
  const first = start(args);
  await until('the first to be underway', () => server.counters.bytesSent > 1_000_000);
  const second = start(args);
  (await first.result).expectExit(0);
  (await second.result).expectExit(0);
  await assertTree(to, OBJECTS);
});
