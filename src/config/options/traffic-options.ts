/** Options for the rate of requests to the server, and for retries and timeouts. */

import { HOSTS } from '../../jobs/run-options.js';
import { automatic, count, duration, rate, size } from '../../lib/options/values.js';
import { ALL, ASKING, type OptionTable, STORING } from '../../model/options/option.js';
import { durationOrOff, timetable } from './own-values.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const TRAFFIC_OPTIONS = {
  concurrency: {
    value: 'N',
    read: automatic(count(1, 4096)),
    default: 'auto',
    commands: ASKING,
    group: 'speed',
    commonIn: 'all',
  },
  listConcurrency: {
    value: 'N',
    read: automatic(count(1, 256)),
    default: 'auto',
    commands: ASKING,
    group: 'speed',
  },
  maxConnections: {
    value: 'N',
    read: count(1, 4096),
    commands: ASKING,
    group: 'speed',
  },
  perHost: {
    value: 'N',
    read: count(1, 4096),
    default: String(HOSTS.requests),
    commands: ['fetch'],
    group: 'speed',
  },
  maxHosts: {
    value: 'N',
    read: count(1, 4096),
    default: String(HOSTS.max),
    commands: ['fetch'],
    group: 'speed',
  },
  hostWait: {
    value: 'DURATION',
    read: durationOrOff(),
    default: '2m',
    commands: ['fetch'],
    group: 'speed',
  },
  pageSize: {
    value: 'N',
    read: count(1, 100_000),
    default: '10000',
    commands: ASKING,
    group: 'speed',
  },
  retries: {
    value: 'N',
    read: count(0, 1000),
    default: '5',
    commands: ALL,
    group: 'speed',
  },
  timeout: {
    value: 'DURATION',
    read: duration(),
    default: '60s',
    commands: ASKING,
    group: 'speed',
  },
  bwlimit: {
    value: 'RATE',
    read: timetable(),
    commands: STORING,
    group: 'speed',
    commonIn: 'all',
  },
  rate: {
    value: 'N',
    read: rate(),
    commands: STORING,
    group: 'speed',
  },
  listRate: {
    value: 'N',
    read: rate(),
    commands: ALL,
    group: 'speed',
  },
  stall: {
    value: 'DURATION',
    read: duration(),
    default: '2m',
    commands: ALL,
    group: 'speed',
  },
  bufferSize: {
    value: 'SIZE',
    read: size(1024 * 1024),
    default: '64M',
    commands: [...STORING, 'doctor'],
    group: 'speed',
  },
} as const satisfies OptionTable;
