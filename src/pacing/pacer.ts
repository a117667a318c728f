/**
 * Decides when a request may go out, and what its end means for others: a throttle, a directory, a ban, an outage, a lack
 * of open files. There is one pacer per origin and kind of request (objects, listings). Everything that sends these
 * requests uses it: fetch, the listing walk, verify. There are four ways in, since requests hold different things:
 *
 * - `run`: one attempt for an object. The caller keeps the slot while the body is on its way to the disk, which takes
 *   longer than the request, so settle repeats the object later and no slot waits for that.
 * - `ask`: a request whose answer is complete when it arrives (a page, a digest). The pacer repeats it.
 * - `another`: one more request inside one that runs and holds its slot already. It only pays for the limit.
 * - `askForRest`: the body of `run` broke off. Its slot keeps the memory, and takes a connection once more.
 */
import { TransferError, toTransferError } from '../errors.js';
import { anySignal } from '../lib/streams/signals.js';
import { sleep } from '../lib/waiting/sleep.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import { Ban } from './backoff/ban.js';
import { DirectoryThrottle } from './backoff/directory-throttle.js';
import { Shortage } from './backoff/open-files-shortage.js';
import { directoryOf, OriginHealth } from './backoff/origin-health.js';
import { Outage } from './backoff/outage.js';
import { maxPausesOf, retryDelayMs, withRetries } from './backoff/retry.js';
import { Throttle } from './backoff/throttle.js';
import { Bandwidth } from './limits/bandwidth.js';
import type { Limits } from './limits/limits.js';
import type { PacerOptions } from './pacer-options.js';
import type { AskOptions, Postponed, Task } from './requests.js';
import { type Slot, Slots } from './slots.js';
import type { Vital } from './stuck/vitals.js';

/** The size that an object of unknown size counts as until it arrives. */
const UNKNOWN_BYTES = 32 * 1024;
/** Errors that occur before there is a connection. */
const NOTHING_CAME: ReadonlySet<string> = new Set(['ERR_UNREACHABLE', 'ERR_OPEN_FILES']);

export class Pacer {
  readonly slots: Slots;
  readonly retries: number;
  readonly requestWork: number;
  readonly health: OriginHealth;
  readonly #limits: PacerOptions['limits'];
  readonly #requests: Limits['objects'];
  readonly #stopped = new AbortController();
  /** Aborted: nothing starts any more. */
  readonly stopped: AbortSignal = this.#stopped.signal;
  readonly #signal: AbortSignal;
  readonly #onRetry: PacerOptions['onRetry'];
  /** Requests of `ask` that have a connection, that wait for their answer, and those that got one. */
  #holding = 0;
  #asking = 0;
  #answered = 0;
  /** Pauses of the user that are accounted for. */
  #pausedMs: number;

