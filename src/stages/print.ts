/** Batches → NDJSON text, or URLs, on an output. */
import { Writable } from 'node:stream';
import type { EventBus } from '../events/bus.js';
import type { Batch, Reject } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import { EntryBytes } from '../model/forms/entry-bytes.js';
import type { Outcome } from '../model/outcome.js';
import { say } from '../texts/say.js';

export interface PrintOptions {
  /** Stays open. */
  output: Writable;
  events: EventBus;
  /** The text of an object, without a line feed. @default its line of NDJSON, see `entryToLine` */
  lineOf?: ((entry: ObjectEntry) => string) | undefined;
  /** Called with each batch when the system has taken its lines, and `unreadBytes` more. */
  ack: (batch: Batch) => void;
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
  const { output, events, ack, draining, lineOf } = options;
  const lines = new EntryBytes();
  const unread = new Unread(options);
  /** Settles with the latest write. Writes end in order. */
  let lastWrite: Promise<void> = Promise.resolve();

  function settle(batch: Batch, { entry, error, attempts = 0, kind }: Reject): Promise<void> | undefined {
    // The folder was deleted meanwhile: there is nothing to list, and no list names it.
    const outcome: Outcome = error.code === 'ERR_NOT_FOUND' ? { status: 'gone' } : { status: 'failed', error };
    return events.outcome(entry, batch, outcome, attempts, kind);
  }

  function linesOf(batch: Batch): Buffer {
    for (const entry of batch.entries) {
      if (lineOf === undefined) lines.add(entry);
      else lines.addText(`${lineOf(entry)}\n`);
      void events.outcome(entry, batch, { status: 'skipped', bytes: entry.size ?? 0, volume: -1 }, 0, undefined);
    }
    return lines.take();
  }

  async function print(batch: Batch): Promise<void> {
    for (const reject of batch.rejects) await settle(batch, reject);
    if (batch.entries.length === 0) return ack(batch);
    const bytes = linesOf(batch);
    let isWanted = true;
    lastWrite = new Promise<void>((resolve, reject) => {
      isWanted = output.write(bytes, (error) => {
        if (error) return reject(error);
        unread.add(batch, bytes.length);
        lines.free(bytes);
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
    write(batch: Batch, _encoding, done) {
      print(batch).then(() => done(), done);
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
  const fail = (error?: Error) => stage.destroy(error ?? new Error(say.lists.outputClosed));
  output.on('error', fail).on('close', fail);
  return stage;
}

/** Batches whose lines are written but perhaps not read, oldest first. Each has at least one line, so they are few. */
class Unread {
  readonly #ack: (batch: Batch) => void;
  readonly #limitBytes: number;
  readonly #batches: { batch: Batch; bytes: number }[] = [];
  #bytes = 0;

  constructor({ ack, unreadBytes = 0 }: PrintOptions) {
    this.#ack = ack;
    this.#limitBytes = unreadBytes;
  }

  /** Acknowledges each batch that is followed by so many bytes that the reader must have read it. */
  add(batch: Batch, bytes: number): void {
    this.#batches.push({ batch, bytes });
    this.#bytes += bytes;
    while (this.#batches.length > 0 && this.#bytes - this.#batches[0]!.bytes >= this.#limitBytes) this.#shift();
  }

  /** Counts all of it as read. */
  release(): void {
    while (this.#batches.length > 0) this.#shift();
  }

  #shift(): void {
    const { batch, bytes } = this.#batches.shift()!;
    this.#bytes -= bytes;
    this.#ack(batch);
  }
}
