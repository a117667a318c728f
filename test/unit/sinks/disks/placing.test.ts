// What a disk's refusal means, told from what the disk says of its room at that moment.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { FreeSpace } from '../../../../src/sinks/disks/free-space.js';
import { Health } from '../../../../src/sinks/disks/health.js';
import { Placing } from '../../../../src/sinks/disks/placing.js';
import type { Space } from '../../../../src/sinks/disks/space.js';
import type { Volume } from '../../../../src/sinks/disks/volume.js';
import { volumeError } from '../../../../src/sinks/thread/errors.js';

const PLENTY: Space = { bytesFree: 1e12, bytesTotal: 2e12, filesFree: 1e6, filesTotal: 2e6, type: 0xef53 };

function start(count: number) {
  const volumes = Array.from({ length: count }, (_, index) => {
    const freeSpace = new FreeSpace({ bytes: 0 });
    freeSpace.report(PLENTY);
    return { root: `/disk${index}`, freeSpace } as Volume;
  });
  const events: string[] = [];
  const health = new Health(volumes, {
    onEvent: ({ root, state, reason }) => events.push(`${root} ${state} ${reason}`),
    firstLookMs: 1_000_000,
  });
  const placing = new Placing(volumes, { health, ids: volumes.map(({ root }) => root), weights: undefined });
  const refuse = (volume: number, code: string) =>
    placing.refused(volume, volumeError({ code, message: `${code}: refused` }, volumes[volume]!.root), 1_000);
  return { volumes, health, placing, refuse, events };
}

test('a disk that has run out of names in one folder is told from one that is full', (t) => {
  const { health, volumes, refuse, events } = start(3);
  t.after(() => health.close());
  refuse(0, 'ENOSPC');
  volumes[1]!.freeSpace.report({ ...PLENTY, bytesFree: 4096 });
  refuse(1, 'ENOSPC');
  assert.match(events[0]!, /^\/disk0 full .*index of the folder may be full \(ext4/);
  assert.doesNotMatch(events[1]!, /folder/);
});

test('as long as a disk is left the object is delivered again; with the last one the run is over', (t) => {
  const { health, refuse, events } = start(3);
  t.after(() => health.close());
  const codes = [refuse(0, 'EIO'), refuse(0, 'EIO'), refuse(1, 'ENODEV'), refuse(2, 'EDQUOT')];
  assert.deepEqual(
    codes.map((error) => (error as TransferError).code),
    ['ERR_VOLUME_OUT', 'ERR_VOLUME_OUT', 'ERR_VOLUME_OUT', 'ERR_NO_SPACE'],
  );
  const { message } = codes[3] as TransferError;
  for (const part of ['/disk0: EIO', '/disk1: ENODEV', '/disk2: EDQUOT']) assert.ok(message.includes(part), message);
  assert.deepEqual(
    events.map((event) => event.split(' ').slice(0, 2).join(' ')),
    ['/disk0 out', '/disk1 out', '/disk2 full'],
  );
});

test('every code of a disk that is at its end takes it out, and no other does', (t) => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'ENODEV', 'ENXIO', 'ESTALE', 'EUCLEAN', 'EGONE']) {
    const { health, refuse } = start(2);
    t.after(() => health.close());
    refuse(0, code);
    assert.deepEqual([health.isIn(0), health.isIn(1)], [false, true], code);
  }
  const { health, refuse, placing } = start(2);
  for (const code of ['EACCES', 'ENAMETOOLONG', 'ERR_DIGEST', 'EMFILE']) refuse(0, code);
  const other = new Error('cut');
  assert.equal(placing.refused(0, other, 1), other);
  assert.equal(placing.refused(0, new TransferError('ERR_VOLUME', 'dead'), 1) instanceof TransferError, true);
  assert.equal(health.isIn(0), true);
});

test('weights are what was free when the job began, unless an earlier run says otherwise', () => {
  const { volumes, health } = start(2);
  const ids = ['a', 'b'];
  assert.deepEqual(new Placing(volumes, { health, ids, weights: undefined }).weights, [1e12, 1e12]);
  assert.deepEqual(new Placing(volumes, { health, ids, weights: [5] }).weights, [5, 1e12]);
});
