/** What `list --urls` prints, and for how long it is good. */
import { TransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import type { ObjectEntry } from '../model/entry.js';
import { say } from '../texts/say.js';
import type { Source } from './source.js';

/** Throws ERR_REJECTED for a source whose objects have no URLs. */
export function urlLines({ source, events }: { source: Source; events: EventBus }): (entry: ObjectEntry) => string {
  const { url, urls } = source;
  if (urls === undefined) throw new TransferError('ERR_REJECTED', say.sources.noUrls(url));
  if (urls.validMs !== undefined) events.notice('signed-urls', say.sources.signedUrls(Math.round(urls.validMs / 1000)));
  return (entry) => urls.of(entry);
}
