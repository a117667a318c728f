/** Stands in for a bucket when none is named: every request to it fails. */
import { TransferError } from '../errors.js';
import { say } from '../texts/say.js';
import type { Source } from './source.js';

/** `md5OfEtag`: of the store that the files come from, where that is known. */
export function createNoSource(md5OfEtag?: Source['md5OfEtag']): Source {
  const refuse = async () => {
    throw new TransferError('ERR_REJECTED', say.sources.noSource);
  };
  return {
    url: '-',
    lister: { onlyFolders: true, listPage: refuse },
    get: refuse,
    ...(md5OfEtag && { md5OfEtag }),
    close: async () => {},
  };
}
