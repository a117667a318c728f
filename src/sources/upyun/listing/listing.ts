/** One page of one folder, by Upyun's cursor protocol. */
import { TransferError } from '../../../errors.js';
import type { Client } from '../../../http/client.js';
import type { Exchange } from '../../../http/exchange.js';
import { isNameless } from '../../../model/key.js';
import type { ListedPage } from '../../source.js';
import type { Get } from '../get.js';
import { encodeKey } from '../path.js';
import { parsePage } from './page.js';

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

/** How a page is asked for. */
interface Manner {
  readonly rows: number;
  /**
   * Text cannot be beyond doubt: a name with a line feed in it looks like two rows. (A server that does not know JSON answers
   * with text all the same.)
   */
  readonly isJson: boolean;
}

/** The server does not give that format. */
const REFUSALS_OF_FORMAT: ReadonlySet<number | undefined> = new Set([406, 415]);

/** Lists pages of the folders below `prefix`. */
export function createListing({ get, client, root, prefix, pageSize }: ListingOptions) {
  let manner: Manner = { rows: pageSize, isJson: true };
  let isAnswered = false;

  function send(path: string, cursor: string | undefined, { rows, isJson }: Manner): Promise<Exchange> {
    const headers: Record<string, string> = { 'x-list-limit': String(rows), 'x-upyun-folder': 'true' };
    if (isJson) headers.accept = 'application/json';
    if (cursor !== undefined) headers['x-list-iter'] = cursor;
    return get(client, path, { headers, collectLimitBytes: LISTING_LIMIT_BYTES });
  }

  /** Some deployments refuse a page size, or a format: what they answer to is what the whole run asks for. */
  async function request(path: string, cursor: string | undefined, mostRows: number): Promise<Exchange> {
    let refusal: unknown;
    for (let asked: Manner | undefined = { ...manner, rows: Math.min(manner.rows, mostRows) }; asked !== undefined; ) {
      try {
        const exchange = await send(path, cursor, asked);
        if (refusal !== undefined) {
          const rows = asked.rows === mostRows ? manner.rows : Math.min(manner.rows, asked.rows);
          manner = { rows, isJson: manner.isJson && asked.isJson };
        }
        isAnswered = true;
        return exchange;
      } catch (error) {
        refusal = error;
        asked = otherManner(asked, { error, cursor });
      }
    }
    throw refusal;
  }

  /** How to ask once more after a refusal that may be for the manner; undefined when there is no other way. */
  function otherManner({ rows, isJson }: Manner, { error, cursor }: { error: unknown; cursor: string | undefined }) {
    const status = error instanceof TransferError ? error.status : undefined;
    if (isJson && REFUSALS_OF_FORMAT.has(status)) return { rows, isJson: false };
    if (status !== 400 || cursor !== undefined) return undefined;
    const fewer = SMALLER_PAGES.find((size) => size < rows);
    if (fewer !== undefined) return { rows: fewer, isJson };
    return isJson && !isAnswered ? { rows: manner.rows, isJson: false } : undefined;
  }

  return async (
    directory: string,
    cursor: string | undefined,
    mostRows = Number.POSITIVE_INFINITY,
  ): Promise<ListedPage> => {
    const base = prefix === '' ? `${root}/` : `${root}/${encodeKey(prefix)}/`;
    // Empty segments are their own slashes.
    const path = isNameless(directory) ? base + directory : `${base}${encodeKey(directory)}/`;
    const { headers, bytes } = await request(path, cursor, mostRows);
    return parsePage({ headers, bytes: bytes! }, { path, directory });
  };
}
