// Killed between any two steps of store → sync → failures → journal → compact: the next run ends in the exact tree.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { keyOf } from '../../src/model/names.js';
import { bytesFor, manyObjects } from './contents.js';
import { openWorld } from './harness.js';
import { readFailures, readTree, tempFiles } from './tree.js';

/** Named point → at which of its passages a run dies. Points of a compaction are passed once, when the journal is begun. */
const POINTS: Record<string, readonly number[]> = {
  'store.written': [1, 9],
  'store.named': [1],
  'store.renamed': [1, 9],
  'store.digested': [1, 9],
  'checkpoint.begun': [1, 2],
  'checkpoint.synced': [1, 2],
  'checkpoint.failures': [1, 2],
  'checkpoint.taken': [1, 2],
  'journal.appended': [1, 2],
  'compact.written': [1],
  'compact.cleared': [1],
  'compact.kept': [1],
  'compact.renamed': [1],
};

/** Only a journal of megabytes is compacted while it is used; its own tests do that. */
const LATER = ['compact.begun'];

const SOURCES = fileURLToPath(new URL('../../../src/', import.meta.url));

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
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  const points = texts.flatMap((text) => [...text.matchAll(/crashPoint\('([^']+)'\)/g)].map(([, name]) => name!));
  assert.deepEqual([...new Set(points)].sort(), [...Object.keys(POINTS), ...LATER].sort());
});

for (const [point, passages] of Object.entries(POINTS)) {
  for (const passage of passages) {
    test(`killed at ${point}, passage ${passage}: nothing lost, nothing twice, failures once`, {
      timeout: 60_000,
    }, async (t) => {
      const { server, folder, run } = await openWorld(t, { objects: OBJECTS });
      server.faults.add({ match: { kind: 'get', key: /f2\/0003|f5\/0001/ }, action: { status: 403 } });
      server.faults.add({ match: { kind: 'get' }, action: { delayMs: 40 } });
      const volumes = [join(folder, 'one'), join(folder, 'two')];
      const to = volumes.flatMap((volume) => ['--to', volume]);
      const args = [
        'mirror',
        'upyun://pics',
        ...to,
        '--reserve',
        '0',
        '--concurrency',
        '6',
        '--page-size',
        '4',
        '--json',
      ];
      const killed = await run(args, { env: { SLUICE_CRASH_POINT: `${point}:${passage}` } });
      assert.equal(killed.signal, 'SIGKILL', 'the point was reached');

      const { summary } = (await run(args)).expectExit(1);
      const { listed, stored, skipped, failed } = summary;
      const all = Object.keys(OBJECTS).length;
      assert.deepEqual([listed, stored + skipped, failed], [all, all - 2, 2]);
      assert.deepEqual((await readFailures(volumes[0]!)).map(({ key }) => key).sort(), REFUSED);
      await assertCopies(volumes);
      for (const volume of volumes) assert.deepEqual(await tempFiles(volume), []);
    });
  }
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
