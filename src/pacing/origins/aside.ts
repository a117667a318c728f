/**
 * Objects whose origin cannot take them now (it is out, or slow) are set aside in files, so that the objects of other
 * origins can be read. They come back in their order, when their lane is nearly empty.
 *
 * A lane may hold as many objects in memory as there are free places left, so that no lane can take them all (A. K.
 * Choudhury and E. L. Hahne, "Dynamic queue length thresholds", IEEE/ACM Transactions on Networking 6, 1998).
 */
import type { LineFifo } from '../../lib/files/line-fifo.js';
import type { Batch, Delivery } from '../../model/batch.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { KnownVersion } from '../../model/urls/known-version.js';
import type { Lane } from './lane.js';

/** A lane may always hold so many objects in memory; one that is out holds OUT_KEPT. */
const LEAST_SHARE = 256;
const OUT_KEPT = 16;
/** What is set aside comes back when fewer than LOW wait in memory, until HIGH do. */
const LOW = 128;
const HIGH = 512;

/** What comes back is of no batch that anything waits for. */
const ASIDE_BATCH: Batch = {
  ...{ id: 0, entries: [], rejects: [], badLines: [], isInput: true },
  open: Number.POSITIVE_INFINITY,
};

/** Where what is set aside is written, and how. */
export interface AsidePlace {
  readonly fifo: LineFifo;
  /** The object as a line; undefined where it must not be written. */
  readonly write: (entry: ObjectEntry, asked?: ObjectEntry) => string | undefined;
  readonly read: (line: string) => Pick<Delivery, 'entry' | 'asked'>;
}

/** Before the line of the object: its origin, attempts, throttles, moves, home, expected size, MD5, and stored version. */
const SEPARATOR = '\t';

export interface AsideParts {
  lanes: ReadonlyMap<string, Lane>;
  /** Objects in memory at once, in all lanes together. */
  window: number;
  /** Objects in memory now. */
  waiting: () => number;
  /** Takes back an object that was set aside. */
  take: (lane: Lane, delivery: Delivery) => void;
  /** Called after some came back. */
  taken: () => void;
  /** Settles when the next stage takes more. */
  wanted: () => Promise<void> | undefined;
  /** Counts objects that are set aside, and those that come back (negative). */
  onAside: (objects: number) => void;
  fail: (error: unknown) => void;
}

export class Aside {
  readonly #place: AsidePlace | undefined;
  readonly #parts: AsideParts;
  #isBringingBack = false;
  #isStopped = false;

  /** Without a place reading waits for the slowest origin. */
  constructor(place: AsidePlace | undefined, parts: AsideParts) {
    this.#place = place;
    this.#parts = parts;
  }

  get size(): number {
    return this.#place?.fifo.size ?? 0;
  }

  /**
   * An object enters. Where it would be too much of its lane, it is set aside: returns true, or a promise that settles once
   * it is written.
   */
  put(lane: Lane, delivery: Delivery): Promise<void> | boolean {
    const { batch } = delivery;
    // A batch of a queue or a journal waits for its objects in memory.
    if (this.#place === undefined || !batch.isInput || batch.page !== undefined || batch.key !== undefined)
      return false;
    // Nothing reads the entries of such a batch any more, and an object that waits would keep all of them in memory.
    (batch as { entries: readonly ObjectEntry[] }).entries = [];
    return this.#isTooMuch(lane) && this.#write(lane, delivery);
  }

  /** The lane is out. Sets aside what waits, to make room for others. Returns how many. */
  putAll(lane: Lane): number {
    if (this.#place === undefined) return 0;
    let count = 0;
    for (const delivery of lane.takeAllBut(OUT_KEPT)) {
      const written = delivery.batch.isInput === true && this.#write(lane, delivery);
      if (written === false) lane.push(delivery);
      else count++;
      if (written instanceof Promise) written.catch(this.#parts.fail);
    }
    return count;
  }

  /** Brings objects of the lane back, if it needs some. */
  bringBack(lane: Lane): void {
    if (lane.aside === 0 || this.#isBringingBack || !isShort(lane)) return;
    this.#isBringingBack = true;
    this.#bringAllBack().then(() => {
      this.#isBringingBack = false;
    }, this.#parts.fail);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#place?.fifo.close();
  }

  async #bringAllBack(): Promise<void> {
    const { lanes, wanted, taken } = this.#parts;
    const isNeeded = () => {
      for (const lane of lanes.values()) if (lane.aside > 0 && isShort(lane)) return true;
      return false;
    };
    const { fifo } = this.#place!;
    while (!this.#isStopped && isNeeded()) {
      await wanted();
      let written: Promise<void> | undefined;
      const lines = await fifo.shift();
      if (this.#isStopped) return;
      // What its lane does not take is set aside again, behind the rest.
      for (const text of lines) if (!this.#takeBack(text)) written = fifo.push(text) ?? written;
      taken();
      await written;
    }
  }

  #isTooMuch({ aside, state, waiting }: Lane): boolean {
    if (aside > 0) return true;
    if (state === 'out') return waiting >= OUT_KEPT;
    return waiting >= Math.max(LEAST_SHARE, this.#parts.window - this.#parts.waiting());
  }

  #write(lane: Lane, delivery: Delivery): Promise<void> | boolean {
    const { entry, asked, expectedSize = '', expectedMd5 = '', attempts, throttles, moves, home, known } = delivery;
    const stored = known === undefined ? '' : JSON.stringify(known);
    const line = this.#place!.write(entry, asked);
    if (line === undefined) return false;
    lane.aside++;
    this.#parts.onAside(1);
    const fields = [lane.origin, attempts, throttles, moves, home, expectedSize, expectedMd5, stored, line];
    return this.#place!.fifo.push(fields.join(SEPARATOR)) ?? true;
  }

  #takeBack(text: string): boolean {
    const lane = this.#parts.lanes.get(text.slice(0, text.indexOf(SEPARATOR)))!;
    if (lane.state === 'out' || (lane.state !== 'given up' && lane.waiting >= HIGH)) return false;
    lane.aside--;
    this.#parts.onAside(-1);
    const [, attempts, throttles, moves, home, size, md5, stored, ...line] = text.split(SEPARATOR);
    this.#parts.take(lane, {
      ...{ ...this.#place!.read(line.join(SEPARATOR)), batch: ASIDE_BATCH },
      expectedSize: size === '' ? undefined : Number(size),
      expectedMd5: md5 === '' ? undefined : md5,
      ...{ attempts: Number(attempts), throttles: Number(throttles), moves: Number(moves), home: Number(home) },
      ...(stored !== '' && { known: JSON.parse(stored!) as KnownVersion }),
    });
    return true;
  }
}

function isShort({ state, waiting }: Lane): boolean {
  return state === 'given up' || (state !== 'out' && waiting < LOW);
}
