/** The answer of `status`: its fields, which are a contract, and the two ways of saying them. */

import { printable } from '../../events/reporter.js';
import { formatBytes, formatCount, formatSeconds } from '../../events/units.js';
import { safeJson } from '../../model/json.js';

export interface VolumeStatus {
  readonly path: string;
  /** That may be used; absent when the disk cannot be looked at. */
  readonly freeBytes?: number;
  /** Absent where the file system does not count them. */
  readonly freeInodes?: number;
  /** `in`, `full` or `out` as the job noted it last; `missing` or `unreadable` as it is now. */
  readonly state: string;
  readonly reason?: string;
}

/** Something that a run waits for. */
export interface WaitStatus {
  /** `outage`, `ban`, `throttle`, `limit`, `silence` (nothing moves, and none of these is the reason). */
  readonly what: string;
  /** `listings`, `objects` or `bytes`. */
  readonly of?: string;
  readonly since: string;
  readonly until?: string;
}

/** How a run ended. */
export interface RunStatus {
  readonly startedAt: string;
  readonly endedAt?: string;
  /** `killed`: it could not say a word. */
  readonly end: 'finished' | 'interrupted' | 'failed' | 'killed';
  readonly code?: string;
  readonly message?: string;
}

/** What is not known is absent. Numbers are those of the last checkpoint, over all runs of the job. */
export interface Status {
  readonly event: 'status';
  readonly state: 'running' | 'interrupted' | 'finished' | 'none';
  /** Who works in the folder now; with a state other than `running` it works on something else than the job. */
  readonly pid?: number;
  readonly command?: string;
  readonly runningSince?: string;
  /** Of the run that goes on. */
  readonly waiting?: readonly WaitStatus[];
  /** Of the job, and of `fetch` into its folder, when it does not go on. */
  readonly lastRun?: RunStatus;
  readonly lastFetch?: RunStatus;
  readonly source?: string;
  /** Those that were given. */
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
  /** Failures of the job that a `fetch` has mended since; they count by what became of them then. */
  readonly mended?: number;
  readonly bytes?: number;
  readonly left?: number | undefined;
  readonly leftBytes?: number | undefined;
  readonly objectsPerSecond?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
  readonly secondsLeft?: number | undefined;
  /** At the latest (what is kept free is not counted), at the rate of late; only where that comes before the end. */
  readonly secondsUntilFull?: number | undefined;
  readonly failuresByCode?: Readonly<Record<string, number>>;
  readonly failuresFile?: string | undefined;
  /** Lists what was listed and is gone; while a job is under way its lines stand among those of the failures. */
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

/** Lines for people, name and value; `noJob` says where none was found. */
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
    ['mended', status.mended === undefined ? '' : `${formatCount(status.mended)} of the failures, by fetch`],
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
  limit: 'a limit that was set holds it back',
  silence: 'nothing moves, neither on the line nor on the disks',
};

function waitText({ what, of, since, until }: WaitStatus): string {
  const which = of === undefined ? '' : ` (${of})`;
  return `${WAITS[what] ?? what}${which}, since ${since}${until === undefined ? '' : `, until ${until}`}`;
}

function runText({ startedAt, endedAt, end, code, message }: RunStatus): string {
  if (end === 'killed') return `begun ${startedAt}, and ended without a word: killed, or the machine stopped`;
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
  return `full in ${formatSeconds(secondsUntilFull)} at the latest, before everything is stored: make room or add a --to`;
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
