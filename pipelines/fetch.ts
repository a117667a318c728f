/** `sluice fetch`: keys from stdin instead of a listing, then the same second half. */

import { pipeline, type Readable } from 'node:stream';

import asStream = require('stream-chain/asStream.js');
import gen = require('stream-chain/gen.js');

import { anySignal } from '../src/lib/streams/signals.js';
import { together } from '../src/lib/streams/together.js';
import type { Batch } from '../src/model/batch.js';
import type { BatchSource, WorkQueue } from '../src/queue/work-queue.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import { linesParser, readInput, splitLines, toBatches } from '../src/stages/read.js';
import { type ConsumeOptions, consume } from './consume.js';
import { feed } from './feed.js';

export type FetchOptions = ConsumeOptions & {
  input: Readable;
  /** For folders that an earlier run could not list. Its signal also ends the reading of the input. */
  walk: WalkOptions;
  /** Called with each folder that is listed now because an earlier run could not. */
  onFolder?: ((folder: string) => void) | undefined;
};

export async function fetch(options: FetchOptions): Promise<void> {
  const { source, events, input, walk, onFolder } = options;
  const ended = new AbortController();
  const signal = anySignal(walk.signal, options.signal, ended.signal);
  const lines = asStream(gen(splitLines(), linesParser(source.readLine)), {
    readableHighWaterMark: 2,
    writableHighWaterMark: 2,
  });
  // No await: its end or error reaches the second half, its reader.
  pipeline(readInput(input, signal), lines, () => {});
  const batches = toBatches(source, { ...walk, events, signal, onFolder })(lines);
  await consume(
    onlyHere(batches, () => ended.abort()),
    options,
  );
}

/** Batches that no other consumer can take. */
function onlyHere(batches: AsyncGenerator<Batch, void, void>, leave: () => void): BatchSource {
  return { take: () => batches, ack() {}, nack: () => false, leave };
}

export type FetchSharedOptions = FetchOptions & {
  queue: WorkQueue;
  /** `list`: other machines fetch what this one reads. `fetch`: others read, and this machine has no input. */
  role: 'list' | 'fetch' | 'both';
  /** Aborted: take nothing more out of the queue. */
  stopTaking: AbortSignal;
};

/** The same with other machines: the input goes into a queue, and this machine fetches what comes out of it. */
export async function fetchShared(options: FetchSharedOptions): Promise<void> {
  const { queue, role, stopTaking } = options;
  const ended = new AbortController();
  const leave = () => queue.leave();
  if (stopTaking.aborted) leave();
  stopTaking.addEventListener('abort', leave, { once: true });
  options.gauges.add('queue', () => queue.gauges());
  // Before any machine checks whether the job is complete.
  if (role !== 'fetch') await queue.feeding?.begin();
  await together(options.signal, [
    async (signal) => {
      if (role === 'fetch') return;
      signal.addEventListener('abort', leave, { once: true });
      if (await feed(queue, { ...options, signal })) {
        queue.close();
        await queue.feeding?.end();
      }
      if (role === 'list') ended.abort();
    },
    async (signal) => {
      if (role === 'list') return;
      await consume(queue, { ...options, signal });
      ended.abort();
    },
    async (signal) => queue.background?.(ended.signal, signal),
  ]);
}
