/** Stands in for a bucket where none was named: nothing can be asked of it. */
import { TransferError } from '../errors.js';
import { newContact } from '../http/contact.js';
import type { Source } from './source.js';

export function createNoSource(): Source {
  const refuse = async () => {
    throw new TransferError('ERR_REJECTED', 'this needs a SOURCE to ask; name it with --from');
  };
  return {
    url: '-',
    listPage: refuse,
    get: refuse,
    getRest: refuse,
    has: refuse,
    digest: async () => undefined,
    usageBytes: async () => undefined,
    contactOf: () => ({ option: '--endpoint', contact: newContact('', undefined) }),
    active: () => [],
    moving: () => 0,
    recycle: async () => {},
    close: async () => {},
  };
}
