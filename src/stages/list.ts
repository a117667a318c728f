/** The start of the produce half: pages of the source, cut into parts. */

import type { EventBus } from '../events/bus.js';
import { counter, cutPage, type Part } from '../model/batch.js';
import type { PageProgress } from '../model/page-progress.js';
import { ALL } from '../model/scope.js';
import { type WalkOptions, walk } from '../sources/listing/walk.js';
import type { Source } from '../sources/source.js';

export interface ListPartsOptions extends WalkOptions {
  events: EventBus;
  /** The progress of a page, for jobs that remember pages. */
  pageOf?: ((number: number) => PageProgress) | undefined;
}

/** Lists all of SOURCE. Ends early, without an error, when `signal` aborts. */
export async function* listParts(
  source: Source,
  { events, pageOf, ...options }: ListPartsOptions,
): AsyncGenerator<Part, void, void> {
  const nextId = counter();
  for await (const page of walk(source, ALL, options)) {
    // A page that is listed again was counted the first time.
    if (!page.isAgain) events.found(page.entries, page.rejects.length);
    const progress = pageOf?.(page.number);
    for (const part of cutPage(page, nextId)) {
      if (progress !== undefined) progress.openParts++;
      yield { ...part, page: progress };
    }
  }
  if (!options.signal.aborted) void events.emit({ type: 'listed' });
}
