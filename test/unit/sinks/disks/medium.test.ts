// What tells one life of the disks from another.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { clearDoubts, doubtPath } from '../../../../src/sinks/disks/barrier.js';
import { mediumOf } from '../../../../src/sinks/disks/medium.js';
import { tempFolder } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const isLinux = existsSync('/proc/sys/kernel/random/boot_id');

test('the same folders are the same medium, whoever asks; others, or with other files beside them, are not', {
  skip: !isLinux && 'only Linux names its starts',
}, (t) => {
  const [one, two] = [tempFolder(t), tempFolder(t)];
  const medium = mediumOf([one, two], ['manifest']);
  // A disk without a number: then nothing is known, and nothing is believed.
  if (medium === undefined) return t.skip('the disk here has no number');
  assert.equal(mediumOf([one, two], ['manifest']), medium);
  assert.notEqual(mediumOf([one, two], ['other']), medium);
  assert.notEqual(mediumOf([one], ['manifest']), medium);
});

test('another disk under the same name is another medium', (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const medium = mediumOf([disk.root]);
  assert.ok(medium?.includes('tmpfs'), medium);
  disk.unmount();
  assert.notEqual(mediumOf([disk.root]), medium);
});

test('a folder that is not there, or that was not synced, makes it unknown', (t) => {
  const folder = tempFolder(t);
  assert.equal(mediumOf([join(folder, 'none')]), undefined);
  mkdirSync(join(folder, '.sluice'));
  const medium = mediumOf([folder]);
  writeFileSync(doubtPath(folder), '');
  assert.equal(mediumOf([folder]), undefined);
  clearDoubts([folder]);
  assert.equal(mediumOf([folder]), medium);
});
