/**
 * One process at a time in a folder. The lock is the operating system's own, on an open file. It ends with the process,
 * even after a crash, so there are no stale locks. The text in the file only names the holder.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { isShortOfFiles, localError, TransferError } from '../errors.js';
import { readSmallFile } from '../lib/files/small-file.js';
import { type GiveWay, isNoSpace, withSpaceSync } from '../lib/files/with-space.js';
import { isAlive } from '../lib/process/process.js';
import { localTimeOf } from '../lib/text/local-time.js';
import { sleep } from '../lib/waiting/sleep.js';
import { say } from '../texts/say.js';
import { remedyFor, systemText } from '../texts/system.js';

export interface LockHolder {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
}

export interface Lock {
  release(): void;
}

/** A process that only tests the lock holds it for a moment, so one refusal is not enough. */
const ATTEMPTS = 10;
const ATTEMPT_DELAY_MS = 20;

/** Whether the lock on an open file was granted; `path` is its name. */
type TryLock = (fd: number, path: string, options?: { shared?: boolean }) => boolean;

/**
 * Rejects with ERR_LOCKED, naming the holder, or ERR_VOLUME when the file cannot be made. `giveWay`: makes room for the
 * holder's name on a full disk.
 */
export async function acquireLock(path: string, command: string, tryLock?: TryLock, giveWay?: GiveWay): Promise<Lock> {
  const granted = tryLock ?? (await loadTryLock());
  const fd = openLock(path);
  for (let attempt = 1; !granted(fd, path) || !isNamed(fd, path); attempt++) {
    if (attempt >= ATTEMPTS) {
      closeSync(fd);
      throw lockedError(path);
    }
    await sleep(ATTEMPT_DELAY_MS);
  }
  if (!isLockFile(fd)) {
    closeSync(fd);
    throw new TransferError('ERR_LOCKED', say.disks.journal.foreignLock(path));
  }
  const holder = { pid: process.pid, startedAt: new Date().toISOString(), command };
  // The fallback lock depends on this text, so there it must be written.
  writeHolder(fd, path, { holder, giveWay, isNeeded: granted === tryLockByPid });
  return {
    release() {
      try {
        // The file stays: after a removal, two processes can lock two files of one name.
        ftruncateSync(fd);
      } catch {
        // The disk is broken: the old name stays in the file and does no harm.
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** The current holder of the lock, or undefined. Changes nothing. */
export async function lockHolder(path: string, tryLock?: TryLock): Promise<LockHolder | undefined> {
  const granted = tryLock ?? (await loadTryLock());
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // Then the answer is unknown.
    if (isShortOfFiles(error)) throw error;
    return undefined;
  }
  try {
    return granted(fd, path, { shared: true }) ? undefined : readHolder(path);
  } finally {
    closeSync(fd);
  }
}

/** The library has binaries for the usual systems. On any other system the holder's pid must do. */
async function loadTryLock(): Promise<TryLock> {
  try {
    const native = createRequire(import.meta.url)('fs-native-extensions') as typeof import('fs-native-extensions');
    return (fd, _path, options) => native.tryLock(fd, options);
  } catch (error) {
    // Its binary exists, but cannot be opened.
    if (isShortOfFiles(error)) throw error;
    return tryLockByPid;
  }
}

/** The process whose pid is in the file holds the lock while it lives. If the pid was reused, the user must check. */
export function tryLockByPid(_fd: number, path: string): boolean {
  const holder = readHolder(path);
  return holder === undefined || !isAlive(holder.pid);
}

function openLock(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a+');
  } catch (error) {
    throw unusable(path, error);
  }
}

function writeHolder(
  fd: number,
  path: string,
  { holder, giveWay, isNeeded }: { holder: LockHolder; giveWay: GiveWay | undefined; isNeeded: boolean },
): void {
  try {
    ftruncateSync(fd);
    withSpaceSync(() => writeSync(fd, `${JSON.stringify(holder)}\n`, 0), giveWay);
  } catch (error) {
    if (isNoSpace(error) && !isNeeded) return;
    closeSync(fd);
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): TransferError {
  return localError('ERR_VOLUME', say.disks.unusable(`${path}: ${systemText(error, path)}${remedyFor(error)}`), error);
}

/** Whether the open file still has that name: a lock on a removed file stops no other process. */
function isNamed(fd: number, path: string): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  return named !== undefined && named.ino === fstatSync(fd).ino;
}

/** Empty, or with a former holder. Sluice wrote no other text here, and must not erase it. */
function isLockFile(fd: number): boolean {
  const text = Buffer.alloc(HOLDER_LIMIT_BYTES);
  const length = readSync(fd, text, 0, HOLDER_LIMIT_BYTES, 0);
  return length === 0 || (length < HOLDER_LIMIT_BYTES && parseHolder(text.toString('utf8', 0, length)) !== undefined);
}

const HOLDER_LIMIT_BYTES = 4_096;

function lockedError(path: string): TransferError {
  const holder = readHolder(path);
  const { journal } = say.disks;
  const who = holder ? journal.holder(holder.pid, holder.command, localTimeOf(holder.startedAt)) : journal.otherProcess;
  // A lock in a folder locks the folder; a lock beside a file locks the file.
  const what = basename(path) === 'lock' ? dirname(path) : path.replace(/\.lock$/, '');
  return new TransferError('ERR_LOCKED', journal.inUse(what, who));
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return parseHolder(readSmallFile(path, HOLDER_LIMIT_BYTES).toString());
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, startedAt, command } = JSON.parse(text);
    if (!Number.isInteger(pid) || startedAt === undefined) return undefined;
    return { pid, startedAt: String(startedAt), command: String(command) };
  } catch {
    // Not written yet, or cut off.
    return undefined;
  }
}
