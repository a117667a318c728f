/**
 * The table of common options. With those of the schemes, flags, environment, help and README all come from it. What the
 * help says of each is in `texts/`.
 */
import { choice, count, duration, flag, folders, globs, text } from '../../lib/options/values.js';
import { ALL, ASKING, LOCAL, type OptionTable, STORING } from '../../model/options/option.js';
import { sourceForms } from '../../sources/registry.js';
import { ALERT_OPTIONS } from './alert-options.js';
import { LOG_OPTIONS } from './log-options.js';
import { reserve } from './own-values.js';
import { QUEUE_OPTIONS } from './queue-options.js';
import { REPORT_OPTIONS } from './report-options.js';
import { TRAFFIC_OPTIONS } from './traffic-options.js';
import { WEB_OPTIONS } from './web-options.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const OPTIONS = {
  config: {
    value: 'FILE',
    read: text('a file'),
    commands: ASKING,
    group: 'where',
    commonIn: 'all',
  },
  profile: {
    value: 'NAME',
    read: text('a name'),
    commands: ASKING,
    group: 'where',
  },
  from: {
    value: 'SOURCE',
    read: text(sourceForms()),
    env: 'SLUICE_SOURCE',
    commands: ['fetch', 'verify'],
    group: 'where',
    commonIn: 'all',
  },
  to: {
    value: 'DIR',
    read: folders(),
    isRepeatable: true,
    commands: [...LOCAL, 'status', 'report', 'dashboard', 'doctor'],
    group: 'where',
    commonIn: 'all',
  },
  reserve: {
    value: 'SIZE',
    read: reserve(),
    commands: [...STORING, 'doctor'],
    group: 'safety',
    commonIn: 'all',
  },
  durability: {
    value: 'HOW',
    read: choice(['barrier', 'file', 'none']),
    default: 'barrier',
    commands: STORING,
    group: 'safety',
  },
  names: {
    value: 'HOW',
    read: choice(['escape', 'refuse']),
    default: 'escape',
    commands: LOCAL,
    group: 'safety',
  },
  caCert: {
    value: 'FILE',
    read: text('a file'),
    commands: ASKING,
    group: 'safety',
  },
  insecure: {
    read: flag(),
    commands: ASKING,
    group: 'safety',
  },
  untrusted: {
    read: flag(),
    commands: ['fetch'],
    group: 'safety',
  },
  include: {
    value: 'GLOB',
    read: globs(),
    isRepeatable: true,
    commands: ALL,
    group: 'what',
    commonIn: 'all',
  },
  exclude: {
    value: 'GLOB',
    read: globs(),
    isRepeatable: true,
    commands: ALL,
    group: 'what',
    commonIn: 'all',
  },
  limit: {
    value: 'N',
    read: count(1, Number.MAX_SAFE_INTEGER),
    commands: ALL,
    group: 'what',
    commonIn: 'all',
  },
  ...TRAFFIC_OPTIONS,
  ...QUEUE_OPTIONS,
  failures: {
    value: 'FILE',
    read: text('a file'),
    commands: ['list', ...STORING],
    group: 'output',
  },
  urls: { read: flag(), commands: ['list'], group: 'output' },
  manifest: {
    value: 'FILE',
    read: text('a file'),
    commands: STORING,
    group: 'output',
  },
  checksum: {
    read: flag(),
    commands: ['verify'],
    group: 'safety',
    commonIn: 'all',
  },
  extra: { read: flag(), commands: ['verify'], group: 'what', commonIn: 'all' },
  allowEmpty: {
    read: flag(),
    commands: ['verify'],
    group: 'what',
  },
  restart: {
    read: flag(),
    commands: ['list', ...STORING],
    group: 'safety',
  },
  state: {
    value: 'FILE',
    read: text('a file'),
    commands: ['list', 'status', 'dashboard'],
    group: 'safety',
    commonIn: 'all',
  },
  dryRun: {
    read: flag(),
    commands: STORING,
    group: 'safety',
    commonIn: 'all',
    short: 'n',
  },
  progressInterval: {
    value: 'DURATION',
    read: duration(),
    commands: ALL,
    group: 'output',
  },
  ...LOG_OPTIONS,
  ...ALERT_OPTIONS,
  ...WEB_OPTIONS,
  ...REPORT_OPTIONS,
  json: {
    read: flag(),
    commands: [...ASKING, 'status', 'report', 'dashboard', 'jobs', 'forget', 'remove'],
    group: 'output',
    commonIn: 'all',
  },
  quiet: {
    read: flag(),
    commands: ALL,
    group: 'output',
    commonIn: 'all',
    short: 'q',
  },
  lang: {
    value: 'LANGUAGE',
    read: choice(['en', 'zh']),
    commands: [...ASKING, 'status', 'report', 'dashboard', 'jobs', 'forget', 'remove'],
    group: 'output',
  },
} as const satisfies OptionTable;

export type OptionName = keyof typeof OPTIONS;
