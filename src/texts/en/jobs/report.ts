/** The page of `sluice report`. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';
import { ofObjects } from './report-objects.js';

const objects = (count: number): string => `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`;

export const report = {
  /** Of the page, as HTML has it. */
  language: 'en',
  title: (source: string): string => `Sluice report: ${source}`,
  unknown: 'unknown',
  none: 'none',
  duration: (seconds: number): string => formatSeconds(seconds),
  created: (at: string): string => `Written ${at}. It shows the files of the job as they were then.`,
  stranger: (folder: string): string => `${folder} does not belong to this job; the report leaves it out`,
  isFolder: (path: string): string => `${path} is a folder, so no report can be written there`,
  unwritable: (path: string, why: string): string =>
    `the report ${path} cannot be written: ${why}; what is stored is not affected`,
  notRead: (path: string): string => `the report ${path} cannot be written: it is a pipe, and no program reads it`,
  written: (path: string): string => `report: ${path}`,
  failedAtEnd: (why: string): string => `no report was written: ${why}`,
  nothing: (folder: string): string =>
    `${folder} has no job, and no fetch has stored into it: there is nothing to report`,

  sections: {
    sum: 'Do the counts add up?',
    job: 'The job',
    runs: 'Runs',
    rate: 'Rate over time',
    sizes: 'Sizes of the stored objects',
    slow: 'Slowest folders',
    trouble: 'Outages, and times when a server asked to slow down',
    failures: 'What failed',
    gone: 'Objects that are gone',
    renamed: 'Objects stored under another name',
    checks: 'What the contents were checked by',
    verify: 'Last comparison (sluice verify)',
    volumes: 'Disks',
    machines: 'Machines',
    options: 'Options of the last run',
    versions: 'Versions',
    problems: 'Problems of the files of the job',
  },

  states: {
    running: 'A run is at work: the numbers are of its last checkpoint.',
    interrupted: 'The job is not complete. The same command, run again, goes on.',
    finished: 'The job is complete.',
    none: 'These folders have no job of mirror. The report shows the last fetch.',
    complete: 'The job is complete.',
    waiting: 'The job is not complete, and no machine works on it now.',
  } as Record<string, string>,

  sum: {
    listed: 'listed',
    stored: 'stored',
    skipped: 'skipped (was there already)',
    gone: 'gone (deleted at the source meanwhile)',
    failed: 'failed',
    excluded: 'left out by --include and --exclude',
    open: 'not done yet',
    beyondLimit: 'listed beyond --limit',
    difference: 'difference',
    right: (listed: number): string => `Yes. Each of the ${objects(listed)} listed is in exactly one of these counts.`,
    rightSoFar: (listed: number, open: number): string =>
      `Yes, so far: ${objects(listed)} are listed, and ${formatCount(open)} of them are not done yet.`,
    wrong: (difference: number): string =>
      difference > 0
        ? `No. ${objects(difference)} were listed and are in none of the counts.`
        : `No. The counts have ${objects(-difference)} more than were listed.`,
    unknown: 'Unknown: nothing is recorded of any object.',
    notAll: (failed: number): string => `${objects(failed)} failed, so the copy is not complete.`,
    ofRun: 'These are the counts of the last fetch.',
    bytes: (bytes: number): string => `${formatBytes(bytes)} stored`,
    exact: (bytes: number): string => `${formatCount(bytes)} bytes`,
  },

  job: {
    source: 'source',
    folders: 'folders',
    name: 'name',
    filters: 'filters',
    begun: 'begun',
    active: 'time at work',
    pass: 'pass',
    listing: 'listing',
    complete: 'complete',
    incomplete: 'not complete yet',
    rate: 'average',
    perSecond: (count: number, bytes: number): string => `${formatCount(count)} objects/s, ${formatBytes(bytes)}/s`,
    fixed: 'failures that a fetch has fixed',
    checkpoint: 'last checkpoint',
    journal: 'journal',
  },

  runs: {
    columns: {
      command: 'run',
      begun: 'begun',
      time: 'time',
      end: 'end',
      stored: 'stored',
      skipped: 'skipped',
      gone: 'gone',
      failed: 'failed',
      bytes: 'bytes',
    },
    ends: {
      finished: 'finished',
      interrupted: 'interrupted',
      failed: 'failed',
      killed: 'killed: its end was not recorded',
      running: 'at work',
    } as Record<string, string>,
    own: 'The counts are those of each run alone. A run that goes on skips what is stored already.',
    partial: 'Of a run that was killed or is at work, what it did after its last note (every 30 seconds) is not known.',
    atLeast: (value: string): string => `≥ ${value}`,
    none: 'No run is recorded.',
    earlier: (count: number): string => `${formatCount(count)} earlier runs are recorded and not shown.`,
    unrecorded: (count: number): string =>
      `Of ${formatCount(count)} more ${count === 1 ? 'run' : 'runs'} of the job nothing is recorded: an older version did not note it.`,
  },

  rate: {
    objects: 'objects per second',
    bytes: 'bytes per second',
    fromHistory: 'Average of each minute or longer, of the last 24 hours of runs with --dashboard or --metrics.',
    fromRuns: 'There is too little history of minutes, so each line is the average of one run.',
    unknown: 'Unknown: no history and no run is recorded.',
    most: (value: string): string => `at most ${value}`,
    chart: (what: string, from: string, to: string, most: string): string =>
      `Chart of ${what} from ${from} to ${to}, at most ${most}`,
    perSecond: (count: number): string => `${formatCount(count)}/s`,
    bytesPerSecond: (bytes: number): string => `${formatBytes(bytes)}/s`,
  },

  sizes: {
    size: 'size',
    objects: 'objects',
    empty: 'empty',
    upTo: (bytes: number): string => `up to ${formatBytes(bytes)}`,
    above: (bytes: number): string => `more than ${formatBytes(bytes)}`,
    unknown: 'unknown',
    average: (bytes: number): string => `On average ${formatBytes(bytes)}.`,
    known: (known: number): string =>
      `Noted by the recorded runs for ${objects(known)}. A run that was killed did not note its last half minute.`,
  },

  slow: {
    folder: 'folder',
    objects: 'objects',
    bytes: 'bytes',
    each: 'time for each object',
    root: '(the top folder)',
    how: 'From the first request to the stored file, on average, with all attempts and waits. Measured by the recorded runs, for stored objects.',
    none: 'Unknown: no recorded run has measured it.',
  },

  trouble: {
    outages: 'outages',
    outageTime: 'time without an answer',
    throttled: 'time in which a server asked to slow down',
    retries: 'attempts that were repeated',
    unknown: 'Unknown: no run is recorded.',
    begun: 'begun',
    time: 'time',
    what: 'what',
    states: {
      throttled: 'a server asked to slow down',
      banned: 'a server refused everything',
      unreachable: 'no server answered',
      stalled: 'nothing moved',
    } as Record<string, string>,
    more: (count: number): string => `${formatCount(count)} shorter ones are not shown.`,
  },

  ...ofObjects,

  volumes: {
    path: 'folder',
    free: 'free',
    state: 'state',
    states: {
      in: 'in use',
      full: 'full',
      out: 'left out',
      missing: 'missing',
      unreadable: 'cannot be read',
    } as Record<string, string>,
    inodes: (count: number): string => `${formatCount(count)} inodes`,
  },

  machines: {
    name: 'machine',
    state: 'state',
    objects: 'objects',
    failed: 'failed',
    bytes: 'bytes',
    states: { working: 'at work', full: 'full', done: 'has left', lost: 'lost' } as Record<string, string>,
  },

  options: { unknown: 'Unknown: no run has noted them.', name: 'option', value: 'value' },

  versions: {
    report: 'this report',
    run: (command: string, at: string): string => `${command}, ${at}`,
    sluice: 'Sluice',
    node: 'Node',
    platform: 'platform',
    host: 'machine',
  },
};
