/** Supervises a run: shows its state, lets a caller change its limits, and ends it when it hangs. */

import type { EventBus } from '../../events/bus.js';
import type { Gauges, Section } from '../../events/gauges.js';
import { createMeter, type Progress } from '../../events/rate.js';
import type { Stats } from '../../events/stats.js';
import type { ActiveRequest } from '../../http/client.js';
import type { RunNote } from '../../journal/run-note.js';
import { together } from '../../lib/streams/together.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Vitals } from '../../pacing/stuck/vitals.js';
import { watch } from '../../pacing/stuck/watchdog.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { activeRequests } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';
import type { Live } from './health/live.js';
import type { RunHealth } from './health/run-health.js';
import type { Running } from './run-io.js';
import { Waits } from './waits.js';

/** Requests that a snapshot names, the slowest first. */
const SHOWN_REQUESTS = 20;
const SAMPLE_MS = 1_000;

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
  health: RunHealth;
  /** Records what the run waits for. */
  note?: RunNote | undefined;
  /** What a screen shows, for other processes. */
  live?: (() => Live) | undefined;
  signal: AbortSignal;
}

/** Runs `work` to its end. Rejects with the error of `work`, or with ERR_STALLED. */
export async function supervise(supervised: Supervised, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { config, source, volumes, stats, events, gauges, vitals, health, signal } = supervised;
  const meter = createMeter(stats);
  // Each call takes a sample of the speed. With none, a snapshot would tell the speed of the whole run.
  const sampling = setInterval(meter, SAMPLE_MS).unref();
  addGauges(supervised, meter);
  const endRunning = supervised.onRunning({ snapshot: () => gauges.read(), limits: supervised.limits });
  const ended = new AbortController();

  const progress = () =>
    stats.settled +
    stats.found +
    vitals.progress +
    activeRequests(source).reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);

  const isBusy = () => vitals.isBusy;
  const objects = () => gauges.section('objects') as Partial<Inside>;
  health.add({ volumes, limits: supervised.limits, objects: () => ({ ...NONE_INSIDE, ...objects() }) });
  health.begin({ progress, isBusy });
  const waiting = new Waits({ ...supervised, progress, isBusy });
  supervised.note?.follow(() => ({ waits: waiting.read(), live: supervised.live?.() }));

  function onStall(count: number, silentMs: number): void {
    const text = say.jobs.stalled({ seconds: silentMs / 1000, count, waits: waits(source, volumes) });
    events.notice('stalled', text);
    void source.connections?.recycle();
  }

  try {
    await together(signal, [
      async (until) => {
        await work(until).finally(() => ended.abort());
      },
      (until) => {
        const isOver = AbortSignal.any([until, ended.signal]);
        return watch({ stallMs: config.stallMs, progress, isBusy, onStall }, isOver);
      },
    ]);
  } finally {
    clearInterval(sampling);
    health.finish();
    endRunning();
  }
}

interface Inside {
  readonly inside: number;
  readonly waitingForAnotherAttempt: number;
}

const NONE_INSIDE: Inside = { inside: 0, waitingForAnotherAttempt: 0 };

function addGauges({ source, volumes, stats, gauges, health }: Supervised, meter: () => Progress): void {
  // First what an operator wants: what is it doing, and why is it slow?
  gauges.add('health', () => ({ ...health.current, throttledSeconds: round(health.throttledMs / 1000) }));
  gauges.add('rates', () => {
    const { objectsPerSecond, bytesPerSecond } = meter();
    const under = activeRequests(source);
    const oldestMs = Math.min(...under.map(({ sinceMs }) => sinceMs));
    const oldest = under.length === 0 ? undefined : secondsSince(oldestMs);
    return { files: objectsPerSecond, bytes: bytesPerSecond, requests: under.length, oldestSeconds: oldest };
  });
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
  const text = say.jobs.waits;
  const requests = activeRequests(source);
  const [oldest] = [...requests].sort((one, other) => one.sinceMs - other.sinceMs);
  const connections =
    oldest === undefined
      ? text.noRequest
      : text.requests({
          ...{ count: requests.length, what: oldest.what, phase: oldest.phase },
          ...{ bytes: oldest.receivedBytes, seconds: secondsSince(oldest.sinceMs) },
        });
  const disks = (volumes?.activity() ?? []).map(({ waiting, oldest: first }, volume) => {
    const root = volumes!.roots[volume]!;
    if (first === undefined) return text.idleDisk(root);
    return text.busyDisk({ root, count: waiting, work: first.op, seconds: secondsSince(first.sinceMs) });
  });
  // A program's own source may tell nothing of its requests.
  if (source.connections === undefined) return [text.silentSource, ...disks].join('; ');
  return [connections, ...disks, text.reconnecting].join('; ');
}

function secondsSince(sinceMs: number): number {
  return round((performance.now() - sinceMs) / 1000);
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
