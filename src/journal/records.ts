/** The records of the journal, one line each. Field names are short in records that every page of a bucket has. */
import type { Scope } from '../model/scope.js';

/** The task of a job. A restart with another one is refused. */
export interface JobIdentity {
  /** `upyun://bucket/prefix`. */
  readonly source: string;
  /** Every option that decides which objects are wanted and what is stored for them, as `name: value`. */
  readonly filters: Readonly<Record<string, string>>;
  /** Absolute paths of the volumes, the first one first; none for a listing. */
  readonly volumes: readonly string[];
}

/** Begins a file. */
export interface JobRecord {
  t: 'job';
  v: 1;
  id: string;
  identity: JobIdentity;
  /** 1 for the first pass over the bucket, 2 for the next one, … */
  pass: number;
  startedAtMs: number;
  /** Number of the last line of the previous file. `ready` repeats it and the id. */
  after: number;
}

/** One page was listed: the next cursor of its scope, and further scopes to list. */
export interface PageRecord {
  t: 'page';
  /** Number of the page. */
  n: number;
  /** Number of its frame. `p`, of the first page only, is the frame of its parent. */
  f: number;
  p?: number;
  /** Scope, and the cursor of the request. A folder is its key; a scope of another kind is `{"text":…}`. */
  d: Scope;
  c?: string;
  /** Cursor of the next page, if there is one. */
  x?: string;
  /** Further scopes to list: folders by their names relative to the folder, others as they are. */
  s?: Scope[];
  /** Objects (and other rows that count) on it, and their listed bytes. */
  k: number;
  b: number;
  /** Last object and last folder of the page: when it is listed again, it is complete once both have come. */
  l?: string;
  m?: Scope;
  /** Not all of it could be read; that is one of the rows that count. */
  j?: 1;
}

/** Pages whose objects are all settled and durable: `[n, …tally]` each. */
export interface DoneRecord {
  t: 'done';
  atMs: number;
  pages: TallyRow[];
  /** Bytes of the job's own failures file that belong to committed pages. */
  failuresBytes: number;
  /** The running time of the job, over all runs. */
  activeMs: number;
}

/**
 * What is settled and not yet committed. It is written without a sync, so it survives the process but not a machine
 * crash. The next run uses it only on the same disks, if they were never away (see `medium`, the storage identity), and syncs them before it
 * counts.
 */
export interface NoteRecord {
  t: 'note';
  settled: SettledPage[];
  /** Pages that are settled in part: `[n, …tally]` each. */
  partly: TallyRow[];
  /** As in `done`. */
  activeMs: number;
}

export interface SettledPage {
  n: number;
  /** Volumes that hold its objects. */
  v: number[];
  tally: TallyRow;
  /** Lines for the failures file. */
  lines?: string[];
}

/** Numbers, and failures by code. */
export type TallyRow = (number | Record<string, number>)[];

export interface VolumeRecord {
  t: 'volume';
  root: string;
  state: string;
  reason?: string;
}

/** Lines that carry a whole state from one file to the next. `ready` ends them. */
export type SnapshotRecord =
  | {
      t: 'totals';
      runs: number;
      activeMs: number;
      failuresBytes: number;
      found: number;
      foundBytes: number;
      tally: TallyRow;
      usageBytes?: number;
      weights?: number[];
      volumeIds?: string[];
      isFresh?: boolean;
      medium?: string;
      learnt?: string;
      checkpoints: Checkpoint[];
      volumes: VolumeRecord[];
      lastFrame: number;
      lastPage: number;
    }
  | { t: 'frame'; f: number; d: Scope; c?: string; isListed: boolean; s: Scope[]; k: number }
  | { t: 'open'; page: PageRecord }
  | NoteRecord
  | { t: 'ready'; after: number; id: string };

export type LogRecord =
  /** `medium` identifies the machine since boot, and the disks since they were plugged in. Absent when unknown. */
  | { t: 'run'; atMs: number; medium?: string }
  | PageRecord
  | DoneRecord
  | NoteRecord
  /** A disk could not be synced: the notes do not count. */
  | { t: 'doubt' }
  | VolumeRecord
  | { t: 'usage'; bytes: number }
  /** What the source found out about its server. Only the source reads it. */
  | { t: 'learnt'; text: string }
  | { t: 'weights'; weights: number[]; ids: string[]; isFresh: boolean }
  | { t: 'end'; atMs: number };

export type AnyRecord = JobRecord | SnapshotRecord | LogRecord;

/** A past moment, to compute rates. */
export interface Checkpoint {
  readonly atMs: number;
  readonly settled: number;
  readonly bytes: number;
}
