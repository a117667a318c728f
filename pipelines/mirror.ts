/** `sluice mirror`: joins both halves by a queue, with the background work, until all is settled. */

import type { Checkpointer } from '../src/journal/checkpointer.js';
import { together } from '../src/lib/streams/together.js';
import type { Part } from '../src/model/part.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import { type ConsumeOptions, consume } from './consume.js';
import { type ProduceOptions, produce } from './produce.js';

export type MirrorOptions = ConsumeOptions & {
  queue: WorkQueue;
  walk: ProduceOptions['walk'];
  /** `both`, unless other machines do the rest. */
  role?: 'list' | 'fetch' | 'both' | undefined;
  /** Aborted: take nothing more out of the queue. */
  leaving: AbortSignal;
  /** Undefined on a dry run, because it leaves nothing behind, and when the queue itself remembers. */
  checkpointer?: Checkpointer | undefined;
  /** Runs in the background until everything has `ended`, or a part of it has `failed`. */
  beside?: ((ended: AbortSignal, failed: AbortSignal) => Promise<void>) | undefined;
};

export async function mirror(options: MirrorOptions): Promise<void> {
  const { queue, role = 'both', leaving, checkpointer, beside } = options;
  const ended = new AbortController();
  const leave = () => queue.leave();
  if (leaving.aborted) leave();
  leaving.addEventListener('abort', leave, { once: true });
  options.gauges.add('queue', () => ({ ...queue.gauges(), unretiredPages: checkpointer?.unretiredPages }));

  function ack(part: Part): void {
    queue.ack(part);
    if (checkpointer !== undefined && part.page !== undefined) checkpointer.acknowledged(part.page);
  }

  await together(options.signal, [
    async (signal) => {
      if (role !== 'fetch') await produce(queue, { ...options, ...remembering(checkpointer), signal });
      if (role === 'list') ended.abort();
    },
    async (signal) => {
      if (role === 'list') return;
      const parts = { parts: queue.take(), ack, release: () => queue.leave() };
      await consume(parts, { ...options, signal });
      ended.abort();
    },
    async (signal) => beside?.(ended.signal, signal),
  ]);
}

function remembering(checkpointer: Checkpointer | undefined) {
  if (checkpointer === undefined) return {};
  return {
    pageOf: (number: number) => checkpointer.page(number),
    ready: async () => {
      await checkpointer.room();
      await checkpointer.written();
    },
  };
}
