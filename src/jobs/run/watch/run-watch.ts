/** A run, for those who look at it: what it does now, what it did, and the controls. It only listens; it costs little. */
import { join } from 'node:path';
import type { EventBus } from '../../../events/bus.js';
import { Buckets } from '../../../events/history/buckets.js';
import { RunHistory } from '../../../events/history/history.js';
import { HISTORY_FILE, HistoryFile } from '../../../events/history/history-file.js';
import { Latencies } from '../../../events/history/latencies.js';
import type { EndPicture, Picture, RequestPicture } from '../../../events/picture/picture.js';
import type { History, RecentFailure, Watch } from '../../../events/picture/watch.js';
import { createRunMeter, type Progress } from '../../../events/rate.js';
import type { RunView } from '../../../events/run-view.js';
import { checksOf, type Stats } from '../../../events/stats.js';
import type { Journal } from '../../../journal/journal.js';
import { within } from '../../../lib/waiting/within.js';
import { STATE_FOLDER } from '../../../model/key.js';
import type { Source } from '../../../sources/source.js';
import type { Config } from '../../run-options.js';
import type { Machines } from '../../shared/machines.js';
import type { RunHealth } from '../health/run-health.js';
import { RunControls } from './controls.js';
import { RecentFailures } from './recent-failures.js';
import { VolumeRates } from './volume-rates.js';

const LOOK_MS = 1_000;
const SLOT_MS = 10_000;
/** A disk that does not answer must not delay the end. */
const END_TIMEOUT_MS = 2_000;
/** From 1 KiB to 4 GiB. */
const SIZES = { least: 1024, steps: 1, doublings: 22 };

export interface WatchParts {
  config: Config;
  /** Of Sluice. */
  version: string;
  source: Source;
  stats: Stats;
  events: EventBus;
  health: RunHealth;
  view: RunView;
}

export class RunWatch implements Watch {
  readonly #parts: WatchParts;
  readonly #controls: RunControls;
  readonly #startedAtMs = Date.now();
  readonly #failures: RecentFailures;
  readonly #latencies = new Latencies();
  readonly #sizes = new Buckets(SIZES);
  readonly #volumes = new VolumeRates(performance.now());
  readonly #history = new RunHistory([], (point) => this.#file?.append(point));
  #meter: () => Progress;
  readonly #timer: NodeJS.Timeout;
  #machines: Machines | undefined;
  #file: HistoryFile | undefined;
  #journal: Journal | undefined;
  #end: EndPicture | undefined;
  /** The begin of the slot that is not over, and the counts then. */
  #slot: { atMs: number; objects: number; bytes: number; codes: ReadonlyMap<string, number> };

