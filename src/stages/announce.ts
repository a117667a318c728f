/** Dry run: prints what a run would fetch, as NDJSON for `fetch`. Fetches nothing. */
import type { Duplex, Writable } from 'node:stream';
import { concurrent } from '../lib/streams/concurrent.js';
import { written } from '../lib/streams/written.js';
import { type Delivery, isResult, type Result } from '../model/batch.js';
import { archivedClass, entryToLine, type ObjectEntry } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';

/** Replaces fetch and write. */
export function createAnnounce(output: Writable): Duplex {
  return concurrent<Delivery | Result, Result>(
    (item) => {
      if (isResult(item)) return item;
      const { entry } = item;
      const result = { delivery: item, outcome: outcomeOf(entry) };
      const waiting = written(output, `${entryToLine(entry)}\n`);
      return waiting === undefined ? result : waiting.then(() => result);
    },
    { concurrency: 1 },
  );
}

function outcomeOf(entry: ObjectEntry): Outcome {
  return { status: 'skipped', bytes: entry.size ?? 0, volume: -1, wouldStore: true, ...archivedAs(entry) };
}

function archivedAs(entry: ObjectEntry): { readonly archived?: string } {
  const archived = archivedClass(entry);
  return archived === undefined ? {} : { archived };
}
