/** A server that has never answered in this run: nobody waits for days for an address that was mistyped. */
import { TransferError } from '../errors.js';
import { isExhausted, isNoContact, whyNoContact } from '../http/contact.js';
import { contactOf } from './capabilities.js';
import type { Source } from './source.js';

export type Asked = 'listings' | 'objects';

/** Of a request that failed for good: the error that ends the run, if it says that the server was never reached. */
export function noContact(source: Source, of: Asked, error: TransferError): TransferError | undefined {
  const { option, contact } = contactOf(source, of);
  if (!isNoContact(contact, error, { isListing: of === 'listings' })) return undefined;
  const said = `${option} ${contact.origin} has not answered anything in this run (${error.message}): ${whyNoContact(contact, error)}`;
  return new TransferError('ERR_NO_CONTACT', `${said}; what was not tried stays to be done`, { cause: error });
}

/** Whether another attempt makes no sense, although there are some left. */
export function isBeyondHope(source: Source, of: Asked, error: TransferError): boolean {
  return isExhausted(contactOf(source, of).contact, error);
}
