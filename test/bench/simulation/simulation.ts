/**
 * A server and a line in virtual time, asked by the real controllers (Concurrency and Throttle): minutes of work in a
 * second, the same each time. Requests go out whenever fewer are under way than the controller allows.
 */

import { Throttle } from '../../../src/pacing/backoff/throttle.js';
import { Concurrency } from '../../../src/pacing/concurrency/concurrency.js';
import { random as seeded } from '../../support/random.js';
import { Events } from './events.js';

/** What becomes of a request that arrives while so many are under way, itself included. */
export interface Answer {
  /** When it has been answered in full. */
  atMs: number;
  /** 429, with a Retry-After of so much. */
  isRefused?: boolean;
  retryAfterMs?: number;
}

/** One server; made anew for each run. */
export type Server = (request: { atMs: number; bytes: number; underWay: number; random: () => number }) => Answer;

export interface SimulationOptions {
  server: Server;
  seconds: number;
  /** A fixed number of requests at once, or none that is higher than `max`, found by itself. */
  concurrency: number | 'auto';
  max: number;
  /** @default 1 */
  seed?: number;
}

export interface SimulationResult {
  /** Work done each second: objects and bytes. */
  objectsPerSecond: number;
  refused: number;
  /** What it was like, second by second. */
  timeline: { second: number; limit: number; objects: number }[];
}

/** What is asked for before a request is known to be served counts as this much work, besides its bytes. */
const OBJECT_WORK = 32 * 1024;

export function simulate({ server, seconds, concurrency, max, seed = 1 }: SimulationOptions): SimulationResult {
  const random = seeded(seed);
  const events = new Events();
  let nowMs = 0;
  const clock = () => nowMs;
  const isAutomatic = concurrency === 'auto';
  const controller = new Concurrency({ max: isAutomatic ? max : concurrency, isAutomatic, nowMs: clock });
  const throttle = new Throttle({
    concurrency: controller,
    maxPauses: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    nowMs: clock,
    random,
  });
  const timeline = Array.from({ length: seconds }, (_, second) => ({ second, limit: 0, objects: 0 }));
  let underWay = 0;
  let objects = 0;
  let refused = 0;
  let isWaiting = false;

  function fill(): void {
    if (!throttle.isOpen) {
      if (isWaiting) return;
      isWaiting = true;
      events.add(nowMs + throttle.closedForMs, () => {
        isWaiting = false;
        fill();
      });
      return;
    }
    while (underWay < controller.limit) send();
  }

  function send(): void {
    underWay++;
    const bytes = sizeFrom(random);
    const beganMs = nowMs;
    const begun = throttle.begin();
    const answer = server({ atMs: nowMs, bytes, underWay, random });
    events.add(answer.atMs, () => {
      const isFull = underWay >= controller.limit;
      if (answer.isRefused) {
        refused++;
        throttle.refused(begun, answer.retryAfterMs);
      } else {
        objects++;
        timeline[Math.min(seconds - 1, Math.floor(nowMs / 1000))]!.objects++;
        throttle.succeeded();
        controller.moved({ work: bytes + OBJECT_WORK, isFull, tookMs: nowMs - beganMs });
      }
      underWay--;
      fill();
    });
  }

  for (const entry of timeline) {
    events.add(entry.second * 1000, () => {
      entry.limit = controller.limit;
    });
  }
  fill();
  for (let next = events.take(); next !== undefined && next.atMs < seconds * 1000; next = events.take()) {
    nowMs = next.atMs;
    next.happen();
  }
  return { objectsPerSecond: objects / seconds, refused, timeline };
}

/** Sizes of photographs: log-normal, 33 kB in the mean, a standard deviation as large as that. */
function sizeFrom(random: () => number): number {
  const sigma = Math.sqrt(Math.log(2));
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(33_000 * Math.exp(sigma * normal - (sigma * sigma) / 2));
}
