/** The table of common options. With those of the schemes, flags, environment, help and README all come from it. */
import { choice, count, duration, flag, folders, globs, text } from '../../lib/options/values.js';
import { ALL, LOCAL, type OptionTable, STORING } from '../../model/options/option.js';
import { sourceForms } from '../../sources/registry.js';
import type { Scheme } from '../../sources/scheme.js';
import { reserve } from './own-values.js';
import { QUEUE_OPTIONS } from './queue-options.js';
import { TRAFFIC_OPTIONS } from './traffic-options.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const OPTIONS = {
  config: {
    value: 'FILE',
    read: text('a file'),
    commands: ALL,
    help: 'options as TOML or JSON, by the names of the flags; a flag or a variable wins; SIGHUP makes a run reread its limits',
  },
  profile: {
    value: 'NAME',
    read: text('a name'),
    commands: ALL,
    help: 'with --config: use the table profiles.NAME of that file; it overrides the values outside of it',
  },
  from: {
    value: 'SOURCE',
    read: text(sourceForms()),
    env: 'SLUICE_SOURCE',
    commands: ['fetch', 'verify'],
    help: fromHelp(sourceForms()),
  },
  to: {
    value: 'DIR',
    read: folders(),
    isRepeatable: true,
    defaultText: './BUCKET',
    commands: [...LOCAL, 'status'],
    statusHelp: 'folder that the job stores into; with several disks, any of them',
    help: 'folder to store into; an object lies at DIR/key; repeatable, one for each disk: the first keeps the state of the copy',
  },
  reserve: {
    value: 'SIZE',
    read: reserve(),
    defaultText: 'the smaller of 1G and 1%',
    commands: STORING,
    help: 'bytes (1G) or share (2%) to keep free on each disk; 1% of its inodes always stays free',
  },
  durability: {
    value: 'HOW',
    read: choice(['barrier', 'file', 'none']),
    default: 'barrier',
    commands: STORING,
    help: 'what is safe from a power cut: barrier, what the run has recorded as done (one sync for many files); file, each stored file; none, nothing',
  },
  names: {
    value: 'HOW',
    read: choice(['escape', 'refuse']),
    default: 'escape',
    commands: LOCAL,
    help: 'what to do with a key that cannot be a path of its own (a//b, ../x, too long, a file and a folder at once, A where the disk takes it for a): escape, store it under another name, recorded in .sluice/names.ndjson; refuse, let it fail',
  },
  caCert: {
    value: 'FILE',
    read: text('a file'),
    commands: ALL,
    help: 'PEM file of certificates to trust besides those of the system',
  },
  insecure: {
    read: flag(),
    commands: ALL,
    help: 'accept any certificate: anyone on the line can read and change everything; only as a flag, never from a variable or a file',
  },
  include: {
    value: 'GLOB',
    read: globs(),
    isRepeatable: true,
    commands: ALL,
    help: 'only keys that match; repeatable; without a slash it matches the last name at any depth',
  },
  exclude: {
    value: 'GLOB',
    read: globs(),
    isRepeatable: true,
    commands: ALL,
    help: "leave out keys that match; repeatable; overrides --include; with 'dir/**' the folder is not listed either",
  },
  limit: {
    value: 'N',
    read: count(1, Number.MAX_SAFE_INTEGER),
    commands: ALL,
    help: 'only the first N objects',
  },
  ...TRAFFIC_OPTIONS,
  ...QUEUE_OPTIONS,
  failures: {
    value: 'FILE',
    read: text('a file'),
    defaultText: 'DIR/.sluice/failures.ndjson; none for list',
    commands: ['list', ...STORING],
    help: 'where the objects (and folders) that failed are listed; feed it to fetch',
  },
  manifest: {
    value: 'FILE',
    read: text('a file'),
    commands: STORING,
    help: 'append a line for each object stored: key, size, mtime, etag, md5, volume; `verify -` takes it',
  },
  checksum: {
    read: flag(),
    commands: ['verify'],
    help: 'also read the files, and compare their MD5 with the etag of the line, the MD5 recorded when they were stored, or that of the source',
  },
  extra: { read: flag(), commands: ['verify'], help: 'also name local files that the source does not have' },
  allowEmpty: {
    read: flag(),
    commands: ['verify'],
    help: 'exit 0 even if nothing was compared because the input is empty or the filters leave nothing',
  },
  restart: {
    read: flag(),
    commands: ['list', ...STORING],
    help: 'begin the job again instead of resuming it; stored files stay and are skipped; also: store from another SOURCE into a folder that has one',
  },
  state: {
    value: 'FILE',
    read: text('a file'),
    commands: ['list', 'status'],
    help: 'file that records how far the listing is; the same command resumes there, and may repeat lines that it had printed (each line comes at least once)',
    statusHelp: 'file that a `list --state` keeps',
  },
  dryRun: {
    read: flag(),
    commands: STORING,
    help: 'fetch nothing, change nothing; print what would be fetched as NDJSON',
  },
  progressInterval: {
    value: 'DURATION',
    read: duration(),
    default: '5s',
    commands: ALL,
    help: 'time between progress lines when stderr is not a terminal',
  },
  json: {
    read: flag(),
    commands: [...ALL, 'status', 'jobs', 'forget', 'remove'],
    help: 'progress, messages and the summary as JSON lines on stderr; of `status`, the answer as one JSON line on stdout',
    statusHelp: 'the answer as one JSON line',
  },
  quiet: {
    read: flag(),
    commands: ALL,
    help: 'no progress and no summary, only errors (with --json the summary, too)',
  },
} as const satisfies OptionTable;

export type OptionName = keyof typeof OPTIONS;

/** The same, with the forms of a SOURCE of these schemes. */
export function commonOptions(schemes: readonly Scheme[]): OptionTable {
  return { ...OPTIONS, from: { ...OPTIONS.from, help: fromHelp(sourceForms(schemes)) } };
}

function fromHelp(forms: string): string {
  return `SOURCE of the keys: ${forms} (with \`verify -\`: of the keys on stdin)`;
}
