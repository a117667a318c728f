/** The answer of `status`, as JSON and as text. Its field names are a contract. */

import { printable } from '../../events/reporters/reporter.js';
import { formatBytes, formatCount, formatSeconds } from '../../events/units.js';
import { safeJson } from '../../model/json.js';

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
  return safeJson(status);
}

/** Lines for people, name and value. `noJob` is the text when no job is found. */
export function statusLines(status: Status, noJob: string): string[] {
  const problems = (status.problems ?? []).map((problem): Row => ['problem', problem]);
  const rows =
    status.state === 'none' ? [] : [['state', stateText(status)] as Row, ...runRows(status), ...jobRows(status)];
  if (status.state !== 'none') return aligned([...rows, ...problems]);
  const other = holderText(status);
  return [
    printable(other === '' ? noJob : `${noJob}; in use by ${other}`),
    ...aligned([...runRows(status), ...problems]),
  ];
}

type Row = readonly [name: string, value: string];

function aligned(rows: readonly Row[]): string[] {
  return rows.filter(([, value]) => value !== '').map(([name, value]) => printable(`${name.padEnd(12)}${value}`));
}

function jobRows(status: Status): Row[] {
  if (status.source === undefined) return [['job', 'has written nothing yet']];
  return [
    ['source', status.source],
    ['filters', filtersText(status)],
    ['job', historyText(status)],
    ['listed', `${formatCount(status.listed!)} objects${status.isListingComplete ? ', all there are' : ' so far'}`],
    ['done', doneText(status)],
    ['left', leftText(status)],
    ['bytes', `${formatBytes(status.bytes!)} stored`],
    ['rate', rateText(status)],
    ['time left', timeLeftText(status)],
    ['disks', fullText(status)],
    ['fixed', status.mended === undefined ? '' : `${formatCount(status.mended)} of the failures, by fetch`],
    ['failed', failedText(status)],
    ['failures', status.failuresFile ?? ''],
    ['gone', status.goneFile ?? ''],
    ...(status.volumes ?? []).map((volume): Row => ['volume', volumeText(volume)]),
    ['checkpoint', checkpointText(status)],
    ['journal', status.journal ?? ''],
  ];
}

function runRows({ waiting = [], lastRun, lastFetch }: Status): Row[] {
  return [
    ...waiting.map((wait): Row => ['waiting', waitText(wait)]),
    ['last run', lastRun === undefined ? '' : runText(lastRun)],
    ['last fetch', lastFetch === undefined ? '' : runText(lastFetch)],
  ];
}

const WAITS: Readonly<Record<string, string>> = {
  outage: 'the server does not answer',
  ban: 'the server has banned this client',
  throttle: 'the server asks to slow down',
  limit: 'a limit that the user set slows it down',
  silence: 'nothing moves, neither on the network nor on the disks',
};

function waitText({ what, of, since, until }: WaitStatus): string {
  const which = of === undefined ? '' : ` (${of})`;
  return `${WAITS[what] ?? what}${which}, since ${since}${until === undefined ? '' : `, until ${until}`}`;
}

function runText({ startedAt, endedAt, end, code, message }: RunStatus): string {
  if (end === 'killed') return `begun ${startedAt}, and its end was not recorded: killed, or the machine stopped`;
  const why = code === undefined ? '' : `: ${message ?? ''} [${code}]`;
  return endedAt === undefined ? `begun ${startedAt}, ${end}` : `${end} ${endedAt}${why}`;
}

function stateText(status: Status): string {
  const holder = holderText(status);
  if (status.state === 'running') return `running, ${holder}`;
  return holder === '' ? status.state : `${status.state}; in use by ${holder}`;
}

function holderText({ pid, command, runningSince }: Status): string {
  return pid === undefined ? '' : `process ${pid} (${command}, since ${runningSince})`;
}

function filtersText({ filters = {} }: Status): string {
  return Object.entries(filters)
    .map(([name, value]) => `--${name} ${value}`)
    .join('; ');
}

function historyText({ startedAt, pass, runs, activeSeconds }: Status): string {
  return `pass ${pass}, begun ${startedAt}; run ${runs}, ${formatSeconds(activeSeconds!)} of work`;
}

function doneText({ done, stored, skipped, gone, failed, excluded }: Status): string {
  const parts = Object.entries({ stored, skipped, gone, failed }).map(
    ([name, count]) => `${formatCount(count!)} ${name}`,
  );
  const leftOut = excluded === undefined ? '' : `; ${formatCount(excluded)} more are left out by the filters`;
  return `${formatCount(done!)} = ${parts.join(' + ')}${leftOut}`;
}

function leftText({ state, left, leftBytes, isListingComplete }: Status): string {
  if (state === 'finished') return 'nothing';
  const bytes = leftBytes === undefined ? '' : `, ${formatBytes(leftBytes)}`;
  if (isListingComplete) return `${formatCount(left!)} objects${bytes}`;
  return `${formatCount(left!)} objects of those listed${leftBytes === undefined ? '' : `${bytes} of the whole bucket`}`;
}

function rateText({ state, objectsPerSecond, bytesPerSecond }: Status): string {
  if (objectsPerSecond === undefined) return '';
  const when = state === 'running' ? 'lately' : 'while it ran';
  return `${objectsPerSecond.toLocaleString('en-US')} objects/s, ${formatBytes(bytesPerSecond!)}/s ${when}`;
}

function timeLeftText({ state, secondsLeft }: Status): string {
  if (state === 'finished' || secondsLeft === undefined) return '';
  return `about ${formatSeconds(secondsLeft)}${state === 'running' ? '' : ' once it goes on'}`;
}

function fullText({ secondsUntilFull }: Status): string {
  if (secondsUntilFull === undefined) return '';
  return `full in ${formatSeconds(secondsUntilFull)} at the latest, before everything is stored: free some space or add a --to`;
}

function failedText({ failuresByCode = {} }: Status): string {
  return Object.entries(failuresByCode)
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${formatCount(count)} ${code}`)
    .join(', ');
}

function volumeText({ path, freeBytes, freeInodes, state, reason }: VolumeStatus): string {
  const inodes = freeInodes === undefined ? '' : `, ${formatCount(freeInodes)} inodes`;
  const free = freeBytes === undefined ? '' : `${formatBytes(freeBytes)}${inodes} free`;
  const note = state === 'in' ? '' : `${state.toUpperCase()}${reason === undefined ? '' : `: ${reason}`}`;
  return `${path}: ${[free, note].filter(Boolean).join('; ')}`;
}

function checkpointText({ lastCheckpoint, lastCheckpointAgeSeconds }: Status): string {
  if (lastCheckpoint === undefined) return 'none yet';
  return `${lastCheckpoint}, ${formatSeconds(lastCheckpointAgeSeconds!)} ago`;
}
