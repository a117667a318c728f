/** The lines of the screen, and the same words in the log, the summary and `status`. */
import { formatCount } from '../../lib/text/units.js';

const plural = (count: number, one: string, more: string): string =>
  `${formatCount(count)} ${count === 1 ? one : more}`;

export const screen = {
  /** The names of the lines, at most seven columns each. */
  objects: 'objects',
  listed: 'listed',
  compared: 'checked',
  bytes: 'bytes',
  eta: 'ETA',
  health: 'health',
  soFar: 'so far',
  run: (run: number | undefined, elapsed: string): string =>
    run === undefined ? `${elapsed} elapsed` : `run ${formatCount(run)}, ${elapsed} elapsed`,
  of: (done: string, total: string): string => `${done} of ${total}`,
  rate: (amount: string): string => `${amount}/s`,
  /** 3012345 → `3.01 M`: an estimate is not exact to the last digit. */
  roughly: (count: number): string => (count < 1e6 ? formatCount(count) : `${(count / 1e6).toFixed(2)} M`),
  at: (time: string, duration: string): string => `${time} (in ${duration})`,
  /** Nothing is left: instead of a time. */
  done: 'done',
  soon: (duration: string): string => `in ${duration}`,
  listing: (found: number, isDone: boolean): string =>
    `listing: ${formatCount(found)} found, ${isDone ? 'complete' : 'running'}`,
  input: (found: number, isDone: boolean): string =>
    `input: ${plural(found, 'line', 'lines')}, ${isDone ? 'complete' : 'open'}`,
  disksFull: (duration: string): string => `disks full in ${duration}`,
  retries: (count: number): string => plural(count, 'retry', 'retries'),
  failed: (count: number): string => `${formatCount(count)} failed`,
  different: (count: number): string => `${formatCount(count)} different`,
  gone: (count: number): string => `${formatCount(count)} gone`,
  throttled: (duration: string): string => `throttled for ${duration}`,
  noTrouble: 'no retries, no failures',
  free: (disk: string, bytes: string): string => `${disk === '' ? '' : `${disk} `}${bytes} free`,
  full: (disk: string): string => `${disk === '' ? 'disk' : disk} FULL`,
  broken: (disk: string): string => `${disk === '' ? 'disk' : disk} BROKEN`,
  notShown: (count: number): string =>
    `${plural(count, 'message is', 'messages are')} not shown: the terminal did not take them`,
};
