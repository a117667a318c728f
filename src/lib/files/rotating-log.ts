/**
 * A log of lines in files of bounded size: FILE, FILE.1, FILE.2, … from the newest to the oldest. Writing a line never
 * throws and never waits: the lines are written in the background, and a disk that is full or away costs the lines that
 * find no place in memory, nothing else. A line is always whole: what a failed write leaves behind is cut off.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync, writeSync } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { wholeLinesBytes } from './torn-line.js';

export interface RotatingLogOptions {
  /** The size of a file: it may be exceeded by one line that is longer than this. */
  bytes: number;
  /** How each line begins. The rest of a broken one is cut off; what else stands at the end of the file stays. */
  start: string;
  /** How many files there may be, the current one included. */
  files: number;
  /** After a failure, the time before a line is tried again. */
  retryMs: number;
  /** The lines cannot be written. Called once, until they can again. */
  onTrouble: (error: NodeJS.ErrnoException) => void;
  /** They can again; so many are lost. */
  onBack: (lost: number) => void;
  /** The file cannot be rotated, and grows. Called once. */
  onGrowing: (error: NodeJS.ErrnoException) => void;
}

/** Lines that wait for a disk. */
const WAITING_LIMIT_BYTES = 1024 * 1024;
/** A write that takes this long hangs. */
const HANGING_MS = 1_000;
const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;

export class RotatingLog {
  readonly #path: string;
  readonly #options: RotatingLogOptions;
  #file: FileHandle | undefined;
  #size = 0;
  #inode = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #work: Promise<void> | undefined;
  #workSinceMs = 0;
  /** Undefined while lines can be written. */
  #failedAtMs: number | undefined;
  #limitBytes: number;
  #isGrowing = false;

  private constructor(path: string, options: RotatingLogOptions) {
    this.#path = path;
    this.#options = options;
    this.#limitBytes = options.bytes;
  }

  /** Rejects with a system error when the file cannot be opened for writing. */
  static async open(path: string, options: RotatingLogOptions): Promise<RotatingLog> {
    const log = new RotatingLog(path, options);
    await log.#open();
    return log;
  }

  /** Adds a line, without its end. */
  write(line: string): void {
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.#waitingBytes + bytes > WAITING_LIMIT_BYTES) {
      this.#lost++;
      return;
    }
    this.#waiting.push(text);
    this.#waitingBytes += bytes;
    if (this.#failedAtMs === undefined || performance.now() - this.#failedAtMs >= this.#options.retryMs) this.#begin();
  }

  /** Writes what waits, and closes the file. */
  async end(): Promise<void> {
    this.#begin();
    await this.#work;
    await this.#file?.close();
    this.#file = undefined;
  }

  /**
   * Writes what waits at once, for a process that ends now. Not to a disk that does not answer. A line that a thread is
   * writing at that moment may come twice, which is better than not at all.
   */
  flushSync(): void {
    const isWriting = this.#work !== undefined;
    if (this.#waiting.length === 0 || (isWriting && performance.now() - this.#workSinceMs > HANGING_MS)) return;
    try {
      // A thread may just have written the first line.
      if (isWriting && statSync(this.#path).size > this.#size) this.#waiting.shift();
      // To open a pipe would wait for its reader.
      const fd = openSync(this.#path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
      if (fstatSync(fd).isFile()) writeSync(fd, this.#waiting.splice(0).join(''));
      closeSync(fd);
    } catch {
      // The process ends, and nothing is left to tell.
    }
  }

  #begin(): void {
    if (this.#work !== undefined || this.#waiting.length === 0) return;
    this.#workSinceMs = performance.now();
    this.#work = this.#writeWaiting().finally(() => {
      this.#work = undefined;
    });
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#ready(Buffer.byteLength(this.#waiting[0]!));
        // One line at a time: each of them is whole, and a file is not larger than its limit.
        await this.#append(Buffer.from(this.#waiting[0]!));
        this.#waitingBytes -= Buffer.byteLength(this.#waiting.shift()!);
        this.#workSinceMs = performance.now();
      }
      this.#succeed();
    } catch (error) {
      const isNew = this.#failedAtMs === undefined;
      this.#failedAtMs = performance.now();
      await this.#file?.close().catch(() => {});
      this.#file = undefined;
      if (isNew) this.#options.onTrouble(error as NodeJS.ErrnoException);
    }
  }

  #succeed(): void {
    if (this.#failedAtMs === undefined && this.#lost === 0) return;
    this.#failedAtMs = undefined;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onBack(lost);
  }

  /** Opens the file of that name, if it is another one now (a program such as logrotate has moved it), or is full. */
  async #ready(bytes: number): Promise<void> {
    const named = await this.#named();
    if (this.#file === undefined || named?.ino !== this.#inode) await this.#open();
    // It was cut from outside.
    else if (named.size < this.#size) this.#size = named.size;
    if (this.#size > 0 && this.#size + bytes > this.#limitBytes) await this.#rotate();
  }

  /** What has that name now. */
  async #named(): Promise<Stats | undefined> {
    try {
      return await stat(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    }
  }

  async #open(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    const named = await this.#named();
    if (named?.isFile() === false) throw Object.assign(new Error('this is not a file'), { code: 'EINVAL' });
    const file = await open(this.#path, 'a+');
    try {
      this.#size = await this.#endLastLine(file);
      this.#inode = fstatSync(file.fd).ino;
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#file = file;
  }

  /** Returns the size. A process may have been killed, or the machine may have stopped, while it wrote a line. */
  async #endLastLine(file: FileHandle): Promise<number> {
    const { size } = fstatSync(file.fd);
    const whole = wholeLinesBytes(file.fd, size);
    if (whole === size) return size;
    const { start } = this.#options;
    const begin = Buffer.alloc(start.length);
    readSync(file.fd, begin, 0, begin.length, whole);
    if (begin.toString() === start) {
      await file.truncate(whole);
      return whole;
    }
    await file.write('\n');
    return size + 1;
  }

  async #rotate(): Promise<void> {
    const { bytes, files, onGrowing } = this.#options;
    try {
      for (let age = files - 1; age > 0; age--) {
        const from = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
        await rename(from, `${this.#path}.${age}`).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
        });
      }
    } catch (error) {
      // The lines matter more than the size. The next attempt comes when the file has grown by as much again.
      this.#limitBytes = this.#size + bytes;
      if (!this.#isGrowing) onGrowing(error as NodeJS.ErrnoException);
      this.#isGrowing = true;
      return;
    }
    await this.#open();
    this.#limitBytes = bytes;
  }

  async #append(line: Buffer): Promise<void> {
    const file = this.#file!;
    try {
      for (let done = 0; done < line.length; ) done += (await file.write(line, done)).bytesWritten;
    } catch (error) {
      await file.truncate(this.#size).catch(() => {});
      throw error;
    }
    this.#size += line.length;
  }
}
