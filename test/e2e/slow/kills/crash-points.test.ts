// Killed between any two steps of store → sync → failures → journal → compact: the next run ends in the exact tree.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { JobState } from '../../../../src/journal/job-state.js';
import { keyOf } from '../../../../src/model/names/names.js';
import type { Fault } from '../../../fakes/wire/fault-script.js';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { journalIn, killWhen } from '../../../support/cli/jobs.js';
import { readFailures, readTree, tempFiles } from '../../../support/cli/tree.js';

/** Named point → at which of its passages a run dies. Points of a compaction are passed once, when the journal is begun. */
const POINTS: Record<string, readonly number[]> = {
  'store.written': [1, 9],
  'store.named': [1],
  'store.renamed': [1, 9],
  'store.digested': [1, 9],
  'note.written': [1, 2, 5],
  'checkpoint.begun': [1, 2],
  'checkpoint.synced': [1, 2],
  'checkpoint.failures': [1, 2],
  'checkpoint.taken': [1, 2],
  'journal.appended': [1, 2],
  'compact.written': [1],
  'compact.cleared': [1],
  'compact.kept': [1],
  'compact.renamed': [1],
  'job.published': [1],
  'job.ended': [1],
};

/**
 * Only a journal of megabytes is compacted while it is used, only new disks are marked, and only some fold names; their own
 * tests do that.
 */
const LATER = ['compact.begun', 'marker.renamed', 'store.claimed'];

const SOURCES = fileURLToPath(new URL('../../../../../src/', import.meta.url));

const LONG = `${'l'.repeat(300)}.jpg`;
const ODD = {
  'a//b': bytesFor('ab', 20),
  c: bytesFor('c', 30),
  'c/d': bytesFor('cd', 40),
  [LONG]: bytesFor('long', 50),
};
const REFUSED = ['f2/0003.jpg', 'f5/0001.jpg'];
const OBJECTS = {
  ...ODD,
  ...Object.assign({}, ...Array.from({ length: 8 }, (_, folder) => manyObjects(9, { folder: `f${folder}/` }))),
} as Record<string, Buffer>;

test('every point of the sources is tried here', () => {
  const texts = (readdirSync(SOURCES, { recursive: true }) as string[])
    // Those of a job with others have a test of their own.
    .filter((name) => name.endsWith('.ts') && !name.startsWith('queue'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  const points = texts.flatMap((text) => [...text.matchAll(/crashPoint\('([^']+)'\)/g)].map(([, name]) => name!));
  assert.deepEqual([...new Set(points)].sort(), [...Object.keys(POINTS), ...LATER].sort());
});

for (const [point, passages] of Object.entries(POINTS)) {
  for (const passage of passages) {
    test(`killed at ${point}, passage ${passage}: nothing lost, nothing twice, failures once`, async (t) => {
      const job = await openJob(t);
      await job.killAt(`${point}:${passage}`);
      await job.assertCompletes();
    });
  }
}

for (const point of Object.keys(POINTS).filter((name) => !name.startsWith('store.'))) {
  test(`killed at ${point} while it goes on: nothing lost, nothing twice, failures once`, async (t) => {
    const job = await openJob(t);
    await job.killAt('checkpoint.taken');
    await job.killAt(point);
    if (point.startsWith('job.')) await job.assertFailures();
    await job.assertCompletes();
  });
}

for (const point of Object.keys(POINTS).filter((name) => name.startsWith('compact.'))) {
  test(`killed at ${point} while it begins anew: either job is whole, with its failures`, async (t) => {
    const job = await openJob(t);
    // Both failures belong to pages that are done.
    const held = job.hold(/^f7/);
    await job.killWhen(({ totals }) => totals.failed === 2);
    job.letGo(held);
    await job.killAt(point, '--restart');
    await job.assertCompletes();
  });
}

/** A mirror of all of it onto two disks, slow enough for several checkpoints. */
async function openJob(t: TestContext) {
  const { server, folder, run, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get', key: /f2\/0003|f5\/0001/ }, action: { status: 403 } });
  const slow = server.faults.add({ match: { kind: 'get' }, action: { delayMs: 40 } });
  const volumes = [join(folder, 'one'), join(folder, 'two')] as const;
  const args = ['mirror', 'upyun://pics', ...volumes.flatMap((volume) => ['--to', volume]), '--json'];
  args.push('--reserve', '0', '--concurrency', '6', '--page-size', '4');

  const assertFailures = async () =>
    assert.deepEqual((await readFailures(volumes[0])).map(({ key }) => key).sort(), REFUSED);

  return {
    assertFailures,
    /** Keys that do not come; all others come at once. */
    hold(key: RegExp) {
      server.faults.remove(slow);
      return server.faults.add({ match: { kind: 'get', key }, action: { stallBeforeHeaders: true } });
    },
    letGo(rule: Fault) {
      server.faults.remove(rule);
      server.faults.add(slow);
    },
    killWhen: (isThere: (state: JobState) => boolean) => killWhen(start(args), journalIn(volumes[0]), isThere),
    async killAt(point: string, ...more: string[]) {
      const killed = await run([...args, ...more], { env: { SLUICE_CRASH_POINT: point } });
      assert.equal(killed.signal, 'SIGKILL', 'the point was reached');
    },
    /** The next run brings everything to its end. */
    async assertCompletes() {
      const { listed, stored, skipped, failed } = (await run(args)).expectExit(1).summary;
      const all = Object.keys(OBJECTS).length;
      assert.deepEqual([listed, stored + skipped, failed], [all, all - 2, 2]);
      await assertFailures();
      await assertCopies(volumes);
      for (const volume of volumes) assert.deepEqual(await tempFiles(volume), []);
    },
  };
}

/** Each object on exactly one volume, byte by byte, under a name that says whose it is. */
async function assertCopies(volumes: readonly string[]): Promise<void> {
  const names = new Map<string, string>();
  for (const line of readFileSync(join(volumes[0]!, '.sluice/names.ndjson'), 'utf8').split('\n').filter(Boolean)) {
    const { key, path } = JSON.parse(line);
    names.set(path, key);
  }
  const found = new Map<string, Buffer>();
  for (const volume of volumes) {
    for (const [path, bytes] of await readTree(volume)) {
      const key = keyOf(path) ?? names.get(path);
      assert.ok(key !== undefined, `${path} is nobody's`);
      if (path !== key) assert.equal(names.get(path), key, 'recorded');
      assert.ok(!found.has(key), `${key} lies on two disks`);
      found.set(key, bytes);
    }
  }
  const expected = Object.keys(OBJECTS).filter((key) => !REFUSED.includes(key));
  assert.deepEqual([...found.keys()].sort(), expected.sort());
  for (const [key, bytes] of found) assert.ok(bytes.equals(OBJECTS[key]!), `bytes of ${key}`);
}
