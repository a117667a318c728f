// The life of a volume: its beginning, its end, its pace, and what happens when the disk or the thread fails.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TransferError } from '../../../../src/errors.js';
import { openVolume, type Volume } from '../../../../src/sinks/disks/volume.js';
import { volumeError } from '../../../../src/sinks/thread/errors.js';
import { FOUND } from '../../../../src/sinks/thread/messages.js';
import { filesBelow, openFilesBelow, tempFiles, tempFolder } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { slowDisk } from '../../../support/disks/slow-disk.js';
import { ownBytes } from '../../../support/source-stub.js';
import { deferred, rejection, turns, until } from '../../../support/waiting.js';

/** A volume that is closed even if the test fails before it comes to that. */
async function open(t: TestContext, root: string, options = {}): Promise<Volume> {
  const volume = await openVolume(root, options);
  t.after(() => volume.close());
  return volume;
}

test('what an earlier run left half-written is gone once the volume is open', async (t) => {
  const root = tempFolder(t);
  mkdirSync(join(root, '.sluice', 'tmp', 'deep'), { recursive: true });
  writeFileSync(join(root, '.sluice', 'tmp', 'deep', 'left'), 'x');
  writeFileSync(join(root, '.sluice', 'failures.ndjson'), 'kept');
  writeFileSync(join(root, 'stored'), 'kept');
  await open(t, root);
  assert.deepEqual(filesBelow(root), ['.sluice/failures.ndjson', 'stored']);
});

test('a read-only volume answers questions and creates nothing', async (t) => {
  const root = join(tempFolder(t), 'not', 'there');
  const volume = await open(t, root, { isReadOnly: true });
  assert.deepEqual([...(await volume.check([{ key: 'a', size: 1, mtimeMs: 0 }])).found], [FOUND.absent]);
  await volume.close();
  assert.equal(existsSync(root), false);
});

test('a folder that cannot be used is said when the volume is opened', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), 'x');
  for (const root of [join(folder, 'file'), join(folder, 'file', 'below')]) {
    const error = await rejection<TransferError>(openVolume(root));
    assert.deepEqual([error.code, error.verdict], ['ERR_VOLUME', 'fatal'], root);
  }
});

test('close finishes what was asked for and ends the thread', async (t) => {
  const root = tempFolder(t);
  const disk = slowDisk(t);
  const volume = await open(t, root);
  const stored = Array.from({ length: 50 }, (_, index) => volume.store({ key: `f${index}` }, ownBytes('x')));
  await volume.close();
  await Promise.all(stored);
  assert.equal(filesBelow(root).length, 50);
  // A thread that has ended has no number any more.
  assert.equal(disk.workers[0]!.threadId, -1);
  const error = await rejection<TransferError>(volume.store({ key: 'late' }, ownBytes('x')));
  assert.equal(error.code, 'ERR_VOLUME');
  await volume.close();
});

test('close throws away what is half-written', async (t) => {
  const root = tempFolder(t);
  const volume = await open(t, root);
  const gate = deferred();
  async function* stuck() {
    yield Buffer.alloc(300_000);
    await gate.promise;
  }
  const storing = rejection(volume.storeStream({ key: 'a' }, stuck()));
  await until(() => tempFiles(root).length === 1, 'the temp file');
  await volume.close();
  assert.deepEqual([filesBelow(root), openFilesBelow(root) ?? []], [[], []]);
  gate.resolve();
  await storing;
});

test('large bodies wait for the disk: no more than a few pieces are on their way', { timeout: 30_000 }, async (t) => {
  const disk = slowDisk(t);
  const root = tempFolder(t);
  const volume = await open(t, root);
  await volume.store({ key: 'a' }, ownBytes('x'));
  const pieceBytes = 64 * 1024;
  let takenBytes = 0;
  async function* large() {
    for (let index = 0; index < 400; index++) {
      takenBytes += pieceBytes;
      yield Buffer.alloc(pieceBytes);
    }
  }
  const storing = volume.storeStream({ key: 'large' }, large());
  await until(() => takenBytes > 0, 'the first piece');
  disk.stall();
  // The thread may still answer what it was asked before, however busy the machine is.
  let stalledAtBytes = 0;
  let looks = 0;
  await until(() => {
    looks = takenBytes === stalledAtBytes ? looks + 1 : 0;
    stalledAtBytes = takenBytes;
    return looks === 500;
  }, 'nothing more is taken');
  assert.ok(takenBytes < 400 * pieceBytes, 'the rest waits');
  // Two of 256 KiB on their way, one being gathered, and what was written before the disk stalled.
  const writtenBytes = statSync(join(root, '.sluice', 'tmp', tempFiles(root)[0]!)).size;
  assert.ok(
    takenBytes - writtenBytes <= 3 * 256 * 1024 + pieceBytes,
    `${takenBytes - writtenBytes} bytes on their way`,
  );
  disk.goOn();
  assert.equal((await storing).bytes, 400 * pieceBytes);
  await volume.close();
});

