/**
 * Everything a job remembers: what is left to list, which pages are not retired, and the totals of those that are. It
 * is built by applying records, first those of a snapshot, then those that were logged since.
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

/** Checkpoints that are remembered for the rate that `status` shows: about a minute of them. */
const REMEMBERED_CHECKPOINTS = 30;

export class JobState {
  readonly id: string;
  identity: JobIdentity;
  readonly pass: number;
  readonly startedAtMs: number;
  readonly frontier: Frontier;
  /** Listed, but not all of their objects are known to be settled and on the platter. */
  readonly unretired = new Map<number, PageRecord>();
  /** Of those, pages that are settled but not known to be on the platter. */
  readonly settled = new Map<number, SettledPage>();
  /** Of those, what is settled of pages that are not as a whole. */
  readonly partly = new Map<number, Tally>();
  /** Of retired pages only. */
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
  /** Ids of the volumes, by which a disk is told from another one in its place. */
  volumeIds: readonly string[] | undefined;
  /** Nothing lay on the volumes when the job began. */
  isFresh = false;
  /** Where notes can be believed: this machine since its start, with these disks. */
  medium: string | undefined;
  isFinished = false;
  checkpoints: Checkpoint[] = [];
  volumes: VolumeRecord[] = [];
  /** Records that could not be applied, since one before them was lost; what they describe is listed again. */
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

  /** Whether everything was listed; pages may still be open. */
  get isListed(): boolean {
    return this.frontier.isEmpty;
  }

  /** Pages that have to be listed again. */
  get again(): PageRecord[] {
    return [...this.unretired.values()].filter(({ n }) => !this.settled.has(n));
  }

  /** Of retired pages and of settled ones. */
  get settledTotals(): Tally {
    const totals = new Tally();
    totals.add(this.totals);
    for (const { tally } of this.settled.values()) totals.add(Tally.fromRow(tally));
    return totals;
  }

  /** Of everything that is known to be settled. */
  get knownTotals(): Tally {
    const totals = this.settledTotals;
    for (const tally of this.partly.values()) totals.add(tally);
    return totals;
  }

  /** Volumes that come behind those of the job until now; `medium` is theirs together, where what was noted can be believed. */
  addVolumes(volumes: readonly string[], medium: string | undefined): void {
    this.identity = { ...this.identity, volumes };
    this.medium = medium;
  }

  /** What was noted since the last checkpoint cannot be believed: those pages are listed again. */
  doubt(): void {
    for (const { n, tally } of this.settled.values()) this.partly.set(n, Tally.fromRow(tally));
    this.settled.clear();
  }

  /** Enters what happened. Records are also what the running job itself enters, so that both ways lead to one state. */
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
        this.unretired.set(record.page.n, record.page);
        return;
      case 'run':
        // Notes of a run before this one.
        if (record.medium === undefined || record.medium !== this.medium) this.doubt();
        this.medium = record.medium;
        this.runs++;
        // A new run looks at the disks anew.
        this.volumes = [];
        this.#reopenFailed();
        return;
      case 'usage':
        this.usageBytes = record.bytes;
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

  /** Of a page that the frontier has entered already. */
  enterPage(page: PageRecord): void {
    this.found += page.k;
    this.foundBytes += page.b;
    // Its subfolders are the frontier's business: they can be many, and listing it again does not need them.
    const { s: _subfolders, p: _parent, ...rest } = page;
    this.unretired.set(page.n, rest);
  }

  /**
   * A folder that could not be listed had ended with that, and its page is open still. Listed again as this page it would
   * bring one page at most, and nothing below: so the folder is put back, and counts anew.
   */
  #reopenFailed(): void {
    for (const page of this.again) {
      if (!isFailureOnly(page)) continue;
      this.unretired.delete(page.n);
      this.partly.delete(page.n);
      this.found -= page.k;
      this.foundBytes -= page.b;
      this.frontier.reopen(page.d, page.c);
    }
  }

  #enterDone({ atMs, pages, failuresBytes, activeMs }: DoneRecord): void {
    for (const [n, ...row] of pages) {
      if (!this.unretired.delete(n as number)) continue;
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
      if (!this.unretired.has(page.n)) continue;
      this.settled.set(page.n, page);
      this.partly.delete(page.n);
    }
    for (const [n, ...row] of partly) {
      if (this.unretired.has(n as number)) this.partly.set(n as number, Tally.fromRow(row));
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
    this.medium = record.medium;
    this.checkpoints = record.checkpoints;
    this.volumes = record.volumes;
    this.frontier.reserve(record.lastFrame, record.lastPage);
  }
}

/** Neither an object nor a folder nor a page behind it. */
function isFailureOnly({ k, l, m, x }: PageRecord): boolean {
  return k > 0 && l === undefined && m === undefined && x === undefined;
}
