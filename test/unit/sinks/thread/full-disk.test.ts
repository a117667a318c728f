// Disks that really are full, read-only or gone (small tmpfs mounts): the others go on, and they come back when they can.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import type { VolumeEvent } from '../../../../src/sinks/disks/health.js';
import { directoryOf } from '../../../../src/sinks/disks/placement.js';
import type { Volumes, VolumesOptions } from '../../../../src/sinks/disks/volumes.js';
import { filesBelow, openedVolumes, tempFiles, tempFolder } from '../../../support/disks/files.js';
import { type SmallDisk, smallDisk } from '../../../support/disks/mounts.js';
import { ownBytes } from '../../../support/source-stub.js';
import { rejection, until } from '../../../support/waiting.js';

/** Long enough that no disk comes back by itself in a test that does not want it to. */
const NEVER_MS = 1_000_000_000;

interface Opened {
  disk: SmallDisk;
  large: string;
  volumes: Volumes;
  events: VolumeEvent[];
}

/** A small disk, and behind it a folder on a large one; almost everything would go to the small one. */
async function openTwo(t: TestContext, mount: string, options: VolumesOptions = {}): Promise<Opened | undefined> {
  const disk = smallDisk(t, mount);
  if (disk === undefined) return undefined;
  const large = join(tempFolder(t), 'large');
  const events: VolumeEvent[] = [];
  const volumes = await openedVolumes(t, [disk.root, large], {
    reserve: { bytes: 0 },
    weights: [1e15, 1],
    firstLookMs: NEVER_MS,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { disk, large, volumes, events };
}

/** Stores as settle would: what is refused for the disk's sake is delivered again. Returns how often that was. */
async function storeAll(volumes: Volumes, keys: readonly string[], text: string): Promise<number> {
  let again = 0;
  for (const key of keys) {
    for (let isStored = false; !isStored; ) {
      try {
        await volumes.put({ key }, ownBytes(text), -1);
        isStored = true;
      } catch (error) {
        assert.equal((error as TransferError).code, 'ERR_VOLUME_OUT');
        again++;
      }
    }
  }
  return again;
}

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `d${index % 10}/f${index}`);

test('what a full disk refuses goes to the other one, once for each', async (t) => {
  const opened = await openTwo(t, 'size=8m');
  if (opened === undefined) return;
  const { disk, large, volumes, events } = opened;
  const keys = keysOf(60);
  assert.equal(await storeAll(volumes, keys, 'x'.repeat(300_000)), 0, 'the stats foresee the end');
  const [small, rest] = [filesBelow(disk.root), filesBelow(large)];
  assert.deepEqual([...small, ...rest].sort(), [...keys].sort());
  assert.ok(small.length >= 20 && rest.length >= 30, `${small.length} and ${rest.length}`);
  assert.deepEqual([tempFiles(disk.root), volumes.states()[1]], [[], { state: 'in', reason: '' }]);
  assert.ok(events.every(({ root, state }) => root === disk.root && state === 'full'));
});

test('a disk that is filled by somebody else refuses, and its object is delivered again', async (t) => {
  const opened = await openTwo(t, 'size=8m');
  if (opened === undefined) return;
  const { disk, large, volumes, events } = opened;
  await volumes.put({ key: 'before' }, ownBytes('x'), -1);
  assert.throws(() => writeFileSync(join(disk.root, 'somebody'), Buffer.alloc(9_000_000)), { code: 'ENOSPC' });
  assert.equal(await storeAll(volumes, ['d/whole'], 'x'.repeat(50_000)), 1);
  async function* flowing() {
    for (let index = 0; index < 20; index++) yield Buffer.alloc(50_000);
  }
  await volumes.put({ key: 'd/flowing' }, flowing(), -1);
  assert.deepEqual(filesBelow(large), ['d/flowing', 'd/whole']);
  assert.deepEqual(filesBelow(disk.root), ['before', 'somebody']);
  assert.deepEqual(tempFiles(disk.root), []);
  assert.deepEqual(
    events.map(({ volume, state }) => [volume, state]),
    [[0, 'full']],
  );
  assert.match(events[0]!.reason, /ENOSPC/);
});

test('a new version of what lies on a full disk is stored elsewhere, and the old one goes', async (t) => {
  const opened = await openTwo(t, 'size=8m');
  if (opened === undefined) return;
  const { disk, large, volumes } = opened;
  const stored = await volumes.put({ key: 'd/f' }, ownBytes('x'.repeat(2_000_000)), -1);
  assert.equal(stored.volume, 0);
  assert.throws(() => writeFileSync(join(disk.root, 'somebody'), Buffer.alloc(9_000_000)), { code: 'ENOSPC' });
  const error = await rejection<TransferError>(volumes.put({ key: 'd/f' }, ownBytes('y'.repeat(2_000_000)), 0));
  assert.equal(error.code, 'ERR_VOLUME_OUT');
  assert.equal((await volumes.put({ key: 'd/f' }, ownBytes('y'.repeat(2_000_000)), 0)).volume, 1);
  assert.deepEqual([filesBelow(disk.root), filesBelow(large)], [['somebody'], ['d/f']]);
});

test('a full disk comes back when there is room again', async (t) => {
  const opened = await openTwo(t, 'size=8m', { firstLookMs: 2 });
  if (opened === undefined) return;
  const { disk, volumes, events } = opened;
  assert.throws(() => writeFileSync(join(disk.root, 'somebody'), Buffer.alloc(9_000_000)), { code: 'ENOSPC' });
  await storeAll(volumes, ['d/a'], 'x'.repeat(50_000));
  assert.equal(volumes.states()[0]?.state, 'full');
  rmSync(join(disk.root, 'somebody'));
  await until(() => volumes.states()[0]?.state === 'in', 'the disk to come back');
  assert.deepEqual(
    events.map(({ state }) => state),
    ['full', 'in'],
  );
  assert.equal((await volumes.put({ key: 'd/b' }, ownBytes('x'), -1)).volume, 0);
});

test('a disk without inodes is as full as one without bytes', async (t) => {
  const opened = await openTwo(t, 'size=8m,nr_inodes=60');
  if (opened === undefined) return;
  const { disk, large, volumes, events } = opened;
  const keys = keysOf(100);
  await storeAll(volumes, keys, 'x');
  const [small, rest] = [filesBelow(disk.root), filesBelow(large)];
  assert.deepEqual([...small, ...rest].sort(), [...keys].sort());
  assert.ok(small.length > 20 && small.length < 60, `${small.length}`);
  assert.equal(events.at(-1)?.state, 'full');
  assert.match(events.at(-1)!.reason, /inodes|ENOSPC/);
});

test('a disk that becomes read-only is out until it writes again', async (t) => {
  const opened = await openTwo(t, 'size=8m', { firstLookMs: 2 });
  if (opened === undefined) return;
  const { disk, large, volumes, events } = opened;
  disk.remount('ro');
  assert.equal(await storeAll(volumes, ['d/a'], 'x'), 1);
  assert.deepEqual([filesBelow(large), volumes.states()[0]?.state], [['d/a'], 'out']);
  disk.remount('rw');
  await until(() => volumes.states()[0]?.state === 'in', 'the disk to come back');
  assert.deepEqual(
    events.map(({ state }) => state),
    ['out', 'in'],
  );
});

test('a disk that is unmounted is out, and nothing is written to the folder below it', async (t) => {
  const opened = await openTwo(t, 'size=8m');
  if (opened === undefined) return;
  const { disk, large, volumes, events } = opened;
  await volumes.put({ key: 'd/a' }, ownBytes('x'), -1);
  disk.unmount();
  assert.equal(await storeAll(volumes, ['d/b'], 'x'), 1);
  assert.deepEqual([filesBelow(disk.root), filesBelow(large)], [[], ['d/b']]);
  assert.match(events[0]!.reason, /unmounted/);
  const [lost] = await volumes.has([{ key: 'd/a', size: 1, mtimeMs: undefined }]);
  assert.deepEqual(lost, { isPresent: false, home: -1, isUnknown: false, isGone: true });
});

test('a single disk that is full ends the run, and the message says why', async (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const volumes = await openedVolumes(t, [disk.root], { reserve: { bytes: 0 }, firstLookMs: NEVER_MS });
  assert.throws(() => writeFileSync(join(disk.root, 'somebody'), Buffer.alloc(9_000_000)), { code: 'ENOSPC' });
  const error = await rejection<TransferError>(volumes.put({ key: 'd/a' }, ownBytes('x'.repeat(50_000)), -1));
  assert.deepEqual([error.code, error.verdict], ['ERR_NO_SPACE', 'fatal']);
  assert.match(error.message, /ENOSPC.*Free some space/);
  assert.doesNotMatch(error.message, /folder may be full/);
});

test('the reserve stays free', async (t) => {
  const opened = await openTwo(t, 'size=8m', { reserve: { bytes: 3 * 1024 * 1024 } });
  if (opened === undefined) return;
  const { large, volumes } = opened;
  await storeAll(volumes, keysOf(60), 'x'.repeat(200_000));
  const [space] = await volumes.space();
  assert.ok(space!.bytesFree >= 3 * 1024 * 1024, `${space!.bytesFree}`);
  assert.ok(space!.bytesFree < 3.5 * 1024 * 1024, `${space!.bytesFree}`);
  assert.ok(filesBelow(large).length > 0);
});

test('a large object that does not fit goes to another disk while small ones still come', async (t) => {
  const opened = await openTwo(t, 'size=8m');
  if (opened === undefined) return;
  const { volumes } = opened;
  const large = await volumes.put({ key: 'd/large' }, ownBytes('x'.repeat(9_000_000)), -1);
  const small = await volumes.put({ key: 'd/small' }, ownBytes('x'), -1);
  assert.deepEqual([large.volume, small.volume, directoryOf('d/small')], [1, 0, 'd']);
});

test('a digest log that cannot be written is said once, and keeps no object from being stored', async (t) => {
  const root = tempFolder(t);
  const events: VolumeEvent[] = [];
  mkdirSync(join(root, '.sluice', 'digests'), { recursive: true });
  const volumes = await openedVolumes(t, [root], { onEvent: (event) => void events.push(event) });
  await storeAll(volumes, keysOf(50), 'x');
  await volumes.flush([0]);
  assert.deepEqual(
    events.map(({ state }) => state),
    ['digests'],
  );
  assert.equal(filesBelow(root).length, 50);
});

test('an object that is too large for every disk fails by itself, and the disks go on', async (t) => {
  const disk = smallDisk(t, 'size=100m');
  if (disk === undefined) return;
  const events: VolumeEvent[] = [];
  const volumes = await openedVolumes(t, [disk.root], {
    reserve: { bytes: 1024 * 1024 },
    onEvent: (event) => void events.push(event),
  });
  async function* pieces() {
    yield ownBytes('x');
  }
  const error = await rejection<TransferError>(volumes.put({ key: 'huge', size: 1e14 }, pieces(), -1));
  assert.deepEqual([error.code, error.verdict], ['ERR_TOO_LARGE', 'skip']);
  await volumes.put({ key: 'small' }, ownBytes('small'), -1);
  assert.deepEqual(events, []);
});

test('a body without an announced size, and without an end, stops at the reserve', async (t) => {
  const disk = smallDisk(t, 'size=100m');
  if (disk === undefined) return;
  const volumes = await openedVolumes(t, [disk.root], { reserve: { bytes: 60 * 1024 * 1024 } });
  async function* endless() {
    for (;;) yield new Uint8Array(1024 * 1024);
  }
  const error = await rejection<TransferError>(volumes.put({ key: 'endless' }, endless(), -1));
  assert.deepEqual([error.code, error.verdict], ['ERR_TOO_LARGE', 'skip']);
  assert.deepEqual([tempFiles(disk.root), filesBelow(disk.root)], [[], []]);
  await volumes.put({ key: 'small' }, ownBytes('small'), -1);
});
