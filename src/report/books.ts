/** The counters of a run. At the end they balance: listed = stored + skipped + gone + failed. */
import type { ObjectEntry } from '../model/entry.js';
import type { Outcome } from '../model/part.js';

export class Books {
  /** Objects that entered the consume half. */
  listed = 0;
  stored = 0;
  skipped = 0;
  gone = 0;
  failed = 0;
  /** Bytes of the stored objects. */
  bytes = 0;
  /** Bytes of the objects that were there already. */
  skippedBytes = 0;
  /** Dry run: skipped objects that a real run would fetch. */
  wouldStore = 0;
  wouldStoreBytes = 0;
  /** Listed bytes of all settled objects, whatever became of them: the progress by bytes. */
  settledBytes = 0;
  /** Bytes of large bodies that have arrived so far: shown as progress, not yet counted as stored. */
  arrivingBytes = 0;
  /** Attempts that failed and were repeated, of listing pages and of objects. */
  retries = 0;
  /** What the listing has found so far; runs ahead of `listed`. */
  found = 0;
  foundBytes = 0;
  /** Objects that --include and --exclude left out; they are not listed in the sense of the books. */
  excluded = 0;
  /** Whether `found` is final. */
  isListingDone = false;
  /** Nothing is to be stored: what is listed is printed, and counts as skipped. */
  readonly isListOnly: boolean;
  /** Bytes in the whole bucket, where the server told. */
  usageBytes: number | undefined;

  readonly #startMs: number;
  readonly #nowMs: () => number;

  constructor({ isListOnly = false, nowMs = () => performance.now() } = {}) {
    this.isListOnly = isListOnly;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  get settled(): number {
    return this.stored + this.skipped + this.gone + this.failed;
  }

  get seconds(): number {
    return (this.#nowMs() - this.#startMs) / 1000;
  }

  /** What the listing or the input has brought: objects, and others that are none (any more). */
  find(entries: readonly ObjectEntry[], others: number): void {
    this.found += entries.length + others;
    for (const { size } of entries) this.foundBytes += size ?? 0;
  }

  /** Enters the end of one object that was listed with that size. */
  settle(outcome: Outcome, listedBytes: number | undefined): void {
    this[outcome.status]++;
    this.settledBytes += listedBytes ?? 0;
    if (outcome.status === 'stored') this.bytes += outcome.bytes;
    else if (outcome.status === 'skipped') {
      if (outcome.wouldStore) {
        this.wouldStore++;
        this.wouldStoreBytes += outcome.bytes;
      } else this.skippedBytes += outcome.bytes;
    }
  }
}

/** The last JSON line of a run; field names are a contract. */
export interface Summary {
  event: 'summary';
  listed: number;
  stored: number;
  skipped: number;
  gone: number;
  failed: number;
  bytes: number;
  seconds: number;
  /** Of `list` only: bytes of the printed objects, which count as skipped. */
  listedBytes?: number;
  /** Only where they say something. */
  excluded?: number;
  retries?: number;
  wouldStore?: number;
  wouldStoreBytes?: number;
}

/** Sums up. A run that was cut short speaks of what it settled: the rest was not failed, only not done. */
export function summarise(books: Books): Summary {
  const { stored, skipped, gone, failed, bytes, excluded, retries, wouldStore, wouldStoreBytes } = books;
  return {
    event: 'summary',
    listed: books.settled,
    stored,
    skipped,
    gone,
    failed,
    bytes,
    seconds: Math.round(books.seconds * 1000) / 1000,
    ...(books.isListOnly && { listedBytes: books.skippedBytes }),
    ...(excluded > 0 && { excluded }),
    ...(retries > 0 && { retries }),
    ...(wouldStore > 0 && { wouldStore, wouldStoreBytes }),
  };
}
