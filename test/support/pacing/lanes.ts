// Lanes as a test needs them: with the real stage and real pacers, over a source whose hosts are steered by hand.

import type { TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { LineFifo } from '../../../src/lib/files/line-fifo.js';
import type { MemoryHolder } from '../../../src/lib/http1/transport.js';
import { askedOf, type Delivery, type Result } from '../../../src/model/batch.js';
import type { ObjectEntry } from '../../../src/model/entry.js';
import type { KnownVersion } from '../../../src/model/urls/known-version.js';
import { Shortage } from '../../../src/pacing/backoff/open-files-shortage.js';
import { Concurrency } from '../../../src/pacing/concurrency/concurrency.js';
import { Lanes } from '../../../src/pacing/origins/lanes.js';
import { Pacer } from '../../../src/pacing/pacer.js';
import type { FetchedObject, Redirected } from '../../../src/sources/source.js';
import type { Fetched } from '../../../src/stages/fetch.js';
import { createFetchByOrigin } from '../../../src/stages/fetch-by-origin.js';
import { batchOf, deliveryOf } from '../batches.js';
import { tempFolder } from '../disks/files.js';
import { noLimits } from '../health.js';
import { stubSource } from '../source-stub.js';

export interface LanesWorldOptions {
  /** What a host answers. @default one byte, at once */
  get?: (host: string, entry: ObjectEntry, known?: KnownVersion) => Promise<FetchedObject | Redirected>;
  perHost?: number;
  total?: number;
  maxOrigins?: number;
  window?: number;
  waitMs?: number;
}

export const refused = () => new TransferError('ERR_UNREACHABLE', 'connection refused');

/** `key` is `host/name`. Nothing is repeated: what settle would do is up to the test. */
export function lanesWorld(t: TestContext, options: LanesWorldOptions = {}) {
  const { perHost = 4, total = 16, maxOrigins = 8, window = 1_000, waitMs = 60_000 } = options;
  const clock = { nowMs: 1_000_000 };
  const input = { isOver: false };
  const draining = new AbortController();
  const inFlight = new Map<string, number>();
  const most = new Map<string, number>();
  const told: string[] = [];
  const closed: string[] = [];
  const counts = { aside: 0, mostAside: 0, dropped: 0, inFlight: 0, mostInFlight: 0 };
  const hostOf = ({ key }: ObjectEntry) => key.slice(0, key.indexOf('/'));
  const answer = options.get ?? (async () => ({ bytes: new Uint8Array(1) }));

  async function get(entry: ObjectEntry, _memory?: MemoryHolder, known?: KnownVersion) {
    const host = hostOf(entry);
    const now = (inFlight.get(host) ?? 0) + 1;
    inFlight.set(host, now);
    counts.inFlight++;
    most.set(host, Math.max(most.get(host) ?? 0, now));
    counts.mostInFlight = Math.max(counts.mostInFlight, counts.inFlight);
    try {
      return await answer(host, entry, known);
    } finally {
      inFlight.set(host, inFlight.get(host)! - 1);
      counts.inFlight--;
    }
  }

  const shortage = new Shortage({ throttle: { pauseForOverload: () => false }, maxPauses: 1 });
  const lanes = new Lanes({
    ...{ total, maxOrigins, window, waitMs, signal: draining.signal, stop: () => draining.abort() },
    aside: {
      fifo: new LineFifo(`${tempFolder(t)}/aside`, { chunkChars: 4_096 }),
      write: (entry, asked) => JSON.stringify({ entry, asked }),
      read: (line) => JSON.parse(line),
    },
    originOf: hostOf,
    closeOrigin: (host) => void closed.push(host),
    openPacer: (outage) =>
      new Pacer({
        ...{ kind: 'objects', limits: noLimits(), requestWork: 1, bufferBytes: 64 * 1024 * 1024, retries: 0, shortage },
        concurrency: new Concurrency({ max: perHost }),
        outage: { ...outage, nowMs: () => clock.nowMs, random: () => 0 },
        ...{ signal: draining.signal, isStoppedTogether: true },
      }),
    probe: (entry) => get(entry),
    reports: {
      onDown: (host) => void told.push(`${host} is down`),
      onUp: (host) => void told.push(`${host} is up`),
      onGivenUp: (host) => void told.push(`${host} is given up`),
    },
    noContact: (error) => new TransferError('ERR_NO_CONTACT', error.message),
    nowMs: () => clock.nowMs,
  });
  const stage = createFetchByOrigin({
    source: stubSource({ origins: { of: hostOf, close: () => {}, get } }),
    lanes,
    intake: {
      get isAllGiven() {
        return input.isOver;
      },
      putAside: (objects) => {
        counts.aside += objects;
        counts.mostAside = Math.max(counts.mostAside, counts.aside);
      },
      asideNotTaken: (objects) => {
        counts.dropped += objects;
      },
    },
  });
  const results: (Fetched | Result)[] = [];
  const failures: Error[] = [];
  stage.on('error', (error) => failures.push(error));
  stage.on('data', (result: Fetched | Result) => {
    results.push(result);
    if ('slot' in result) {
      result.slot.release();
      lanes.stored(askedOf(result.delivery));
    }
    if ('error' in result && result.isFinal !== true && result.error.code !== 'ERR_NOT_FOUND')
      again(result.delivery, result.error);
  });
  t.after(() => stage.destroy());

  /** As settle does: the origin is blamed, or the object comes once more. */
  function again(delivery: Delivery, error: TransferError): void {
    const blame = lanes.healthOf(askedOf(delivery))?.blame(error, { isLast: false, sinceMs: 0 });
    void Promise.resolve(blame).then(() => stage.destroyed || stage.write(delivery));
  }

  const fetchedOf = (host: string) =>
    results.filter((result) => 'object' in result && hostOf(result.delivery.entry) === host).length;
  return {
    ...{ lanes, stage, clock, input, draining, most, counts, told, closed, results, failures, fetchedOf },
    /** One line of an input for each key. */
    put: (...keys: string[]) => {
      for (const key of keys) stage.write(deliveryOf({ key }, { batch: batchOf([], { isInput: true }) }));
    },
    failed: () =>
      results.flatMap((result) =>
        'error' in result && result.isFinal === true ? [`${result.delivery.entry.key} ${result.error.code}`] : [],
      ),
  };
}

/** `host/0`, `host/1`, … */
export function keysOf(host: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${host}/${index}`);
}
