// A run that is killed leaves only whole files behind; the next one cleans up and completes it.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertPartOf, assertTree, tempFiles } from '../../../support/cli/tree.js';

const LARGE = Object.fromEntries(['a', 'b', 'c'].map((name) => [`large/${name}.bin`, bytesFor(name, 4_000_000)]));
const OBJECTS = { ...manyObjects(300), ...LARGE };

test('after SIGKILL in the middle the next run completes the tree byte by byte and empties .sluice/tmp', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get', key: /large/ }, action: { stallAfterBytes: 3_000_000 } });
  server.faults.add({ match: { kind: 'get', key: /^000[12]/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get', key: /7\.jpg/ }, action: { delayMs: 60_000 } });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '64']);
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
  const requests = server.counters.get;
  const rest = (await mirror()).expectExit(0);
  // Nobody else has stored anything: whatever is there was stored by this job.
  assert.deepEqual(rest.counts, { listed: 303, stored: 303, skipped: 0, gone: 0, failed: 0 });
  assert.equal(server.counters.get - requests, 303 - present, 'nothing that is there is fetched again');
  await assertTree(to, OBJECTS);
  assert.deepEqual(await tempFiles(to), []);
  const left = (await readdir(join(to, '.sluice'))).sort();
  const state = ['digests', 'failures.ndjson', 'job-failures.ndjson', 'journal', 'journal.previous', 'lock', 'tmp'];
  const room = [0, 1, 2, 3].map((piece) => `reserve.${piece}`);
  assert.deepEqual(
    left,
    [...state, ...room, 'run.json', 'runs.ndjson', 'source.json', 'volume.json'].sort(),
    'nothing piles up',
  );
});

test('a second run on the same folder is refused with the pid of the first, which ends well', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get', key: /large/ }, action: { stallAfterBytes: 3_000_000 } });
  const args = ['mirror', 'upyun://pics', '--to', to, '--json'];
  // The bodies stall until the others have been refused; then the first run tries them again.
  const first = start([...args, '--timeout', '2s']);
  await until('the first to be underway', () => server.counters.bytesSent > 1_000_000);
  for (const other of [args, ['fetch', '--from', 'upyun://pics', '--to', to, '--json']]) {
    const refused = (await start(other).result).expectExit(3);
    const { code, message } = refused.events.find(({ event }) => event === 'error')!;
    assert.equal(code, 'ERR_LOCKED');
    assert.match(String(message), new RegExp(`process ${first.child.pid} \\(sluice mirror, started 20\\d\\d-`));
  }
  server.faults.clear();
  (await first.result).expectExit(0);
  await assertTree(to, OBJECTS);
});

test('a manifest names everything, whatever a kill kept from being written', async (t) => {
  const objects = manyObjects(120);
  const { server, folder, to, start, mirror } = await openWorld(t, { objects });
  const manifest = join(folder, 'manifest.ndjson');
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 80 });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--manifest', manifest, '--page-size', '50']);
  const isStored = (key: string) => existsSync(join(to, key));
  await until('some files', () => Object.keys(objects).filter(isStored).length >= 60);
  child.kill('SIGKILL');
  await result;
  server.faults.clear();
  (await mirror('--manifest', manifest, '--page-size', '50')).expectExit(0);
  const lines = (await readFile(manifest, 'utf8')).split('\n').filter(Boolean);
  const named = new Map(lines.map((line) => [JSON.parse(line).key, JSON.parse(line)]));
  assert.deepEqual([...named.keys()].sort(), Object.keys(objects).sort());
  for (const [key, { size, volume }] of named) assert.deepEqual([size, volume], [objects[key]!.length, to]);
});
