/** Supervises a run: shows its state, lets a caller change its limits, and ends it when it hangs. */

import type { EventBus } from '../../events/bus.js';
import type { Gauges, Section } from '../../events/gauges.js';
import type { Stats } from '../../events/stats.js';
import { formatSeconds } from '../../events/units.js';
import type { ActiveRequest } from '../../http/client.js';
import type { RunNote } from '../../journal/run-note.js';
import { together } from '../../lib/streams/together.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Vitals } from '../../pacing/stuck/vitals.js';
import { watch } from '../../pacing/stuck/watchdog.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { activeRequests } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import type { Config } from '../run-options.js';
import type { Running } from './run-io.js';
import { Waits } from './waits.js';

/** Requests that a snapshot names, the slowest first. */
const SHOWN_REQUESTS = 20;

export interface Supervised {
  config: Pick<Config, 'stallMs' | 'command'>;
  source: Source;
  volumes: Volumes | undefined;
  stats: Stats;
  events: EventBus;
  gauges: Gauges;
  vitals: Vitals;
  limits: Limits;
  onRunning: (running: Running) => () => void;
  /** Records what the run waits for. */
  note?: RunNote | undefined;
  signal: AbortSignal;
}

/** Runs `work` to its end. Rejects with the error of `work`, or with ERR_STALLED. */
export async function supervise(supervised: Supervised, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { config, source, volumes, stats, events, gauges, vitals, signal } = supervised;
  addGauges(supervised);
  const endRunning = supervised.onRunning({ snapshot: () => gauges.read(), limits: supervised.limits });
  const ended = new AbortController();

  const progress = () =>
    stats.settled +
    stats.found +
    vitals.progress +
    activeRequests(source).reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);

  const waiting = new Waits({ ...supervised, progress, isBusy: () => vitals.isBusy });
  supervised.note?.follow(() => waiting.read());

  function onStall(count: number, silentMs: number): void {
    const silence = formatSeconds(silentMs / 1000);
    events.notice('stalled', `stalled: nothing has moved for ${silence} (${count} of 3): ${waits(source, volumes)}`);
    void source.connections?.recycle();
  }

  try {
    await together(signal, [
      async (until) => {
        await work(until).finally(() => ended.abort());
      },
      (until) => {
        const isOver = AbortSignal.any([until, ended.signal]);
        return watch({ stallMs: config.stallMs, progress, isBusy: () => vitals.isBusy, onStall }, isOver);
      },
    ]);
  } finally {
    endRunning();
  }
}

function addGauges({ source, volumes, stats, gauges }: Supervised): void {
  gauges.add('progress', () => {
    const { found, listed, stored, skipped, gone, failed, bytes, retries } = stats;
    return { seconds: round(stats.seconds), found, listed, stored, skipped, gone, failed, bytes, retries };
  });
  gauges.add('requests', () => slowest(activeRequests(source)));
  if (volumes !== undefined) gauges.add('volumes', () => volumesSection(volumes));
  gauges.add('memory', () => {
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return { rss, heapUsed, external, arrayBuffers };
  });
}

function slowest(requests: readonly ActiveRequest[]): Section {
  return [...requests]
    .sort((one, other) => one.sinceMs - other.sinceMs)
    .slice(0, SHOWN_REQUESTS)
    .map(({ what, phase, sinceMs, receivedBytes, expectedBytes }) => ({
      request: what,
      phase,
      seconds: secondsSince(sinceMs),
      receivedBytes,
      expectedBytes,
    }));
}

function volumesSection(volumes: Volumes): Section {
  const states = volumes.states();
  return volumes.activity().map(({ waiting, oldest }, volume) => ({
    root: volumes.roots[volume],
    state: states[volume]!.state,
    waiting,
    ...(oldest && { oldest: oldest.op, seconds: secondsSince(oldest.sinceMs) }),
  }));
}

/** One line: what the slowest request of each kind waits for. */
function waits(source: Source, volumes: Volumes | undefined): string {
  const requests = activeRequests(source);
  const [oldest] = [...requests].sort((one, other) => one.sinceMs - other.sinceMs);
  const connections =
    oldest === undefined
      ? 'no request is under way'
      : `${requests.length} requests are under way, the oldest ${oldest.what} (${oldest.phase}, ${oldest.receivedBytes} bytes, ${secondsSince(oldest.sinceMs)} s)`;
  const disks = (volumes?.activity() ?? []).map(({ waiting, oldest: first }, volume) =>
    first === undefined
      ? `${volumes!.roots[volume]} is idle`
      : `${volumes!.roots[volume]} has ${waiting} to do, the oldest ${first.op} for ${secondsSince(first.sinceMs)} s`,
  );
  // A program's own source may tell nothing of its requests.
  if (source.connections === undefined) return ['the source does not tell what it waits for', ...disks].join('; ');
  return [connections, ...disks, 'Sluice opens all connections again'].join('; ');
}

function secondsSince(sinceMs: number): number {
  return round((performance.now() - sinceMs) / 1000);
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
