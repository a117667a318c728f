/** A queue of lines without a bound: a few in memory, the rest in a file. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const MEMORY_CHARS = 64 * 1024;

/** Throws system errors. */
export class TextSpool {
  readonly #path: string;
  #fd: number | undefined;
  #lines: string[] = [];
  #chars = 0;

  /** The directory of `path` must exist. The file is created when it is needed. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Without a line feed. */
  add(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length + 1;
    if (this.#chars >= MEMORY_CHARS) this.#spill();
  }

  /** Yields all lines in order. */
  async *read(): AsyncGenerator<string, void, void> {
    if (this.#fd !== undefined) {
      this.#spill();
      const input = createReadStream(this.#path);
      yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    } else yield* this.#lines;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #spill(): void {
    this.#fd ??= openSync(this.#path, 'a');
    const bytes = Buffer.from(this.#lines.map((line) => `${line}\n`).join(''));
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(this.#fd, bytes, offset);
    this.#lines = [];
    this.#chars = 0;
  }
}
