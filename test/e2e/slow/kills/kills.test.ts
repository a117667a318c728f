// Killed again and again at random, on two disks: nothing is lost, nothing is there twice, nothing is fetched in vain.
// SLUICE_KILL_ROUNDS and SLUICE_KILL_SEED repeat it for longer, or exactly as it was.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { keyOf } from '../../../../src/model/names/names.js';
import { bytesFor } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { donePages, journalIn, takeAsked, without } from '../../../support/cli/jobs.js';
import { readTree } from '../../../support/cli/tree.js';
import { random } from '../../../support/random.js';

const ROUNDS = Number(process.env.SLUICE_KILL_ROUNDS ?? 12);
const SEED = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 1_000_000);
const CONCURRENCY = 8;
const FOLDERS = 40;
const OBJECTS_PER_FOLDER = 15;

function contents(next: () => number): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {
    'root.jpg': bytesFor('root', 10),
    clash: bytesFor('c', 5),
    'clash/x': bytesFor('x', 6),
  };
  for (let folder = 0; folder < FOLDERS; folder++) {
    for (let index = 0; index < OBJECTS_PER_FOLDER; index++) {
      const key = `f${folder % 7}/d${folder}/${index}${index % 5 === 0 ? '图 #?%41' : ''}.jpg`;
      objects[key] = bytesFor(key, 1 + Math.floor(next() * 20_000));
    }
  }
  return objects;
}

/** Key → the volumes that have a file of it, with its bytes. */
async function copies(volumes: readonly string[]): Promise<Map<string, Buffer[]>> {
  const found = new Map<string, Buffer[]>();
  for (const volume of volumes) {
    for (const [path, bytes] of await readTree(volume)) {
      const key = keyOf(path)!;
      found.set(key, [...(found.get(key) ?? []), bytes]);
    }
  }
  return found;
}

/** Kills the run when the server has been asked for so many objects. False when it ended before that. */
async function killAfter({ server, start }: World, args: readonly string[], requests: number): Promise<boolean> {
  const { child, result } = start(args);
  const target = server.counters.get + requests;
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  await until('the moment of the kill', () => hasEnded || server.counters.get >= target);
  child.kill('SIGKILL');
  const { signal, code } = await result;
  if (signal === null) assert.equal(code, 0);
  return signal !== null;
}

test(`killed ${ROUNDS} times at random on two disks: the exact tree, nothing twice (seed ${SEED})`, {
  timeout: 600_000,
}, async (t) => {
  const next = random(SEED);
  const objects = contents(next);
  const world = await openWorld(t, { objects });
  const { server, bucket, folder, run } = world;
  const volumes = [join(folder, 'one'), join(folder, 'two')];
  const args = ['mirror', 'upyun://pics', ...volumes.flatMap((volume) => ['--to', volume]), '--json'];
  args.push('--concurrency', String(CONCURRENCY), '--page-size', '4', '--reserve', '0');
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  let kills = 0;
  let versions = Object.keys(objects).length;
  /** Pages that the run before was done with: of the same pass they are not asked for again. */
  let done: string[] = [];
  while (kills < ROUNDS) {
    const isKilled = await killAfter(world, args, Math.floor(next() * 120));
    const { pages } = takeAsked(server);
    assert.deepEqual(without(done, without(done, pages)), [], 'pages that were done and are listed again');
    done = isKilled ? donePages(journalIn(volumes[0]!)) : [];
    if (isKilled) kills++;
    else {
      // All was there: the next pass needs something to do. A newer version may be of the same size.
      for (const key of Object.keys(objects).filter(() => next() < 0.3)) {
        objects[key] = bytesFor(`${key} ${kills}`, objects[key]!.length + (next() < 0.5 ? 1 : 0));
        bucket.put(key, { body: objects[key]!, mtimeSeconds: 1_500_000_000 + versions });
        versions++;
      }
    }
    for (const [key, all] of await copies(volumes)) assert.equal(all.length, 1, `${key} lies on two disks`);
  }
  const last = (await run(args)).expectExit(0);
  assert.equal(last.summary.listed, Object.keys(objects).length);

  const found = await copies(volumes);
  assert.deepEqual([...found.keys()].sort(), Object.keys(objects).sort());
  for (const [key, body] of Object.entries(objects)) assert.ok(found.get(key)![0]!.equals(body), `bytes of ${key}`);
  for (const volume of volumes) assert.ok((await readTree(volume)).size > 0, 'both disks were used');
  // What was in flight at a kill: requests under way, and bodies on their way to the disk.
  const again = server.counters.get - versions;
  assert.ok(again <= kills * 3 * CONCURRENCY, `${again} objects were fetched twice in ${kills} kills`);
  const { listed, stored, skipped } = (await run([...args])).expectExit(0).summary;
  assert.deepEqual([listed, stored, skipped], [listed, 0, listed]);
});
