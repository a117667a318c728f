/** One page of one folder, by Upyun's cursor protocol. */
import { TransferError } from '../../errors.js';
import type { Client } from '../../http/client.js';
import type { Exchange } from '../../http/exchange.js';
import { isNameless } from '../../model/key.js';
import type { ListedPage } from '../source.js';
import type { Get } from './get.js';
import { parsePage } from './page.js';
import { encodeKey } from './path.js';

/** 10,000 rows with names of 1 kB each, three times over: anything longer is no listing. */
const LISTING_LIMIT_BYTES = 32 * 1024 * 1024;
/** Page sizes that are known to work somewhere: the limit of Upyun's Go client, of its scripts, and the documented default. */
const SMALLER_PAGES = [4096, 1000, 100];

export interface ListingOptions {
  get: Get;
  client: Client;
  /** Request target of the bucket, without a slash at its end. */
  root: string;
  prefix: string;
  /** Rows to ask for; what comes may be fewer. */
  pageSize: number;
}

/** Lists pages of the folders below `prefix`. */
export function createListing({ get, client, root, prefix, pageSize }: ListingOptions) {
  let rowsToAsk = pageSize;

  /** Some deployments refuse a page size instead of giving fewer rows: then the whole run asks for less. */
  async function request(path: string, cursor: string | undefined): Promise<Exchange> {
    const asked = rowsToAsk;
    const headers: Record<string, string> = { 'x-list-limit': String(asked), 'x-upyun-folder': 'true' };
    if (cursor !== undefined) headers['x-list-iter'] = cursor;
    try {
      return await get(client, path, { headers, collectLimitBytes: LISTING_LIMIT_BYTES });
    } catch (error) {
      const fewer = SMALLER_PAGES.find((size) => size < asked);
      const isRefusal = error instanceof TransferError && error.status === 400 && cursor === undefined;
      if (!isRefusal || fewer === undefined) throw error;
      rowsToAsk = Math.min(rowsToAsk, fewer);
      return request(path, cursor);
    }
  }

  return async (directory: string, cursor: string | undefined): Promise<ListedPage> => {
    const base = prefix === '' ? `${root}/` : `${root}/${encodeKey(prefix)}/`;
    // Empty segments are their own slashes.
    const path = isNameless(directory) ? base + directory : `${base}${encodeKey(directory)}/`;
    const { headers, bytes } = await request(path, cursor);
    return parsePage({ headers, bytes: bytes! }, { path, directory });
  };
}
