/**
 * A terminal that is written without waiting. When it does not take any more (Ctrl-S, a slow line), what is to be drawn is
 * left out, and what is to be said waits, up to a limit: a terminal must never stop the job, nor fill its memory. Node's own
 * stream for a terminal would wait.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** What waits for a terminal that takes nothing. Older messages are dropped, and counted. */
const MOST_MESSAGES = 500;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export class Surface {
  readonly #stream: NodeJS.WriteStream;
  #fd: number | undefined;
  /** What the terminal has not taken of the last piece. */
  #rest: Buffer = EMPTY;
  #messages: string[] = [];
  #dropped = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#fd = reopened(stream);
  }

  get size(): Size {
    return sizeOf(this.#stream);
  }

  /** A line that must be shown, sooner or later. */
  say(line: string): void {
    this.#messages.push(line);
    if (this.#messages.length <= MOST_MESSAGES) return;
    this.#messages.shift();
    this.#dropped++;
  }

  get hasMessages(): boolean {
    return this.#messages.length > 0;
  }

  /** The messages that wait, and how many were dropped before them. */
  takeMessages(): { lines: readonly string[]; dropped: number } {
    const taken = { lines: this.#messages, dropped: this.#dropped };
    this.#messages = [];
    this.#dropped = 0;
    return taken;
  }

  /** The terminal has taken all that it was given before. */
  get isReady(): boolean {
    if (this.#fd === undefined) return this.#stream.writableLength === 0;
    if (this.#rest.length > 0) this.#push(this.#rest);
    return this.#rest.length === 0;
  }

  /** Only while {@link isReady}. */
  write(text: string): void {
    if (this.#fd === undefined) this.#stream.write(text);
    else this.#push(Buffer.from(text));
  }

  /** From now on the stream writes, and waits. It gets what the terminal has not taken. */
  close(): void {
    if (this.#rest.length > 0) this.#stream.write(this.#rest);
    this.#rest = EMPTY;
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #push(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#fd!, bytes, written);
      this.#rest = EMPTY;
    } catch (error) {
      // Any other error: the terminal is gone, and the end of the run is another part's business.
      const isBusy = (error as NodeJS.ErrnoException).code === 'EAGAIN';
      this.#rest = isBusy ? bytes.subarray(written) : EMPTY;
    }
  }
}

const EMPTY = Buffer.alloc(0);

export function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  return { columns: columns || 80, rows: rows || 24 };
}

/** The same terminal by a description of its own: its mode is not that of stdin and stdout. Undefined = not possible. */
function reopened(stream: NodeJS.WriteStream): number | undefined {
  const { fd } = stream as { fd?: number };
  if (typeof fd !== 'number') return undefined;
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    // A terminal of another user (su), or a system without /dev/fd.
    return undefined;
  }
}
