/** The first half of a mirror: source → batches → queue. */

import { pipeline } from 'node:stream/promises';
import type { EventBus } from '../src/events/bus.js';
import { anySignal } from '../src/lib/streams/signals.js';
import type { PageProgress } from '../src/model/page-progress.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import type { Source } from '../src/sources/source.js';
import { listBatches } from '../src/stages/list.js';
import { listSharedBatches } from '../src/stages/list-shared.js';

export interface ProduceOptions {
  source: Source;
  events: EventBus;
  walk: WalkOptions;
  signal: AbortSignal;
  pageOf?: ((number: number) => PageProgress) | undefined;
  /** Waits while too many pages are not committed, and until the journal has the page of the next batch. */
  ready?: (() => Promise<void>) | undefined;
}

/** Lists everything into the queue, at the pace of the consumer, and closes the queue. */
export async function produce(queue: WorkQueue, options: ProduceOptions): Promise<void> {
  const { source, events, walk, signal, pageOf, ready } = options;
  const until = anySignal(walk.signal, signal);
  // Both sides of the queue must learn that no more batches come.
  signal.addEventListener('abort', () => queue.leave(), { once: true });
  // Machines that share the listing learn from the queue which pages to list.
  const { folders } = queue;
  await pipeline(
    folders === undefined
      ? listBatches(source, { ...walk, events, pageOf, signal: until })
      : listSharedBatches(source, { ...walk, folders, events, signal: until }),
    async (batches) => {
      for await (const batch of batches) {
        await ready?.();
        if (!(await queue.put(batch))) return;
      }
    },
    { signal },
  );
  queue.close();
}
