/**
 * stdout when it is a file. Node's own stream for it takes a short write for a whole one, so that a full disk would cut
 * the data off without a word.
 */
import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Writes synchronously, as Node does to a file; fails with the system's error, and then leaves no part of the chunk behind. */
export class FileOutput extends Writable {
  readonly fd: number;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.fd = fd;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const sizeBefore = fstatSync(this.fd).size;
    let written = 0;
    try {
      while (written < chunk.length) written += writeSync(this.fd, chunk, written);
      done();
    } catch (error) {
      this.#takeBack(sizeBefore, written);
      done(error as Error);
    }
  }

  /** Half a line would spoil whatever is appended next. Only where it stands at the end: the rest is not ours. */
  #takeBack(sizeBefore: number, written: number): void {
    try {
      if (written > 0 && fstatSync(this.fd).size === sizeBefore + written) ftruncateSync(this.fd, sizeBefore);
    } catch {
      // The first error is the one to report.
    }
  }
}

/** stdout, or what stands in for it where it is a file. */
export function dataOutput(stdout: NodeJS.WriteStream & { fd: 1 }): Writable {
  return fstatSync(stdout.fd).isFile() ? new FileOutput(stdout.fd) : stdout;
}
