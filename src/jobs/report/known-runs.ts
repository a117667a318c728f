/** The runs of a job that noted what they did, and what follows from them. */
import {
  type LoggedRun,
  type LoggedWait,
  NOTE_EACH_MS,
  SIZE_BOUNDS,
  type SlowFolder,
} from '../../journal/runs/logged-run.js';
import type { KnownRuns } from '../../journal/runs/run-log.js';
import { slowestOf } from '../run/account/slow-folders.js';
import type { RunStatus, Status } from '../status/status-text.js';
import type { ReportedRun, Runs, Sizes, Trouble } from './report.js';

const SHOWN_RUNS = 100;
const SHOWN_WAITS = 50;

/** Those of the job, and each `fetch` into its folder since it began. `id` and `sinceMs` are undefined without a job. */
export function runsOf({ ended, now }: KnownRuns, id: string | undefined, sinceMs: number | undefined): LoggedRun[] {
  const all = now === undefined ? ended : [...ended, now];
  if (id === undefined) return all.filter(({ command }) => command === 'fetch');
  return all.filter((run) =>
    run.job === undefined ? run.command === 'fetch' && Date.parse(run.startedAt) >= sinceMs! : run.job === id,
  );
}

/** Adds the ends that only `status` knows: of runs of an older build. */
export function reportedRuns(runs: readonly LoggedRun[], { lastRun, lastFetch, ...status }: Status): Runs {
  const known = runs.map((run) => withEnd(reported(run, status.pid), lastRun, lastFetch));
  const own = runs.filter(({ command }) => command !== 'fetch');
  if (lastRun !== undefined && isMissing(lastRun, known)) known.push({ command: 'mirror', ...lastRun });
  if (lastFetch !== undefined && isMissing(lastFetch, known)) known.push({ command: 'fetch', ...lastFetch });
  known.sort((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
  const named = own.length + (known.length > runs.length && lastRun !== undefined && isAdded(lastRun, known) ? 1 : 0);
  return {
    known: known.slice(-SHOWN_RUNS),
    earlier: Math.max(0, known.length - SHOWN_RUNS),
    unrecorded: Math.max(0, (status.runs ?? 0) - named),
  };
}

/** On a full disk the note of the run may have its end, and the log of runs may not. */
function withEnd(run: ReportedRun, ...notes: readonly (RunStatus | undefined)[]): ReportedRun {
  const note = notes.find((one) => one !== undefined && !isMissing(one, [run]));
  return run.end === 'killed' && note !== undefined ? { ...run, ...note } : run;
}

function isMissing({ startedAt }: RunStatus, known: readonly ReportedRun[]): boolean {
  return known.every((run) => run.startedAt !== startedAt);
}

function isAdded({ startedAt }: RunStatus, known: readonly ReportedRun[]): boolean {
  return known.some((run) => run.startedAt === startedAt && run.stored === undefined);
}

export function reported(run: LoggedRun, pid: number | undefined): ReportedRun {
  const { command, startedAt, endedAt, seenAt, end, code, message, host, version, node, platform, figures } = run;
  const { stored, skipped, gone, failed, bytes, retries, throttledMs, unreachableMs, outages } = figures;
  const ms = Date.parse(endedAt ?? seenAt) - Date.parse(startedAt);
  return {
    command,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    end: end ?? (pid === run.pid ? 'running' : 'killed'),
    ...(code !== undefined && { code, message }),
    ...(hasNoted(run) && {
      seconds: secondsOf(ms),
      ...{ stored, skipped, gone, failed, bytes, retries, outages },
      throttledSeconds: secondsOf(throttledMs),
      outageSeconds: secondsOf(unreachableMs),
    }),
    ...{ host, version, node, platform },
  };
}

/** The note of its beginning says nothing of what a run has done since. */
export function hasNoted({ startedAt, seenAt, end }: LoggedRun): boolean {
  return end !== undefined || Date.parse(seenAt) - Date.parse(startedAt) >= NOTE_EACH_MS / 2;
}

function secondsOf(ms: number): number {
  return Math.max(0, Math.round(ms / 100) / 10);
}

/** `stored`: of the job, as far as it is known. */
export function sizesOf(runs: readonly LoggedRun[], stored: number, bytes: number): Sizes {
  const counts = SIZE_BOUNDS.map(() => 0).concat(0);
  for (const { figures } of runs) for (const [at, count] of figures.sizes.entries()) counts[at]! += count;
  const known = counts.reduce((sum, count) => sum + count, 0);
  return {
    bounds: SIZE_BOUNDS,
    counts,
    known,
    unknown: Math.max(0, stored - known),
    ...(stored > 0 && { averageBytes: Math.round(bytes / stored) }),
  };
}

export function slowFoldersOf(runs: readonly LoggedRun[]): SlowFolder[] {
  const sums = new Map<string, SlowFolder>();
  for (const one of runs.flatMap(({ figures }) => figures.slow)) {
    const { folder, objects, bytes, ms } = sums.get(one.folder) ?? { folder: one.folder, objects: 0, bytes: 0, ms: 0 };
    sums.set(folder, { folder, objects: objects + one.objects, bytes: bytes + one.bytes, ms: ms + one.ms });
  }
  return slowestOf([...sums.values()]);
}

export function troubleOf(runs: readonly LoggedRun[]): Trouble {
  if (runs.length === 0) return { waits: [], moreWaits: 0 };
  const sum = (of: (figures: LoggedRun['figures']) => number) =>
    runs.reduce((total, { figures }) => total + of(figures), 0);
  const waits = runs.flatMap(({ figures }) => figures.waits).sort((one, other) => other.ms - one.ms);
  const shown: LoggedWait[] = waits.slice(0, SHOWN_WAITS).sort((one, other) => one.sinceMs - other.sinceMs);
  return {
    throttledSeconds: secondsOf(sum(({ throttledMs }) => throttledMs)),
    outages: sum(({ outages }) => outages),
    outageSeconds: secondsOf(sum(({ unreachableMs }) => unreachableMs)),
    retries: sum(({ retries }) => retries),
    waits: shown,
    moreWaits: waits.length - shown.length + sum(({ moreWaits }) => moreWaits),
  };
}
