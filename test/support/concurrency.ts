// A fixed number of requests at once.

import { Concurrency } from '../../src/pacing/concurrency/concurrency.js';

export function atMost(max: number, nowMs?: () => number): Concurrency {
  return new Concurrency({ max, nowMs });
}
