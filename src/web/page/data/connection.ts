/** The connection to Sluice: opened, watched, and opened again when it is lost. */
import type { History, RecentFailure } from '../../../events/picture/watch.js';
import type { Payload } from '../../payload.js';
import type { Api } from './api.js';
import { readEvents } from './events.js';

export type ConnectionState =
  | { readonly kind: 'connecting' | 'live' }
  | { readonly kind: 'wants-token' | 'not-begun' }
  /** `retryAtMs`: absent while an attempt is under way. */
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly retryAtMs?: number };

export interface Listener {
  picture(picture: Payload): void;
  failures(failures: readonly RecentFailure[]): void;
  history(history: History): void;
  state(state: ConnectionState): void;
}

/** A picture comes each second; without any for so long, the connection is dead. */
const SILENCE_MS = 15_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
/** What the page has added itself gives way to what Sluice has noted. */
const HISTORY_AGAIN_MS = 300_000;

export class Connection {
  readonly #api: Api;
  readonly #listener: Listener;
  #lostSinceMs: number | undefined;
  #waitMs = FIRST_WAIT_MS;
  #timer: number | undefined;
  #historyAtMs = 0;
  #isOpen = false;

  constructor(api: Api, listener: Listener) {
    this.#api = api;
    this.#listener = listener;
  }

  /** Connects, now. Does nothing while it is connected or connecting. */
  open(): void {
    if (this.#isOpen) return;
    window.clearTimeout(this.#timer);
    this.#isOpen = true;
    if (this.#lostSinceMs !== undefined) this.#listener.state({ kind: 'lost', sinceMs: this.#lostSinceMs });
    void this.#follow().then(
      () => this.#lost(),
      (error: unknown) => this.#lost(error),
    );
  }

  async #follow(): Promise<void> {
    const stop = new AbortController();
    let silence = window.setTimeout(() => stop.abort(), SILENCE_MS);
    try {
      const first = await this.#api.get<Payload>('status.json', stop.signal);
      await this.#readHistory(stop.signal);
      this.#listener.failures(await this.#api.get('failures.json', stop.signal));
      this.#listener.picture(first);
      const body = await this.#api.stream('events', stop.signal);
      this.#lostSinceMs = undefined;
      this.#waitMs = FIRST_WAIT_MS;
      this.#listener.state({ kind: 'live' });
      for await (const { name, data } of readEvents(body)) {
        window.clearTimeout(silence);
        silence = window.setTimeout(() => stop.abort(), SILENCE_MS);
        if (name === 'picture') this.#listener.picture(JSON.parse(data));
        if (name === 'failures') this.#listener.failures(JSON.parse(data));
        if (Date.now() - this.#historyAtMs > HISTORY_AGAIN_MS) await this.#readHistory(stop.signal);
      }
    } finally {
      window.clearTimeout(silence);
      stop.abort();
    }
  }

  async #readHistory(signal: AbortSignal): Promise<void> {
    this.#listener.history(await this.#api.get('history.json', signal));
    this.#historyAtMs = Date.now();
  }

  #lost(error?: unknown): void {
    this.#isOpen = false;
    if (this.#api.isRefused(error)) {
      this.#listener.state({ kind: 'wants-token' });
      return;
    }
    if (this.#api.isNotBegun(error)) {
      this.#lostSinceMs = undefined;
      this.#listener.state({ kind: 'not-begun' });
      this.#timer = window.setTimeout(() => this.open(), FIRST_WAIT_MS);
      return;
    }
    this.#lostSinceMs ??= Date.now();
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    this.#listener.state({ kind: 'lost', sinceMs: this.#lostSinceMs, retryAtMs: Date.now() + waitMs });
    this.#timer = window.setTimeout(() => this.open(), waitMs);
  }
}
