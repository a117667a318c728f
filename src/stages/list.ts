/** The start of the produce half: pages of the source, cut into batches. */

import type { EventBus } from '../events/bus.js';
import { type Batch, counter, cutPage } from '../model/batch.js';
import type { PageProgress } from '../model/page-progress.js';
import { ALL } from '../model/scope.js';
import { type WalkOptions, walk } from '../sources/listing/walk.js';
import type { Source } from '../sources/source.js';

export interface ListBatchesOptions extends WalkOptions {
  events: EventBus;
  /** The progress of a page, for jobs that remember pages. */
  pageOf?: ((number: number) => PageProgress) | undefined;
}

/** Lists all of SOURCE. Ends early, without an error, when `signal` aborts. */
export async function* listBatches(
  source: Source,
  { events, pageOf, ...options }: ListBatchesOptions,
): AsyncGenerator<Batch, void, void> {
  const nextId = counter();
  for await (const page of walk(source, ALL, options)) {
    // A page that is listed again was counted the first time.
    if (!page.isAgain) events.found(page.entries, page.rejects.length);
    const progress = pageOf?.(page.number);
    for (const batch of cutPage(page, nextId)) {
      if (progress !== undefined) progress.openBatches++;
      yield { ...batch, page: progress };
    }
  }
  if (!options.signal.aborted) void events.emit({ type: 'listed' });
}
