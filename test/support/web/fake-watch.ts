// A job to watch, without a run: the picture is as the test says, and what the controls were asked is written down.

import type { Picture } from '../../../src/events/picture/picture.js';
import type { Controls, History, LimitsChange, RecentFailure, Watch } from '../../../src/events/picture/watch.js';

const BEGUN = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface FakeWatch extends Watch {
  /** Parts of the picture that differ from {@link PICTURE}. */
  change: Partial<Picture>;
  recent: RecentFailure[];
  controls?: Controls;
  /** What the controls were asked, in order: `['pause', by]`. */
  readonly asked: readonly [name: string, ...values: unknown[]][];
  /** Pictures that were made. */
  pictures: number;
}

/** With all fields, also those that few jobs have. */
export const PICTURE: Picture = {
  atMs: BEGUN + 60_000,
  version: '1.2.3',
  command: 'mirror',
  source: 'upyun://photos',
  to: ['/disk1', '/disk2'],
  runs: 3,
  startedAtMs: BEGUN,
  runStartedAtMs: BEGUN + 1_000,
  phase: 'running',
  health: { state: 'healthy', reason: 'server', sinceMs: BEGUN + 30_000, requests: 40 },
  isPaused: false,
  progress: {
    ...{
      found: 5_000,
      foundPerSecond: 10,
      listed: 1_234,
      done: 1_200,
      failed: 3,
      gone: 2,
      retries: 9,
      bytes: 40_000_000,
    },
    ...{ objectsPerSecond: 20, bytesPerSecond: 660_000, total: 5_000, totalBytes: 165_000_000, doneBytes: 40_000_000 },
    ...{ isEstimate: false, share: 0.24, secondsLeft: 190, secondsUntilFull: 80_000, unreachableSinceMs: undefined },
  },
  outcomes: { stored: 1_100, skipped: 95, gone: 2, failed: 3, excluded: 7 },
  checkedBy: { md5: 1_000, size: 100 },
  codes: { ERR_SIZE: 2, ERR_TIMEOUT: 1 },
  requests: {
    ...{ objects: 38, objectsLimit: 40, listings: 2, listingsLimit: 4 },
    latencyMs: { p50: 20, p90: 50, p99: 300 },
    retriesByCode: { ERR_TIMEOUT: 8, ERR_NETWORK: 1 },
  },
  limits: { bytesPerSecond: 1_000_000, objectsPerSecond: 100, listsPerSecond: 5, concurrency: 64 },
  volumes: [
    { root: '/disk1', state: 'in', freeBytes: 9e9, totalBytes: 2e10, secondsUntilFull: 13_636 },
    { root: '/disk2', state: 'full', freeBytes: 0, totalBytes: 2e10 },
  ],
  checkpointAtMs: BEGUN + 58_000,
  journalBytes: 12_345,
  machines: [
    {
      ...{ name: 'one', isThis: true, role: 'both', seenAtMs: BEGUN + 59_000, isLost: false },
      ...{ stored: 600, failed: 1, bytes: 2e7, holds: 500, limits: {} },
    },
    {
      ...{ name: 'two', isThis: false, role: 'fetch', seenAtMs: BEGUN, isLost: true },
      ...{ stored: 500, failed: 2, bytes: 2e7, holds: 1_000, limits: {} },
    },
  ],
};

const HISTORY: History = {
  recent: [{ atMs: BEGUN + 10_000, objectsPerSecond: 20, bytesPerSecond: 660_000, requests: 38 }],
  day: [{ atMs: BEGUN + 60_000, objectsPerSecond: 20, bytesPerSecond: 660_000, requests: 38, p50: 20 }],
};

export function failure(key: string): RecentFailure {
  return { atMs: BEGUN + 5_000, key, code: 'ERR_SIZE', verdict: 'retry', message: `${key} has another size` };
}

/** Each picture has a later time. */
export function fakeWatch(change: Partial<Picture> = {}): FakeWatch {
  const asked: [string, ...unknown[]][] = [];
  const note = (name: string) => (by: string) => void asked.push([name, by]);
  const watch: FakeWatch = {
    change,
    recent: [failure('a.jpg')],
    asked,
    pictures: 0,
    picture: () => ({ ...PICTURE, atMs: PICTURE.atMs + watch.pictures++, ...watch.change }),
    history: () => HISTORY,
    failures: () => watch.recent,
    distributions: {
      sizeBytes: { bounds: [1_000, 10_000], counts: [5, 0, 2], sum: 54_321 },
      latencySeconds: { bounds: [0.1, 1], counts: new Uint32Array([3, 4, 1]), sum: 7.5 },
    },
    controls: {
      pause: note('pause'),
      resume: note('resume'),
      setLimits: (limits: LimitsChange, by: string) => void asked.push(['limits', limits, by]),
    },
  };
  return watch;
}