test('a thread that dies rejects everything that waits, and everything that comes later', {
  timeout: 20_000,
}, async (t) => {
  const root = tempFolder(t);
  const disk = slowDisk(t);
  const volume = await open(t, root);
  const first = volume.store({ key: 'a' }, ownBytes('x'));
  await first;
  const waiting = Promise.allSettled([
    volume.storeStream({ key: 'b' }, forever()),
    volume.storeStream({ key: 'c' }, forever()),
  ]);
  await until(() => tempFiles(root).length === 2, 'both to be under way');
  await disk.workers[0]!.terminate();
  const late = await rejection<TransferError>(volume.check([{ key: 'a', size: 1, mtimeMs: 0 }]));
  assert.equal(late.code, 'ERR_VOLUME');
  for (const result of await waiting) {
    assert.equal(result.status, 'rejected');
    assert.equal((result as PromiseRejectedResult).reason.code, 'ERR_VOLUME');
  }
  await volume.close();
});

async function* forever() {
  for (;;) {
    yield Buffer.alloc(300_000);
    await turns(1);
  }
}

test('the codes of the system become ours', () => {
  const table: [string, string, string][] = [
    ['ENOSPC', 'ERR_VOLUME_OUT', 'retry'],
    ['EDQUOT', 'ERR_VOLUME_OUT', 'retry'],
    ['EROFS', 'ERR_VOLUME_OUT', 'retry'],
    ['EIO', 'ERR_VOLUME_OUT', 'retry'],
    ['ENODEV', 'ERR_VOLUME_OUT', 'retry'],
    ['EGONE', 'ERR_VOLUME_OUT', 'retry'],
    ['ERR_STATE', 'ERR_STATE', 'fatal'],
    ['ENAMETOOLONG', 'ERR_NAME_TOO_LONG', 'skip'],
    ['ENOTDIR', 'ERR_PATH_CONFLICT', 'skip'],
    ['EISDIR', 'ERR_PATH_CONFLICT', 'skip'],
    ['EACCES', 'ERR_DISK', 'retry'],
    ['EMFILE', 'ERR_OPEN_FILES', 'throttle'],
    ['ENFILE', 'ERR_OPEN_FILES', 'throttle'],
    ['ERR_DIGEST', 'ERR_DIGEST', 'retry'],
  ];
  for (const [system, code, verdict] of table) {
    const error = volumeError({ code: system, message: 'what happened' }, '/to');
    assert.deepEqual([error.code, error.verdict], [code, verdict], system);
    assert.match(error.message, /what happened/);
  }
});

test('a part is closed once, although it is given up while the volume closes', async (t) => {
  const root = tempFolder(t);
  const script = fileURLToPath(new URL('./give-up-script.js', import.meta.url));
  // The second time a descriptor may belong to somebody else. Node notices, but tells only the process's stderr.
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8', timeout: 20_000 });
  assert.deepEqual([status, stderr, filesBelow(root)], [0, '', []]);
});

test('a full disk is said to be out, leaves nothing half-written, and keeps what is stored', async (t) => {
  const disk = smallDisk(t, 'size=1m');
  if (disk === undefined) return;
  const { root } = disk;
  const volume = await open(t, root);
  await volume.store({ key: 'fits' }, ownBytes('x'.repeat(200_000)));
  const whole = await rejection<TransferError>(volume.store({ key: 'whole' }, ownBytes('x'.repeat(1_000_000))));
  async function* large() {
    for (let index = 0; index < 40; index++) yield Buffer.alloc(50_000);
  }
  const flowing = await rejection<TransferError>(volume.storeStream({ key: 'flowing', size: 2_000_000 }, large()));
  for (const error of [whole, flowing]) {
    assert.deepEqual([error.code, (error.cause as { code: string }).code], ['ERR_VOLUME_OUT', 'ENOSPC']);
  }
  // What was left at that moment came with the refusal.
  assert.equal(volume.freeSpace.space?.bytesTotal, 1024 * 1024);
  assert.deepEqual([filesBelow(root), openFilesBelow(root) ?? []], [['fits'], []]);
  await volume.store({ key: 'small' }, ownBytes('x'));
  await volume.close();
});

test('a folder without permission is a fault of that file', async (t) => {
  if (process.getuid?.() === 0) return t.skip('nothing is forbidden to root');
  const root = tempFolder(t);
  const volume = await open(t, root);
  mkdirSync(join(root, 'locked'), { mode: 0o500 });
  const error = await rejection<TransferError>(volume.store({ key: 'locked/a' }, ownBytes('x')));
  chmodSync(join(root, 'locked'), 0o700);
  assert.equal(error.code, 'ERR_DISK');
  assert.deepEqual(readdirSync(join(root, '.sluice', 'tmp')), []);
});
