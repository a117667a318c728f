/**
 * One process at a time in a folder. The lock is the operating system's own, on an open file: it goes with the process
 * that holds it, however that ends, so there are no stale ones. The file's text only says who it is.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import native from 'fs-native-extensions';
import { TransferError } from '../errors.js';
import { sleep } from '../flow/sleep.js';

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

/** Rejects with ERR_LOCKED, naming the holder, or ERR_VOLUME when the file cannot be made. */
export async function acquireLock(path: string, command: string): Promise<Lock> {
  const fd = openLock(path);
  for (let attempt = 1; !native.tryLock(fd); attempt++) {
    if (attempt >= ATTEMPTS) {
      closeSync(fd);
      throw lockedError(path);
    }
    await sleep(ATTEMPT_DELAY_MS);
  }
  const holder: LockHolder = { pid: process.pid, startedAt: new Date().toISOString(), command };
  ftruncateSync(fd);
  writeSync(fd, `${JSON.stringify(holder)}\n`, 0);
  return {
    release() {
      // The file stays: removing it would let two others lock two files of one name.
      ftruncateSync(fd);
      closeSync(fd);
    },
  };
}

/** Who holds the lock now; undefined when nobody does. Changes nothing. */
export function lockHolder(path: string): LockHolder | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return native.tryLock(fd, { shared: true }) ? undefined : readHolder(path);
  } finally {
    closeSync(fd);
  }
}

function openLock(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a+');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TransferError('ERR_VOLUME', `the destination cannot be used: ${path}: ${why}`, { cause: error });
  }
}

function lockedError(path: string): TransferError {
  const holder = readHolder(path);
  const who = holder ? `process ${holder.pid} (${holder.command}, started ${holder.startedAt})` : 'another process';
  return new TransferError('ERR_LOCKED', `${dirname(path)} is in use by ${who}; wait for it, or stop it`);
}

function readHolder(path: string): LockHolder | undefined {
  try {
    const { pid, startedAt, command } = JSON.parse(readFileSync(path, 'utf8'));
    return { pid: Number(pid), startedAt: String(startedAt), command: String(command) };
  } catch {
    // Not written yet.
    return undefined;
  }
}
