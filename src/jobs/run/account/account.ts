/**
 * Writes down what a run did, for `report`: while it works every half minute, and at its end. Only `report` reads it, so a
 * failure to write it does not end the run.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { EventBus } from '../../../events/bus.js';
import type { Health, HealthState } from '../../../events/health/health.js';
import type { Stats } from '../../../events/stats.js';
import type { RunEnd } from '../../../journal/run-note.js';
import {
  type LoggedRun,
  type LoggedWait,
  NOTE_EACH_MS,
  type RunFigures,
  SIZE_BOUNDS,
} from '../../../journal/runs/logged-run.js';
import { enterKilled, enterRun, type RunLogFiles, runLogFiles, writeRunNow } from '../../../journal/runs/run-log.js';
import { within } from '../../../lib/waiting/within.js';
import { STATE_FOLDER } from '../../../model/key.js';
import { Tally } from '../../../model/tally.js';
import type { Config } from '../../run-options.js';
import { SlowFolders } from './slow-folders.js';
import { toldOptions } from './told-options.js';

/** A disk that does not answer must not delay the end. */
const END_TIMEOUT_MS = 2_000;
/** The longest ones are kept. */
const WAITS = 50;
const MESSAGE_CHARS = 1_000;

/** States in which a server makes the run wait. */
const WAITING: ReadonlySet<HealthState> = new Set(['throttled', 'banned', 'unreachable', 'stalled']);

export interface AccountParts {
  readonly events: EventBus;
  readonly stats: Stats;
  readonly health: () => Health;
  /** SOURCE, without secrets. */
  readonly url: string;
  /** Of Sluice, if it is known. */
  readonly version: string | undefined;
  readonly job: string | undefined;
  /** As the note of the run says it, which `status` reads. Undefined without one. */
  readonly startedAt: string | undefined;
}

export class RunAccount {
  readonly #files: RunLogFiles;
  readonly #parts: AccountParts;
  readonly #head: Pick<LoggedRun, 'startedAt' | 'options' | 'command'>;
  readonly #counts = new Tally();
  readonly #sizes = SIZE_BOUNDS.map(() => 0).concat(0);
  readonly #slow = new SlowFolders();
  #waits: LoggedWait[] = [];
  #moreWaits = 0;
  #excluded = 0;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void>;

  private constructor(files: RunLogFiles, config: Config, parts: AccountParts) {
    this.#files = files;
    this.#parts = parts;
    const { startedAt = new Date().toISOString() } = parts;
    this.#head = { command: config.command, startedAt, options: toldOptions(config) };
    this.#listen(parts.events);
    // What a killed run has left comes first: this run takes its place.
    this.#writing = enterKilled(files)
      .catch(() => {})
      .then(() => writeRunNow(files, this.#record))
      .catch(() => {});
    this.#timer = setInterval(() => this.#write(), NOTE_EACH_MS).unref();
  }

  /** Undefined for a run that stores nothing, or not into folders. The folder is locked, and has its `.sluice`. */
  static begin(config: Config, parts: AccountParts): RunAccount | undefined {
    const { command, to, isDryRun } = config;
    if (isDryRun || to[0] === undefined || (command !== 'mirror' && command !== 'fetch')) return undefined;
    return new RunAccount(runLogFiles(join(to[0], STATE_FOLDER)), config, parts);
  }

  #listen(events: EventBus): void {
    events.onOutcome(({ key, size }, _batch, outcome) => {
      this.#counts.settle(outcome, size);
      if (outcome.status !== 'stored') return undefined;
      this.#sizes[sizeClass(outcome.bytes)]!++;
      if (outcome.tookMs !== undefined) this.#slow.add(key, outcome.bytes, outcome.tookMs);
      return undefined;
    });
    events.on(['left-out'], ({ reason, objects }) => {
      if (reason === 'filter') this.#excluded += objects;
      return undefined;
    });
    events.on(['state'], ({ previous, previousMs = 0 }) => {
      if (previous !== undefined) this.#waited(previous, previousMs);
      return undefined;
    });
  }

  #waited({ state, sinceMs }: Health, ms: number): void {
    if (!WAITING.has(state)) return;
    this.#waits.push({ state, sinceMs, ms: Math.round(ms) });
    if (this.#waits.length <= WAITS) return;
    const shortest = this.#waits.reduce((one, other) => (other.ms < one.ms ? other : one));
    this.#waits = this.#waits.filter((wait) => wait !== shortest);
    this.#moreWaits++;
  }

  #write(): void {
    this.#writing = this.#writing.then(() => writeRunNow(this.#files, this.#record)).catch(() => {});
  }

  /** Writes the end of the run. Never rejects. */
  async end(end: RunEnd, failure: { code: string; message: string } | undefined): Promise<void> {
    clearInterval(this.#timer);
    const current = this.#parts.health();
    this.#waited(current, Date.now() - current.sinceMs);
    const run: LoggedRun = {
      ...this.#record,
      endedAt: new Date().toISOString(),
      end,
      ...(failure && { code: failure.code, message: failure.message.slice(0, MESSAGE_CHARS) }),
    };
    const last = this.#writing
      // Where the disk is full, the end may still fit into the file that is there.
      .then(() => enterRun(this.#files, run).catch(() => writeRunNow(this.#files, run)))
      .catch(() => {});
    await within(END_TIMEOUT_MS, last, () => {});
  }

  get #record(): LoggedRun {
    const { url: source, version, job } = this.#parts;
    return {
      ...this.#head,
      pid: process.pid,
      host: hostname(),
      seenAt: new Date().toISOString(),
      source,
      ...(job !== undefined && { job }),
      ...(version !== undefined && { version }),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      figures: this.#figures,
    };
  }

  get #figures(): RunFigures {
    const { stored, skipped, gone, failed, bytes, codes, checked } = this.#counts;
    const { retries, lost, outagesSeen: outages, found } = this.#parts.stats;
    return {
      ...(this.#head.command === 'fetch' && { found }),
      ...{ stored, skipped, gone, failed, excluded: this.#excluded, bytes, codes, checkedBy: checked, retries },
      throttledMs: lost?.throttledMs ?? 0,
      unreachableMs: lost?.unreachableMs ?? 0,
      outages,
      sizes: this.#sizes,
      waits: this.#waits,
      moreWaits: this.#moreWaits,
      slow: this.#slow.slowest,
    };
  }
}

function sizeClass(bytes: number): number {
  let at = 0;
  while (at < SIZE_BOUNDS.length && bytes > SIZE_BOUNDS[at]!) at++;
  return at;
}
