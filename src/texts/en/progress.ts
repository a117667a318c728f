/** What a run shows of itself: progress, health, log, summary, snapshot, status. */
import { formatBytes, formatCount, formatSeconds } from '../../lib/text/units.js';
import { screen } from './progress-screen.js';

/** What a sentence about the health of a run may use. */
export interface HealthValues {
  /** `listings`, `objects`; undefined = all requests. */
  readonly of: string | undefined;
  /** The HTTP status of the answer, or its code. */
  readonly answer: string | undefined;
  /** Seconds until the state ends; undefined = unknown, or over. */
  readonly secondsLeft: number | undefined;
  readonly secondsPast: number;
  /** When it began: `14:03`, `Sat 14:03`. */
  readonly since: string;
  readonly requests: number | undefined;
  readonly directories: number;
  readonly perSecond: number;
  readonly isShared: boolean;
  readonly volume: string;
  readonly waiting: number;
  readonly hasOthers: boolean;
}

/** One server of many that does not answer. */
export interface HostValues {
  /** All that are known, and those that do not answer. */
  readonly hosts: number;
  readonly count: number;
  /** The one that has been unreachable longest, and since when. */
  readonly name: string;
  readonly since: string;
}

/** The speed of now, and the requests under way. */
export interface RateValues {
  readonly files: number;
  readonly bytes: number;
  readonly requests: number;
  /** How long the oldest request has taken. Undefined = there is none. */
  readonly oldestSeconds: number | undefined;
}

/** 12 → `12 s`, 125 → `2m 5s`. */
function duration(seconds: number): string {
  return seconds < 59.5 ? `${Math.ceil(seconds)} s` : formatSeconds(seconds);
}

const atOnce = ({ requests }: HealthValues): string =>
  requests === undefined ? '' : `; ${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'} at once`;

const answerOf = ({ answer }: HealthValues): string => (answer === undefined ? '' : ` (${answer})`);

const whose = ({ of }: HealthValues): string =>
  of === undefined ? '' : of === 'listings' ? ', for listings' : ', for objects';

const resuming = ({ secondsLeft }: HealthValues): string =>
  secondsLeft === undefined ? '' : `, resuming in ${duration(secondsLeft)}`;

const share = ({ isShared }: HealthValues): string =>
  isShared ? ", this machine's share of the limit of all machines" : '';

export const progress = {
  screen,
  duration,
  /** Sunday first. */
  weekdays: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  /** The word of each state: capitals where something is wrong. */
  healthWords: {
    starting: 'starting',
    healthy: 'healthy',
    throttled: 'THROTTLED',
    banned: 'BANNED',
    unreachable: 'UNREACHABLE',
    'waiting-disk': 'WAITING',
    'waiting-queue': 'WAITING',
    'waiting-input': 'WAITING',
    retrying: 'RETRYING',
    stalled: 'STALLED',
    limited: 'limited',
    paused: 'PAUSED',
    finishing: 'finishing',
    interrupted: 'INTERRUPTED',
  },
  /** What follows where single servers of many are in trouble. */
  hosts: {
    unreachable: ({ hosts, count, name, since }: HostValues): string =>
      `; ${formatCount(count)} of ${formatCount(hosts)} hosts unreachable (${name} since ${since})`,
    throttled: (hosts: number, count: number): string =>
      `; ${formatCount(count)} of ${formatCount(hosts)} hosts throttled`,
  },
  /** What follows the word, by reason. */
  health: {
    opening: () => ': opening folders and state',
    'no-answer-yet': ({ since }: HealthValues) => `: no answer from the server yet, since ${since}`,
    working: atOnce,
    listing: () => '; the listing is slower than the copy',
    'listing-only': atOnce,
    server: (values: HealthValues) => `; the server sets the pace${atOnce(values)}`,
    memory: () => '; --buffer sets the pace: its memory is full',
    processor: () => '; the processor of this machine sets the pace',
    paused: (values: HealthValues) =>
      ` by the server${answerOf(values)}${whose(values)}${resuming(values)}${atOnce(values)}`,
    'fewer-requests': (values: HealthValues) => ` by the server${answerOf(values)}${whose(values)}${atOnce(values)}`,
    directories: (values: HealthValues) =>
      ` by the server${answerOf(values)} in ${formatCount(values.directories)} ${values.directories === 1 ? 'folder' : 'folders'}; the others go on`,
    bandwidth: (values: HealthValues) =>
      ` by the server${answerOf(values)} to ${formatBytes(values.perSecond)}/s: too many bytes`,
    banned: (values: HealthValues) => ` by the server${answerOf(values)}${whose(values)}${resuming(values)}`,
    'no-answer': (values: HealthValues) =>
      `: no answer from the server since ${values.since}${whose(values)}; Sluice asks again`,
    slow: () => ' for the disks: they are slower than the network',
    'not-answering': ({ volume, secondsPast }: HealthValues) =>
      ` for ${volume}: no answer for ${duration(secondsPast)}`,
    'all-full': ({ hasOthers }: HealthValues): string =>
      hasOthers ? ' for space: the disks of this machine are full; others go on' : ' for space: all disks are full',
    away: ({ since }: HealthValues) => ` for the queue: no answer since ${since}`,
    'other-machines': () => ' for work: other machines have the rest',
    'no-input': () => ' for the input: no more lines yet',
    hosts: () => ': what is left is on hosts that do not answer',
    backoff: ({ waiting }: HealthValues) =>
      `: ${formatCount(waiting)} ${waiting === 1 ? 'object waits' : 'objects wait'} for another attempt`,
    silence: ({ secondsPast }: HealthValues) => `: nothing has moved for ${duration(secondsPast)}`,
    'limit-bytes': (values: HealthValues) => ` by --bwlimit to ${formatBytes(values.perSecond)}/s${share(values)}`,
    'limit-objects': (values: HealthValues) =>
      ` by --rate to ${formatCount(values.perSecond)} objects/s${share(values)}`,
    'limit-listings': (values: HealthValues) =>
      ` by --list-rate to ${formatCount(values.perSecond)} pages/s${share(values)}`,
    'open-files': (values: HealthValues) => `: no more files can be opened (ulimit -n)${resuming(values)}`,
    'by-user': ({ since }: HealthValues) => ` by the user since ${since}: nothing new begins until the user says so`,
    flush: () => ': what was written becomes durable',
    'in-flight': () => ': what is in flight ends first',
  },
  /** A line of the log. */
  line: {
    unreachable: (since: string): string => `origin unreachable since ${since}; `,
    found: (count: number): string => `${formatCount(count)} objects found`,
    finding: (count: number, perSecond: number): string =>
      `${formatCount(count)} objects found so far, ${formatCount(perSecond)}/s`,
    left: (seconds: number): string => `${formatSeconds(seconds)} left`,
    disksFull: (seconds: number): string => `disks full in ${formatSeconds(seconds)}`,
    done: (count: number): string => `${formatCount(count)} done`,
    failed: (count: number): string => `${formatCount(count)} failed`,
    pace: (files: number, bytes: number): string => `${formatCount(files)} files/s, ${formatBytes(bytes)}/s`,
    between: ', ',
    half: '; ',
  },
  /** What SIGUSR2 prints. */
  snapshot: {
    at: (time: string): string => `snapshot at ${time}`,
    rates: ({ files, bytes, requests, oldestSeconds: seconds }: RateValues): string =>
      `${formatCount(files)} files/s, ${formatBytes(bytes)}/s; ` +
      `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'} in flight` +
      `${seconds === undefined ? '' : `, the oldest for ${duration(seconds)}`}`,
  },
};
