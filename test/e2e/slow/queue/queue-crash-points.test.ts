// Killed between any two steps of a batch's way: whoever comes next finds out what is true.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { manyObjects } from '../../../support/cli/contents.js';
import { assertSpread, copiesIn, jobOf, openSharedWorld } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

/** Tests are compiled to `dist/test/e2e`. */
const SOURCES = fileURLToPath(new URL('../../../../../src/queue', import.meta.url));

const skip = skipWithoutNats();
const POINTS = [
  'batch.noted',
  'store.written',
  'store.renamed:20',
  'page.entered:3',
  'commit.settled',
  'commit.synced:2',
  'commit.entered',
  'commit.entered:3',
];

test('every point of the queue is tried here', () => {
  const texts = (readdirSync(SOURCES, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  const points = texts.flatMap((text) => [...text.matchAll(/crashPoint\('([^']+)'\)/g)].map(([, name]) => name!));
  const tried = POINTS.map((point) => point.split(':')[0]).filter((point) => !point!.startsWith('store.'));
  assert.deepEqual([...new Set(points)].sort(), [...new Set(tried)].sort());
});

for (const point of POINTS) {
  test(`killed at ${point}`, { skip }, async (t) => {
    const objects: Record<string, Buffer> = Object.assign(
      {},
      ...Array.from({ length: 6 }, (_, index) => manyObjects(20, { folder: `f${index}/` })),
    );
    const world = await openSharedWorld(t, { objects });
    const args = ['--lease', '1s', '--concurrency', '4'];
    const { child, result } = world.startMachine(0, args, { env: { SLUICE_CRASH_POINT: point } });
    await result;
    assert.equal(child.signalCode, 'SIGKILL', 'it was not killed there');
    // The same machine again, and another one that may have taken over its batches.
    const machines = [0, 1].map((machine) => world.startMachine(machine, args));
    for (const machine of machines) assert.equal(jobOf((await machine.result).expectExit(0)).isComplete, true);
    await assertSpread([0, 1].map(world.folderOf), objects);
  });
}

test('copies are removed again on a machine whose clock is ahead of its disk', { skip }, async (t) => {
  const objects = manyObjects(20, { folder: 'f/' });
  const world = await openSharedWorld(t, { objects });
  const ahead = 'data:text/javascript,(now=>{Date.now=()=>now()+60_000})(Date.now)';
  const args = ['--lease', '1s'];
  const env = { NODE_OPTIONS: `--import ${ahead}` };
  const killed = world.startMachine(0, args, { env: { ...env, SLUICE_CRASH_POINT: 'commit.settled' } });
  await killed.result;
  assert.equal((await copiesIn([world.folderOf(0)])).size, 20, 'it had stored them');
  (await world.startMachine(1, args).result).expectExit(0);
  (await world.startMachine(0, args, { env }).result).expectExit(0);
  await assertSpread([0, 1].map(world.folderOf), objects);
});
