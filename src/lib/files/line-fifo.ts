/** A queue of lines without a bound: its newest lines are in memory, the others in files of one chunk each. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** So much of the queue is in memory, and as much again while a chunk is read or written. */
const CHUNK_CHARS = 1024 * 1024;

export class LineFifo {
  readonly #folder: string;
  readonly #chunkChars: number;
  /** The newest lines. */
  #tail: string[] = [];
  #tailChars = 0;
  #first = 0;
  #next = 0;
  #writing: Promise<void> = Promise.resolve();
  #size = 0;

  /** The folder is created when it is needed. `close` removes it. */
  constructor(folder: string, { chunkChars = CHUNK_CHARS } = {}) {
    this.#folder = folder;
    this.#chunkChars = chunkChars;
  }

  /** Lines inside. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a line without a line feed. A returned promise settles once a chunk is written; the caller waits for it, so that
   * memory stays bounded. It rejects with a system error.
   */
  push(line: string): Promise<void> | undefined {
    this.#size++;
    this.#tail.push(line);
    this.#tailChars += line.length + 1;
    if (this.#tailChars < this.#chunkChars) return undefined;
    const text = this.#tail.join('\n');
    const path = this.#pathOf(this.#next++);
    this.#tail = [];
    this.#tailChars = 0;
    // One after the other. After an error all later writes fail, too.
    this.#writing = this.#writing.then(async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path, text);
    });
    // Its caller gets the error.
    this.#writing.catch(() => {});
    return this.#writing;
  }

  /** Removes and returns the oldest lines, a chunk at most. Empty = there is none. Rejects with a system error. */
  async shift(): Promise<string[]> {
    let lines = this.#tail;
    if (this.#first === this.#next) {
      this.#tail = [];
      this.#tailChars = 0;
    } else {
      await this.#writing;
      const path = this.#pathOf(this.#first++);
      lines = (await readFile(path, 'utf8')).split('\n');
      await rm(path, { force: true });
    }
    this.#size -= lines.length;
    return lines;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    if (this.#next > 0) await rm(this.#folder, { recursive: true, force: true }).catch(() => {});
  }

  #pathOf(chunk: number): string {
    return join(this.#folder, `${chunk}.ndjson`);
  }
}
