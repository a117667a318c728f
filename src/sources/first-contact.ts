/** Ends a run whose server never answered: it must not wait for days on a mistyped address. */
import { TransferError } from '../errors.js';
import { isExhausted, isNoContact, whyNoContact } from '../http/contact.js';
import { say } from '../texts/say.js';
import { contactOf } from './capabilities.js';
import type { Source } from './source.js';

export type Asked = 'listings' | 'objects';

/** For a request that failed for good: the error that ends the run if the server was never reached. */
export function noContact(source: Source, of: Asked, error: TransferError): TransferError | undefined {
  const { option, contact } = contactOf(source, of);
  if (!isNoContact(contact, error, { isListing: of === 'listings' })) return undefined;
  const message = say.network.contact.none(`${option} ${contact.origin}`, whyNoContact(contact, error));
  return new TransferError('ERR_NO_CONTACT', message, { cause: error });
}

/** Whether another attempt is useless, although attempts are left. */
export function isBeyondHope(source: Source, of: Asked, error: TransferError): boolean {
  return isExhausted(contactOf(source, of).contact, error);
}