  constructor(parts: WatchParts) {
    const { config, source, stats, events, health, view } = parts;
    this.#parts = parts;
    this.#controls = new RunControls({ config, events, health });
    this.#failures = new RecentFailures(events);
    this.#meter = createRunMeter(stats, view);
    this.#slot = this.#counts();
    source.connections?.onAnswer?.((tookMs) => this.#latencies.add(tookMs));
    events.onOutcome((_entry, _batch, outcome) => {
      if (outcome.status !== 'stored') return undefined;
      this.#sizes.add(outcome.bytes);
      this.#volumes.stored(outcome.volume, outcome.bytes);
      return undefined;
    });
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Keeps the history in the folder, after that of earlier runs. The folder is locked, and no other run writes there. */
  async keepIn(root: string): Promise<void> {
    this.#file = new HistoryFile(join(root, STATE_FOLDER, HISTORY_FILE));
    this.#history.precede(await this.#file.read());
  }

  /** The job has a journal, or other machines, from now on. */
  async follow(journal: Journal | undefined): Promise<void> {
    this.#journal = journal;
    // What earlier runs did is nothing that this one does.
    this.#meter = createRunMeter(this.#parts.stats, this.#parts.view);
    this.#slot = this.#counts();
    const { session } = this.#parts.health.parts;
    if (session !== undefined) this.#machines = new (await import('../../shared/machines.js')).Machines(session);
  }

  /** The run has ended; its numbers stay. */
  async end(end: Omit<EndPicture, 'atMs'>): Promise<void> {
    this.#end = { ...end, atMs: Date.now() };
    clearInterval(this.#timer);
    if (performance.now() - this.#slot.atMs >= LOOK_MS) this.#endSlot();
    this.#history.endMinute(this.#latencies.lastMinute);
    if (this.#file !== undefined) await within(END_TIMEOUT_MS, this.#file.close(), () => {});
  }

  get controls(): RunControls | undefined {
    return this.#end === undefined ? this.#controls : undefined;
  }

  get distributions(): Watch['distributions'] {
    return { sizeBytes: this.#sizes, latencySeconds: this.#latencies.distribution };
  }

  history(): History {
    return this.#history.points;
  }

  failures(): readonly RecentFailure[] {
    return this.#failures.newest;
  }

  picture(): Picture {
    const { version, stats, health, view } = this.#parts;
    const { stored, skipped, gone, failed, excluded, codes, runs } = stats;
    const { volumes } = health.parts;
    const progress = this.#meter();
    const state = this.#journal?.state;
    const checkpoint = state?.checkpoints.at(-1);
    const machines = this.#machines?.picture;
    return {
      ...{ atMs: Date.now(), version, command: view.command, source: view.source },
      // A listing stores nothing.
      to: view.command === 'list' ? [] : view.to,
      ...(runs !== undefined && { runs }),
      startedAtMs: state?.startedAtMs ?? this.#startedAtMs,
      runStartedAtMs: this.#startedAtMs,
      phase: this.#end === undefined ? 'running' : 'ended',
      ...(this.#end && { end: this.#end }),
      health: health.current,
      isPaused: this.#end === undefined && this.#controls.isPaused,
      progress,
      outcomes: { stored, skipped, gone, failed, excluded },
      ...checksOf(stats),
      codes: { ...codes },
      requests: this.#requests(),
      limits: this.#controls.limits,
      ...failuresFileOf(this.#parts.config),
      volumes: volumes === undefined ? [] : this.#volumes.picture(volumes, performance.now(), leftOf(progress)),
      ...(checkpoint && { checkpointAtMs: checkpoint.atMs }),
      ...(this.#journal && { journalBytes: this.#journal.sizeBytes }),
      ...(machines && { machines }),
    };
  }

  #requests(): RequestPicture {
    const { pacers, lanes } = this.#parts.health.parts;
    const latencyMs = this.#latencies.lastMinute;
    const isListing = this.#parts.view.command === 'list';
    return {
      objects: isListing ? 0 : (lanes?.state.inUse ?? pacers?.objects.underWay ?? 0),
      objectsLimit: isListing ? 0 : (lanes?.state.limit ?? pacers?.objects.limit ?? 0),
      listings: pacers?.lists.underWay ?? 0,
      listingsLimit: pacers?.lists.limit ?? 0,
      ...(latencyMs && { latencyMs }),
      retriesByCode: Object.fromEntries(this.#failures.attempts),
    };
  }

  #counts() {
    const { stats } = this.#parts;
    return {
      atMs: performance.now(),
      objects: stats.settled,
      bytes: stats.bytes + stats.arrivingBytes,
      codes: new Map(this.#failures.attempts),
    };
  }

  #look(): void {
    this.#meter();
    if (performance.now() - this.#slot.atMs >= SLOT_MS) this.#endSlot();
  }

  #endSlot(): void {
    const before = this.#slot;
    const now = this.#counts();
    const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000);
    const codes = [...now.codes].flatMap(([code, count]) => {
      const more = count - (before.codes.get(code) ?? 0);
      return more > 0 ? [[code, more] as const] : [];
    });
    const { state } = this.#parts.health.current;
    const { objects: requests, objectsLimit: requestsLimit } = this.#requests();
    const point = {
      atMs: Date.now(),
      objectsPerSecond: Math.round((10 * Math.max(0, now.objects - before.objects)) / seconds) / 10,
      bytesPerSecond: Math.round(Math.max(0, now.bytes - before.bytes) / seconds),
      requests,
      requestsLimit,
      ...this.#latencies.slot,
      ...(codes.length > 0 && { codes: Object.fromEntries(codes) }),
      ...(state !== 'healthy' && { state }),
    };
    this.#latencies.endSlot();
    this.#volumes.endSlot(now.atMs);
    this.#slot = now;
    this.#history.add(point, this.#latencies.lastMinute);
  }
}

/** Bytes that are still to come, where that is known. */
function leftOf({ totalBytes, doneBytes }: Progress): number | undefined {
  return totalBytes === undefined ? undefined : Math.max(0, totalBytes - doneBytes);
}

/** Where the failures of the job are listed when the run ends; input of `fetch`. */
function failuresFileOf({ command, queue, failures }: Config): Pick<Picture, 'failuresFile'> {
  const isWritten = command !== 'verify' && queue?.role !== 'list' && failures !== undefined;
  return isWritten ? { failuresFile: failures } : {};
}
