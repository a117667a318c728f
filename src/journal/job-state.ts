/**
 * The state of a job: what is left to list, which pages are not committed, and the totals of the committed pages.
 * Records build it: first those of a snapshot, then those that were logged later.
 */
import { Tally } from '../model/tally.js';
import { Frontier } from './frontier.js';
import type {
  Checkpoint,
  DoneRecord,
  JobIdentity,
  JobRecord,
  LogRecord,
  NoteRecord,
  PageRecord,
  SettledPage,
  SnapshotRecord,
  VolumeRecord,
} from './records.js';

/** Checkpoints kept for the rate that `status` shows: about a minute of them. */
const REMEMBERED_CHECKPOINTS = 30;

export class JobState {
  readonly id: string;
  identity: JobIdentity;
  readonly pass: number;
  readonly startedAtMs: number;
  readonly frontier: Frontier;
  /** Listed, but not all of their objects are known to be settled and durable. */
  readonly uncommitted = new Map<number, PageRecord>();
  /** Uncommitted pages that are settled, but not known to be durable. */
  readonly settled = new Map<number, SettledPage>();
  /** For uncommitted pages that are settled in part: the counts of the settled part. */
  readonly partly = new Map<number, Tally>();
  /** Of committed pages only. */
  readonly totals = new Tally();
  /** Objects on all pages listed so far. */
  found = 0;
  foundBytes = 0;
  runs = 0;
  activeMs = 0;
  failuresBytes = 0;
  usageBytes: number | undefined;
  /** Share of each volume in the placement, as measured when the job began. */
  weights: readonly number[] | undefined;
  /** Ids of the volumes: they tell a disk from another one in its place. */
  volumeIds: readonly string[] | undefined;
  /** The volumes were empty when the job began. */
  isFresh = false;
  /** The identity of the machine since boot and of these disks. Notes count only while it stays the same. */
  storageIdentity: string | undefined;
  /** What the source found out about its server. */
  learnt: string | undefined;
  isFinished = false;
  checkpoints: Checkpoint[] = [];
  volumes: VolumeRecord[] = [];
  /** Records that could not be applied because an earlier one was lost. Their pages are listed again. */
  orphans = 0;

  constructor({ id, identity, pass, startedAtMs }: Omit<JobRecord, 't' | 'v' | 'after'>, frontier: Frontier) {
    this.id = id;
    this.identity = identity;
    this.pass = pass;
    this.startedAtMs = startedAtMs;
    this.frontier = frontier;
  }

  /** A job that has not begun. */
  static fresh(job: Omit<JobRecord, 't' | 'v' | 'after'>): JobState {
    return new JobState(job, new Frontier(''));
  }

  /** Whether everything was listed. Pages may still be open. */
  get isListed(): boolean {
    return this.frontier.isEmpty;
  }

  /** Pages that must be listed again. */
  get again(): PageRecord[] {
    return [...this.uncommitted.values()].filter(({ n }) => !this.settled.has(n));
  }

  /** Totals of committed and of settled pages. */
  get settledTotals(): Tally {
    const totals = new Tally();
    totals.add(this.totals);
    for (const { tally } of this.settled.values()) totals.add(Tally.fromRow(tally));
    return totals;
  }

  /** Totals of everything known to be settled. */
  get knownTotals(): Tally {
    const totals = this.settledTotals;
    for (const tally of this.partly.values()) totals.add(tally);
    return totals;
  }

  /** Adds volumes after those of the job. `storageIdentity` is that of all of them together. */
  addVolumes(volumes: readonly string[], storageIdentity: string | undefined): void {
    this.identity = { ...this.identity, volumes };
    this.storageIdentity = storageIdentity;
  }

  /** Distrusts the notes since the last checkpoint: their pages are listed again. */
  doubt(): void {
    for (const { n, tally } of this.settled.values()) this.partly.set(n, Tally.fromRow(tally));
    this.settled.clear();
  }

