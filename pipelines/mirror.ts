/** `sluice mirror`: both halves in one process, joined by a bounded queue, with a checkpoint of both now and then. */
import { anySignal } from '../src/flow/signals.js';
import { together } from '../src/flow/together.js';
import type { Checkpointer } from '../src/journal/checkpointer.js';
import type { Part } from '../src/model/part.js';
import { MemoryQueue } from '../src/queue/memory-queue.js';
import type { WalkOptions } from '../src/sources/walk.js';
import { type ConsumeOptions, consume } from './consume.js';
import { produce } from './produce.js';

/** Parts between the halves: two pages of the usual size, so that a listing request never keeps the disks waiting. */
const QUEUE_PARTS = 20;

export type MirrorOptions = ConsumeOptions & {
  walk: WalkOptions;
  /** None on a dry run, which leaves nothing behind. */
  checkpointer?: Checkpointer | undefined;
};

export async function mirror(options: MirrorOptions): Promise<void> {
  const { checkpointer } = options;
  const queue = new MemoryQueue({ limit: QUEUE_PARTS });
  const settled = new AbortController();
  options.gauges.add('queue', () => ({
    parts: queue.length,
    limit: QUEUE_PARTS,
    unsettledParts: queue.unsettled,
    unretiredPages: checkpointer?.unretiredPages,
  }));

  function ack(part: Part): void {
    queue.ack(part);
    if (part.page !== undefined) checkpointer?.acknowledged(part.page);
  }

  await together(options.signal, [
    (signal) => produce(queue, { ...options, ...remembering(checkpointer), signal }),
    async (signal) => {
      const parts = { parts: queue.take(), ack, release: () => queue.close() };
      await consume(parts, { ...options, signal });
      settled.abort();
    },
    async (signal) => checkpointer?.run(anySignal(signal, settled.signal)),
  ]);
}

function remembering(checkpointer: Checkpointer | undefined) {
  if (checkpointer === undefined) return {};
  return {
    pageOf: (number: number) => checkpointer.page(number),
    room: () => checkpointer.room(),
  };
}
