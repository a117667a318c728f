/**
 * Takes the checkpoints of a job. It commits a page only when all of its objects are settled and their disks
 * are synced. Then it writes the page's failures, and then the journal entry. The flow does not stop meanwhile: what it
 * settles belongs to the next checkpoint.
 */
import type { TransferError } from '../errors.js';
import { crashPoint } from '../lib/process/crash-point.js';
import { together } from '../lib/streams/together.js';
import { LONGEST_PAUSE_MS, pauseAfter } from '../lib/waiting/flush-pause.js';
import { Pause } from '../lib/waiting/pause.js';
import { PageProgress } from '../model/page-progress.js';
import type { Journal } from './journal.js';
import { fromRecord, Notes } from './notes.js';
import { PageSync } from './page-sync.js';
import type { PageRecord } from './records.js';

/** So many settled pages do not wait for the interval. */
const PROMPT_PAGES = 2_000;
/** Pages under way or waiting for a checkpoint; about 300 bytes of memory each. */
const UNCOMMITTED_LIMIT = 50_000;
/** Characters of failure lines that may wait for the next checkpoint before the flow waits for it. */
const FAILURES_LIMIT = 8 * 1024 * 1024;

export interface CheckpointerOptions {
  journal: Journal;
  /** Resolves when all that was stored on that volume is durable. */
  sync: (volume: number) => Promise<void>;
  /** Appends lines durably and resolves with the file's length. */
  failures: { append(lines: readonly string[]): Promise<number> };
  /** Other data that must be on a disk before a page is committed. */
  flush?: () => Promise<void>;
  /**
   * Resolves when that data has at least reached the kernel. If given, settled pages are noted until their commit.
   */
  handOver?: (() => Promise<void>) | undefined;
  /** The running time of this run so far, in ms. */
  runMs: () => number;
  /** Called when a volume could not be synced: pages with objects on it stay uncommitted. */
  onUnsynced?: (volume: number, error: TransferError) => void;
  /** Pages listed by this run and not committed. At this limit the listing waits. */
  uncommittedLimit?: number;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #earlierMs: number;
  readonly #uncommittedLimit: number;
  readonly #pages = new Map<number, PageProgress>();
  readonly #notes: Notes | undefined;
  /** No other job has stored anything here, so all files come from earlier runs of this job. */
  readonly #isOwn: boolean;
  /** Pages of an earlier run to list again. They do not count against the limit: the listing would wait forever. */
  readonly #toListAgain: Set<number>;
  #settled: PageProgress[] = [];
  readonly #disks: PageSync;
  #failureChars = 0;
  /** Pages are entered that the kernel does not have yet. */
  #isUnwritten = false;
  #isEnded = false;
  /** The time of the last entry. While no page is done, the journal still gets the running time. */
  #recordedAtMs = Date.now();
  #running: Promise<void> | undefined;
  readonly #pause = new Pause();
  #waiting: (() => void)[] = [];

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#earlierMs = options.journal.state.activeMs;
    this.#uncommittedLimit = options.uncommittedLimit ?? UNCOMMITTED_LIMIT;
    const { journal, handOver } = options;
    const { again, partly, settled, isFresh, runs } = journal.state;
    this.#isOwn = isFresh && runs > 1;
    const isOwn = this.#isOwn;
    this.#toListAgain = new Set(again.map(({ n }) => n));
    for (const n of this.#toListAgain)
      this.#pages.set(n, new PageProgress(n, { isAgain: true, isOwn, earlier: partly.get(n) }));
    for (const record of settled.values()) this.#takeOver(fromRecord(record));
    this.#disks = new PageSync(options);
    this.#notes =
      handOver && new Notes({ journal, handOver, isSafe: this.#disks.isSafe, activeMs: () => this.#activeMs });
  }

  /** Pages that are settled, but lie on a volume that could not be synced. */
  get heldPages(): number {
    return this.#disks.heldPages;
  }

  get #activeMs(): number {
    return Math.round(this.#earlierMs + this.#options.runMs());
  }

  get uncommittedPages(): number {
    return this.#pages.size;
  }

  /** Enters a newly listed page. */
  listed(record: PageRecord): void {
    this.#pages.set(record.n, new PageProgress(record.n, { isOwn: this.#isOwn }));
    this.#options.journal.enter(record);
    this.#isUnwritten = true;
  }

  /**
   * Resolves when the kernel has the entry of each listed page. Only then may objects of the page be stored. After a kill
   * the next run knows by the entry that a file of the page may come from this job, and that the manifest may lack it.
   */
  written(): Promise<void> | undefined {
    if (!this.#isUnwritten) return undefined;
    this.#isUnwritten = false;
    return this.#options.journal.write();
  }

  /** For the caller that has listed the page and follows it to its end. */
  page(number: number): PageProgress {
    this.#toListAgain.delete(number);
    const page = this.#pages.get(number)!;
    if (!page.isSettled) this.#notes?.follow(page);
    return page;
  }

  handedOver(number: number): void {
    const page = this.page(number);
    page.isHandedOver = true;
    this.#settle(page);
  }

  /** Counts a settled batch of the page. */
  acknowledged(page: PageProgress): void {
    page.openBatches--;
    this.#settle(page);
  }

  /** Keeps a failure until its page is committed. Returns a promise when too many wait. */
  recordFailure(page: PageProgress, line: string): Promise<void> | undefined {
    page.failureLines.push(line);
    this.#failureChars += line.length;
    return this.#failureChars > FAILURES_LIMIT ? this.#nextCheckpoint() : undefined;
  }

  /** Waits while too many pages are uncommitted. Undefined when there are fewer. */
  belowLimit(): Promise<void> | undefined {
    return this.#isBelowLimit ? undefined : this.#untilBelowLimit();
  }

  get #isBelowLimit(): boolean {
    return this.#pages.size - this.#disks.heldPages - this.#toListAgain.size < this.#uncommittedLimit;
  }

  /** Takes checkpoints until `signal` aborts. Rejects when the journal cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    await together(signal, [(until) => this.#takeAll(until), async (until) => this.#notes?.run(until)]);
  }

  async #takeAll(signal: AbortSignal): Promise<void> {
    let pauseMs = pauseAfter(0);
    const stop = () => this.#pause.end();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        await this.#pause.begin(pauseMs);
        if (signal.aborted) break;
        const begunMs = performance.now();
        await this.checkpoint();
        pauseMs = pauseAfter(performance.now() - begunMs);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#isEnded = true;
      this.#release();
    }
  }

  /** Notes the open pages once more, at the end of a run. */
  async note(): Promise<void> {
    await this.#notes?.write();
  }

  /** Commits the settled pages. One checkpoint at a time; a second caller gets a whole one of its own. */
  async checkpoint(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#running = this.#take().finally(() => {
      this.#running = undefined;
      this.#release();
    });
    return this.#running;
  }