  /** Applies a record. The running job also enters its records here, so replay and run lead to the same state. */
  apply(record: LogRecord | Exclude<SnapshotRecord, { t: 'ready' }>): void {
    switch (record.t) {
      case 'page':
        if (this.frontier.apply(record)) this.enterPage(record);
        else this.orphans++;
        return;
      case 'done':
        this.#enterDone(record);
        return;
      case 'note':
        this.#enterNote(record);
        return;
      case 'doubt':
        this.doubt();
        return;
      case 'totals':
        this.#enterTotals(record);
        return;
      case 'frame':
        this.frontier.restore(record);
        return;
      case 'open':
        this.uncommitted.set(record.page.n, record.page);
        return;
      case 'run':
        // The notes are from an earlier run.
        if (record.medium === undefined || record.medium !== this.storageIdentity) this.doubt();
        this.storageIdentity = record.medium;
        this.runs++;
        // A new run checks the disks again.
        this.volumes = [];
        this.#reopenFailed();
        return;
      case 'usage':
        this.usageBytes = record.bytes;
        return;
      case 'learnt':
        this.learnt = record.text;
        return;
      case 'weights':
        this.weights = record.weights;
        this.volumeIds = record.ids;
        this.isFresh = record.isFresh;
        return;
      case 'volume':
        this.volumes = [...this.volumes.filter(({ root }) => root !== record.root), record];
        return;
      case 'end':
        this.isFinished = true;
    }
  }

  /** For a page that the frontier has entered already. */
  enterPage(page: PageRecord): void {
    this.found += page.k;
    this.foundBytes += page.b;
    // The frontier keeps the subfolders: they can be many, and the page can be listed again without them.
    const { s: _subfolders, p: _parent, ...rest } = page;
    this.uncommitted.set(page.n, rest);
  }

  /**
   * A folder whose listing failed has ended with that failure, but its page is still open. Listed again as this page,
   * it gives at most one page and no subfolders. So the folder goes back to the frontier, and its counts start again.
   */
  #reopenFailed(): void {
    for (const page of this.again) {
      if (!isFailureOnly(page)) continue;
      this.uncommitted.delete(page.n);
      this.partly.delete(page.n);
      this.found -= page.k;
      this.foundBytes -= page.b;
      this.frontier.reopen(page.d, page.c);
    }
  }

  #enterDone({ atMs, pages, failuresBytes, activeMs }: DoneRecord): void {
    for (const [n, ...row] of pages) {
      if (!this.uncommitted.delete(n as number)) continue;
      this.settled.delete(n as number);
      this.partly.delete(n as number);
      this.totals.add(Tally.fromRow(row));
    }
    this.failuresBytes = failuresBytes;
    this.activeMs = activeMs;
    const { settled, bytes } = this.knownTotals;
    this.checkpoints.push({ atMs, settled, bytes });
    if (this.checkpoints.length > REMEMBERED_CHECKPOINTS) this.checkpoints.shift();
  }

  #enterNote({ settled, partly, activeMs }: NoteRecord): void {
    this.activeMs = activeMs;
    for (const page of settled) {
      if (!this.uncommitted.has(page.n)) continue;
      this.settled.set(page.n, page);
      this.partly.delete(page.n);
    }
    for (const [n, ...row] of partly) {
      if (this.uncommitted.has(n as number)) this.partly.set(n as number, Tally.fromRow(row));
    }
  }

  #enterTotals(record: Extract<SnapshotRecord, { t: 'totals' }>): void {
    this.runs = record.runs;
    this.activeMs = record.activeMs;
    this.failuresBytes = record.failuresBytes;
    this.found = record.found;
    this.foundBytes = record.foundBytes;
    this.totals.add(Tally.fromRow(record.tally));
    this.usageBytes = record.usageBytes;
    this.weights = record.weights;
    this.volumeIds = record.volumeIds;
    this.isFresh = record.isFresh ?? false;
    this.storageIdentity = record.medium;
    this.learnt = record.learnt;
    this.checkpoints = record.checkpoints;
    this.volumes = record.volumes;
    this.frontier.reserve(record.lastFrame, record.lastPage);
  }
}

/** A page without an object, a folder or a next page. */
function isFailureOnly({ k, l, m, x }: PageRecord): boolean {
  return k > 0 && l === undefined && m === undefined && x === undefined;
}
