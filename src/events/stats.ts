/** The counters of a run, or of a job of several runs. At the end they balance: listed = stored + skipped + gone + failed. */
import type { ObjectEntry } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';
import type { Reason } from '../model/reasons.js';
import { Tally } from '../model/tally.js';

export class Stats extends Tally {
  /** Objects that entered the consume half. */
  listed = 0;
  /** Dry run: skipped objects that a real run would fetch. */
  wouldStore = 0;
  wouldStoreBytes = 0;
  /** Bytes of large bodies that have arrived so far: shown as progress, not yet counted as stored. */
  arrivingBytes = 0;
  /** Attempts that failed and were repeated, of listing pages and of objects. */
  retries = 0;
  /** What does not come any more, since the origin does not answer: since when, by the clock. */
  readonly outages = new Map<string, number>();
  /** What the listing has found so far; runs ahead of `listed`. */
  found = 0;
  foundBytes = 0;
  /** Of a comparison: how many differ, by reason. */
  reasons: Partial<Record<Reason, number>> = {};
  /** Of a comparison: objects that other machines have. */
  elsewhere = 0;
  /** Whether `found` is final. */
  isListingDone = false;
  /** Nothing is to be stored: what is listed is printed, and counts as skipped. */
  readonly isListOnly: boolean;
  /** Nothing is to be stored: what is listed is compared with the disks; alike counts as skipped, different as failed. */
  readonly isComparison: boolean;
  /** Bytes in the whole bucket, where the server told. */
  usageBytes: number | undefined;
  /** What the disks will hold of it. */
  forecast: { secondsUntilFull(bytesPerSecond: number): number | undefined } | undefined;
  /** Runs of the job that this one belongs to, itself included; undefined where there is no job. */
  runs: number | undefined;

  #earlierMs = 0;
  readonly #startMs: number;
  readonly #nowMs: () => number;

  constructor({ isListOnly = false, isComparison = false, nowMs = () => performance.now() } = {}) {
    super();
    this.isListOnly = isListOnly;
    this.isComparison = isComparison;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /** Time of this run. */
  get runMs(): number {
    return this.#nowMs() - this.#startMs;
  }

  /** Time of the whole job. */
  get seconds(): number {
    return (this.#earlierMs + this.runMs) / 1000;
  }

  /** Goes on with what earlier runs of the job have settled. */
  resume(earlier: { settledTotals: Tally; found: number; foundBytes: number; activeMs: number; runs: number }): void {
    const { settledTotals } = earlier;
    this.add(settledTotals);
    this.listed = settledTotals.settled;
    this.found = earlier.found;
    this.foundBytes = earlier.foundBytes;
    this.#earlierMs = earlier.activeMs;
    this.runs = earlier.runs;
  }

  /** What the listing or the input has brought: objects, and others that are none (any more). */
  find(entries: readonly ObjectEntry[], others: number): void {
    this.found += entries.length + others;
    for (const { size } of entries) this.foundBytes += size ?? 0;
  }

  /** What counts is this, whoever has counted it. */
  replace(tally: Tally): void {
    this.subtract(this);
    this.codes = {};
    this.add(tally);
    this.listed = tally.settled;
  }

  /** What earlier runs have settled counts also where this one has not come to it. */
  catchUp(known: Tally): void {
    if (known.settled > this.settled) this.replace(known);
  }

  /** What was settled here is somebody else's. */
  withdraw(tally: Tally): void {
    this.subtract(tally);
    this.listed -= tally.settled;
  }

  /** Enters the end of one object that was listed with that size. */
  override settle(outcome: Outcome, listedBytes: number | undefined): void {
    super.settle(outcome, listedBytes);
    if (outcome.status !== 'skipped' || !outcome.wouldStore) return;
    this.wouldStore++;
    this.wouldStoreBytes += outcome.bytes;
  }
}

/** What became of objects; field names are a contract. */
interface Counts {
  listed: number;
  stored: number;
  skipped: number;
  gone: number;
  failed: number;
  /** Of the stored ones. */
  bytes: number;
}

/** What all machines of a job have done. */
export interface SharedTotals extends Counts {
  name: string;
  isComplete: boolean;
}

/** The last JSON line of a run; field names are a contract. */
export interface Summary extends Counts {
  event: 'summary';
  seconds: number;
  /** Of `mirror` (and of a `list` with a state): how many runs the job has taken; the numbers are those of all of them. */
  runs?: number;
  /** Of a job that several machines share: what all of them have done; the other numbers are those of this one. */
  job?: SharedTotals;
  /** The list of what is gone, where something is. */
  goneFile?: string;
  /** Of `list` only: bytes of the printed objects, which count as skipped. */
  listedBytes?: number;
  /** Of `verify` only: objects that are alike, objects and files that are not, and how many of them for which reason. */
  alike?: number;
  different?: number;
  reasons?: Partial<Record<Reason, number>>;
  /** Of `verify --queue`: objects that lie on other machines, and were not compared. */
  elsewhere?: number;
  /** Only where they say something. */
  excluded?: number;
  retries?: number;
  wouldStore?: number;
  wouldStoreBytes?: number;
}

/** Sums up. A run that was cut short speaks of what it settled: the rest was not failed, only not done. */
export function summarise(stats: Stats): Summary {
  const { stored, skipped, gone, failed, bytes, excluded, retries, wouldStore, wouldStoreBytes } = stats;
  return {
    event: 'summary',
    listed: stats.settled,
    stored,
    skipped,
    gone,
    failed,
    bytes,
    seconds: Math.round(stats.seconds * 1000) / 1000,
    ...(stats.runs !== undefined && { runs: stats.runs }),
    ...(stats.isListOnly && { listedBytes: stats.skippedBytes }),
    ...(stats.isComparison && { alike: skipped, different: failed, reasons: stats.reasons }),
    ...(stats.elsewhere > 0 && { elsewhere: stats.elsewhere }),
    ...(excluded > 0 && { excluded }),
    ...(retries > 0 && { retries }),
    ...(wouldStore > 0 && { wouldStore, wouldStoreBytes }),
  };
}
