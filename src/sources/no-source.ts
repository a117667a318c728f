/** Stands in for a bucket when none is named: every request to it fails. */
import { TransferError } from '../errors.js';
import type { Source } from './source.js';

export function createNoSource(): Source {
  const refuse = async () => {
    throw new TransferError('ERR_REJECTED', 'this needs a SOURCE to ask; name it with --from');
  };
  return {
    url: '-',
    lister: { listPage: refuse },
    get: refuse,
    close: async () => {},
  };
}
