/** The answer of `status`, as JSON and as text. Its field names are a contract. */

import { healthLine } from '../../events/reporters/health-text.js';
import { jsonLine } from '../../events/reporters/json.js';
import { printable } from '../../events/reporters/reporter.js';
import { checksText } from '../../events/reporters/text.js';
import { localTimeOf } from '../../lib/text/local-time.js';
import { padToWidth } from '../../lib/text/width.js';
import type { CheckCounts } from '../../model/digest.js';
import { say } from '../../texts/say.js';
import type { Live } from '../run/health/live.js';

export interface VolumeStatus {
  readonly path: string;
  /** Usable space. Absent when the disk cannot be read. */
  readonly freeBytes?: number;
  /** Absent when the file system does not count inodes. */
  readonly freeInodes?: number;
  /** `in`, `full` or `out` in the job's last note; `missing` or `unreadable` now. */
  readonly state: string;
  readonly reason?: string;
}

/** Something that a run waits for. */
export interface WaitStatus {
  /** `outage`, `ban`, `throttle`, `limit`, or `silence` (nothing moves, for none of these reasons). */
  readonly what: string;
  /** `listings`, `objects` or `bytes`. */
  readonly of?: string;
  readonly since: string;
  readonly until?: string;
}

/** The end of a run. */
export interface RunStatus {
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `killed`: the run could not note its end. */
  readonly end: 'finished' | 'interrupted' | 'failed' | 'killed';
  readonly code?: string;
  readonly message?: string;
}

/** Unknown fields are absent. The numbers are from the last checkpoint, over all runs of the job. */
export interface Status {
  readonly event: 'status';
  readonly state: 'running' | 'interrupted' | 'finished' | 'none';
  /** The process that works in the folder now. If the state is not `running`, it works on something else. */
  readonly pid?: number;
  readonly command?: string;
  readonly runningSince?: string;
  /** For the current run. */
  readonly waiting?: readonly WaitStatus[];
  /** For the current run: its numbers and its health, at most some seconds old. */
  readonly live?: Live;
  /** The last run of the job, and of `fetch` into its folder, when it is not running now. */
  readonly lastRun?: RunStatus;
  readonly lastFetch?: RunStatus;
  readonly source?: string;
  /** The filters that the user gave. */
  readonly filters?: Readonly<Record<string, string>>;
  readonly pass?: number;
  readonly runs?: number;
  readonly startedAt?: string;
  readonly activeSeconds?: number;
  readonly listed?: number;
  readonly isListingComplete?: boolean;
  readonly done?: number;
  readonly stored?: number;
  readonly skipped?: number;
  readonly gone?: number;
  readonly failed?: number;
  readonly excluded?: number;
  /** Failures of the job that a `fetch` has fixed since. They count under their new outcome. */
  readonly mended?: number;
  readonly bytes?: number;
  /** Stored objects by what they were checked by. Less than `stored` where a run could not note it. */
  readonly checkedBy?: CheckCounts;
  readonly left?: number | undefined;
  readonly leftBytes?: number | undefined;
  readonly objectsPerSecond?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
  readonly secondsLeft?: number | undefined;
  /** An upper bound (it ignores the reserve), at the recent rate. Present only when a disk fills up before the end. */
  readonly secondsUntilFull?: number | undefined;
  readonly failuresByCode?: Readonly<Record<string, number>>;
  readonly failuresFile?: string | undefined;
  /** Lists gone objects. While a job is not finished, their lines are in the failures file. */
  readonly goneFile?: string | undefined;
  readonly volumes?: readonly VolumeStatus[];
  readonly lastCheckpoint?: string;
  readonly lastCheckpointAgeSeconds?: number;
  readonly journal?: string;
  readonly problems?: readonly string[];
}

/** One line for programs. */
export function statusJson(status: Status): string {
  const { event, ...fields } = status;
  return jsonLine(event, 'info', fields);
}

/** Lines for people, name and value. `noJob` is the text when no job is found. */
export function statusLines(status: Status, noJob: string): string[] {
  const problems = (status.problems ?? []).map((problem): Row => ['problem', problem]);
  if (status.state !== 'none')
    return aligned([['state', stateText(status)], ...runRows(status), ...jobRows(status), ...problems]);
  const other = holderText(status);
  return [
    printable(other === '' ? noJob : say.jobs.status.inUseBy(noJob, other)),
    ...aligned([...runRows(status), ...problems]),
  ];
}

type Row = readonly [name: keyof typeof say.jobs.status.rows, value: string];

const NAME_COLUMNS = 12;

function aligned(rows: readonly Row[]): string[] {
  const names = say.jobs.status.rows;
  return rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => printable(padToWidth(names[name], NAME_COLUMNS) + value));
}

