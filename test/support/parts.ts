// Parts and deliveries as flatten would make them, and a reporter that remembers what it was told.

import type { TransferError } from '../../src/errors.js';
import type { Reporter } from '../../src/events/reporter.js';
import type { Summary } from '../../src/events/stats.js';
import { md5OfHex, type ObjectEntry } from '../../src/model/entry.js';
import type { Delivery, Part } from '../../src/model/part.js';

let lastId = 0;

export function partOf(entries: readonly ObjectEntry[], more: Partial<Part> = {}): Part {
  return { id: ++lastId, entries, rejects: [], badLines: [], open: entries.length, ...more };
}

/** A delivery in a part of its own, unless one is given. */
export function deliveryOf(entry: ObjectEntry, more: Partial<Delivery> = {}): Delivery {
  return {
    entry,
    part: partOf([entry]),
    expectedSize: entry.size,
    expectedMd5: md5OfHex(entry.etag),
    attempts: 0,
    throttles: 0,
    moves: 0,
    home: -1,
    ...more,
  };
}

export interface RecordingReporter extends Reporter {
  readonly messages: string[];
  readonly failures: { key: string; code: string; attempts: number }[];
  readonly errors: TransferError[];
  readonly summaries: Summary[];
}

export function recordingReporter(): RecordingReporter {
  const messages: string[] = [];
  const failures: RecordingReporter['failures'] = [];
  const errors: TransferError[] = [];
  const summaries: Summary[] = [];
  return {
    messages,
    failures,
    errors,
    summaries,
    start() {},
    notice: (_code, text) => void messages.push(text),
    failure: (key, { code }, attempts) => void failures.push({ key, code, attempts }),
    error: (error) => void errors.push(error),
    snapshot() {},
    finish: (summary) => void summaries.push(summary),
    stop() {},
  };
}
