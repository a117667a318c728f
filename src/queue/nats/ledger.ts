/**
 * What is true of a job: two tables, read from the first entry on and then as they grow. `listed` says what each page of the
 * listing has brought, `done` says who has finished which part. Entries are made once and never changed, so that counting
 * them is enough, and memory does not grow with them.
 */
import type { Msg } from '@nats-io/transport-node';
import { sleep } from '../../flow/sleep.js';
import { Tally } from '../../model/tally.js';
import type { Engine } from './engine.js';
import { type JobNames, streamOfTable } from './names.js';
import { pullMany } from './pull.js';

/** A page that was listed: what it had. */
export interface ListedRecord {
  /** Parts it was cut into. */
  p: number;
  /** Folders in it, each of which is a first page. */
  d: number;
  /** 1 when another page follows, otherwise 0. */
  n: 0 | 1;
  /** 1 for the first page of a folder. */
  f: 0 | 1;
  /** Objects, and their bytes. */
  o: number;
  b: number;
}

/** A part that is done: whose it is, and what became of its objects ({@link Tally.toRow}). */
export interface DoneRecord {
  w: string;
  t: unknown[];
}

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

const SCAN_BATCH = 500;
/** Before the next consumer is made. */
const GONE_PAUSE_MS = 50;
/** A consumer that nobody asks any more goes by itself. */
const IDLE_CONSUMER_MS = 5 * 60_000;

export class Ledger {
  readonly #engine: Engine;
  readonly #listed: TableReader;
  readonly #done: TableReader;
  /** By walk. */
  walks = new Map<number, PageCounts>();
  #turn: Promise<void> = Promise.resolve();
  doneParts = 0;
  readonly totals = new Tally();
  /** By worker: a few. */
  readonly shares = new Map<string, Tally>();

  constructor(engine: Engine, names: JobNames) {
    this.#engine = engine;
    this.#listed = new TableReader(engine, names.listed, {
      reset: () => this.walks.clear(),
      enter: (key, value) => this.#enterListed(key, value),
    });
    this.#done = new TableReader(engine, names.done, {
      reset: () => this.#forgetDone(),
      enter: (_key, value) => this.#enterDone(value),
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
    await this.#engine.ask(() => this.#done.read());
    await this.#engine.ask(() => this.#listed.read());
  }

  /** Reads everything once more. */
  async reread(): Promise<void> {
    this.#done.restart();
    this.#listed.restart();
    await this.refresh();
  }

  /** The pages of a walk. */
  walk(number: number): PageCounts {
    return this.walks.get(number) ?? noPages();
  }

  /** What one worker has done. */
  share(worker: string): Tally {
    return this.shares.get(worker) ?? new Tally();
  }

  #enterListed(key: string, value: Uint8Array): void {
    const { p, d, n, f, o, b } = parse<ListedRecord>(value);
    const number = Number.parseInt(key, 10);
    const walk = this.walks.get(number) ?? noPages();
    this.walks.set(number, walk);
    walk.pages++;
    walk.firstPages += f;
    walk.parts += p;
    walk.folders += d;
    walk.nexts += n;
    walk.objects += o;
    walk.bytes += b;
  }

  #enterDone(value: Uint8Array): void {
    const { w, t } = parse<DoneRecord>(value);
    const tally = Tally.fromRow(t);
    this.doneParts++;
    this.totals.add(tally);
    const share = this.shares.get(w) ?? new Tally();
    this.shares.set(w, share);
    share.add(tally);
  }

  #forgetDone(): void {
    this.doneParts = 0;
    Object.assign(this.totals, new Tally());
    this.shares.clear();
  }
}

function noPages(): PageCounts {
  return { pages: 0, firstPages: 0, parts: 0, folders: 0, nexts: 0, objects: 0, bytes: 0 };
}

function parse<T>(value: Uint8Array): T {
  return JSON.parse(Buffer.from(value).toString());
}

interface Entered {
  /** Everything comes once more. */
  reset(): void;
  enter(key: string, value: Uint8Array): void;
}

/** Reads a table in the order in which it was written. */
class TableReader {
  readonly #engine: Engine;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #entered: Entered;
  #consumer: string | undefined;
  #lastSequence = 0;
  /** What was counted may not be true any more. */
  #isStale = true;
  /** What was written when this pass began: an entry that is removed later makes it necessary to begin anew. */
  #beganAt = 0;

  constructor(engine: Engine, table: string, entered: Entered) {
    this.#engine = engine;
    this.#stream = streamOfTable(table);
    this.#prefix = `$KV.${table}.`;
    this.#entered = entered;
    // A server that lost what it had not written to its disk may count on from an earlier number.
    engine.onRestart(() => this.restart());
  }

  restart(): void {
    this.#isStale = true;
  }

  /** Everything that was stored before it was asked for. */
  async read(): Promise<void> {
    const goal = await this.#lastStored();
    let isNew = false;
    for (;;) {
      if (this.#isStale) await this.#begin();
      isNew ||= this.#consumer === undefined;
      this.#consumer ??= await this.#follow();
      const place = { stream: this.#stream, consumer: this.#consumer, count: SCAN_BATCH };
      const { messages, isGone } = await pullMany(this.#engine, place);
      // What comes after a restart, or a removal, is not worth counting.
      for (const message of messages) if (!this.#isStale) this.#enter(message);
      if (this.#isStale) continue;
      if (isGone) {
        this.#consumer = undefined;
        await sleep(GONE_PAUSE_MS);
      } else if (messages.length < SCAN_BATCH) {
        // A consumer is told of a new entry after its writer is, and says until then that there is none (about once in a
        // thousand writes). One that is made now looks for itself: what it does not have was removed.
        if (this.#lastSequence >= goal || isNew) return;
        this.#consumer = undefined;
      }
    }
  }

  async #lastStored(): Promise<number> {
    const { state } = await this.#engine.jsm.streams.info(this.#stream);
    return state.last_seq;
  }

  async #begin(): Promise<void> {
    this.#isStale = false;
    this.#consumer = undefined;
    this.#entered.reset();
    this.#lastSequence = 0;
    this.#beganAt = await this.#lastStored();
  }

  async #follow(): Promise<string> {
    const { name } = await this.#engine.jsm.consumers.add(this.#stream, {
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#lastSequence + 1,
      inactive_threshold: IDLE_CONSUMER_MS * 1e6,
      mem_storage: true,
      num_replicas: 1,
    });
    return name;
  }

  #enter(message: Msg): void {
    const sequence = sequenceOf(message.reply ?? '');
    if (sequence <= this.#lastSequence) return;
    this.#lastSequence = sequence;
    const isRemoval = Boolean(message.headers?.get('KV-Operation'));
    if (!isRemoval) this.#entered.enter(message.subject.slice(this.#prefix.length), message.data);
    // What was removed since the beginning of the pass may have been counted: everything has to be read anew.
    else if (sequence > this.#beganAt) this.#isStale = true;
  }
}

/** Of the message in its stream. */
function sequenceOf(reply: string): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length >= 11 ? 7 : 5]);
}
