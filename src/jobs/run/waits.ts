/** What a run waits for, and since when. The run asks at intervals, so that only lasting waits show. */

import type { Gauges } from '../../events/gauges.js';
import type { Stats } from '../../events/stats.js';
import type { Wait } from '../../journal/run-note.js';
import type { Limits } from '../../pacing/limits/limits.js';

/** A wait that comes and goes (a pause, for example) continues when it comes again within this time. */
const LINGERING_MS = 10_000;
/** When nothing moves for this long, the run reports it, for any reason. */
const SILENCE_MS = 15_000;

export interface WaitsOptions {
  stats: Stats;
  gauges: Gauges;
  limits: Limits;
  /** Grows with each unit of work done. */
  progress: () => number;
  /** There is work to do. */
  isBusy: () => boolean;
  nowMs?: () => number;
}

export class Waits {
  readonly #options: WaitsOptions;
  readonly #nowMs: () => number;
  readonly #seen = new Map<string, { sinceMs: number; lastMs: number }>();
  #progress = Number.NaN;
  #movedAtMs: number;

  constructor(options: WaitsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#movedAtMs = this.#nowMs();
  }

  read(): Wait[] {
    const { stats, gauges, limits } = this.#options;
    const nowMs = this.#nowMs();
    const waits: Wait[] = [...stats.outages].map(([of, sinceMs]) => ({ what: 'outage', of, since: iso(sinceMs) }));
    const listing = gauges.section('listing');
    const objects = gauges.section('limits');
    for (const [of, section] of [
      ['listings', listing],
      ['objects', objects],
    ] as const) {
      const banSeconds = Number(section.banSeconds ?? 0);
      const banned = this.#lasting(`ban ${of}`, banSeconds > 0, 0);
      const throttled = this.#lasting(`throttle ${of}`, section.isThrottled === true, LINGERING_MS);
      if (banned !== undefined) {
        waits.push({ what: 'ban', of, since: iso(banned), until: iso(nowMs + banSeconds * 1_000, 1_000) });
      } else if (throttled !== undefined) waits.push({ what: 'throttle', of, since: iso(throttled) });
    }
    for (const [of, limit] of [
      ['bytes', limits.bytes],
      ['objects', limits.objects],
      ['listings', limits.lists],
    ] as const) {
      const sinceMs = this.#lasting(`limit ${of}`, limit.waiting > 0, LINGERING_MS);
      if (sinceMs !== undefined) waits.push({ what: 'limit', of, since: iso(sinceMs) });
    }
    const silentSinceMs = this.#silentSince(nowMs);
    if (waits.length === 0 && silentSinceMs !== undefined) waits.push({ what: 'silence', since: iso(silentSinceMs) });
    return waits;
  }

  /** Since when the state lasts. Undefined when it is not active, and was not active recently. */
  #lasting(name: string, isSo: boolean, lingeringMs: number): number | undefined {
    const nowMs = this.#nowMs();
    const seen = this.#seen.get(name);
    if (isSo) {
      const sinceMs = seen?.sinceMs ?? nowMs;
      this.#seen.set(name, { sinceMs, lastMs: nowMs });
      return sinceMs;
    }
    if (seen !== undefined && nowMs - seen.lastMs < lingeringMs) return seen.sinceMs;
    this.#seen.delete(name);
    return undefined;
  }

  #silentSince(nowMs: number): number | undefined {
    const progress = this.#options.progress();
    if (progress !== this.#progress || !this.#options.isBusy()) {
      this.#progress = progress;
      this.#movedAtMs = nowMs;
    }
    return nowMs - this.#movedAtMs >= SILENCE_MS ? this.#movedAtMs : undefined;
  }
}

/** Rounds to a second when the time is known only to the second; otherwise it would seem to change. */
function iso(ms: number, stepMs = 1): string {
  return new Date(Math.round(ms / stepMs) * stepMs).toISOString();
}
