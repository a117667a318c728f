// What was stored of a batch goes again, and what lay there before stays, whatever a disk keeps of the time of a change.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openVolume } from '../../../../src/sinks/disks/volume.js';
import { tempFolder } from '../../../support/disks/files.js';
import { oddDisk } from '../../../support/disks/odd-disks.js';
import { ownBytes } from '../../../support/source-stub.js';

const OLD_MS = Date.UTC(2017, 8, 3);

async function store(root: string, keys: readonly string[]): Promise<void> {
  const volume = await openVolume(root, {});
  for (const key of keys) await volume.store({ key, mtimeMs: OLD_MS }, ownBytes(key));
  await volume.close();
}

const lengthOf = (root: string) => statSync(join(root, '.sluice', 'digests')).size;

async function removeSince(t: TestContext, root: string, atMs: number, logBytes?: number): Promise<void> {
  const volume = await openVolume(root, {});
  t.after(() => volume.close());
  await volume.removeSince(['before.jpg', 'since.jpg', 'none.jpg'], atMs, logBytes);
  await volume.close();
}

test('a disk that gives the time of the file for that of its change: the log of digests tells', async (t) => {
  const disk = oddDisk(t, 'exfat');
  if (disk === undefined) return;
  const { root } = disk;
  await store(root, ['before.jpg']);
  const atMs = Date.now();
  const logBytes = lengthOf(root);
  await store(root, ['since.jpg', 'other.jpg']);
  assert.equal(statSync(join(root, 'since.jpg')).ctimeMs, OLD_MS, 'it is such a disk');
  // Of a note that an older build has written, nothing is known, and nothing is removed.
  await removeSince(t, root, atMs);
  assert.ok(existsSync(join(root, 'since.jpg')));
  await removeSince(t, root, atMs, logBytes);
  const left = ['before.jpg', 'since.jpg', 'other.jpg'].map((name) => existsSync(join(root, name)));
  assert.deepEqual(left, [true, false, true]);
});

test('a disk that keeps the time of a change: that tells', async (t) => {
  const root = tempFolder(t);
  await store(root, ['before.jpg']);
  const changedMs = statSync(join(root, 'before.jpg')).ctimeMs;
  const atMs = changedMs + 60_000;
  await store(root, ['since.jpg']);
  await removeSince(t, root, atMs, 0);
  assert.ok(existsSync(join(root, 'since.jpg')), 'changed before');
  await removeSince(t, root, changedMs - 1_000, lengthOf(root));
  assert.ok(!existsSync(join(root, 'since.jpg')) && !existsSync(join(root, 'before.jpg')));
});

test('a file, and what lies beside it because it is there: both go, in any order', async (t) => {
  for (const keys of [
    ['both', 'both/', 'both/in'],
    ['both/in', 'both/', 'both'],
  ]) {
    const root = tempFolder(t);
    const sinceMs = Date.now() - 1_000;
    await store(root, ['both', 'both/', 'both/in']);
    const volume = await openVolume(root, {});
    t.after(() => volume.close());
    await volume.removeSince(keys, sinceMs, 0);
    await volume.close();
    const left = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !one.parentPath.includes('.sluice'))
      .map(({ name }) => name);
    assert.deepEqual(left, [], keys.join());
  }
});
