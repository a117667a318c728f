/** Alerts on their way to one channel, one after the other. The run never waits for them. */
import { sleep } from '../../lib/waiting/sleep.js';
import { within } from '../../lib/waiting/within.js';
import type { AlertChannel, AlertKind, JobAlert } from './alert.js';

export interface OutboxOptions {
  readonly channel: AlertChannel;
  /** The first alert after others that did not arrive, and each one that follows it, is told once. */
  readonly onLost: (option: string, why: string) => void;
  readonly onBack: (option: string) => void;
  readonly nowMs?: () => number;
}

/** No more than one alert of a kind in this time. */
export const PAUSE_MS = 10 * 60_000;
/** They say how the run ended, and that trouble is over. */
const ALWAYS: ReadonlySet<AlertKind> = new Set(['finished', 'stopped']);
/** One attempt. A chat answers within a second. */
const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const RETRY_MS = 2_000;
/** A channel that hangs gets no more than these; the oldest are dropped. */
const MOST_WAITING = 20;
/** The end of the command waits so long for the last alerts. */
const END_MS = 15_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting: JobAlert[] = [];
  readonly #lastMs = new Map<AlertKind, number>();
  readonly #heldBack = new Map<AlertKind, number>();
  readonly #ended = new AbortController();
  #isLost = false;
  #work: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Never waits, never throws. */
  add(alert: JobAlert): void {
    const { alert: kind } = alert;
    const nowMs = (this.#options.nowMs ?? Date.now)();
    const lastMs = this.#lastMs.get(kind);
    if (!ALWAYS.has(kind) && lastMs !== undefined && nowMs - lastMs < PAUSE_MS) {
      this.#heldBack.set(kind, (this.#heldBack.get(kind) ?? 0) + 1);
      return;
    }
    this.#lastMs.set(kind, nowMs);
    const heldBack = this.#heldBack.get(kind) ?? 0;
    this.#heldBack.delete(kind);
    this.#waiting.push(heldBack > 0 ? { ...alert, heldBack } : alert);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#work ??= this.#deliver().finally(() => {
      this.#work = undefined;
    });
  }

  /** Settles when all have been sent, or after {@link END_MS}. */
  async end(): Promise<void> {
    if (this.#work !== undefined) await within(END_MS, this.#work, () => {});
    this.#ended.abort();
  }

  async #deliver(): Promise<void> {
    for (let alert = this.#waiting.shift(); alert !== undefined; alert = this.#waiting.shift()) await this.#send(alert);
  }

  async #send(alert: JobAlert): Promise<void> {
    const { channel, onLost, onBack } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const late = AbortSignal.timeout(TIMEOUT_MS);
      try {
        await channel.send(alert, AbortSignal.any([late, this.#ended.signal]));
        if (this.#isLost) onBack(channel.option);
        this.#isLost = false;
        return;
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        if (attempt < ATTEMPTS) {
          await sleep(RETRY_MS * attempt, this.#ended.signal).catch(() => {});
          if (!this.#ended.signal.aborted) continue;
          return;
        }
        if (!this.#isLost) onLost(channel.option, (error as Error).message);
        this.#isLost = true;
        return;
      }
    }
  }
}
