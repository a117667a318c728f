// Batches and deliveries as flatten would make them, and events that remember what they were told.

import { EventBus } from '../../src/events/bus.js';
import { countEvents } from '../../src/events/count.js';
import type { Stats } from '../../src/events/stats.js';
import type { Batch, Delivery } from '../../src/model/batch.js';
import { md5OfHex, type ObjectEntry } from '../../src/model/entry.js';

let lastId = 0;

export function batchOf(entries: readonly ObjectEntry[], more: Partial<Batch> = {}): Batch {
  return { id: ++lastId, entries, rejects: [], badLines: [], open: entries.length, ...more };
}

/** A delivery in a batch of its own, unless one is given. */
export function deliveryOf(entry: ObjectEntry, more: Partial<Delivery> = {}): Delivery {
  return {
    entry,
    batch: batchOf([entry]),
    expectedSize: entry.size,
    expectedMd5: md5OfHex(entry.etag),
    attempts: 0,
    throttles: 0,
    moves: 0,
    home: -1,
    ...more,
  };
}

/** Events that remember what they were told. With `stats` these are counted. */
export class RecordingEvents extends EventBus {
  readonly messages: string[] = [];
  readonly failures: { key: string; code: string; attempts: number }[] = [];
  readonly retries: (string | undefined)[] = [];

  constructor(stats?: Stats) {
    super();
    this.on(['notice'], ({ message }) => void this.messages.push(message));
    this.on(['failure'], ({ key, error, attempts }) => void this.failures.push({ key, code: error.code, attempts }));
    this.on(['retry'], ({ key }) => void this.retries.push(key));
    if (stats !== undefined) countEvents(this, stats);
  }
}

export function recordingEvents(stats?: Stats): RecordingEvents {
  return new RecordingEvents(stats);
}