function jobRows(status: Status): Row[] {
  const text = say.jobs.status;
  if (status.source === undefined) return [['job', text.nothingYet]];
  return [
    ['source', status.source],
    ['filters', filtersText(status)],
    ['job', historyText(status)],
    ['listed', text.listed(status.listed!, status.isListingComplete!)],
    ['done', doneText(status)],
    ['left', leftText(status)],
    ['bytes', text.bytes(status.bytes!)],
    ['checkedBy', checksText(status.checkedBy, status.stored!)],
    ['rate', rateText(status)],
    ['timeLeft', timeLeftText(status)],
    ['disks', status.secondsUntilFull === undefined ? '' : text.full(status.secondsUntilFull)],
    ['fixed', status.mended === undefined ? '' : text.fixed(status.mended)],
    ['failed', failedText(status)],
    ['failures', status.failuresFile ?? ''],
    ['gone', status.goneFile ?? ''],
    ...(status.volumes ?? []).map((volume): Row => ['volume', volumeText(volume)]),
    ['checkpoint', checkpointText(status)],
    ['journal', status.journal ?? ''],
  ];
}

function runRows({ waiting = [], live, lastRun, lastFetch }: Status): Row[] {
  return [
    ['health', live === undefined ? '' : healthLine(live.health, Date.parse(live.at))],
    ...waiting.map((wait): Row => ['waiting', waitText(wait)]),
    ['lastRun', lastRun === undefined ? '' : runText(lastRun)],
    ['lastFetch', lastFetch === undefined ? '' : runText(lastFetch)],
  ];
}

function waitText({ what, of, since, until }: WaitStatus): string {
  const { waits, waitsOf, wait } = say.jobs.status;
  return wait({
    what: Object.hasOwn(waits, what) ? waits[what]! : what,
    ...(of !== undefined && { of: Object.hasOwn(waitsOf, of) ? waitsOf[of]! : of }),
    since: localTimeOf(since),
    ...(until !== undefined && { until: localTimeOf(until) }),
  });
}

function runText({ startedAt, endedAt, end, code, message }: RunStatus): string {
  const text = say.jobs.status;
  if (end === 'killed') return text.killed(localTimeOf(startedAt));
  const why = code === undefined ? '' : `${message ?? ''} [${code}]`;
  return endedAt === undefined
    ? text.begun(localTimeOf(startedAt), text.ends[end])
    : text.ended(text.ends[end], localTimeOf(endedAt), why);
}

function stateText(status: Status): string {
  const text = say.jobs.status;
  const holder = holderText(status);
  if (status.state === 'running') return text.running(holder);
  const state = text.states[status.state];
  return holder === '' ? state : text.inUseBy(state, holder);
}

function holderText({ pid, command, runningSince }: Status): string {
  return pid === undefined ? '' : say.jobs.status.holder(pid, command!, localTimeOf(runningSince!));
}

function filtersText({ filters = {} }: Status): string {
  return Object.entries(filters)
    .map(([name, value]) => `--${name} ${value}`)
    .join('; ');
}

function historyText({ startedAt, pass, runs, activeSeconds }: Status): string {
  return say.jobs.status.history({
    ...{ pass: pass!, run: runs! },
    ...{ begun: localTimeOf(startedAt!), seconds: activeSeconds! },
  });
}

function doneText({ done, stored, skipped, gone, failed, excluded }: Status): string {
  const text = say.jobs.status;
  const parts = { stored: stored!, skipped: skipped!, gone: gone!, failed: failed! };
  return text.done(done!, parts) + (excluded === undefined ? '' : text.leftOut(excluded));
}

function leftText({ state, left, leftBytes, isListingComplete }: Status): string {
  const text = say.jobs.status;
  if (state === 'finished') return text.nothingLeft;
  return isListingComplete ? text.left(left!, leftBytes) : text.leftOfListed(left!, leftBytes);
}

function rateText({ state, objectsPerSecond, bytesPerSecond }: Status): string {
  if (objectsPerSecond === undefined) return '';
  return say.jobs.status.rate(objectsPerSecond.toLocaleString('en-US'), bytesPerSecond!, state === 'running');
}

function timeLeftText({ state, secondsLeft, live }: Status): string {
  const { timeLeft, timeLeftThen } = say.jobs.status;
  // The run itself knows better: it leaves out the speed of earlier runs.
  if (live !== undefined) return live.secondsLeft === undefined ? '–' : timeLeft(live.secondsLeft);
  if (state === 'finished' || secondsLeft === undefined) return '';
  return state === 'running' ? timeLeft(secondsLeft) : timeLeftThen(secondsLeft);
}

function failedText({ failuresByCode = {} }: Status): string {
  return say.jobs.status.codes(Object.entries(failuresByCode).sort(([, one], [, other]) => other - one));
}

function volumeText({ path, freeBytes, freeInodes, state, reason }: VolumeStatus): string {
  const text = say.jobs.status;
  const shown = text.volumeStates[state] ?? state.toUpperCase();
  const note = state === 'in' ? '' : reason === undefined ? shown : text.because(shown, reason);
  return text.volume(path, [freeBytes === undefined ? '' : text.free(freeBytes, freeInodes), note].filter(Boolean));
}

function checkpointText({ lastCheckpoint, lastCheckpointAgeSeconds }: Status): string {
  const { noCheckpoint, checkpoint } = say.jobs.status;
  if (lastCheckpoint === undefined) return noCheckpoint;
  return checkpoint(localTimeOf(lastCheckpoint), lastCheckpointAgeSeconds!);
}
