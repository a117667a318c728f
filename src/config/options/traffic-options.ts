/** Options for the rate of requests to the server, and for retries and timeouts. */
import { automatic, count, duration, rate, size } from '../../lib/options/values.js';
import { ALL, type OptionTable, STORING } from '../../model/options/option.js';
import { timetable } from './own-values.js';

/** Keys are the camel-case names of the flags. The help has the same order. */
export const TRAFFIC_OPTIONS = {
  concurrency: {
    value: 'N',
    read: automatic(count(1, 4096)),
    default: 'auto',
    commands: ALL,
    help: 'objects downloaded at once; auto: raised while that brings more throughput, up to what --max-connections leaves; `list` never lists more folders than this at once',
  },
  listConcurrency: {
    value: 'N',
    read: automatic(count(1, 256)),
    default: 'auto',
    commands: ALL,
    help: 'folders listed at once; auto: raised while that brings more throughput, up to a quarter of --max-connections and at most 16',
  },
  maxConnections: {
    value: 'N',
    read: count(1, 4096),
    defaultText: '256, or what the limit of open files allows',
    commands: ALL,
    help: 'maximum number of connections to the server, listings and downloads together',
  },
  pageSize: {
    value: 'N',
    read: count(1, 100_000),
    default: '10000',
    commands: ALL,
    help: 'rows to ask for in one listing request; the server may give fewer',
  },
  retries: {
    value: 'N',
    read: count(0, 1000),
    default: '5',
    commands: ALL,
    help: 'attempts beyond the first for each object and each listing page',
  },
  timeout: {
    value: 'DURATION',
    read: duration(),
    default: '60s',
    commands: ALL,
    help: 'an attempt ends after this long without an answer or a byte',
  },
  bwlimit: {
    value: 'RATE',
    read: timetable(),
    commands: STORING,
    help: "maximum bytes of objects per second, such as 10M; or one for each time of the day: '08:00,10M 12:00,20M 23:00,off', also 'Mon-08:00,1M …'",
  },
  rate: {
    value: 'N',
    read: rate(),
    commands: STORING,
    help: 'maximum requests for objects per second',
  },
  listRate: {
    value: 'N',
    read: rate(),
    commands: ALL,
    help: 'maximum listing requests per second',
  },
  stall: {
    value: 'DURATION',
    read: duration(),
    default: '2m',
    commands: ALL,
    help: 'if nothing has moved for this long although there is work, print what the run waits for and open all connections again; after three times in a row the run ends with exit code 3',
  },
  bufferSize: {
    value: 'SIZE',
    read: size(1024 * 1024),
    default: '64M',
    commands: STORING,
    help: 'maximum memory for bodies that wait for the disk; an object of unknown size counts as 1M',
  },
} as const satisfies OptionTable;
