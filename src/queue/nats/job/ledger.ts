/**
 * What is true of a job: two tables, read from the first entry on and then as they grow. `listed` says what each page of the
 * listing has brought, `done` says who has finished which part. Entries are made once and never changed, so that counting
 * them is enough, and memory does not grow with them.
 */
import { Tally } from '../../../model/tally.js';
import { isDone, isListed } from '../connection/forms.js';
import { PART_NAME } from '../connection/messages.js';
import type { JobNames } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { type ListedRecord, parseEntry } from '../connection/records.js';
import { TableReader } from '../connection/table-reader.js';

/** How often the whole listing was walked: 0 for the first time, then one more for each audit. */
export interface PageCounts {
  pages: number;
  firstPages: number;
  parts: number;
  folders: number;
  nexts: number;
  objects: number;
  bytes: number;
}

export class Ledger {
  readonly #nats: QueueConnection;
  readonly #listed: TableReader;
  readonly #done: TableReader;
  /** By walk. */
  passes = new Map<number, PageCounts>();
  #turn: Promise<void> = Promise.resolve();
  doneParts = 0;
  readonly #bad = { listed: 0, done: 0 };
  readonly totals = new Tally();
  /** By worker: a few. */
  readonly shares = new Map<string, Tally>();

  constructor(nats: QueueConnection, names: JobNames) {
    this.#nats = nats;
    this.#listed = new TableReader(nats, names.listed, {
      reset: () => this.#forgetListed(),
      enter: (key, value) => this.#enterListed(key, value) || this.#isBad('listed'),
    });
    this.#done = new TableReader(nats, names.done, {
      reset: () => this.#forgetDone(),
      enter: (key, value) => this.#enterDone(key, value) || this.#isBad('done'),
    });
  }

  /** Reads what has come since. One reader at a time: two would take each other's entries for their own. */
  refresh(): Promise<void> {
    const turn = this.#turn.then(() => this.#read());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #read(): Promise<void> {
    // In this order: a part is put into `done` after its page is known, or not much before.
    await this.#nats.ask(() => this.#done.read());
    await this.#nats.ask(() => this.#listed.read());
  }

  /** Reads everything once more. */
  async reread(): Promise<void> {
    this.#done.restart();
    this.#listed.restart();
    await this.refresh();
  }

  /** The pages of a walk. */
  walk(number: number): PageCounts {
    return this.passes.get(number) ?? noPages();
  }

  /** What one worker has done. */
  share(worker: string): Tally {
    return this.shares.get(worker) ?? new Tally();
  }

  /** The number of the last walk that has listed anything. */
  get lastWalk(): number {
    return Math.max(0, ...this.passes.keys());
  }

  /** Entries that are none of ours: they count as if they were not there. */
  get badEntries(): number {
    return this.#bad.listed + this.#bad.done;
  }

  #isBad(table: 'listed' | 'done'): false {
    this.#bad[table]++;
    return false;
  }

  #forgetListed(): void {
    this.passes.clear();
    this.#bad.listed = 0;
  }

  #enterListed(key: string, value: Uint8Array): boolean {
    const [, digits, name = ''] = LISTED_KEY.exec(key) ?? [];
    if (digits === undefined) return false;
    // The lines of an input are there, whatever has become of their number: nobody must take the job for done without them.
    const record = parseEntry(value, isListed) ?? (name.startsWith('in.') ? LINES : undefined);
    if (record === undefined) return false;
    const { p, d, n, f, o, b } = record;
    const number = Number(digits);
    const walk = this.passes.get(number) ?? noPages();
    this.passes.set(number, walk);
    walk.pages++;
    walk.firstPages += f;
    walk.parts += p;
    walk.folders += d;
    walk.nexts += n;
    walk.objects += o;
    walk.bytes += b;
    return true;
  }

  #enterDone(key: string, value: Uint8Array): boolean {
    const record = PART_NAME.test(key) ? parseEntry(value, isDone) : undefined;
    if (record === undefined) return false;
    const tally = Tally.fromRow(record.t);
    this.doneParts++;
    this.totals.add(tally);
    const share = this.shares.get(record.w) ?? new Tally();
    this.shares.set(record.w, share);
    share.add(tally);
    return true;
  }

  #forgetDone(): void {
    this.doneParts = 0;
    Object.assign(this.totals, new Tally());
    this.shares.clear();
    this.#bad.done = 0;
  }
}

function noPages(): PageCounts {
  return { pages: 0, firstPages: 0, parts: 0, folders: 0, nexts: 0, objects: 0, bytes: 0 };
}

/** `<walk>.<page>`, or of lines of input `0.in.<name>`. */
const LISTED_KEY = /^(\d{1,9})\.([\w-]{1,64}|in\.[\w-]{16})$/;
const LINES: ListedRecord = { p: 1, d: 0, n: 0, f: 0, o: 0, b: 0 };
