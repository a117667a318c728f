// What tells one life of the disks from another.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { clearDoubts, doubtPath } from '../../../../src/sinks/disks/barrier.js';
import { storageIdentityOf } from '../../../../src/sinks/disks/storage-identity.js';
import { tempFolder } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const isLinux = existsSync('/proc/sys/kernel/random/boot_id');

test('the same folders are the same storage, whoever asks; others, or with other files beside them, are not', {
  skip: !isLinux && 'only Linux names its starts',
}, (t) => {
  const [one, two] = [tempFolder(t), tempFolder(t)];
  const identity = storageIdentityOf([one, two], ['manifest']);
  // A disk without a number: then nothing is known, and nothing is believed.
  if (identity === undefined) return t.skip('the disk here has no number');
  assert.equal(storageIdentityOf([one, two], ['manifest']), identity);
  assert.notEqual(storageIdentityOf([one, two], ['other']), identity);
  assert.notEqual(storageIdentityOf([one], ['manifest']), identity);
});

test('another disk under the same name is another storage', (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const identity = storageIdentityOf([disk.root]);
  assert.ok(identity?.includes('tmpfs'), identity);
  disk.unmount();
  assert.notEqual(storageIdentityOf([disk.root]), identity);
});

test('a folder that is not there, or that was not synced, makes it unknown', (t) => {
  const folder = tempFolder(t);
  assert.equal(storageIdentityOf([join(folder, 'none')]), undefined);
  mkdirSync(join(folder, '.sluice'));
  const identity = storageIdentityOf([folder]);
  writeFileSync(doubtPath(folder), '');
  assert.equal(storageIdentityOf([folder]), undefined);
  clearDoubts([folder]);
  assert.equal(storageIdentityOf([folder]), identity);
});
