/**
 * Too many open files: a shortage of this process (EMFILE) or of this machine (ENFILE). It passes, it says nothing about an
 * object, a disk or a server, and what needs a file can wait for it.
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isShortOfFiles } from '../errors.js';

/** A name is looked up with this many: a socket or two, and a file of the system's. */
const FILES_OF_A_LOOKUP = 4;

/** Whether a few files can be opened now: some errors (of a name that is looked up) do not say that they could not. */
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

/** Unused connections are closed after a few seconds, requests end after some more. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/** Does what needs a file; where there is none, waits for one and does it again. Rejects with what it rejects with otherwise. */
export async function withFiles<T>(work: () => T | Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isShortOfFiles(error) || waitedMs >= PATIENCE_MS) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/** Whoever asks a thread waits for it. */
const THREAD_PATIENCE_MS = 2_000;

/** The same for a thread, which has nothing else to do. Throws. */
export function withFilesSync<T>(work: () => T): T {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return work();
    } catch (error) {
      if (!isShortOfFiles(error) || waitedMs >= THREAD_PATIENCE_MS) throw error;
    }
    Atomics.wait(clock, 0, 0, PAUSE_MS);
  }
}
