// One process at a time: the second one learns who the first is, and a dead one leaves nothing that stands in the way.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TransferError } from '../../../src/errors.js';
import { acquireLock, lockHolder, tryLockByPid } from '../../../src/journal/lock.js';
import { openFilesBelow, tempFolder } from '../../support/disks/files.js';
import { smallDisk } from '../../support/disks/mounts.js';
import { rejection } from '../../support/waiting.js';

interface Holder {
  readonly child: ChildProcess;
  /** Its first line: `held`, or the error. */
  readonly said: string;
}

async function holdElsewhere(t: TestContext, path: string): Promise<Holder> {
  const script = fileURLToPath(new URL('./lock-script.js', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout!, 'data');
  return { child, said: String(said).trim() };
}

async function end({ child }: Holder, how: () => void): Promise<void> {
  const gone = once(child, 'exit');
  how();
  await gone;
}

const lockIn = (t: TestContext) => join(tempFolder(t), '.sluice', 'lock');

test('a second process is refused with the pid, the command and the start of the first', async (t) => {
  const path = lockIn(t);
  const beganMs = Date.now();
  const holder = await holdElsewhere(t, path);
  assert.equal(holder.said, 'held');
  const error = await rejection<TransferError>(acquireLock(path, 'sluice mirror'));
  assert.deepEqual([error.code, error.verdict], ['ERR_LOCKED', 'fatal']);
  const [, pid, started] = /process (\d+) \(sluice mirror, started (\S+)\); wait for it/.exec(error.message) ?? [];
  assert.equal(Number(pid), holder.child.pid);
  assert.ok(Date.parse(started!) >= Math.floor(beganMs / 1000) * 1000 && Date.parse(started!) <= Date.now(), started);
  assert.deepEqual(openFilesBelow(path) ?? [], []);
  const third = await holdElsewhere(t, path);
  assert.match(third.said, /ERR_LOCKED/);
  await end(holder, () => holder.child.stdin!.end());
});

test('a holder that was killed leaves nothing that stands in the way', async (t) => {
  const path = lockIn(t);
  const holder = await holdElsewhere(t, path);
  await end(holder, () => holder.child.kill('SIGKILL'));
  assert.match(readFileSync(path, 'utf8'), new RegExp(`"pid":${holder.child.pid}`), 'its name is still there');
  assert.equal(await lockHolder(path), undefined);
  const lock = await acquireLock(path, 'sluice list');
  assert.equal((await lockHolder(path))?.pid, process.pid);
  lock.release();
});

test('a lock that was given back can be taken again, by this process as well', async (t) => {
  const path = lockIn(t);
  for (let round = 0; round < 3; round++) {
    const lock = await acquireLock(path, 'sluice mirror');
    assert.equal((await rejection<TransferError>(acquireLock(path, 'sluice mirror'))).code, 'ERR_LOCKED');
    lock.release();
    assert.equal(await lockHolder(path), undefined);
  }
  assert.deepEqual(openFilesBelow(path) ?? [], []);
});

test('to ask who holds it changes nothing and makes nothing', async (t) => {
  const path = lockIn(t);
  assert.equal(await lockHolder(path), undefined);
  assert.equal(existsSync(join(path, '..')), false);
  const lock = await acquireLock(path, 'sluice mirror');
  t.after(() => lock.release());
  const before = [readFileSync(path, 'utf8'), statSync(path, { bigint: true }).mtimeNs];
  const holder = await lockHolder(path);
  assert.deepEqual([holder?.pid, holder?.command], [process.pid, 'sluice mirror']);
  assert.equal(holder?.startedAt, new Date(holder!.startedAt).toISOString());
  assert.deepEqual([readFileSync(path, 'utf8'), statSync(path, { bigint: true }).mtimeNs], before);
  assert.equal((await rejection<TransferError>(acquireLock(path, 'sluice mirror'))).code, 'ERR_LOCKED');
});

test('those who only ask are no reason to refuse', async (t) => {
  const path = lockIn(t);
  let refusals = 3;
  const lock = await acquireLock(path, 'sluice mirror', () => refusals-- <= 0);
  lock.release();
  assert.equal(refusals, -1);
});

test('a file of that name that somebody else wrote is left alone', async (t) => {
  for (const text of ['important', '{"pid":"x"}', `{"pid":1,"startedAt":"","command":"${'x'.repeat(9_000)}"}`]) {
    const path = join(tempFolder(t), 'lock');
    writeFileSync(path, text);
    const error = await rejection<TransferError>(acquireLock(path, 'sluice mirror'));
    assert.deepEqual([error.code, readFileSync(path, 'utf8')], ['ERR_LOCKED', text]);
    assert.match(error.message, /is a file of another program/);
  }
});

test('a lock whose file was removed or replaced locks nobody out, and is not held by mistake', async (t) => {
  const path = lockIn(t);
  const lock = await acquireLock(path, 'sluice mirror');
  rmSync(path);
  const other = await acquireLock(path, 'sluice mirror');
  assert.equal((await lockHolder(path))?.pid, process.pid);
  other.release();
  lock.release();
  // Replaced between the opening and the lock: what was locked is not what others will see.
  mkdirSync(join(path, '..', 'aside'));
  const replacing = (_fd: number, name: string) => {
    renameSync(name, join(path, '..', 'aside', 'lock'));
    writeFileSync(name, '');
    return true;
  };
  assert.equal((await rejection<TransferError>(acquireLock(path, 'sluice mirror', replacing))).code, 'ERR_LOCKED');
});

test('where no lock is to be had, the process that is named decides: alive or not', async (t) => {
  const path = lockIn(t);
  const holder = await holdElsewhere(t, path);
  assert.equal((await rejection<TransferError>(acquireLock(path, 'sluice', tryLockByPid))).code, 'ERR_LOCKED');
  assert.equal((await lockHolder(path, tryLockByPid))?.pid, holder.child.pid);
  await end(holder, () => holder.child.kill('SIGKILL'));
  assert.equal(await lockHolder(path, tryLockByPid), undefined);
  (await acquireLock(path, 'sluice', tryLockByPid)).release();
});

test('a place where no lock can be made is an error about the destination', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const error = await rejection<TransferError>(acquireLock(join(folder, 'file', 'lock'), 'sluice mirror'));
  assert.deepEqual([error.code, error.verdict], ['ERR_VOLUME', 'fatal']);
  assert.match(error.message, /cannot be used/);
});

