// A pacer as a test needs it: without limits, with an origin that answers its probes.

import { Concurrency } from '../../src/pacing/concurrency/concurrency.js';
import { Pacer } from '../../src/pacing/pacer.js';
import type { PacerOptions } from '../../src/pacing/pacer-options.js';
import { noLimits } from './health.js';

export interface TestPacerOptions extends Partial<PacerOptions> {
  /** Requests at once. @default 4 */
  max?: number;
}

export function pacerOf({ max = 4, ...options }: TestPacerOptions = {}): Pacer {
  return new Pacer({
    kind: 'objects',
    limits: noLimits(),
    concurrency: new Concurrency({ max }),
    requestWork: 32 * 1024,
    bufferBytes: 16 * 1024 * 1024,
    retries: 0,
    outage: { probe: async () => {} },
    signal: new AbortController().signal,
    ...options,
  });
}

/** The same for listings. */
export function listPacerOf(max = 4, options: Partial<PacerOptions> = {}): Pacer {
  return pacerOf({ kind: 'lists', max, requestWork: 1_000, ...options });
}
