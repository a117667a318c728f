/** `sluice mirror`: both halves in one process, joined by a bounded queue. */
import { together } from '../src/flow/together.js';
import { MemoryQueue } from '../src/queue/memory-queue.js';
import type { WalkOptions } from '../src/sources/walk.js';
import { type ConsumeOptions, consume } from './consume.js';
import { produce } from './produce.js';

/** Parts between the halves: two pages of the usual size, so that a listing request never keeps the disks waiting. */
const QUEUE_PARTS = 20;

export type MirrorOptions = ConsumeOptions & { walk: WalkOptions };

export async function mirror(options: MirrorOptions): Promise<void> {
  const queue = new MemoryQueue({ limit: QUEUE_PARTS });
  await together(options.signal, [
    (signal) => produce(queue, { ...options, signal }),
    (signal) => {
      const parts = { parts: queue.take(), ack: queue.ack.bind(queue), release: () => queue.close() };
      return consume(parts, { ...options, signal });
    },
  ]);
}
