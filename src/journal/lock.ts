/**
 * One process at a time in a folder. The lock is the operating system's own, on an open file: it goes with the process
 * that holds it, however that ends, so there are no stale ones. The file's text only says who it is.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isShortOfFiles, localError, TransferError } from '../errors.js';
import { readSmallFile } from '../lib/files/small-file.js';
import { type GiveWay, isNoRoom, withRoomSync } from '../lib/files/with-room.js';
import { isAlive } from '../lib/process/process.js';
import { sleep } from '../lib/waiting/sleep.js';

export interface LockHolder {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
}

export interface Lock {
  release(): void;
}

/** Someone who only looks whether there is a lock holds it for a moment: not a reason to refuse. */
const ATTEMPTS = 10;
const ATTEMPT_DELAY_MS = 20;

/** Whether the lock on an open file was granted; `path` is its name. */
type TryLock = (fd: number, path: string, options?: { shared?: boolean }) => boolean;

/**
 * Rejects with ERR_LOCKED, naming the holder, or ERR_VOLUME when the file cannot be made. `giveWay`: for the name of the
 * holder, on a full disk.
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
    throw new TransferError('ERR_LOCKED', `${path} is somebody else's file; move it away, or use another name`);
  }
  const holder = { pid: process.pid, startedAt: new Date().toISOString(), command };
  // What only the text keeps out has to have it.
  writeHolder(fd, path, { holder, giveWay, isNeeded: granted === tryLockByPid });
  return {
    release() {
      try {
        // The file stays: removing it would let two others lock two files of one name.
        ftruncateSync(fd);
      } catch {
        // A broken disk: then an old name stays in it, which stands in nobody's way.
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** Who holds the lock now; undefined when nobody does. Changes nothing. */
export async function lockHolder(path: string, tryLock?: TryLock): Promise<LockHolder | undefined> {
  const granted = tryLock ?? (await loadTryLock());
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // Nobody can tell.
    if (isShortOfFiles(error)) throw error;
    return undefined;
  }
  try {
    return granted(fd, path, { shared: true }) ? undefined : readHolder(path);
  } finally {
    closeSync(fd);
  }
}

/** The library brings its binary for the usual systems; on any other the holder's pid has to do. */
async function loadTryLock(): Promise<TryLock> {
  try {
    const { default: native } = await import('fs-native-extensions');
    return (fd, _path, options) => native.tryLock(fd, options);
  } catch (error) {
    // Its binary is there, only it cannot be opened.
    if (isShortOfFiles(error)) throw error;
    return tryLockByPid;
  }
}

/** Whoever wrote its name into the file and is alive holds it. A pid that was given anew is a reason to look twice. */
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
    withRoomSync(() => writeSync(fd, `${JSON.stringify(holder)}\n`, 0), giveWay);
  } catch (error) {
    if (isNoRoom(error) && !isNeeded) return;
    closeSync(fd);
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_VOLUME', `the destination cannot be used: ${path}: ${why}`, error);
}

/** Whether the open file still has that name: a file that was removed locks nobody out. */
function isNamed(fd: number, path: string): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  return named !== undefined && named.ino === fstatSync(fd).ino;
}

/** Empty, or with a holder that has gone. Anything else was not written here and must not be emptied. */
function isLockFile(fd: number): boolean {
  const text = Buffer.alloc(HOLDER_LIMIT_BYTES);
  const length = readSync(fd, text, 0, HOLDER_LIMIT_BYTES, 0);
  return length === 0 || (length < HOLDER_LIMIT_BYTES && parseHolder(text.toString('utf8', 0, length)) !== undefined);
}

const HOLDER_LIMIT_BYTES = 4_096;

function lockedError(path: string): TransferError {
  const holder = readHolder(path);
  const who = holder ? `process ${holder.pid} (${holder.command}, started ${holder.startedAt})` : 'another process';
  // A lock of a folder stands for the folder, one beside a file for the file.
  const what = basename(path) === 'lock' ? dirname(path) : path.replace(/\.lock$/, '');
  return new TransferError('ERR_LOCKED', `${what} is in use by ${who}; wait for it, or stop it`);
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