  /** Failure lines of uncommitted pages, for the list that the user sees. */
  *openFailures(): Generator<string, void, void> {
    for (const { failureLines } of this.#pages.values()) yield* failureLines;
  }

  async #take(): Promise<void> {
    const { journal, failures, flush } = this.#options;
    const pages = this.#settled.splice(0);
    crashPoint('checkpoint.begun');
    const committed = await this.#disks.synced(pages);
    await flush?.();
    crashPoint('checkpoint.synced');
    const lines = committed.flatMap(({ failureLines }) => failureLines);
    const failuresBytes = lines.length > 0 ? await failures.append(lines) : journal.state.failuresBytes;
    crashPoint('checkpoint.failures');
    const isStale = Date.now() - this.#recordedAtMs >= LONGEST_PAUSE_MS;
    if (committed.length > 0 || (isStale && this.#pages.size > 0)) {
      this.#recordedAtMs = Date.now();
      const rows = committed.map(({ number, tally }) => [number, ...tally.toRow()]);
      journal.enter({ t: 'done', atMs: Date.now(), pages: rows, failuresBytes, activeMs: this.#activeMs });
      for (const { number } of committed) this.#pages.delete(number);
      for (const line of lines) this.#failureChars -= line.length;
    }
    await journal.flush();
    crashPoint('checkpoint.taken');
  }

  /** Adopts a page that a killed run has settled. */
  #takeOver(page: PageProgress): void {
    this.#pages.set(page.number, page);
    this.#settled.push(page);
    for (const line of page.failureLines) this.#failureChars += line.length;
  }

  #settle(page: PageProgress): void {
    if (!page.isSettled) return;
    this.#settled.push(page);
    this.#notes?.settle(page);
    if (this.#settled.length >= PROMPT_PAGES) this.#pause.end();
  }

  async #untilBelowLimit(): Promise<void> {
    while (!this.#isEnded && !this.#isBelowLimit) await this.#nextCheckpoint();
  }

  #nextCheckpoint(): Promise<void> | undefined {
    // There are no more checkpoints, and every waiting caller is ending too.
    if (this.#isEnded) return undefined;
    this.#pause.end();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
