/** Parts → NDJSON text on an output. */
import { Writable } from 'node:stream';
import { failureLine } from '../events/lists/failures.js';
import type { Reporter } from '../events/reporter.js';
import type { Stats } from '../events/stats.js';
import { entryToLine } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';
import type { Part, Reject } from '../model/part.js';

export interface PrintOptions {
  /** Stays open. */
  output: Writable;
  stats: Stats;
  reporter: Reporter;
  /** Where folders that could not be listed are recorded, if anywhere. */
  failures: { record(line: string, part: Part): Promise<void> | undefined } | undefined;
  /** Told of each part when the system has taken its lines, and `unreadBytes` more. */
  ack: (part: Part) => void;
  /** Lines that the system has taken and nobody may ever read: what a pipe and its reader hold when the reader leaves. @default 0 */
  unreadBytes?: number;
  /** Aborted: the listing is cut off, and so may be the reader of its last lines. */
  draining?: AbortSignal;
}

/**
 * The end of a listing. What is printed counts as skipped: it was listed, and nothing was to be stored. What cannot be
 * listed counts as failed. An output that fails destroys the stage with its error.
 */
export function createPrint(options: PrintOptions): Writable {
  const { output, stats, reporter, failures, ack, draining } = options;
  const unread = new Unread(options);
  /** Settles with the write that was begun last; they end in order. */
  let lastWrite: Promise<void> = Promise.resolve();

  function settle(part: Part, outcome: Outcome, size: number | undefined): void {
    stats.listed++;
    stats.settle(outcome, size);
    part.page?.enter(outcome, size);
  }

  async function record(part: Part, { entry, error, attempts = 0, kind }: Reject): Promise<void> {
    // A folder that was deleted meanwhile: there is nothing to list any more.
    if (error.code === 'ERR_NOT_FOUND') return settle(part, { status: 'gone' }, undefined);
    settle(part, { status: 'failed', error }, entry.size);
    reporter.failure(entry.key, error, attempts);
    await failures?.record(failureLine(entry, error, attempts, kind), part);
  }

  function textOf(part: Part): string {
    let text = '';
    for (const entry of part.entries) {
      text += `${entryToLine(entry)}\n`;
      settle(part, { status: 'skipped', bytes: entry.size ?? 0, volume: -1 }, entry.size);
    }
    return text;
  }

  async function print(part: Part): Promise<void> {
    for (const reject of part.rejects) await record(part, reject);
    if (part.entries.length === 0) return ack(part);
    const text = textOf(part);
    let isWanted = true;
    lastWrite = new Promise<void>((resolve, reject) => {
      isWanted = output.write(text, (error) => {
        if (error) return reject(error);
        unread.add(part, Buffer.byteLength(text));
        resolve();
      });
    });
    // An output that fails says so by itself, too.
    lastWrite.catch(() => {});
    // As long as the output takes more, the next lines need not wait for these to have gone.
    if (!isWanted) await lastWrite;
  }

  const stage = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(part: Part, _encoding, done) {
      print(part).then(() => done(), done);
    },
    final(done) {
      const finish = () => {
        if (!draining?.aborted) unread.release();
        done();
      };
      lastWrite.then(finish, done);
    },
    destroy(error, done) {
      output.off('error', fail).off('close', fail);
      done(error);
    },
  });
  // It may close between two lines, or while it holds one back: then no answer to a write comes any more.
  const fail = (error?: Error) => stage.destroy(error ?? new Error('the output was closed'));
  output.on('error', fail).on('close', fail);
  return stage;
}

/** Parts whose lines are written and may not have been read, oldest first; each has a line at least, so they are few. */
class Unread {
  readonly #ack: (part: Part) => void;
  readonly #limitBytes: number;
  readonly #parts: { part: Part; bytes: number }[] = [];
  #bytes = 0;

  constructor({ ack, unreadBytes = 0 }: PrintOptions) {
    this.#ack = ack;
    this.#limitBytes = unreadBytes;
  }

  /** Acknowledges what is followed by so many bytes that it must have been read. */
  add(part: Part, bytes: number): void {
    this.#parts.push({ part, bytes });
    this.#bytes += bytes;
    while (this.#parts.length > 0 && this.#bytes - this.#parts[0]!.bytes >= this.#limitBytes) this.#shift();
  }

  /** All of it counts as read. */
  release(): void {
    while (this.#parts.length > 0) this.#shift();
  }

  #shift(): void {
    const { part, bytes } = this.#parts.shift()!;
    this.#bytes -= bytes;
    this.#ack(part);
  }
}
