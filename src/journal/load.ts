/** A journal's files → the state of the job. Only reads. Damage costs a repetition, never an object. */

import { type LoggedLine, type ReadLog, readLog } from '../lib/line-log/line-log.js';
import { MAX_DATE_MS } from '../model/time.js';
import { say } from '../texts/say.js';
import { Frontier } from './frontier.js';
import { JobState } from './job-state.js';
import type { AnyRecord, JobIdentity, JobRecord } from './records.js';

export interface LoadedJob {
  /** Undefined: there is no job here, or nothing of it is usable. */
  readonly state: JobState | undefined;
  /** For the user: what is damaged, and what that costs. */
  readonly problems: string[];
  /** Number of the last line. */
  readonly sequence: number;
  readonly sizeBytes: number;
}

/** The file before the last compaction, kept until the next one. */
export function previousPath(path: string): string {
  return `${path}.previous`;
}

/** Loads the job whose journal is at `path`. Throws the system's error when a file cannot be read. */
export function loadJob(path: string): LoadedJob {
  const log = sensible(readLog(path));
  const sequence = log.lines.at(-1)?.sequence ?? 0;
  const { sizeBytes } = log;
  if (sizeBytes === 0) return { state: undefined, problems: [], sequence, sizeBytes };
  const whole = replay(log);
  if (whole !== undefined) return { state: whole, problems: damages(path, log, whole), sequence, sizeBytes };
  const recovered = recover(path, log);
  if (recovered !== undefined) {
    recovered.doubt();
    const problem = say.disks.journal.previousUsed(path);
    return {
      state: recovered,
      problems: [problem, ...damages(path, { ...log, gaps: 0 }, recovered)],
      sequence,
      sizeBytes,
    };
  }
  const problem = say.disks.journal.lost(path);
  return { state: undefined, problems: [problem], sequence, sizeBytes };
}

/** Drops lines that are not records. */
function sensible(log: ReadLog): ReadLog {
  const isRecord = ({ value }: LoggedLine) => typeof value === 'object' && value !== null && 't' in value;
  return { ...log, lines: log.lines.filter(isRecord) };
}

/** Whether the first line is a valid job record. */
function isJob(value: unknown): value is JobRecord {
  const { t, id, identity, startedAtMs, pass } = (value ?? {}) as Partial<JobRecord>;
  const { source, filters, volumes } = identity ?? ({} as Partial<JobIdentity>);
  const isIdentity = typeof source === 'string' && typeof filters === 'object' && Array.isArray(volumes);
  const isTime = typeof startedAtMs === 'number' && Math.abs(startedAtMs) <= MAX_DATE_MS;
  return t === 'job' && typeof id === 'string' && typeof pass === 'number' && isTime && filters !== null && isIdentity;
}

function damages(path: string, { gaps }: ReadLog, state: JobState): string[] {
  const { orphans } = state;
  if (gaps === 0 && orphans === 0) return [];
  // After a loss, a committed page can look like an open one.
  state.doubt();
  return [say.disks.journal.damaged(path, Math.max(1, gaps))];
}

/** Needs a whole snapshot at the beginning; else undefined. */
function replay({ lines }: ReadLog): JobState | undefined {
  const ready = lines.findIndex(({ value }) => (value as AnyRecord).t === 'ready');
  const head = lines.slice(0, ready + 1);
  const job = head[0]?.value;
  if (ready === -1 || !isJob(job) || head.some(({ isAfterGap }) => isAfterGap)) return undefined;
  const state = new JobState(job, new Frontier());
  try {
    for (const { value } of head.slice(1, -1)) state.apply(value as never);
    enter(state, lines.slice(ready + 1));
    return state;
  } catch {
    // The checksums are right but the contents are invalid: another program wrote them.
    return undefined;
  }
}

/** Replays the previous file, then the log of this one. The previous file ends where this one begins. */
function recover(path: string, log: ReadLog): JobState | undefined {
  const previous = sensible(readLog(previousPath(path)));
  const state = replay(previous);
  const end = previous.lines.at(-1)?.sequence;
  const marks = log.lines.map(({ value }) => value as AnyRecord).filter(({ t }) => t === 'job' || t === 'ready');
  // All readable marks of this file must name the previous file, and the same job.
  const isSuccessor = marks.length > 0 && marks.every((mark) => isMarkOf(mark, end, state?.id));
  if (state === undefined || !isSuccessor) return undefined;
  try {
    enter(
      state,
      log.lines.filter(({ value }) => LOGGED.has((value as AnyRecord).t)),
    );
    return state;
  } catch {
    return undefined;
  }
}

function isMarkOf(mark: AnyRecord, end: number | undefined, id: string | undefined): boolean {
  return (mark.t === 'job' || mark.t === 'ready') && mark.after === end && mark.id === id;
}

/** Records that a snapshot never contains. (`end` is an exception, in a finished job only.) */
const LOGGED: ReadonlySet<string> = new Set([
  'run',
  'page',
  'done',
  'note',
  'doubt',
  'usage',
  'learnt',
  'weights',
  'volume',
  'end',
]);

function enter(state: JobState, lines: readonly LoggedLine[]): void {
  for (const { value } of lines) if (LOGGED.has((value as AnyRecord).t)) state.apply(value as never);
}
