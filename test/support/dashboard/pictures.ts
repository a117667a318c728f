// Pictures of jobs, as a server would send them: a large copy in its third day, and what can become of it.

import type { Picture } from '../../../src/events/picture/picture.js';
import type { History, HistoryPoint, RecentFailure } from '../../../src/events/picture/watch.js';
import { hash32 } from '../../fakes/buckets/procedural-body.js';

const HOUR_MS = 3_600_000;

/** A copy that is well: 36 % of 313 million objects. */
export function healthyPicture(changes: Partial<Picture> = {}, atMs = Date.now()): Picture {
  return {
    atMs,
    version: '0.1.0',
    command: 'mirror',
    source: 'upyun://photos',
    to: ['/mnt/disk1/photos', '/mnt/disk2/photos'],
    runs: 3,
    startedAtMs: atMs - 58 * HOUR_MS,
    runStartedAtMs: atMs - 31 * HOUR_MS,
    phase: 'running',
    health: { state: 'healthy', reason: 'server', sinceMs: atMs - 2 * HOUR_MS, requests: 64 },
    isPaused: false,
    progress: {
      found: 124_204_118,
      foundPerSecond: 1_200,
      listed: 124_204_118,
      done: 114_310_114,
      failed: 3,
      gone: 1_204,
      retries: 5_122,
      bytes: 3_301_000_000_000,
      objectsPerSecond: 941.3,
      bytesPerSecond: 31_200_000,
      total: 313_510_000,
      totalBytes: 10_114_000_000_000,
      doneBytes: 3_509_600_000_000,
      isEstimate: true,
      share: 0.347,
      secondsLeft: 211_680,
      secondsUntilFull: undefined,
      unreachableSinceMs: undefined,
    },
    outcomes: { stored: 107_513_204, skipped: 6_795_703, gone: 1_204, failed: 3, excluded: 0 },
    checkedBy: { md5: 107_512_990, size: 214 },
    codes: { ERR_FORBIDDEN_OBJECT: 2, ERR_DIGEST: 1 },
    failuresFile: '/mnt/disk1/photos/.sluice/failures.ndjson',
    requests: {
      objects: 61,
      objectsLimit: 64,
      listings: 2,
      listingsLimit: 4,
      latencyMs: { p50: 41, p90: 88, p99: 310 },
      retriesByCode: { ERR_THROTTLED: 4_410, ERR_TIMEOUT: 598, ERR_NETWORK: 114 },
    },
    limits: { bytesPerSecond: 33_554_432 },
    volumes: [
      { root: '/mnt/disk1/photos', state: 'in', freeBytes: 2_904e9, totalBytes: 6_000e9, secondsUntilFull: 186_000 },
      { root: '/mnt/disk2/photos', state: 'in', freeBytes: 4_912e9, totalBytes: 6_000e9 },
    ],
    checkpointAtMs: atMs - 8_000,
    journalBytes: 4_120_000,
    ...changes,
  };
}

/** Three machines, one of them lost. */
export function machinesPicture(atMs = Date.now()): Picture {
  const machine = {
    role: 'both',
    isThis: false,
    isLost: false,
    limits: { bytesPerSecond: 11_184_810, concurrency: 32 },
  };
  const speed = { objectsPerSecond: 310.5, bytesPerSecond: 10_300_000 };
  return healthyPicture(
    {
      machines: [
        {
          ...machine,
          ...speed,
          name: 'copy-1',
          isThis: true,
          seenAtMs: atMs - 900,
          stored: 57_120_331,
          failed: 1,
          bytes: 1_754e9,
          holds: 2_114,
        },
        {
          ...machine,
          ...speed,
          name: 'copy-2',
          seenAtMs: atMs - 1_400,
          stored: 46_980_112,
          failed: 2,
          bytes: 1_442e9,
          holds: 1_980,
        },
        {
          ...machine,
          name: 'copy-3',
          isLost: true,
          seenAtMs: atMs - 412_000,
          stored: 3_412_761,
          failed: 0,
          bytes: 105e9,
          holds: 1_000,
        },
      ],
    },
    atMs,
  );
}

