/** `sluice fetch`: keys from stdin instead of a listing, then the same second half. */

import { pipeline, type Readable } from 'node:stream';

import asStream = require('stream-chain/asStream.js');
import gen = require('stream-chain/gen.js');

import { anySignal } from '../src/lib/streams/signals.js';
import { together } from '../src/lib/streams/together.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import { parseLines, readInput, splitLines, toParts } from '../src/stages/read.js';
import { type ConsumeOptions, consume } from './consume.js';
import { feed } from './feed.js';

export type FetchOptions = ConsumeOptions & {
  input: Readable;
  /** For folders that an earlier run could not list. Its signal also ends the reading of the input. */
  walk: WalkOptions;
};

export async function fetch(options: FetchOptions): Promise<void> {
  const { source, stats, input, walk, retried } = options;
  const ended = new AbortController();
  const signal = anySignal(walk.signal, options.signal, ended.signal);
  const lines = asStream(gen(splitLines(), parseLines), { readableHighWaterMark: 2, writableHighWaterMark: 2 });
  // No await: its end or error reaches the second half, its reader.
  pipeline(readInput(input, signal), lines, () => {});
  const parts = toParts(source, { ...walk, stats, signal, onFolder: retried?.folderBegun })(lines);
  await consume({ parts, ack: () => {}, release: () => ended.abort() }, options);
}

export type FetchSharedOptions = FetchOptions & {
  queue: WorkQueue;
  /** Aborted: take nothing more out of the queue. */
  leaving: AbortSignal;
  /** Called before the input is read, and at its end. */
  feeding: { begin(): Promise<void>; end(): Promise<void> } | undefined;
  /** Other machines fetch what this machine reads. */
  isFeedingOnly: boolean;
  /** Runs in the background until everything has `ended`, or a part of it has `failed`. */
  beside: (ended: AbortSignal, failed: AbortSignal) => Promise<void>;
};

/** The same with other machines: the input goes into a queue, and this machine fetches what comes out of it. */
export async function fetchShared(options: FetchSharedOptions): Promise<void> {
  const { queue, leaving, feeding, isFeedingOnly, beside } = options;
  const ended = new AbortController();
  const leave = () => queue.leave();
  if (leaving.aborted) leave();
  leaving.addEventListener('abort', leave, { once: true });
  options.gauges.add('queue', () => queue.gauges());
  // Before any machine checks whether the job is complete.
  await feeding?.begin();
  await together(options.signal, [
    async (signal) => {
      if (feeding === undefined) return;
      signal.addEventListener('abort', leave, { once: true });
      if (await feed(queue, { ...options, signal })) await feeding.end();
      if (isFeedingOnly) ended.abort();
    },
    async (signal) => {
      if (isFeedingOnly) return;
      const parts = {
        parts: queue.take(),
        ack: (part: Parameters<WorkQueue['ack']>[0]) => queue.ack(part),
        release: leave,
      };
      await consume(parts, { ...options, signal });
      ended.abort();
    },
    (signal) => beside(ended.signal, signal),
  ]);
}
