/** What the page says of the state of a job in one sentence, and of its connection to Sluice. */
import { formatCount } from '../../../lib/text/units.js';

const objects = (count: number): string => `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`;

export const state = {
  /** Before the first picture. */
  loading: 'Connecting to Sluice',
  notBegun: 'Sluice starts: the run has not begun',
  /** `about 14:00`, `Thursday about 14:00`, `on 9 December`. */
  done: (when: string): string => `done ${when}`,
  about: (time: string): string => `about ${time}`,
  dayAbout: (day: string, time: string): string => `${day} about ${time}`,
  onDay: (date: string): string => `on ${date}`,
  tomorrow: 'tomorrow',
  inMinutes: (minutes: number): string => (minutes <= 1 ? 'in about a minute' : `in about ${minutes} minutes`),
  /** `Healthy: 31 MB/s, done Thursday about 14:00`. */
  sentence: (word: string, parts: readonly string[]): string =>
    parts.length === 0 ? word : `${word}: ${parts.join(', ')}`,
  /** A word of the terminal, such as THROTTLED or healthy, at the beginning of a sentence. */
  word: (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
  rate: (amount: string): string => `${amount}/s`,
  objectRate: (count: string): string => `${count} objects/s`,
  filesFull: (duration: string): string => `the disks are full in ${duration}, before the end`,

  pausedSince: (since: string): string => `Paused since ${since}`,
  paused: 'Paused',
  pausedWhy: (underway: number): string =>
    underway === 0
      ? 'no new request starts until you resume'
      : `${formatCount(underway)} requests end, no new one starts`,
  ends: { finished: 'Complete', interrupted: 'Interrupted', failed: 'Stopped by an error', killed: 'Killed' },
  endsWhy: {
    interrupted: 'no process works on this job now; the same command goes on there',
    failed: 'no process works on this job now; the same command goes on there',
    killed: 'the end of the run was not recorded: it was killed, or the machine stopped',
  },
  completeOf: (count: number, bytes: string): string => `${objects(count)}, ${bytes}`,
  completeOfObjects: objects,
  failed: (count: number): string => `${objects(count)} failed`,
  different: (count: number): string => `${objects(count)} different`,

  live: 'Live',
  lost: (since: string): string => `No connection to Sluice since ${since}`,
  lostDetail: 'The page shows the last state that it knows. Sluice does not need this page to go on.',
  lostEnded: (command: string): string => `The run has ended, and its page with it. To read it again: ${command}`,
  lastKnown: (sentence: string): string => `Last known: ${sentence}`,
  retryIn: (seconds: number): string => `next attempt in ${seconds} s`,
  retrying: 'connecting',
  retryNow: 'Connect now',
  ended: 'Ended',
  wantsToken: 'Sluice wants a token',
  wantsTokenDetail: 'Open the link that Sluice has printed at its start, or enter the token from it.',
  token: 'Token',
  enter: 'Enter',
};
