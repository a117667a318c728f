/** Optional abilities of a source, with defaults for sources that lack them. */
import { TransferError } from '../errors.js';
import type { ActiveRequest } from '../http/client.js';
import { type Contact, newContact } from '../http/contact.js';
import type { ObjectEntry } from '../model/entry.js';
import { say } from '../texts/say.js';
import type { Lister, Source } from './source.js';

/** The lister. Throws ERR_REJECTED if the source has none. */
export function listerOf({ url, lister }: Source): Lister {
  if (lister !== undefined) return lister;
  throw new TransferError('ERR_REJECTED', say.sources.notListed(url));
}

/** The contact of a server. A source that does not track its servers counts as answered. */
export function contactOf(source: Source, of: 'listings' | 'objects'): { option: string; contact: Contact } {
  const { connections, url } = source;
  return (
    connections?.contactOf(of) ?? { option: 'SOURCE', contact: { ...newContact(url, undefined), hasAnswered: true } }
  );
}

export function activeRequests({ connections }: Source): ActiveRequest[] {
  return connections?.active() ?? [];
}

/** The MD5 that the content of an object must have, if its entry has one: its source decides what an ETag is. */
export function md5OfEntry({ md5OfEtag }: Pick<Source, 'md5OfEtag'>, { etag, md5 }: ObjectEntry): string | undefined {
  return (etag === undefined ? undefined : md5OfEtag?.(etag)) ?? md5;
}
