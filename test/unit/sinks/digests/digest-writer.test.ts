// The digests of a disk that is full for a time: they wait in memory, and none is missing afterwards.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { readDigestRecord } from '../../../../src/sinks/digests/digest-record.js';
import { DigestWriter } from '../../../../src/sinks/digests/digest-writer.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { empty, fillBytes } from '../../../support/disks/full-disk.js';
import { failingDisk, smallDisk } from '../../../support/disks/mounts.js';

const RECORD_BYTES = 32;

function add(writer: DigestWriter, from: number, count: number): void {
  for (let at = from; at < from + count; at++) writer.add(`${at}`, md5Hex(`${at}`), at * 1_000);
}

function digestsIn(path: string): (string | undefined)[] {
  const bytes = readFileSync(path);
  assert.equal(bytes.length % RECORD_BYTES, 0);
  const places = Array.from({ length: bytes.length / RECORD_BYTES }, (_, at) => at * RECORD_BYTES);
  return places.map((at) => readDigestRecord(bytes.subarray(at, at + RECORD_BYTES))?.md5);
}

for (const kind of ['tmpfs', 'ext4']) {
  test(`${kind}: what a full disk does not take is written when it has room`, (t) => {
    const disk = kind === 'tmpfs' ? smallDisk(t, 'size=4m') : failingDisk(t, 8);
    if (disk === undefined) return;
    const path = join(disk.root, 'digests');
    const writer = new DigestWriter(path);
    add(writer, 0, 100);
    writer.sync();
    const filler = fillBytes(disk.root);
    add(writer, 100, 1_000);
    writer.flush();
    writer.sync();
    assert.equal(writer.takeFault(), undefined, 'it is no failure yet');
    empty(filler);
    add(writer, 1_100, 10);
    writer.close();
    assert.equal(writer.takeFault(), undefined);
    const all = Array.from({ length: 1_110 }, (_, at) => md5Hex(`${at}`));
    assert.deepEqual(digestsIn(path), all);
  });
}

test('what is still without room in the end is said', (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const writer = new DigestWriter(join(disk.root, 'digests'));
  add(writer, 0, 10);
  writer.sync();
  fillBytes(disk.root);
  add(writer, 10, 1_000);
  writer.close();
  assert.equal(writer.takeFault()?.code, 'ENOSPC');
});

test('in the end room gives way for them', (t) => {
  const disk = smallDisk(t, 'size=4m');
  if (disk === undefined) return;
  const path = join(disk.root, 'digests');
  const filler = fillBytes(disk.root);
  const writer = new DigestWriter(path, () => {
    empty(filler);
    return true;
  });
  add(writer, 0, 10);
  writer.flush();
  writer.close();
  assert.deepEqual([writer.takeFault(), digestsIn(path).length], [undefined, 10]);
});
