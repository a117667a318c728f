/** Errors and messages of a run: what it resumes, foresees, waits for. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';
import { api } from './api.js';
import { controls } from './controls.js';
import { plan } from './plan.js';
import { report } from './report.js';
import { sharedStatus } from './shared-status.js';
import { status } from './status.js';
import { shared, verify } from './verify.js';

/** A list of URLs, or of keys, need not have sizes. */
const sizeOf = ({ wouldStore, bytes, unsized }: { wouldStore: number; bytes: number; unsized: number }): string => {
  if (unsized === 0) return formatBytes(bytes);
  return unsized === wouldStore
    ? 'of unknown size'
    : `${formatBytes(bytes)}, and ${formatCount(unsized)} of unknown size`;
};

export const jobs = {
  api,
  controls,
  plan,
  report,
  shared,
  sharedStatus,
  status,
  verify,

  interrupted: 'interrupted',
  destination: (source: string, places: readonly string[]) => `${source} → ${places.join(', ')}`,
  dryRun: (line: string) => `dry run, nothing is fetched or written: ${line}`,
  dryRunSummary: (counts: {
    listed: number;
    wouldStore: number;
    bytes: number;
    /** Objects whose size is not known. */
    unsized: number;
    present: number;
    gone: number;
    failed: number;
    seconds: number;
  }) =>
    `dry run: of ${formatCount(counts.listed)} objects, ${formatCount(counts.wouldStore)} (${sizeOf(counts)}) would be fetched, ${formatCount(counts.present)} are there already` +
    `${counts.gone > 0 ? `, ${formatCount(counts.gone)} are gone` : ''}${counts.failed > 0 ? `, ${formatCount(counts.failed)} would fail` : ''}; nothing was written (${formatSeconds(counts.seconds)})`,
  archived: (classes: readonly (readonly [name: string, count: number])[], bytes: number) =>
    `of these, ${formatCount(classes.reduce((sum, [, count]) => sum + count, 0))} (${formatBytes(bytes)}) are archived (${classes.map(([name, count]) => `${name}: ${formatCount(count)}`).join(', ')}): the store must restore them first, else they fail with ERR_ARCHIVED`,
  defect: (stack: string) => `unexpected error in Sluice, please report it: ${stack}`,
  counts: (listed: number, settled: number) =>
    `the counts do not add up (${formatCount(listed)} objects listed, ${formatCount(settled)} done), so some objects may be missing; run the same command again, and please report it`,
  stdout: (why: string) => `stdout cannot be written: ${why}; check where the output goes`,
  missingBytes: (message: string, bytes: number) => `${message}. At most ${formatBytes(bytes)} are still to be stored`,

  /** Nothing has answered yet. */
  noAnswer: ({
    origin,
    option,
    kinds,
    seconds,
  }: {
    origin: string;
    option: string;
    kinds: readonly string[];
    seconds: number;
  }) =>
    `no answer yet from ${origin}, ${formatSeconds(seconds)} after the first request (${option}, for ${kinds.join(' and ')})`,
  failedAttempts: (count: number, last: string) =>
    `; ${formatCount(count)} ${count === 1 ? 'attempt has' : 'attempts have'} failed, the last one: ${last}`,
  noInput: (seconds: number) =>
    `no key has come on stdin for ${formatSeconds(seconds)}; is the command before the pipe still working?`,
  kinds: { listings: 'listings', objects: 'objects' },

  /** Disks during a run. */
  disk: {
    takesAgain: (root: string) => `${root} takes files again`,
    full: (root: string, why: string) => `${root} is full and takes no more files: ${why}`,
    out: (root: string, why: string) => `${root} takes no more files: ${why}`,
    note: (root: string, text: string) => `${root}: ${text}`,
    notFlushed: (why: string) =>
      `${why}; what was stored there last may not survive a power cut, so the next run checks it again`,
    unsynced: (pages: number) =>
      `${formatCount(pages)} listed ${pages === 1 ? 'page has' : 'pages have'} objects on a disk that could not be synced, so the job is not finished: repair the disk, then run the same command again`,
    away: (roots: readonly string[]) =>
      `${roots.join(', ')} ${roots.length === 1 ? 'is' : 'are'} not there any more (unmounted or deleted), and neither is what was stored there: mount ${roots.length === 1 ? 'it' : 'them'} again, then run again`,
    other: (root: string) =>
      `${root} is not the disk that this job has stored to: mount that disk there, or start again with --restart`,
    stateFull: (place: string, leftBytes: number) =>
      `the disk of ${place} is full: Sluice writes the state of the job into its reserved space (${formatBytes(leftBytes)} left), and goes on with the other disks`,
  },

  /** Nothing moves. */
  stalled: ({ seconds, count, waits }: { seconds: number; count: number; waits: string }) =>
    `stalled: nothing has moved for ${formatSeconds(seconds)} (${count} of 3): ${waits}`,
  waits: {
    noRequest: 'no request is under way',
    requests: ({
      count,
      what,
      phase,
      bytes,
      seconds,
    }: {
      count: number;
      what: string;
      phase: string;
      bytes: number;
      seconds: number;
    }) =>
      `${formatCount(count)} ${count === 1 ? 'request is' : 'requests are'} under way, the oldest ${what} (${phase}, ${formatBytes(bytes)} received, for ${formatSeconds(seconds)})`,
    idleDisk: (root: string) => `${root} has nothing to do`,
    busyDisk: ({ root, count, work, seconds }: { root: string; count: number; work: string; seconds: number }) =>
      `${root} has ${formatCount(count)} to do, the oldest ${work} for ${formatSeconds(seconds)}`,
    silentSource: 'the source does not tell what it waits for',
    reconnecting: 'Sluice opens all connections again',
  },
};
