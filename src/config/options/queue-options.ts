/** Options for a job that several machines share. */
import { choice, count, duration, flag, plainName, text } from '../../lib/options/values.js';
import { type CommandName, type OptionTable, STORING } from '../../model/options/option.js';
import { queueServers } from './own-values.js';

const SHARED: readonly CommandName[] = ['list', ...STORING];
const MANAGING: readonly CommandName[] = ['status', 'jobs', 'forget', 'remove'];
const QUEUED: readonly CommandName[] = [...SHARED, 'verify', ...MANAGING, 'report', 'doctor'];

/** Keys are the camel-case names of the flags. The help has the same order. */
export const QUEUE_OPTIONS = {
  queue: {
    value: 'URL',
    read: queueServers(),
    commands: QUEUED,
    group: 'machines',
    commonIn: 'all',
  },
  job: {
    value: 'NAME',
    read: plainName(),
    commands: [...SHARED, 'verify', 'status', 'report', 'forget', 'remove'],
    group: 'machines',
    commonIn: MANAGING,
  },
  role: {
    value: 'ROLE',
    read: choice(['list', 'fetch', 'both']),
    default: 'both',
    commands: STORING,
    group: 'machines',
  },
  fleet: {
    read: flag(),
    commands: SHARED,
    group: 'machines',
  },
  audit: {
    read: flag(),
    commands: ['mirror'],
    group: 'machines',
  },
  lease: {
    value: 'DURATION',
    read: duration(),
    default: '60s',
    commands: SHARED,
    group: 'machines',
  },
  queueParts: {
    value: 'N',
    read: count(1, 100_000),
    default: '400',
    commands: SHARED,
    group: 'machines',
  },
  queueTokenFile: {
    formerly: 'tokenFile',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueUser: {
    formerly: 'user',
    value: 'NAME',
    read: text('a name'),
    commands: QUEUED,
    group: 'machines',
  },
  queuePasswordFile: {
    formerly: 'passwordFile',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueNkeySeedFile: {
    formerly: 'nkeySeedFile',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueCreds: {
    formerly: 'creds',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueTlsCa: {
    formerly: 'tlsCa',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueTlsCert: {
    formerly: 'tlsCert',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  queueTlsKey: {
    formerly: 'tlsKey',
    value: 'FILE',
    read: text('a file'),
    commands: QUEUED,
    group: 'machines',
  },
  worker: {
    value: 'NAME',
    read: plainName(),
    commands: ['forget'],
    group: 'machines',
    commonIn: 'all',
  },
  watch: {
    read: flag(),
    commands: ['status'],
    group: 'output',
    commonIn: 'all',
  },
  yes: { read: flag(), commands: ['remove'], group: 'safety', commonIn: 'all' },
} as const satisfies OptionTable;
