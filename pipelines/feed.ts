/** The first half of a `fetch` that several machines share: lines of the input → batches → queue. */

import { pipeline, type Readable } from 'node:stream';
import { pipeline as run } from 'node:stream/promises';

import asStream = require('stream-chain/asStream.js');
import gen = require('stream-chain/gen.js');

import type { EventBus } from '../src/events/bus.js';
import { anySignal } from '../src/lib/streams/signals.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import type { Source } from '../src/sources/source.js';
import { parseLines, readInput, splitLines, toTravelBatches } from '../src/stages/read.js';

export interface FeedOptions {
  source: Source;
  events: EventBus;
  input: Readable;
  /** For folders that an earlier run could not list. Its signal also ends the reading of the input. */
  walk: WalkOptions;
  signal: AbortSignal;
}

/** Puts all of the input into the queue. True when all of it was read and taken. */
export async function feed(queue: WorkQueue, options: FeedOptions): Promise<boolean> {
  const { source, events, input, walk } = options;
  const signal = anySignal(walk.signal, options.signal);
  const lines = asStream(gen(splitLines(), parseLines), { readableHighWaterMark: 2, writableHighWaterMark: 2 });
  // Its end or error reaches its reader.
  pipeline(readInput(input, signal), lines, () => {});
  let isTaken = true;
  await run(
    toTravelBatches(source, { ...walk, events, signal })(lines),
    async (batches) => {
      for await (const batch of batches) {
        isTaken = await queue.put(batch);
        if (!isTaken) return;
      }
    },
    { signal: options.signal },
  );
  return isTaken && !signal.aborted;
}
