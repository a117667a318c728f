/** Lists one page of one folder, with Upyun's cursor protocol. */
import { TransferError } from '../../../errors.js';
import type { Client } from '../../../http/client.js';
import type { Exchange } from '../../../http/exchange.js';
import { isNameless } from '../../../model/key.js';
import type { PageForm } from '../../diagnosis.js';
import type { ListedPage } from '../../source.js';
import type { Get } from '../get.js';
import { encodeKey } from '../path.js';
import { BothEnds, type ListPageRequest } from './ends/both-ends.js';
import type { Ask, Request } from './ends/proof.js';
import { parsePage } from './page.js';

/** Three times 10,000 rows with names of 1 kB each. A longer answer is not a listing. */
const LISTING_LIMIT_BYTES = 32 * 1024 * 1024;
/** Page sizes that work on some servers: the limit of Upyun's Go client, of its scripts, and the documented default. */
const SMALLER_PAGES = [4096, 1000, 100];

export interface ListingOptions {
  get: Get;
  client: Client;
  /** Request target of the bucket, without a trailing slash. */
  root: string;
  prefix: string;
  /** Rows to ask for; the server may send fewer. */
  pageSize: number;
  /** Requests for pages at once. */
  parallel: number;
}

/** Where a page begins. */
type Place = Pick<Request, 'cursor' | 'isDescending'>;

/** The format and size of a request. */
interface Manner {
  readonly rows: number;
  /**
   * JSON, wherever the server has it. Text is ambiguous: a name with a line feed looks like two rows. In JSON only a file whose
   * content type is the word `folder` is, and its own listing shows what it is. To parse a row takes 0.1 to 0.3 µs more than in
   * text, 1 µs where each name has escapes; a copy of an object takes 50. (A server without JSON answers with text anyway.)
   */
  readonly isJson: boolean;
}

/** The server does not support the format. */
const REFUSALS_OF_FORMAT: ReadonlySet<number | undefined> = new Set([406, 415]);

/** Lists pages of the folders below `prefix`. `form` tells how the last page was asked for. */
export function createListing({ get, client, root, prefix, pageSize, parallel }: ListingOptions) {
  let manner: Manner = { rows: pageSize, isJson: true };
  let isAnswered = false;

  function send(path: string, { cursor, isDescending }: Place, { rows, isJson }: Manner): Promise<Exchange> {
    const headers: Record<string, string> = { 'x-list-limit': String(rows), 'x-upyun-folder': 'true' };
    if (isJson) headers.accept = 'application/json';
    if (cursor !== undefined) headers['x-list-iter'] = cursor;
    if (isDescending) headers['x-list-order'] = 'desc';
    return get(client, path, { headers, collectLimitBytes: LISTING_LIMIT_BYTES });
  }

  /** Some deployments refuse a page size or a format. The first request form that works is used for the whole run. */
  async function request(path: string, place: Place, mostRows: number): Promise<Exchange> {
    let refusal: unknown;
    for (let asked: Manner | undefined = { ...manner, rows: Math.min(manner.rows, mostRows) }; asked !== undefined; ) {
      try {
        const exchange = await send(path, place, asked);
        if (refusal !== undefined) {
          const rows = asked.rows === mostRows ? manner.rows : Math.min(manner.rows, asked.rows);
          manner = { rows, isJson: manner.isJson && asked.isJson };
        }
        isAnswered = true;
        return exchange;
      } catch (error) {
        refusal = error;
        asked = place.isDescending ? undefined : otherManner(asked, { error, cursor: place.cursor });
      }
    }
    throw refusal;
  }

  /** Another form after a refusal that may be caused by the form; undefined if none is left. */
  function otherManner({ rows, isJson }: Manner, { error, cursor }: { error: unknown; cursor: string | undefined }) {
    const status = error instanceof TransferError ? error.status : undefined;
    if (isJson && REFUSALS_OF_FORMAT.has(status)) return { rows, isJson: false };
    if (status !== 400 || cursor !== undefined) return undefined;
    const fewer = SMALLER_PAGES.find((size) => size < rows);
    if (fewer !== undefined) return { rows: fewer, isJson };
    return isJson && !isAnswered ? { rows: manner.rows, isJson: false } : undefined;
  }

  const form = (): PageForm => ({ rows: manner.rows, format: manner.isJson ? 'JSON' : 'text' });

  /** One page of a folder, in one of the two orders. */
  const ask: Ask = async (directory, { cursor, isDescending, rows = Number.POSITIVE_INFINITY }) => {
    const base = prefix === '' ? `${root}/` : `${root}/${encodeKey(prefix)}/`;
    // Empty segments are written as their slashes.
    const path = isNameless(directory) ? base + directory : `${base}${encodeKey(directory)}/`;
    const { headers, bytes } = await request(path, { cursor, isDescending }, rows);
    return parsePage({ headers, bytes: bytes! }, { path, directory });
  };
  const ends = new BothEnds({ ask, parallel });
  const listPage = (scope: string, cursor: string | undefined, asked?: ListPageRequest): Promise<ListedPage> =>
    ends.listPage(scope, cursor, asked);
  return { listPage, form };
}
