// Several disks as one store: a directory stays together, no key is there twice, and what is replaced stays where it is.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { directoryOf } from '../../../../src/sinks/disks/placement.js';
import type { Volumes } from '../../../../src/sinks/disks/volumes.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { filesBelow, openedVolumes, tempFiles, tempFolder, tempVolumes } from '../../../support/disks/files.js';
import { slowDisk } from '../../../support/disks/slow-disk.js';
import { ownBytes } from '../../../support/source-stub.js';
import { rejection } from '../../../support/waiting.js';

const KEYS = Array.from({ length: 400 }, (_, index) => `d${index % 40}/f${index}`);

async function storeAll(volumes: Volumes, keys: readonly string[]) {
  return Promise.all(keys.map((key) => volumes.put({ key, mtimeMs: 1_000 }, ownBytes(key), -1)));
}

const queryOf = (key: string, mtimeMs = 1_000) => ({ key, size: key.length, mtimeMs });

test('a directory stays together, every disk gets some, and a later run places alike', async (t) => {
  const volumes = await tempVolumes(t, { count: 3 });
  const placed = await storeAll(volumes, KEYS);
  const homes = new Map<string, number>();
  for (const [index, { volume }] of placed.entries()) {
    const directory = directoryOf(KEYS[index]!);
    assert.equal(homes.get(directory) ?? volume, volume, directory);
    homes.set(directory, volume);
  }
  const counts = volumes.roots.map((root) => filesBelow(root).length);
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    KEYS.length,
  );
  assert.ok(Math.min(...counts) > 0, `${counts}`);
  const { roots, weights } = volumes;
  await volumes.close();
  const again = await openedVolumes(t, roots, { weights });
  for (const [directory, home] of homes) {
    const { volume } = await again.put({ key: `${directory}/new` }, ownBytes('x'), -1);
    assert.equal(volume, home, directory);
  }
});

test('directories are spread in proportion to the weights', async (t) => {
  const volumes = await tempVolumes(t, { count: 2, weights: [1e12, 9e12] });
  assert.deepEqual(volumes.weights, [1e12, 9e12]);
  const keys = Array.from({ length: 400 }, (_, index) => `d${index}/f`);
  await storeAll(volumes, keys);
  const share = filesBelow(volumes.roots[0]!).length / keys.length;
  // 10 %, give or take five standard deviations of 400 draws.
  assert.ok(share > 0.02 && share < 0.18, `${share}`);
});

test('what is there is found on whichever disk it is, and what is not has no home', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  const placed = await storeAll(volumes, KEYS);
  const found = await volumes.has([...KEYS.map((key) => queryOf(key)), queryOf('missing'), queryOf(KEYS[0]!, 5_000)]);
  for (const [index, { volume }] of placed.entries()) {
    assert.deepEqual(found[index], { isPresent: true, home: volume, isUnknown: false, isGone: false });
  }
  assert.deepEqual(found.at(-2), { isPresent: false, home: -1, isUnknown: false, isGone: false });
  assert.deepEqual(found.at(-1), { isPresent: false, home: placed[0]!.volume, isUnknown: false, isGone: false });
  assert.deepEqual(await volumes.has([]), []);
});

test('one disk is asked with a single message', async (t) => {
  const disk = slowDisk(t);
  const volumes = await tempVolumes(t);
  const before = disk.sent;
  await volumes.has(KEYS.map((key) => queryOf(key)));
  assert.equal(disk.sent - before, 1);
});

for (const way of ['store', 'storeStream'] as const) {
  test(`${way}: a new version replaces the old one at its home, wherever the directory would go now`, async (t) => {
    const volumes = await tempVolumes(t, { count: 2 });
    for (const [home, root] of volumes.roots.entries()) {
      const key = `elsewhere/of-${home}`;
      mkdirSync(join(root, 'elsewhere'), { recursive: true });
      writeFileSync(join(root, key), 'old');
      const [found] = await volumes.has([{ key, size: 3, mtimeMs: Date.now() + 60_000 }]);
      assert.deepEqual(found, { isPresent: false, home, isUnknown: false, isGone: false });
      const stored =
        way === 'store'
          ? await volumes.put({ key }, ownBytes('new'), home)
          : await volumes.put({ key }, pieces('n', 'ew'), home);
      assert.deepEqual([stored.volume, stored.bytes, stored.md5], [home, 3, md5Hex('new')]);
      assert.equal(readFileSync(join(root, key), 'utf8'), 'new');
    }
    assert.deepEqual(
      volumes.roots.map((root) => filesBelow(root)),
      [['elsewhere/of-0'], ['elsewhere/of-1']],
    );
  });
}

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** The same key on both disks: on the first an old version, on the second the right one. */
async function doubled(t: TestContext) {
  const folder = tempFolder(t);
  const roots = [join(folder, 'a'), join(folder, 'b')];
  for (const [index, root] of roots.entries()) {
    mkdirSync(join(root, 'd'), { recursive: true });
    writeFileSync(join(root, 'd', 'f'), index === 0 ? 'outdated' : 'right');
  }
  return roots;
}

