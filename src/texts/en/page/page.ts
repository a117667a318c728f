/** The page of `--dashboard`. It has its own table, because the command never says these texts. */
import { formatCount } from '../../../lib/text/units.js';
import { charts } from './charts.js';
import { state } from './state.js';

const plural = (count: number, one: string, more: string): string =>
  `${formatCount(count)} ${count === 1 ? one : more}`;

export const page = {
  state,
  charts,
  language: 'Language',
  noData: '–',
  ago: (duration: string): string => `${duration} ago`,

  progress: {
    title: 'Progress',
    left: (bytes: string): string => `${bytes} left`,
    share: (name: string): string => `${name}: done`,
    elapsed: 'This run',
    runs: 'Runs',
    run: (runs: number): string => (runs === 1 ? 'the first one' : `${formatCount(runs)}, with this one`),
    started: (at: string): string => `since ${at}`,
    ended: 'Ended',
    retries: 'Retries',
  },

  volumes: {
    title: 'Volumes',
    states: { in: 'takes files', full: 'full', out: 'out of use' },
    free: (free: string, total: string): string => `${free} of ${total} free`,
    freeOnly: (free: string): string => `${free} free`,
    fullAt: (time: string, duration: string): string => `full ${time} (in ${duration})`,
    fullIn: (duration: string): string => `full in ${duration}`,
    /** Nothing is written, so nothing can be said. */
    used: (root: string): string => `${root}: used`,
  },

  outcomes: {
    title: 'Outcomes',
    stored: 'stored',
    skipped: 'skipped',
    gone: 'gone',
    failed: 'failed',
    excluded: 'left out by filters',
    alike: 'alike',
    different: 'different',
    explain: {
      stored: 'written and checked',
      skipped: 'were there already',
      gone: 'left the bucket since they were listed',
      failed: 'given up; see below',
      excluded: 'by --include and --exclude',
      alike: 'the same here and there',
      different: 'not the same, or missing',
    },
    checkedBy: 'Checked by',
  },

  failures: {
    title: 'Recent failures',
    none: 'No object has failed.',
    count: (shown: number, all: number): string =>
      shown === all ? plural(all, 'failure', 'failures') : `the last ${formatCount(shown)} of ${formatCount(all)}`,
    codes: 'By code',
    advice: 'What you can do',
    more: (count: number): string => `Show ${formatCount(count)} more`,
    retry: 'To try them again, when this run has ended (use the same options):',
    retryNow: 'To try them again (use the same options):',
    copy: 'Copy the command',
    copied: 'Copied',
    notCopied: 'Your browser did not allow it: select the command and copy it',
    /** A key may have characters that are not visible: their codes stand in boxes. */
    hidden: (code: string): string => `character ${code}`,
    emptyKey: 'the folder of SOURCE itself',
  },

  job: {
    title: 'Job',
    source: 'Source',
    to: 'To',
    command: 'Command',
    journal: 'Journal',
    checkpoint: 'Last checkpoint',
    noCheckpoint: 'none yet',
    version: 'Sluice',
    started: 'Started',
    listings: 'Listings under way',
    listingsOf: (now: number, most: number): string => `${formatCount(now)}, at most ${formatCount(most)}`,
  },

  machines: {
    title: 'Machines',
    caption: 'All machines of this job, what they hold, and their limits or shares of common ones',
    name: 'Machine',
    state: 'State',
    speed: 'Speed',
    stored: 'Stored',
    failed: 'Failed',
    holds: 'Holds',
    share: 'Its limits',
    here: 'this machine',
    works: 'works',
    done: 'has ended',
    paused: (role: string): string => `paused (${role})`,
    lost: (duration: string): string => `LOST, no heartbeat for ${duration}`,
    noLimit: 'no limit',
    roles: { both: 'lists and copies', list: 'lists', fetch: 'copies', mirror: 'lists and copies' } as Record<
      string,
      string
    >,
    limits: {
      bytes: (amount: string): string => `${amount}/s`,
      objects: (count: string): string => `${count} objects/s`,
      lists: (count: string): string => `${count} listings/s`,
      concurrency: (count: string): string => `${count} requests at once`,
    },
    total: (working: number, lost: number): string =>
      lost === 0
        ? `${plural(working, 'machine', 'machines')}`
        : `${plural(working, 'machine', 'machines')}, ${formatCount(lost)} lost`,
  },

  controls: {
    title: 'Limits',
    pause: 'Pause',
    resume: 'Resume',
    pausing: 'Sluice pauses',
    resuming: 'Sluice goes on',
    bytes: 'Bytes per second',
    objects: 'Objects per second',
    concurrency: 'Requests at once',
    bytesHint: 'such as 10MB; units as of --bwlimit',
    exactly: (bytes: string, shown: string): string => `${bytes} bytes/s, shown as ${shown}/s`,
    empty: 'empty: no limit',
    emptyConcurrency: 'empty: as the options say',
    change: 'Change limits',
    changed: 'The limits are changed until the end of this run.',
    unchanged: 'Nothing to change.',
    badBytes: 'Write a number of bytes, such as 500k or 10MB.',
    badNumber: 'Write a number above 0.',
    badCount: 'Write a whole number from 1 on.',
    refused: (why: string): string => `Sluice did not take it: ${why}`,
    unreachable: 'Sluice did not answer.',
  },
};
