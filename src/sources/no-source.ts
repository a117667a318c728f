/** Stands in for a bucket when none is named: every request to it fails. */
import { TransferError } from '../errors.js';
import { md5OfHex } from '../model/entry.js';
import type { Source } from './source.js';

export function createNoSource(): Source {
  const refuse = async () => {
    throw new TransferError('ERR_REJECTED', 'this needs a SOURCE to ask; name it with --from');
  };
  return {
    url: '-',
    lister: { onlyFolders: true, listPage: refuse },
    get: refuse,
    // The lines do not say which store they come from: a form that only an MD5 has is taken for one.
    md5OfEtag: md5OfHex,
    close: async () => {},
  };
}
