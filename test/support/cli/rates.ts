// Rates as a server of this process sees them. What it could not look at in time came earlier than it says: so its own
// longest stall is part of what it can tell.

import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { TestContext } from 'node:test';
import type { UpyunServer } from '../../fakes/upyun/upyun-server.js';
import type { RequestKind } from '../../fakes/wire/request-log.js';
import { takeRequests } from './contents.js';

const RESOLUTION_MS = 10;

export interface RateObserver {
  /**
   * Nothing went out beyond the limit: not over all of the time, and not within any second but for `burst` of a second
   * and the largest amount. As much of the limit was used as `least` says: a busy machine can only be slower.
   */
  assertLimited(perSecond: number, options: RateOptions): void;
}

export interface RateOptions {
  kind: 'get' | 'list';
  /** What a request counts for. @default one */
  amountOf?: (bytesSent: number) => number;
  /** The largest of them. @default 1 */
  largest?: number;
  /** @default 0.2 */
  burst?: number;
  /** @default 0.8 */
  least?: number;
}

/** From now on. */
export function observeRates(t: TestContext, server: UpyunServer): RateObserver {
  const stalls = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  stalls.enable();
  t.after(() => stalls.disable());
  return {
    assertLimited(perSecond, { kind, amountOf = () => 1, largest = 1, burst = 0.2, least = 0.8 }) {
      const stallSeconds = stalls.max / 1e9;
      const events = timeline(server, kind, amountOf);
      const { mean, peak, seconds } = measure(events);
      const text = `${mean.toFixed(1)} a second over ${seconds.toFixed(1)} s, ${peak} within one; the limit is ${perSecond}, the longest stall ${stallSeconds} s`;
      assert.ok(mean <= perSecond * (1.05 + stallSeconds / seconds) + largest / seconds, text);
      assert.ok(peak <= perSecond * (1 + burst + stallSeconds) + 2 * largest, text);
      assert.ok(mean >= perSecond * least, text);
    },
  };
}

/** In the order of its requests: times in seconds since the first one, and amounts. */
function timeline(server: UpyunServer, kind: RequestKind, amountOf: (bytesSent: number) => number) {
  const requests = takeRequests(server, kind);
  const first = requests[0]!.atMs;
  return requests.map(({ atMs, bytesSent }) => ({ at: (atMs - first) / 1000, amount: amountOf(bytesSent) }));
}

/** The mean over the time that it took, and the most that came within any one second. */
function measure(events: readonly { at: number; amount: number }[]) {
  const last = events.at(-1)!;
  const sum = events.reduce((all, { amount }) => all + amount, 0) - last.amount;
  const peak = Math.max(
    ...events.map(({ at }) =>
      events.filter((one) => one.at >= at && one.at < at + 1).reduce((all, { amount }) => all + amount, 0),
    ),
  );
  return { mean: sum / last.at, peak, seconds: last.at };
}
