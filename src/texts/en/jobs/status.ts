/** The answer of `sluice status` for a local job: the names of its rows, and what they say. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';

const objects = (count: number): string => `${formatCount(count)} objects`;

export const status = {
  /** The names of the rows: at most eleven columns each. */
  rows: {
    problem: 'problem',
    state: 'state',
    job: 'job',
    source: 'source',
    filters: 'filters',
    listed: 'listed',
    done: 'done',
    left: 'left',
    bytes: 'bytes',
    checkedBy: 'checked by',
    rate: 'rate',
    timeLeft: 'time left',
    disks: 'disks',
    fixed: 'fixed',
    failed: 'failed',
    failures: 'failures',
    gone: 'gone',
    volume: 'volume',
    checkpoint: 'checkpoint',
    journal: 'journal',
    health: 'health',
    waiting: 'waiting',
    lastRun: 'last run',
    lastFetch: 'last fetch',
  },
  states: { running: 'running', interrupted: 'interrupted', finished: 'finished', none: 'none' },
  running: (holder: string): string => `running, ${holder}`,
  inUseBy: (text: string, holder: string): string => `${text}; in use by ${holder}`,
  holder: (pid: number, command: string, since: string): string => `process ${pid} (${command}, since ${since})`,
  nothingYet: 'has written nothing yet',
  history: ({ pass, begun, run, seconds }: { pass: number; begun: string; run: number; seconds: number }): string =>
    `pass ${pass}, begun ${begun}; run ${run}, ${formatSeconds(seconds)} of work`,
  listed: (count: number, isAll: boolean): string => `${objects(count)}${isAll ? ', all there are' : ' so far'}`,
  done: (count: number, parts: { stored: number; skipped: number; gone: number; failed: number }): string =>
    `${formatCount(count)} = ${formatCount(parts.stored)} stored + ${formatCount(parts.skipped)} skipped + ` +
    `${formatCount(parts.gone)} gone + ${formatCount(parts.failed)} failed`,
  leftOut: (count: number): string => `; ${formatCount(count)} more are left out by the filters`,
  nothingLeft: 'nothing',
  left: (count: number, bytes: number | undefined): string =>
    `${objects(count)}${bytes === undefined ? '' : `, ${formatBytes(bytes)}`}`,
  leftOfListed: (count: number, bytes: number | undefined): string =>
    `${objects(count)} of those listed${bytes === undefined ? '' : `, ${formatBytes(bytes)} of the whole bucket`}`,
  bytes: (bytes: number): string => `${formatBytes(bytes)} stored`,
  rate: (perSecond: string, bytes: number, isRunning: boolean): string =>
    `${perSecond} objects/s, ${formatBytes(bytes)}/s ${isRunning ? 'lately' : 'while it ran'}`,
  timeLeft: (seconds: number): string => `about ${formatSeconds(seconds)}`,
  timeLeftThen: (seconds: number): string => `about ${formatSeconds(seconds)} once it goes on`,
  full: (seconds: number): string =>
    `full in ${formatSeconds(seconds)} at the latest, before everything is stored: free some space or add a --to`,
  fixed: (count: number): string => `${formatCount(count)} of the failures, by fetch`,
  codes: (codes: readonly (readonly [code: string, count: number])[]): string =>
    codes.map(([code, count]) => `${formatCount(count)} ${code}`).join(', '),
  free: (bytes: number, inodes: number | undefined): string =>
    `${formatBytes(bytes)}${inodes === undefined ? '' : `, ${formatCount(inodes)} inodes`} free`,
  volume: (path: string, notes: readonly string[]): string => `${path}: ${notes.join('; ')}`,
  because: (state: string, reason: string): string => `${state}: ${reason}`,
  volumeStates: { full: 'FULL', out: 'OUT', missing: 'MISSING', unreadable: 'UNREADABLE' } as Record<string, string>,
  noCheckpoint: 'none yet',
  checkpoint: (at: string, ageSeconds: number): string => `${at}, ${formatSeconds(ageSeconds)} ago`,

  /** What a run waits for. */
  waits: {
    outage: 'the server does not answer',
    ban: 'the server has banned this client',
    throttle: 'the server asks to slow down',
    limit: 'a limit that the user set slows it down',
    silence: 'nothing moves, neither on the network nor on the disks',
  } as Record<string, string>,
  waitsOf: { listings: 'listings', objects: 'objects', bytes: 'bytes' } as Record<string, string>,
  wait: ({ what, of, since, until }: { what: string; of?: string; since: string; until?: string }): string =>
    `${what}${of === undefined ? '' : ` (${of})`}, since ${since}${until === undefined ? '' : `, until ${until}`}`,

  /** The end of a run. */
  ends: { finished: 'finished', interrupted: 'interrupted', failed: 'failed', killed: 'killed' },
  killed: (begun: string): string => `begun ${begun}, and its end was not recorded: killed, or the machine stopped`,
  begun: (begun: string, end: string): string => `begun ${begun}, ${end}`,
  ended: (end: string, at: string, why: string): string => `${end} ${at}${why === '' ? '' : `: ${why}`}`,
};
