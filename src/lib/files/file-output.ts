/**
 * stdout when it is a file. Node's own stream treats a short write as a complete write, so a full disk would cut off
 * the data without an error.
 */
import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/** Writes synchronously, like Node. A failed write reports the system's error, and leaves no part of the chunk. */
class FileOutput extends Writable {
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

  /** Half a line would damage the next appended line. Removes it only at the end of the file: the rest is not ours. */
  #takeBack(sizeBefore: number, written: number): void {
    try {
      if (written > 0 && fstatSync(this.fd).size === sizeBefore + written) ftruncateSync(this.fd, sizeBefore);
    } catch {
      // Report the first error.
    }
  }
}

/** Returns stdout, or a FileOutput when stdout is a file. */
export function dataOutput(stdout: NodeJS.WriteStream & { fd: 1 }): Writable {
  return fstatSync(stdout.fd).isFile() ? new FileOutput(stdout.fd) : stdout;
}
