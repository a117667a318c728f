// A copy that is killed again and again at random, on two disks: the exact tree, nothing twice, nothing fetched in vain, no page
// listed again that was done. One engine for the stores of each kind.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { keyOf } from '../../../src/model/names/names.js';
import { bytesFor } from './contents.js';
import { until, type World } from './harness.js';
import { donePages, journalIn, without } from './jobs.js';
import { readTree } from './tree.js';

/** What the engine needs to know of a store, and of the requests that it gets. */
export interface KilledStore {
  /** The command up to its disks: `mirror`, SOURCE and the options of SOURCE. */
  readonly command: readonly string[];
  /** Requests for objects so far. */
  gets(): number;
  /** Takes the pages that were asked for since the last call. Without a listing: none. */
  takePages(): string[];
  /** How `takePages` names a page that the journal knows by its scope and its cursor. */
  pageName(scope: string, cursor: string | undefined): string;
  /** Another version, which is newer. */
  put(key: string, body: Buffer): void | Promise<void>;
}

export interface KillRounds {
  readonly rounds: number;
  /** 0 ≤ number < 1, seeded. */
  readonly next: () => number;
  /** What the store holds; changed along with it. */
  readonly objects: Record<string, Buffer>;
  readonly concurrency: number;
  /** Further options. */
  readonly args: readonly string[];
  /** A round ends after fewer requests than this. */
  readonly most?: number;
}

export async function killAtRandom(
  { folder, run, start }: Pick<World, 'folder' | 'run' | 'start'>,
  store: KilledStore,
  { rounds, next, objects, concurrency, args: more, most = 120 }: KillRounds,
): Promise<void> {
  const volumes = [join(folder, 'one'), join(folder, 'two')];
  const args = [...store.command, ...volumes.flatMap((volume) => ['--to', volume]), '--json', '--reserve', '0'];
  args.push('--concurrency', String(concurrency), ...more);
  let kills = 0;
  let versions = Object.keys(objects).length;
  /** Pages that the run before was done with: of the same pass they are not asked for again. */
  let done: string[] = [];
  let spared = 0;
  let hasPages = false;
  while (kills < rounds) {
    const isKilled = await killAfter({ store, start, args }, Math.floor(next() * most));
    const pages = store.takePages();
    assert.deepEqual(without(done, without(done, pages)), [], 'pages that were done and are listed again');
    done = isKilled ? donePages(journalIn(volumes[0]!), store.pageName) : [];
    hasPages ||= pages.length > 0;
    spared += done.length;
    if (isKilled) kills++;
    else {
      // All was there: the next pass needs something to do. A newer version may be of the same size.
      for (const key of Object.keys(objects).filter(() => next() < 0.3)) {
        objects[key] = bytesFor(`${key} ${kills}`, objects[key]!.length + (next() < 0.5 ? 1 : 0));
        await store.put(key, objects[key]!);
        versions++;
      }
    }
    for (const [key, all] of await copies(volumes)) assert.equal(all.length, 1, `${key} lies on two disks`);
  }
  assert.ok(spared > 0 || !hasPages, 'no kill came after a page was done');
  const last = (await run(args)).expectExit(0);
  assert.equal(last.summary.listed, Object.keys(objects).length);

  const found = await copies(volumes);
  assert.deepEqual([...found.keys()].sort(), Object.keys(objects).sort());
  for (const [key, body] of Object.entries(objects)) assert.ok(found.get(key)![0]!.equals(body), `bytes of ${key}`);
  for (const volume of volumes) assert.ok((await readTree(volume)).size > 0, 'both disks were used');
  // What was in flight at a kill: requests under way, and bodies on their way to the disk.
  const again = store.gets() - versions;
  assert.ok(again <= kills * 3 * concurrency, `${again} objects were fetched twice in ${kills} kills`);
  const { listed, stored, skipped } = (await run(args)).expectExit(0).summary;
  assert.deepEqual([listed, stored, skipped], [listed, 0, listed]);
}

/** Kills the run when the server has been asked for so many objects. False when it ended before that. */
async function killAfter(
  { store, start, args }: { store: KilledStore; start: World['start']; args: readonly string[] },
  requests: number,
): Promise<boolean> {
  const target = store.gets() + requests;
  const { child, result } = start(args);
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  await until('the moment of the kill', () => hasEnded || store.gets() >= target);
  child.kill('SIGKILL');
  const { signal, code } = await result;
  if (signal === null) assert.equal(code, 0);
  return signal !== null;
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
