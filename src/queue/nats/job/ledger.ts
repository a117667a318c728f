/**
 * The state of a job in two tables, read from the first entry and then as they grow. `listed` counts what each page
 * of the listing has brought, `done` says who has finished each batch. Entries are created once and never changed. So
 * counting them is enough, and memory does not grow with them.
 */
import { Tally } from '../../../model/tally.js';
import { isDone, isListed } from '../connection/forms.js';
import { BATCH_NAME } from '../connection/messages.js';
import type { JobNames } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { type ListedRecord, parseEntry } from '../connection/records.js';
import { TableReader } from '../connection/table-reader.js';

/** Sums over the listed pages of one pass. Pass 0 is the first one; each audit adds one. */
export interface PageCounts {
  pages: number;
  firstPages: number;
  batches: number;
  folders: number;
  nexts: number;
  objects: number;
  bytes: number;
}

export class Ledger {
  readonly #nats: QueueConnection;
  readonly #listed: TableReader;
  readonly #done: TableReader;
  /** By number of the pass. */
  passes = new Map<number, PageCounts>();
  #turn: Promise<void> = Promise.resolve();
  doneBatches = 0;
  readonly #bad = { listed: 0, done: 0 };
  readonly totals = new Tally();
  /** By worker; a job has few. */
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

  /** Reads the new entries. One reader at a time: two readers at once would mix up their entries. */
  refresh(): Promise<void> {
    const turn = this.#turn.then(() => this.#read());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #read(): Promise<void> {
    // In this order: a batch enters `done` after its page enters `listed`, or not much before.
    await this.#nats.ask(() => this.#done.read());
    await this.#nats.ask(() => this.#listed.read());
  }

  /** Reads both tables again from the start. */
  async reread(): Promise<void> {
    this.#done.restart();
    this.#listed.restart();
    await this.refresh();
  }

  /** The sums of one pass. */
  pass(number: number): PageCounts {
    return this.passes.get(number) ?? noPages();
  }

  /** What one worker has done. */
  share(worker: string): Tally {
    return this.shares.get(worker) ?? new Tally();
  }

  /** The number of the last pass that has listed a page. */
  get lastPass(): number {
    return Math.max(0, ...this.passes.keys());
  }

  /** Invalid entries: they do not count. */
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
    // The input lines exist even when their record is invalid: the job must not complete without them.
    const record = parseEntry(value, isListed) ?? (name.startsWith('in.') ? LINES : undefined);
    if (record === undefined) return false;
    const { p, d, n, f, o, b } = record;
    const number = Number(digits);
    const pass = this.passes.get(number) ?? noPages();
    this.passes.set(number, pass);
    pass.pages++;
    pass.firstPages += f;
    pass.batches += p;
    pass.folders += d;
    pass.nexts += n;
    pass.objects += o;
    pass.bytes += b;
    return true;
  }

  #enterDone(key: string, value: Uint8Array): boolean {
    const record = BATCH_NAME.test(key) ? parseEntry(value, isDone) : undefined;
    if (record === undefined) return false;
    const tally = Tally.fromRow(record.t);
    this.doneBatches++;
    this.totals.add(tally);
    const share = this.shares.get(record.w) ?? new Tally();
    this.shares.set(record.w, share);
    share.add(tally);
    return true;
  }

  #forgetDone(): void {
    this.doneBatches = 0;
    Object.assign(this.totals, new Tally());
    this.shares.clear();
    this.#bad.done = 0;
  }
}

function noPages(): PageCounts {
  return { pages: 0, firstPages: 0, batches: 0, folders: 0, nexts: 0, objects: 0, bytes: 0 };
}

/** `<pass>.<page>`, or for input lines `0.in.<name>`. */
const LISTED_KEY = /^(\d{1,9})\.([\w-]{1,64}|in\.[\w-]{16})$/;
const LINES: ListedRecord = { p: 1, d: 0, n: 0, f: 0, o: 0, b: 0 };
