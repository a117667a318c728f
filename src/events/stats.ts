/** The counts of a run, or of a job with several runs. They add up: listed = stored + skipped + gone + failed. */
import type { CheckCounts } from '../model/digest.js';
import type { Outcome } from '../model/outcome.js';
import type { Reason } from '../model/reasons.js';
import { Tally } from '../model/tally.js';

export class Stats extends Tally {
  /** Objects that entered the consume half. */
  listed = 0;
  /** For a dry run: skipped objects that a real run would fetch. */
  wouldStore = 0;
  wouldStoreBytes = 0;
  /** Of these: objects whose size is not known before they are fetched. */
  wouldStoreUnsized = 0;
  /** Those of them that the store must restore first: how many of each storage class, and the bytes of all. */
  readonly archived: Record<string, number> = {};
  archivedBytes = 0;
  /** Bytes received so far of unfinished large bodies. They show as progress, and do not count as stored yet. */
  arrivingBytes = 0;
  /** Failed attempts that were retried, for listing pages and objects. */
  retries = 0;
  /** The kinds of request that the origin does not answer, and since when (wall-clock time). */
  readonly outages = new Map<string, number>();
  /** Outages that this run has seen. */
  outagesSeen = 0;
  /** Outages of one server of many. */
  hostOutages = 0;
  /** Milliseconds of this run in which a server made it wait or go slowly, and in which no server answered. */
  lost: { readonly throttledMs: number; readonly unreachableMs: number } | undefined;
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
  /** The run looks, and neither fetches nor writes. */
  readonly isDryRun: boolean;
  /** Bytes in the whole bucket, if the server reports them. */
  usageBytes: number | undefined;
  /** The same, also where filters leave out a part of it. */
  bucketBytes: number | undefined;
  /** Predicts when the disks will be full. */
  forecast: { secondsUntilFull(bytesPerSecond: number): number | undefined } | undefined;
  /** Runs of the job so far, including this run. Undefined when there is no job. */
  runs: number | undefined;

  #earlierMs = 0;
  readonly #startMs: number;
  readonly #nowMs: () => number;

  constructor({ isListOnly = false, isComparison = false, isDryRun = false, nowMs = () => performance.now() } = {}) {
    super();
    this.isListOnly = isListOnly;
    this.isComparison = isComparison;
    this.isDryRun = isDryRun;
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
    this.checked = {};
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
    if (listedBytes === undefined) this.wouldStoreUnsized++;
    if (outcome.archived === undefined) return;
    this.archived[outcome.archived] = (this.archived[outcome.archived] ?? 0) + 1;
    this.archivedBytes += outcome.bytes;
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
  /**
   * Stored objects by what they were checked by; for `verify --checksum` the files that were read, by what they were
   * compared by. The sum for stored objects is `stored`: `notRecorded` are those of a run that could not note it, being killed
   * before or of an older version. Absent when empty.
   */
  checkedBy?: CheckCounts;
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
  /** Of this run: how long a server asked to slow down; outages, and how long no server answered. */
  throttledSeconds?: number;
  outages?: number;
  outageSeconds?: number;
  /** For a list of URLs: outages of one server, while the run went on with others. */
  hostOutages?: number;
  wouldStore?: number;
  wouldStoreBytes?: number;
  /** Of these: objects of unknown size. Absent when zero. */
  wouldStoreUnsized?: number;
  /** Of these: objects that the store must restore first, by storage class, and their bytes. Absent without any. */
  archived?: Readonly<Record<string, number>>;
  archivedBytes?: number;
  /** Of a dry run; else absent. */
  isDryRun?: true;
}

/** The field of the counts, if it is not empty. What is not known of the stored objects has a name of its own in it. */
export function checksOf({ checked, stored }: Pick<Tally, 'checked' | 'stored'>): Pick<Counts, 'checkedBy'> {
  const known = Object.values(checked).reduce((sum, count) => sum + count, 0);
  const checkedBy = { ...checked, ...(stored > known && { notRecorded: stored - known }) };
  return Object.keys(checkedBy).length > 0 ? { checkedBy } : {};
}

/** Builds the summary. For an interrupted run it covers only settled objects: the rest has not failed. */
export function summarise(stats: Stats): Summary {
  const { stored, skipped, gone, failed, bytes, excluded, retries, wouldStore, wouldStoreBytes, wouldStoreUnsized } =
    stats;
  const throttledSeconds = Math.round((stats.lost?.throttledMs ?? 0) / 1000);
  const outageSeconds = Math.round((stats.lost?.unreachableMs ?? 0) / 1000);
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
    ...(throttledSeconds > 0 && { throttledSeconds }),
    ...(stats.outagesSeen > 0 && { outages: stats.outagesSeen, ...(outageSeconds > 0 && { outageSeconds }) }),
    ...(stats.hostOutages > 0 && { hostOutages: stats.hostOutages }),
    ...checksOf(stats),
    ...(wouldStore > 0 && { wouldStore, wouldStoreBytes }),
    ...(wouldStoreUnsized > 0 && { wouldStoreUnsized }),
    ...(Object.keys(stats.archived).length > 0 && {
      archived: stats.archived,
      archivedBytes: stats.archivedBytes,
    }),
    ...(stats.isDryRun && { isDryRun: true as const }),
  };
}
