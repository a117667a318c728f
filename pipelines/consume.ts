/** The second half: batches → files. Read it from top to bottom to follow one object. */
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NameMode } from '../src/model/names/names.js';

import asStream = require('stream-chain/asStream.js');
import gen = require('stream-chain/gen.js');

import type { EventBus } from '../src/events/bus.js';
import type { Gauges } from '../src/events/gauges.js';
import type { Limit } from '../src/lib/streams/limit.js';
import type { Batch } from '../src/model/batch.js';
import type { ObjectEntry } from '../src/model/entry.js';
import type { Filter } from '../src/model/filter.js';
import type { Lanes } from '../src/pacing/origins/lanes.js';
import type { Pacer } from '../src/pacing/pacer.js';
import type { Vitals } from '../src/pacing/stuck/vitals.js';
import type { BatchSource } from '../src/queue/work-queue.js';
import type { CheckedSink } from '../src/sinks/sink.js';
import type { Source } from '../src/sources/source.js';
import { createAnnounce } from '../src/stages/announce.js';
import { createDedupe, type DedupeOptions } from '../src/stages/dedupe.js';
import { createFetch } from '../src/stages/fetch.js';
import { createFetchByOrigin } from '../src/stages/fetch-by-origin.js';
import { createFlatten } from '../src/stages/flatten.js';
import { Intake } from '../src/stages/intake.js';
import { createSelect } from '../src/stages/select.js';
import { createSettle, type SettleOptions } from '../src/stages/settle.js';
import { createWrite } from '../src/stages/write.js';

/** Objects between intake and settle, also those that wait for a retry: about 4 MB, and minutes at full speed. */
export const INSIDE_LIMIT = 16_384;

export interface ConsumeOptions {
  source: Source;
  sink: CheckedSink;
  /** The MD5s of what an earlier run of the job stored, if anything keeps them. */
  digestsOf?: DedupeOptions['digestsOf'];
  /** What earlier runs have noted of each object of a list of URLs. */
  versions?: DedupeOptions['versions'];
  names: NameMode;
  filter: Filter;
  limit: Limit | undefined;
  /** Gets the end of each object. Its listeners count and record it. */
  events: EventBus;
  /** The volumes were empty when the job began. */
  isFresh: boolean;
  isVariant: boolean;
  /** Decides when a request for an object may go out. */
  pacer: Pacer;
  /** For a source of many servers: a pacer for each. Its shortage of open files is that of `pacer`. */
  lanes?: Lanes | undefined;
  /** The server of the objects. `stored` is called for each stored object. */
  contact: SettleOptions['contact'];
  /** On a dry run: prints here what a run would fetch. Undefined in all other runs. */
  announceTo: Writable | undefined;
  /** The snapshot and the watchdog read the state of this half from these. */
  gauges: Gauges;
  vitals: Vitals;
  /** Aborted: take nothing new, finish what is in flight. */
  draining: AbortSignal;
  /** Aborted: stop at once. */
  signal: AbortSignal;
}

/** Settles every object of every batch of the queue. Rejects on a fatal error only. */
export async function consume(queue: BatchSource, options: ConsumeOptions): Promise<void> {
  const { sink, events, pacer, lanes, draining, announceTo } = options;
  const intake = new Intake({ events, limit: INSIDE_LIMIT, draining });
  const fetching = () =>
    lanes === undefined ? createFetch({ ...options, pacer }) : createFetchByOrigin({ ...options, lanes, intake });
  const transfer = announceTo
    ? [createAnnounce(announceTo)]
    : [fetching(), createWrite(sink, { events, concurrency: pacer.slots.concurrency.max })];
  const ack = (batch: Batch) => queue.ack(batch);
  const nack: BatchSource['nack'] = (batch, why) => queue.nack(batch, why);
  const digestsOf = announceTo ? undefined : options.digestsOf;
  const healthOf = lanes && ((entry: ObjectEntry) => lanes.healthOf(entry));
  const settle = createSettle({ ...options, intake, ack, nack, healthOf });
  options.vitals.add(() => ({
    isBusy: intake.inside > 0,
    isPaused: (lanes ?? pacer).isPaused || events.isPaused,
  }));
  options.gauges.add('objects', () => ({ inside: intake.inside, waitingForAnotherAttempt: intake.waiting }));
  options.gauges.add('limits', () => ({ ...pacer.gauges(), ...lanes?.gauges() }));
  // A pipeline fails only when all of its streams have closed, including the first one. So every wait in them must end.
  settle.once('close', () => {
    pacer.stop();
    queue.leave();
  });

  await pipeline(
    [
      Readable.from(queue.take(), { highWaterMark: 1 }),
      asStream(gen(createSelect(options), createFlatten({ ...options, ack })), {
        readableHighWaterMark: 1,
        writableHighWaterMark: 1,
      }),
      createDedupe(sink, { ...options, digestsOf }),
      intake,
      ...transfer,
      settle,
    ],
    { signal: options.signal },
  );
}