test('a disk without room for the name of the holder is locked all the same, unless the name is all that locks it', async (t) => {
  const disk = smallDisk(t, 'size=16k');
  if (disk === undefined) return;
  const path = join(disk.root, 'lock');
  assert.throws(() => writeFileSync(join(disk.root, 'filler'), Buffer.alloc(64 * 1024)), { code: 'ENOSPC' });
  const error = await rejection<TransferError>(acquireLock(path, 'sluice mirror', tryLockByPid));
  assert.equal(error.code, 'ERR_VOLUME');
  assert.deepEqual(openFilesBelow(disk.root) ?? [], []);
  const nameless = await acquireLock(path, 'sluice mirror');
  assert.equal((await rejection<TransferError>(acquireLock(path, 'sluice mirror'))).code, 'ERR_LOCKED');
  nameless.release();
  const giveWay = () => {
    rmSync(join(disk.root, 'filler'));
    return true;
  };
  const lock = await acquireLock(path, 'sluice mirror', undefined, giveWay);
  assert.equal((await lockHolder(path))?.pid, process.pid);
  lock.release();
});

test('a lock is given back also where its file cannot be changed any more', async (t) => {
  const path = lockIn(t);
  const lock = await acquireLock(path, 'sluice mirror');
  t.mock.method(fs, 'ftruncateSync', () => {
    throw Object.assign(new Error('read-only file system'), { code: 'EROFS' });
  });
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  syncBuiltinESMExports();
  lock.release();
  assert.deepEqual([openFilesBelow(path) ?? [], await lockHolder(path)], [[], undefined]);
});