/** The job is complete; three objects failed. */
export function endedPicture(atMs = Date.now()): Picture {
  const { progress, ...rest } = healthyPicture({}, atMs);
  const bytes = 10_113_400_000_000;
  return {
    ...rest,
    phase: 'ended',
    progress: {
      ...progress,
      done: 313_401_377,
      total: 313_401_377,
      doneBytes: bytes,
      totalBytes: bytes,
      isEstimate: false,
      share: 1,
      secondsLeft: 0,
      objectsPerSecond: 0,
      bytesPerSecond: 0,
    },
    checkedBy: { md5: 306_604_253, size: 214 },
    outcomes: { stored: 306_604_467, skipped: 6_795_703, gone: 1_204, failed: 3, excluded: 0 },
  };
}

/** A key that looks like markup, one that turns the text around it, and one that is long. */
export const HOSTILE_KEYS = {
  markup: '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>.jpg',
  bidi: 'invoice\u202Egpj.exe\u0007\u200B\u2028\uD800end',
  long: `${'unbroken'.repeat(110)}.jpg`,
};

export function failures(atMs = Date.now()): RecentFailure[] {
  const failure = { verdict: 'skip', code: 'ERR_FORBIDDEN_OBJECT' } as const;
  const advice = 'check that the operator may read this object';
  return [
    {
      ...failure,
      atMs: atMs - 140_000,
      key: 'albums/2019/summer/IMG_20190704_183211.jpg',
      message: 'the server refuses this object (403 Forbidden)',
      advice,
    },
    {
      atMs: atMs - 1_900_000,
      key: 'albums/2021/wedding/DSC08812.jpg',
      code: 'ERR_DIGEST',
      verdict: 'retry',
      message: 'its MD5 is 0f2c…91, the server has sent 77ab…02',
      advice: 'fetch it again; if that does not help, it is damaged at the source',
    },
    {
      ...failure,
      atMs: atMs - 7_200_000,
      key: 'private/scan 0001.png',
      message: 'the server refuses this object (403 Forbidden)',
      advice,
    },
  ];
}

export function hostileFailures(atMs = Date.now()): RecentFailure[] {
  const [first] = failures(atMs) as [RecentFailure];
  return Object.values(HOSTILE_KEYS).map((key) => ({ ...first, key, message: `refused: ${key.slice(0, 40)}` }));
}

/** An hour and a day that look like a copy: a throttle at noon, a slow night, a gap where no run was. */
export function sampleHistory(nowMs = Date.now()): History {
  const wave = (atMs: number) => 1 + 0.12 * Math.sin(atMs / 700_000) + 0.06 * Math.sin(atMs / 97_000 + 2);
  const point = (atMs: number, perPoint: number): HistoryPoint => {
    const isThrottled = atMs > nowMs - 2_500_000 && atMs < nowMs - 2_050_000;
    const speed = wave(atMs) * (isThrottled ? 0.35 : 1);
    const jitter = (hash32(7, Math.round(atMs / 10_000)) % 1_300) / 100;
    const codes = {
      ...(isThrottled ? { ERR_THROTTLED: Math.round(perPoint * (2 + jitter / 4)) } : {}),
      ...(jitter > 12.3 ? { ERR_TIMEOUT: Math.round(perPoint) } : {}),
      ...(jitter < 0.4 ? { ERR_NETWORK: 1 } : {}),
    };
    return {
      atMs,
      objectsPerSecond: 935 * speed,
      bytesPerSecond: 31e6 * speed * (1 + jitter / 160),
      requests: isThrottled ? 22 + Math.round(jitter / 6) : 64 - Math.round(jitter / 4),
      requestsLimit: isThrottled ? 24 : 64,
      p50: 40 * wave(atMs + 3e6) * (isThrottled ? 2.2 : 1),
      p90: 86 * wave(atMs + 5e6) * (isThrottled ? 2.4 : 1),
      p99: 250 * wave(atMs + 9e6) + jitter * 7 * (isThrottled ? 3 : 1),
      ...(Object.keys(codes).length === 0 ? {} : { codes }),
      ...(isThrottled ? { state: 'throttled' } : {}),
    };
  };
  const range = (count: number, stepMs: number) =>
    Array.from({ length: count }, (_, index) => nowMs - (count - index) * stepMs);
  const inGap = (atMs: number) => atMs > nowMs - 9 * HOUR_MS && atMs < nowMs - 7.6 * HOUR_MS;
  return {
    recent: range(359, 10_000).map((atMs) => point(atMs, 1)),
    day: range(1_439, 60_000)
      .filter((atMs) => !inGap(atMs))
      .map((atMs) => point(atMs, 6)),
  };
}
