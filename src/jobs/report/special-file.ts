/** Writes into a pipe or a device without blocking a thread: the program at its other end may be slow, or not there at all. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { sleep } from '../../lib/waiting/sleep.js';

const { O_NONBLOCK, O_NOCTTY, O_WRONLY } = constants;
const PAUSE_MS = 20;

/** Rejects with system errors, and with the reason of the signal when that comes first. */
export async function writeSpecialFile(path: string, text: string, signal: AbortSignal): Promise<void> {
  // ENXIO: no program has opened the pipe to read it.
  const file = await untilReady('ENXIO', () => open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY), signal);
  try {
    let rest: Buffer = Buffer.from(text);
    while (rest.length > 0) rest = rest.subarray(await written(file, rest, signal));
  } finally {
    await file.close();
  }
}

async function written(file: FileHandle, bytes: Buffer, signal: AbortSignal): Promise<number> {
  // EAGAIN: the pipe is full.
  const { bytesWritten } = await untilReady('EAGAIN', () => file.write(bytes), signal);
  return bytesWritten;
}

async function untilReady<Result>(busy: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== busy) throw error;
      await sleep(PAUSE_MS, signal);
    }
  }
}
