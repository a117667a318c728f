// Everything that a pipeline needs, with the real server, the real source and a real volume behind it.

import type { TestContext } from 'node:test';
import type { ConsumeOptions } from '../../pipelines/consume.js';
import { Gauges } from '../../src/events/gauges.js';
import { listenToOutcomes } from '../../src/events/outcomes.js';
import { Stats } from '../../src/events/stats.js';
import type { Batch } from '../../src/model/batch.js';
import { createFilter } from '../../src/model/filter.js';
import { Vitals } from '../../src/pacing/stuck/vitals.js';
import type { BatchSource } from '../../src/queue/work-queue.js';
import { EarlierDigests } from '../../src/sinks/digests/earlier-digests.js';
import type { WalkOptions } from '../../src/sources/listing/walk.js';
import { createObjectProbe } from '../../src/sources/object-probe.js';
import type { Bucket } from '../fakes/buckets/bucket.js';
import type { MemoryContent } from '../fakes/buckets/memory-bucket.js';
import { recordingEvents } from './batches.js';
import { tempVolumes } from './disks/files.js';
import { listPacerOf, pacerOf } from './pacers.js';
import { type ServedOptions, serveBucket } from './servers/upyun.js';

const never = new AbortController().signal;

export interface EquipOptions extends ServedOptions {
  more?: Partial<ConsumeOptions>;
  /** Requests for objects at once. @default 8 */
  max?: number;
  /** @default 0 */
  retries?: number;
}

/** Options for any of the pipelines; `more` replaces what a test needs otherwise. */
export async function equip(
  t: TestContext,
  bucket: Bucket | Record<string, MemoryContent>,
  { more = {}, max = 8, retries = 0, ...served }: EquipOptions = {},
) {
  const { server, source } = await serveBucket(t, bucket, served);
  const volumes = await tempVolumes(t);
  const root = volumes.roots[0]!;
  const earlier = new EarlierDigests(volumes);
  const stats = new Stats();
  const events = recordingEvents(stats);
  const recorded: string[] = [];
  listenToOutcomes(events, { failures: { record: (line) => void recorded.push(line) }, roots: volumes.roots });
  const signal = more.signal ?? never;
  const draining = more.draining ?? never;
  const stopped = AbortSignal.any([signal, draining]);
  const walk: WalkOptions = { pacer: listPacerOf(4, { signal: stopped }), signal: stopped };
  const contact = createObjectProbe(source);
  const options: ConsumeOptions & { walk: WalkOptions } = {
    source,
    sink: volumes,
    digestsOf: earlier.of.bind(earlier),
    isFresh: false,
    names: 'escape',
    filter: createFilter({ include: [], exclude: [] }),
    limit: undefined,
    events,
    isVariant: false,
    pacer: pacerOf({ max, retries, arena: volumes.arena, outage: contact, signal: stopped }),
    contact,
    announceTo: undefined,
    gauges: new Gauges(),
    vitals: new Vitals(),
    draining,
    signal,
    walk,
    ...more,
  };
  return { server, source, root, volumes, stats, events, recorded, options };
}

/** Batches with a record of which were acknowledged, and whether nothing is taken any more. */
export function acknowledged(batches: AsyncGenerator<Batch, void, void>) {
  const acks: number[] = [];
  const source: BatchSource = {
    take: () => batches,
    ack: ({ id }) => void acks.push(id),
    nack: () => false,
    leave: () => void record.released++,
  };
  const record = { acks, released: 0, source };
  return record;
}
