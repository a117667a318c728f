/** Listens to a run, and says when the user has to know: it decides what is an alert, and sends nothing. */
import type { TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Health, HealthState } from '../../events/health/health.js';
import { healthLine } from '../../events/reporters/health-text.js';
import type { Stats } from '../../events/stats.js';
import { say } from '../../texts/say.js';
import type { AlertKind, AlertsConfig } from './alert.js';

export interface Finding {
  readonly kind: AlertKind;
  readonly level: 'info' | 'warn' | 'error';
  /** One sentence. */
  readonly text: string;
  readonly sinceMs?: number;
  readonly error?: TransferError;
}

export interface WatchOptions extends Pick<AlertsConfig, 'afterMs' | 'failures'> {
  /** Lists the failures of the run, if a file does. */
  readonly failuresFile: string | undefined;
  readonly onFinding: (finding: Finding) => void;
  readonly nowMs?: () => number;
}

/** States that must last before the user has to know. */
const LASTING: Partial<Record<HealthState, AlertKind>> = {
  unreachable: 'unreachable',
  throttled: 'throttled',
  banned: 'throttled',
  stalled: 'stalled',
};
const LOOK_MS = 1_000;

export class AlertWatcher {
  /** The counts of the run, once it has begun. */
  stats: Stats | undefined;
  /** What ended the run, if something did. */
  error: TransferError | undefined;
  readonly #options: WatchOptions;
  readonly #nowMs: () => number;
  #health: Health | undefined;
  /** Of the trouble that lasts: its kind, and since when. */
  #trouble: { readonly kind: AlertKind; readonly sinceMs: number; isTold: boolean } | undefined;
  #failed = 0;
  /** The next alert of failures comes when so many have failed. */
  #nextFailed: number;
  readonly #timer: NodeJS.Timeout;
  readonly #ends: (() => void)[];

  constructor(events: EventBus, options: WatchOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#nextFailed = options.failures + 1;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.#ends = [
      events.on(['begin'], ({ stats }) => {
        this.stats = stats;
        return undefined;
      }),
      events.on(['state'], ({ health }) => {
        this.#enter(health);
        return undefined;
      }),
      events.on(['failure'], () => {
        this.#failed++;
        return undefined;
      }),
      events.on(['error'], ({ error }) => {
        this.error ??= error;
        return undefined;
      }),
      events.on(['notice'], ({ code, about, message }) => {
        if (code === 'volume' && about === 'full') this.#find('disk-full', 'error', message);
        if (code === 'volume' && about === 'broken') this.#find('disk-broken', 'error', message);
        if (code === 'worker-full' || code === 'all-full') this.#find('disk-full', 'error', message);
        return undefined;
      }),
    ];
  }

  /** Looks at what lasts; by itself every second. */
  look(): void {
    const trouble = this.#trouble;
    if (trouble !== undefined && !trouble.isTold && this.#nowMs() - trouble.sinceMs >= this.#options.afterMs) {
      trouble.isTold = true;
      const text = healthLine(this.#health!, this.#nowMs());
      this.#options.onFinding({ kind: trouble.kind, level: 'warn', text, sinceMs: trouble.sinceMs });
    }
    if (this.#failed < this.#nextFailed) return;
    this.#find('failures', 'warn', say.alerts.failures(this.#failed, this.#options.failuresFile));
    // (More than twice as many are news again.)
    this.#nextFailed = 2 * this.#failed;
  }

  /** Looks for a last time. */
  end(): void {
    clearInterval(this.#timer);
    for (const end of this.#ends) end();
    this.look();
  }

  #enter(health: Health): void {
    const kind = LASTING[health.state];
    const before = this.#trouble;
    this.#health = health;
    if (before !== undefined && before.kind === kind) return;
    // A run that ends, or that the user pauses, is no recovery.
    const isBack = health.state !== 'interrupted' && health.state !== 'paused';
    if (before?.isTold && isBack && kind === undefined)
      this.#find('recovered', 'info', say.alerts.recovered(healthLine(health, this.#nowMs())));
    this.#trouble = kind === undefined ? undefined : { kind, sinceMs: health.sinceMs, isTold: false };
  }

  #find(kind: AlertKind, level: Finding['level'], text: string): void {
    this.#options.onFinding({ kind, level, text });
  }
}
