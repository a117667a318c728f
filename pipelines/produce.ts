/** The first half of a mirror: source → parts → queue. */

import { pipeline } from 'node:stream/promises';
import type { Stats } from '../src/events/stats.js';
import { anySignal } from '../src/lib/streams/signals.js';
import type { PageProgress } from '../src/model/page-progress.js';
import type { WorkQueue } from '../src/queue/work-queue.js';
import type { SharedFolders } from '../src/sources/listing/shared-folders.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import type { Source } from '../src/sources/source.js';
import { listParts } from '../src/stages/list.js';
import { listSharedParts } from '../src/stages/list-shared.js';

export interface ProduceOptions {
  source: Source;
  stats: Stats;
  /** Alone, or with others: then they are told which pages are to be listed. */
  walk: WalkOptions & { folders?: SharedFolders | undefined };
  signal: AbortSignal;
  pageOf?: ((number: number) => PageProgress) | undefined;
  /** Waits while too many pages are not retired. */
  room?: (() => Promise<void> | undefined) | undefined;
}

/** Lists everything into the queue, at the pace at which it is taken out, and closes it. */
export async function produce(queue: WorkQueue, options: ProduceOptions): Promise<void> {
  const { source, stats, walk, signal, pageOf, room } = options;
  const until = anySignal(walk.signal, signal);
  // Whoever waits at the queue, on either side, must learn that nothing comes any more.
  signal.addEventListener('abort', () => queue.leave(), { once: true });
  const { folders } = walk;
  await pipeline(
    folders === undefined
      ? listParts(source, { ...walk, stats, pageOf, signal: until })
      : listSharedParts(source, { ...walk, folders, stats, signal: until }),
    async (parts) => {
      for await (const part of parts) {
        await room?.();
        if (!(await queue.put(part))) return;
      }
    },
    { signal },
  );
  queue.close();
}
