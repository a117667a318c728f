/** What is asked of a source that may not be able to tell: the answers of one that cannot. */
import { TransferError } from '../errors.js';
import type { ActiveRequest } from '../http/client.js';
import { type Contact, newContact } from '../http/contact.js';
import type { ListedPage, Lister, PageAnswer, Source } from './source.js';

/** The listings. Throws ERR_REJECTED where there are none. */
export function listerOf({ url, lister }: Source): Lister {
  if (lister !== undefined) return lister;
  throw new TransferError('ERR_REJECTED', `${url} cannot be listed: give its keys to \`sluice fetch\``);
}

/** A page with all that a page has. */
export function completePage({ entries, rejects = [], directories = [], nextCursor, doubt }: PageAnswer): ListedPage {
  return { entries, rejects, directories, nextCursor, doubt };
}

/** Of a source that does not know its servers: as if they had answered. */
export function contactOf(source: Source, of: 'listings' | 'objects'): { option: string; contact: Contact } {
  const { connections, url } = source;
  return (
    connections?.contactOf(of) ?? { option: 'SOURCE', contact: { ...newContact(url, undefined), hasAnswered: true } }
  );
}

export function activeRequests({ connections }: Source): ActiveRequest[] {
  return connections?.active() ?? [];
}