  constructor({ kind, limits, concurrency, retries, ban = new Ban(), ...options }: PacerOptions) {
    const { requestWork, bufferBytes = 0, arena } = options;
    const clock = options.nowMs && { nowMs: options.nowMs };
    // A signal for each of a million pacers would stay in memory as long as the signals that it follows.
    const signal = options.isStoppedTogether ? options.signal : anySignal(options.signal, this.#stopped.signal);
    const maxPauses = maxPausesOf(retries);
    const bandwidth = kind === 'objects' ? new Bandwidth(limits.bytes) : undefined;
    this.retries = retries;
    this.#signal = signal;
    this.#limits = limits;
    this.#pausedMs = limits.gate.closedMs;
    this.#requests = limits[kind];
    this.requestWork = requestWork;
    this.#onRetry = options.onRetry;
    const throttle = new Throttle({ concurrency, ban, maxPauses, signal, ...clock });
    this.health = new OriginHealth({
      ban,
      throttle,
      directories: new DirectoryThrottle({ maxPauses, ...clock }),
      outage: new Outage({ ...options.outage, concurrency: () => concurrency.limit, gate: limits.gate, signal }),
      shortage: options.shortage ?? new Shortage({ throttle, maxPauses, onShortage: options.onShortage }),
      bandwidth,
      gate: limits.gate,
    });
    this.slots = new Slots({
      ...{ concurrency, requestWork, arena, bytes: bufferBytes, bandwidth },
      bytesLimit: kind === 'objects' ? limits.bytes : undefined,
      isPaused: () => this.isPaused,
    });
  }

  /** The shortage of open files, of connections and of disks. */
  get shortage(): Shortage {
    return this.health.shortage;
  }

  /** Requests that may be in flight now. */
  get limit(): number {
    return this.slots.concurrency.limit;
  }

  /** Requests that have gone out, and have not ended. */
  get underWay(): number {
    return this.slots.connections.inUse + this.slots.hanging - (this.#holding - this.#asking);
  }

  /** Whether requests wait on purpose. */
  get isPaused(): boolean {
    return !this.health.isOpen || this.#limits.isWaiting || this.health.directories.isHolding;
  }

  /** What the watchdog must know of the requests of `ask`, whatever the source tells of them. */
  get vital(): Vital {
    return { isBusy: this.#asking > 0, isPaused: this.isPaused, progress: this.#answered };
  }

  /**
   * Makes one attempt for one object. `work` sends the request with the slot. After a success the caller owns the slot
   * and releases it once the body is stored. Rejects with the error of `work`, as a TransferError.
   */
  async run<T>(task: Task, work: (slot: Slot) => Promise<T>): Promise<T | Postponed> {
    const directory = directoryOf(task.key);
    const turn = this.health.directories.begin(directory);
    if (typeof turn === 'number') return { postponedMs: turn };
    // Most of these steps need not wait. Skipping the `await` saves time.
    const acquired = this.slots.acquire(task.bytes);
    const slot = acquired instanceof Promise ? await acquired : acquired;
    // A small body arrives at full speed after the request, so Sluice pays for it before.
    slot.prepaidBytes = Math.min(task.bytes ?? UNKNOWN_BYTES, WHOLE_BODY_BYTES);
    const requestAllowed = this.#requests.take(1);
    if (requestAllowed !== undefined) await requestAllowed;
    const bytesAllowed = this.#limits.bytes.take(slot.prepaidBytes);
    if (bytesAllowed !== undefined) await bytesAllowed;
    const connected = slot.takeConnection();
    if (connected !== undefined) await connected;
    // This check comes last: a pause may have begun while the request waited for its turn.
    if (!this.health.isOpen) await this.health.openedFor(slot);
    if (this.#signal.aborted) {
      turn.end();
      slot.release();
      return { isNotTaken: true };
    }
    this.#skipPauses();
    const epoch = this.health.throttle.begin();
    slot.begin();
    try {
      const result = await work(slot);
      slot.endWait();
      this.health.succeeded();
      turn.succeeded();
      return result;
    } catch (thrown) {
      const failure = toTransferError(thrown);
      const error = task.confirm === undefined ? failure : await task.confirm(failure);
      this.#releaseFailed(slot, error);
      this.health.failed(error, { directory, epoch });
      throw error;
    } finally {
      turn.end();
    }
  }

  /**
   * Sends a request whose answer is not kept (a page of a listing, a digest). Retries until the server answers, or
   * until a retry is not worth it. Rejects with the last error, or with the reason of `signal` once that aborts.
   */
  async ask<T>(work: () => Promise<T>, { workOf, ...options }: AskOptions<T>): Promise<T> {
    const acquired = this.slots.acquire(0);
    const slot = acquired instanceof Promise ? await acquired : acquired;
    try {
      await slot.takeConnection();
      this.#holding++;
      options.signal.throwIfAborted();
      slot.begin();
      slot.endWait();
      const result = await withRetries(() => this.#paid(work, options.signal), {
        ...{ ...options, retries: this.retries, health: this.health, onRetry: this.#onRetry },
      });
      slot.completed(this.requestWork + (workOf?.(result) ?? 0));
      return result;
    } catch (thrown) {
      // The server did its work, also for a 404.
      if (thrown instanceof TransferError) slot.completed(this.requestWork, thrown.code !== 'ERR_NOT_FOUND');
      throw thrown;
    } finally {
      if (slot.connection !== 'none') this.#holding--;
      slot.release();
    }
  }

  /** Waits until the limit allows one more request, inside a request that runs. */
  another(): Promise<void> | undefined {
    return this.#requests.take(1);
  }

  /**
   * The body of `slot` broke off for the `count`th time in a row. Waits until the rest may be requested. Rejects with
   * `error` once the pacer has stopped.
   */
  async askForRest(slot: Slot, error: TransferError, count: number): Promise<void> {
    slot.releaseConnection();
    if (!this.#signal.aborted) await sleep(retryDelayMs(error, count), this.#signal).catch(() => {});
    if (!this.health.outage.isOpen || error.code === 'ERR_UNREACHABLE')
      await this.health.blame(error, { isLast: false, sinceMs: Date.now() });
    await slot.takeConnection();
    await this.health.opened();
    if (this.#signal.aborted) throw error;
    slot.startWait();
  }

  /** After this nothing starts and nothing waits. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Current values, for the snapshot. */
  gauges(): Readonly<Record<string, unknown>> {
    return { ...this.slots.gauges(), ...this.#limits.gauges(), ...this.health.gauges() };
  }

  async #paid<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#requests.take(1);
    // The user may have paused the run while the request waited for its turn.
    await this.#limits.gate.opened();
    signal.throwIfAborted();
    this.#skipPauses();
    this.#asking++;
    try {
      const result = await work();
      this.#answered++;
      return result;
    } finally {
      this.#asking--;
    }
  }

  /** The time in which the user paused the run says nothing about throughput. */
  #skipPauses(): void {
    const { closedMs } = this.#limits.gate;
    if (closedMs === this.#pausedMs) return;
    this.slots.concurrency.interrupted(closedMs - this.#pausedMs);
    this.#pausedMs = closedMs;
  }

  #releaseFailed(slot: Slot, error: TransferError): void {
    // The server did its work, also when it skips or refuses the object.
    if (error.verdict === 'retry') slot.completed(0, true);
    else if (error.verdict === 'skip') slot.completed(this.requestWork);
    slot.release();
    // No body arrived.
    if (error.status !== undefined || NOTHING_CAME.has(error.code)) this.#limits.bytes.correct(-slot.prepaidBytes);
  }
}
