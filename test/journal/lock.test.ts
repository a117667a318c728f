// One process at a time: who holds the lock is named, and a dead one holds nothing.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../src/errors.js';
import { acquireLock, lockHolder, tryLockByPid } from '../../src/journal/lock.js';
import { tempFolder } from '../support/files.js';
import { rejection } from '../support/waiting.js';

/** Another process that takes the lock and keeps it until it is killed. */
async function otherHolder(t: TestContext, path: string) {
  const module = new URL('../../src/journal/lock.js', import.meta.url);
  const script = `const { acquireLock } = await import('${module}'); await acquireLock(${JSON.stringify(path)}, 'other'); console.log('held'); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

test('a second process is refused with the pid and the start of the first; killed, it leaves nothing', async (t) => {
  const path = join(tempFolder(t), 'new', 'lock');
  const other = await otherHolder(t, path);
  const error = await rejection<TransferError>(acquireLock(path, 'mine'));
  assert.equal(error.code, 'ERR_LOCKED');
  assert.match(error.message, new RegExp(`process ${other.pid} \\(other, started 20\\d\\d-\\d\\d-\\d\\dT`));
  assert.equal((await lockHolder(path))?.pid, other.pid);
  other.kill('SIGKILL');
  await once(other, 'exit');
  assert.equal(await lockHolder(path), undefined);
  const lock = await acquireLock(path, 'mine');
  assert.deepEqual([(await lockHolder(path))?.pid, (await lockHolder(path))?.command], [process.pid, 'mine']);
  lock.release();
  assert.equal(await lockHolder(path), undefined);
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('whoever only looks changes nothing, also where there is no lock', async (t) => {
  const folder = tempFolder(t);
  assert.equal(await lockHolder(join(folder, 'none')), undefined);
  const lock = await acquireLock(join(folder, 'lock'), 'mine');
  const text = readFileSync(join(folder, 'lock'), 'utf8');
  await lockHolder(join(folder, 'lock'));
  assert.equal(readFileSync(join(folder, 'lock'), 'utf8'), text);
  lock.release();
});

test("somebody else's file of that name is not emptied", async (t) => {
  const path = join(tempFolder(t), 'yarn.lock');
  writeFileSync(path, '# yarn lockfile v1\n');
  assert.equal((await rejection<TransferError>(acquireLock(path, 'mine'))).code, 'ERR_LOCKED');
  assert.equal(readFileSync(path, 'utf8'), '# yarn lockfile v1\n');
});

test('where the system has no lock the pid of a living holder has to do', async (t) => {
  const path = join(tempFolder(t), 'lock');
  const holder = (pid: number | undefined) =>
    writeFileSync(path, JSON.stringify({ pid, startedAt: 'then', command: 'x' }));
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  t.after(() => child.kill('SIGKILL'));
  holder(child.pid);
  assert.equal((await rejection<TransferError>(acquireLock(path, 'mine', tryLockByPid))).code, 'ERR_LOCKED');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await acquireLock(path, 'mine', tryLockByPid);
  lock.release();
});
