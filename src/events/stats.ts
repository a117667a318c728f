/** The counts of a run, or of a job with several runs. They add up: listed = stored + skipped + gone + failed. */
import type { Outcome } from '../model/outcome.js';
import type { Reason } from '../model/reasons.js';
import { Tally } from '../model/tally.js';

export class Stats extends Tally {
  /** Objects that entered the consume half. */
  listed = 0;
  /** For a dry run: skipped objects that a real run would fetch. */
  wouldStore = 0;
  wouldStoreBytes = 0;
  /** Bytes received so far of unfinished large bodies. They show as progress, and do not count as stored yet. */
  arrivingBytes = 0;
  /** Failed attempts that were retried, for listing pages and objects. */
  retries = 0;
  /** The kinds of request that the origin does not answer, and since when (wall-clock time). */
  readonly outages = new Map<string, number>();
  /** Objects that the listing has found so far; ahead of `listed`. */
  found = 0;
  foundBytes = 0;
  /** For a comparison: the number of differences, by reason. */
  reasons: Partial<Record<Reason, number>> = {};
  /** For a comparison: objects that other machines have. */
  elsewhere = 0;
  /** Whether `found` is final. */
  isListingDone = false;
  /** The run stores nothing. It prints the listed objects, and counts them as skipped. */
  readonly isListOnly: boolean;
  /** The run stores nothing, but compares. Equal objects count as skipped, different ones as failed. */
  readonly isComparison: boolean;
  /** Bytes in the whole bucket, if the server reports them. */
  usageBytes: number | undefined;
  /** Predicts when the disks will be full. */
  forecast: { secondsUntilFull(bytesPerSecond: number): number | undefined } | undefined;
  /** Runs of the job so far, including this run. Undefined when there is no job. */
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

  /** Milliseconds of this run. */
  get runMs(): number {
    return this.#nowMs() - this.#startMs;
  }

  /** Seconds of the whole job. */
  get seconds(): number {
    return (this.#earlierMs + this.runMs) / 1000;
  }

  /** Starts from the counts of earlier runs of the job. */
  resume(earlier: { settledTotals: Tally; found: number; foundBytes: number; activeMs: number; runs: number }): void {
    const { settledTotals } = earlier;
    this.add(settledTotals);
    this.listed = settledTotals.settled;
    this.found = earlier.found;
    this.foundBytes = earlier.foundBytes;
    this.#earlierMs = earlier.activeMs;
    this.runs = earlier.runs;
  }

  /** Replaces the counts with this tally, from any machine or run. */
  replace(tally: Tally): void {
    this.subtract(this);
    this.codes = {};
    this.add(tally);
    this.listed = tally.settled;
  }

  /** Includes objects that earlier runs settled and this run has not reached. */
  catchUp(known: Tally): void {
    if (known.settled > this.settled) this.replace(known);
  }

  /** Subtracts objects that another machine counts. */
  subtractListed(tally: Tally): void {
    this.subtract(tally);
    this.listed -= tally.settled;
  }

  /** Counts the outcome of one object. `listedBytes` is its size in the listing. */
  override settle(outcome: Outcome, listedBytes: number | undefined): void {
    super.settle(outcome, listedBytes);
    // No transfer has counted it when it began.
    if (this.isListOnly || this.isComparison) this.listed++;
    if (outcome.status === 'failed' && outcome.reason)
      this.reasons[outcome.reason] = (this.reasons[outcome.reason] ?? 0) + 1;
    if (outcome.status !== 'skipped' || !outcome.wouldStore) return;
    this.wouldStore++;
    this.wouldStoreBytes += outcome.bytes;
  }
}

/** Outcomes of objects. The field names are a contract. */
export interface Counts {
  listed: number;
  stored: number;
  skipped: number;
  gone: number;
  failed: number;
  /** Bytes of the stored objects. */
  bytes: number;
}

/** The work of all machines of a job. */
export interface SharedTotals extends Counts {
  name: string;
  isComplete: boolean;
}

/** The last JSON line of a run. The field names are a contract. */
export interface Summary extends Counts {
  event: 'summary';
  seconds: number;
  /** For `mirror` (and a `list` with a state): the runs of the job so far. The numbers cover all of them. */
  runs?: number;
  /** For a job that several machines share: the totals of all machines. The other numbers are for this machine. */
  job?: SharedTotals;
  /** Path of the list of gone objects, if there are any. */
  goneFile?: string;
  /** For `list` only: bytes of the printed objects. They count as skipped. */
  listedBytes?: number;
  /** For `verify` only: objects that are equal, objects and files that differ, and the count for each reason. */
  alike?: number;
  different?: number;
  reasons?: Partial<Record<Reason, number>>;
  /** For `verify --queue`: objects on other machines, not compared. */
  elsewhere?: number;
  /** Absent when zero. */
  excluded?: number;
  retries?: number;
  wouldStore?: number;
  wouldStoreBytes?: number;
}

/** Builds the summary. For an interrupted run it covers only settled objects: the rest has not failed. */
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
