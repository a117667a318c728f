/** Asks the thread of a disk, and does not wait for ever. */
import { Worker } from 'node:worker_threads';
import { within } from '../../../lib/waiting/within.js';
import { DISK_DONE, type DiskAnswer, type DiskPart, type DiskParts, type DiskTask, PARTS } from './disk-facts.js';

/** After an interruption, or too long a wait, the thread ends the call that it is in, and removes its files. */
const END_LIMIT_MS = 3_000;

export interface DiskReport {
  /** What is known. */
  readonly parts: Partial<DiskParts>;
  /** Parts that failed. */
  readonly errors: Partial<Record<DiskPart, string>>;
  /** The part that has not come in time. */
  readonly missing: DiskPart | undefined;
  /** The thread hangs in a system call, so its test files may be left. */
  readonly isStuck: boolean;
}

export interface AskOptions {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** A thread that hangs keeps the process alive. */
  readonly onStuck: () => void;
}

/** Resolves when the disk has answered, or after the limit. Rejects when `signal` aborts, once the test files are gone. */
export async function askDisk(task: DiskTask, { limitMs, signal, onStuck }: AskOptions): Promise<DiskReport> {
  const parts: Partial<Record<DiskPart, unknown>> = {};
  const errors: Partial<Record<DiskPart, string>> = {};
  const worker = new Worker(new URL('./disk-thread.js', import.meta.url), { workerData: task });
  const done = new Promise<void>((resolve) => {
    worker.on('message', (answer: DiskAnswer | typeof DISK_DONE) => {
      if (answer === DISK_DONE) resolve();
      else if ('error' in answer) errors[answer.part] = answer.error;
      else parts[answer.part] = answer.facts;
    });
    worker.once('exit', () => resolve());
    worker.on('error', (error) => {
      errors.place ??= error.message;
      resolve();
    });
  });
  let isLate = false;
  await within(limitMs, orStopped(done, signal), () => {
    isLate = true;
  });
  const isOver = isLate || signal.aborted;
  const missing = isOver ? PARTS.find((part) => !(part in parts) && !(part in errors)) : undefined;
  let isStuck = false;
  if (isOver) {
    worker.postMessage('stop');
    await within(END_LIMIT_MS, done, () => {
      isStuck = true;
    });
  }
  if (isStuck) {
    // Ends when the system call does.
    worker.unref();
    onStuck();
  } else await worker.terminate();
  if (signal.aborted) throw signal.reason;
  return { parts: parts as Partial<DiskParts>, errors, missing, isStuck };
}

/** Resolves also when the signal aborts. */
function orStopped(done: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return Promise.race([done, aborted]);
}
