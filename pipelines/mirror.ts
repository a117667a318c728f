/** `sluice mirror`: joins both halves by a queue, with the background work, until all is settled. */

import type { Checkpointer } from '../src/journal/checkpointer.js';
import { anySignal } from '../src/lib/streams/signals.js';
import { together } from '../src/lib/streams/together.js';
import type { BatchSource, WorkQueue } from '../src/queue/work-queue.js';
import { type ConsumeOptions, consume } from './consume.js';
import { type ProduceOptions, produce } from './produce.js';

export type MirrorOptions = ConsumeOptions & {
  queue: WorkQueue;
  walk: ProduceOptions['walk'];
  /** `both`, unless other machines do the rest. */
  role?: 'list' | 'fetch' | 'both' | undefined;
  /** Aborted: take nothing more out of the queue. */
  stopTaking: AbortSignal;
  /** Undefined on a dry run, because it leaves nothing behind, and when the queue itself remembers. */
  checkpointer?: Checkpointer | undefined;
};

export async function mirror(options: MirrorOptions): Promise<void> {
  const { queue, role = 'both', stopTaking, checkpointer } = options;
  const ended = new AbortController();
  const leave = () => queue.leave();
  if (stopTaking.aborted) leave();
  stopTaking.addEventListener('abort', leave, { once: true });
  options.gauges.add('queue', () => ({ ...queue.gauges(), unretiredPages: checkpointer?.uncommittedPages }));

  await together(options.signal, [
    async (signal) => {
      if (role !== 'fetch') await produce(queue, { ...options, ...remembering(checkpointer), signal });
      if (role === 'list') ended.abort();
    },
    async (signal) => {
      if (role === 'list') return;
      await consume(noted(queue, checkpointer), { ...options, signal });
      ended.abort();
    },
    async (signal) => queue.background?.(ended.signal, signal),
    async (signal) => checkpointer?.run(anySignal(ended.signal, signal)),
  ]);
}

/** The queue for a consumer whose acknowledgements the checkpointer also gets. */
function noted(queue: WorkQueue, checkpointer: Checkpointer | undefined): BatchSource {
  if (checkpointer === undefined) return queue;
  return {
    take: () => queue.take(),
    ack(batch) {
      queue.ack(batch);
      if (batch.page !== undefined) checkpointer.acknowledged(batch.page);
    },
    nack: (batch, why) => queue.nack(batch, why),
    leave: () => queue.leave(),
  };
}

function remembering(checkpointer: Checkpointer | undefined) {
  if (checkpointer === undefined) return {};
  return {
    pageOf: (number: number) => checkpointer.page(number),
    ready: async () => {
      await checkpointer.belowLimit();
      await checkpointer.written();
    },
  };
}
