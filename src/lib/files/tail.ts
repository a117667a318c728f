/** Reads the end of a file that may be anything: no link is followed, no pipe waited for, and only so many bytes are read. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export interface Tail {
  readonly text: string;
  /** The text is the whole file. */
  readonly isWhole: boolean;
  readonly modifiedMs: number;
}

/** Undefined for what is no regular file. Rejects with system errors. */
export async function readTail(path: string, mostBytes: number): Promise<Tail | undefined> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return undefined;
    const length = Math.min(stat.size, mostBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, stat.size - length);
    return { text: buffer.toString('utf8', 0, bytesRead), isWhole: length === stat.size, modifiedMs: stat.mtimeMs };
  } finally {
    await file.close();
  }
}
