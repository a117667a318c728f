/** Parts → NDJSON text on an output. */
import { Writable } from 'node:stream';
import type { EventBus } from '../events/bus.js';
import type { Part, Reject } from '../model/batch.js';
import { entryToLine } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';

export interface PrintOptions {
  /** Stays open. */
  output: Writable;
  events: EventBus;
  /** Called with each part when the system has taken its lines, and `unreadBytes` more. */
  ack: (part: Part) => void;
  /** Bytes that no process may ever read: the pipe and its reader hold them when the reader exits. @default 0 */
  unreadBytes?: number;
  /** Aborted: the listing stops, and the reader of its last lines may stop too. */
  draining?: AbortSignal;
}

/**
 * The end of a listing. A printed object counts as skipped: it was listed, and needs no storing. What cannot be listed
 * counts as failed. An output error destroys the stage.
 */
export function createPrint(options: PrintOptions): Writable {
  const { output, events, ack, draining } = options;
  const unread = new Unread(options);
  /** Settles with the latest write. Writes end in order. */
  let lastWrite: Promise<void> = Promise.resolve();

  function settle(part: Part, { entry, error, attempts = 0, kind }: Reject): Promise<void> | undefined {
    // The folder was deleted meanwhile: there is nothing to list, and no list names it.
    const outcome: Outcome = error.code === 'ERR_NOT_FOUND' ? { status: 'gone' } : { status: 'failed', error };
    return events.outcome(entry, part, outcome, attempts, kind);
  }

  function textOf(part: Part): string {
    let text = '';
    for (const entry of part.entries) {
      text += `${entryToLine(entry)}\n`;
      void events.outcome(entry, part, { status: 'skipped', bytes: entry.size ?? 0, volume: -1 }, 0, undefined);
    }
    return text;
  }

  async function print(part: Part): Promise<void> {
    for (const reject of part.rejects) await settle(part, reject);
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
    // The error event of the output reports a failure, too.
    lastWrite.catch(() => {});
    // While the output takes more, the next lines do not wait for these.
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
  // The output may close between two writes, or during one: then the callback of the write never comes.
  const fail = (error?: Error) => stage.destroy(error ?? new Error('the output was closed'));
  output.on('error', fail).on('close', fail);
  return stage;
}

/** Parts whose lines are written but perhaps not read, oldest first. Each has at least one line, so they are few. */
class Unread {
  readonly #ack: (part: Part) => void;
  readonly #limitBytes: number;
  readonly #parts: { part: Part; bytes: number }[] = [];
  #bytes = 0;

  constructor({ ack, unreadBytes = 0 }: PrintOptions) {
    this.#ack = ack;
    this.#limitBytes = unreadBytes;
  }

  /** Acknowledges each part that is followed by so many bytes that the reader must have read it. */
  add(part: Part, bytes: number): void {
    this.#parts.push({ part, bytes });
    this.#bytes += bytes;
    while (this.#parts.length > 0 && this.#bytes - this.#parts[0]!.bytes >= this.#limitBytes) this.#shift();
  }

  /** Counts all of it as read. */
  release(): void {
    while (this.#parts.length > 0) this.#shift();
  }

  #shift(): void {
    const { part, bytes } = this.#parts.shift()!;
    this.#bytes -= bytes;
    this.#ack(part);
  }
}