test('an old version beside the right one is removed, but never by a dry run', async (t) => {
  const roots = await doubled(t);
  const query = { key: 'd/f', size: 5, mtimeMs: 0 };
  const dry = await openedVolumes(t, roots, { isReadOnly: true });
  assert.deepEqual(await dry.has([query]), [{ isPresent: true, home: 1, isUnknown: false, isGone: false }]);
  assert.deepEqual(
    roots.map((root) => filesBelow(root)),
    [['d/f'], ['d/f']],
  );
  const volumes = await openedVolumes(t, roots);
  assert.deepEqual(await volumes.has([query]), [{ isPresent: true, home: 1, isUnknown: false, isGone: false }]);
  assert.deepEqual(
    roots.map((root) => filesBelow(root)),
    [[], ['d/f']],
  );
});

test('an object that no disk has room for is fatal, and each disk is named with its reason', async (t) => {
  const volumes = await tempVolumes(t, { count: 2, reserve: { share: 0.999 } });
  const error = await rejection<TransferError>(volumes.put({ key: 'a' }, ownBytes('x'), -1));
  assert.deepEqual([error.code, error.verdict], ['ERR_NO_SPACE', 'fatal']);
  for (const root of volumes.roots)
    assert.match(error.message, new RegExp(`${root}: [0-9.]+ [kMG]B free, of which Sluice keeps`));
  assert.deepEqual(
    volumes.states().map(({ state }) => state),
    ['full', 'full'],
  );
  assert.deepEqual(
    volumes.roots.flatMap((root) => filesBelow(root)),
    [],
  );
  // Nothing is stored, but what is there is still known.
  assert.equal((await volumes.has([queryOf('a')]))[0]?.isPresent, false);
});

test('a folder that is deleted under the run is out, is never made again, and its files are unknown', async (t) => {
  const events: string[] = [];
  const volumes = await tempVolumes(t, {
    count: 2,
    firstLookMs: 1_000_000,
    onEvent: ({ volume, state, reason }) => events.push(`${volume} ${state} ${reason}`),
  });
  const placed = await storeAll(volumes, KEYS);
  rmSync(volumes.roots[0]!, { recursive: true });
  const results = await Promise.allSettled(
    KEYS.map((key, index) => volumes.put({ key: `${key}-new` }, ownBytes('x'), placed[index]!.volume)),
  );
  const refused = results.filter((one) => one.status === 'rejected').map(({ reason }) => reason as TransferError);
  assert.ok(refused.length > 0);
  for (const { code, verdict } of refused) assert.deepEqual([code, verdict], ['ERR_VOLUME_OUT', 'retry']);
  assert.equal(events.length, 1);
  assert.match(events[0]!, /^0 out .*unmounted or deleted/);
  const moved = await volumes.put({ key: 'd0/again' }, ownBytes('x'), 0);
  assert.equal(moved.volume, 1);
  const found = await volumes.has(KEYS.map((key) => queryOf(key)));
  for (const [index, { volume }] of placed.entries()) {
    const expected =
      volume === 0
        ? { isPresent: false, home: -1, isUnknown: false, isGone: true }
        : { isPresent: true, home: 1, isUnknown: false, isGone: false };
    assert.deepEqual(found[index], expected, KEYS[index]);
  }
  assert.throws(() => readFileSync(volumes.roots[0]!), { code: 'ENOENT' });
});

test('with the last disk gone the run is over', async (t) => {
  const volumes = await tempVolumes(t);
  rmSync(volumes.roots[0]!, { recursive: true });
  const error = await rejection<TransferError>(volumes.put({ key: 'a' }, ownBytes('x'), -1));
  assert.deepEqual([error.code, error.verdict], ['ERR_NO_SPACE', 'fatal']);
  assert.match(error.message, /unmounted or deleted/);
});

test('bytes that are wrong are a fault of the object, not of the disk', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  const error = await rejection<TransferError>(volumes.put({ key: 'a', size: 2 }, ownBytes('x'), -1));
  assert.deepEqual([error.code, volumes.states().map(({ state }) => state)], ['ERR_SIZE', ['in', 'in']]);
  for (const root of volumes.roots) assert.deepEqual(tempFiles(root), []);
});

test('says how much room there is on each disk', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  for (const space of await volumes.space()) {
    assert.ok(space.bytesFree > 0 && space.bytesFree <= space.bytesTotal && space.filesFree <= space.filesTotal);
  }
});
