/** Lines that wait for their turn, any number of them: a few in memory, more of them in a file. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const MEMORY_CHARS = 64 * 1024;

/** Throws system errors. */
export class TextSpool {
  readonly #path: string;
  #fd: number | undefined;
  #lines: string[] = [];
  #chars = 0;

  /** The folder of `path` has to be there; the file is made when it is needed. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Without a line feed. */
  add(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length + 1;
    if (this.#chars >= MEMORY_CHARS) this.#spill();
  }

  /** All lines, in their order. */
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
