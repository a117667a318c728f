/**
 * Too many open files: this process (EMFILE) or this machine (ENFILE) has no more. The shortage passes. It says nothing
 * about an object, a disk or a server. Work that needs a file can wait.
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isShortOfFiles } from '../errors.js';

/** Files for a DNS lookup: a socket or two, and a system file. */
const FILES_OF_A_LOOKUP = 4;

/** Whether a few files can be opened now. Some errors (of a DNS lookup) do not show that files ran out. */
export function canOpenFiles(count = FILES_OF_A_LOOKUP): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync('/dev/null', 'r'));
    return true;
  } catch (error) {
    return !isShortOfFiles(error);
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

/** Unused connections are closed after a few seconds; requests end some seconds later. */
const WAIT_LIMIT_MS = 30_000;
const PAUSE_MS = 50;

/** Runs work that needs a file. If files run out, waits and runs it again. Rejects with other errors of `work`. */
export async function withFiles<T>(work: () => T | Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isShortOfFiles(error) || waitedMs >= WAIT_LIMIT_MS) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Shorter, since callers wait for the thread. */
const THREAD_WAIT_LIMIT_MS = 2_000;

/** The same for a thread: it blocks, since it has no other work. Throws the errors of `work`. */
export function withFilesSync<T>(work: () => T): T {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return work();
    } catch (error) {
      if (!isShortOfFiles(error) || waitedMs >= THREAD_WAIT_LIMIT_MS) throw error;
    }
    Atomics.wait(clock, 0, 0, PAUSE_MS);
  }
}
