/** An Upyun bucket as a Source: the REST API for listings, and the API or a CDN domain for the objects. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { TransferError } from '../../errors.js';
import { createClient } from '../../http/client.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { ObjectEntry } from '../../model/entry.js';
import { joinKey } from '../../model/key.js';
import type { FetchedObject, ListedPage, Source } from '../source.js';
import { ServerClock } from './clock.js';
import { refusalError } from './errors.js';
import { inspectObject, readObjectHeaders } from './object.js';
import { encodeKey, encodeVariant } from './path.js';
import { parseRows } from './rows.js';
import { type Credentials, createSigner } from './sign.js';

export interface UpyunOptions {
  bucket: string;
  /** Folder within the bucket, '' for all of it. */
  prefix: string;
  /** Origin of the REST API. */
  endpoint: string;
  /** Origin of a CDN domain: objects are then fetched there, unsigned. */
  domain?: string | undefined;
  /** Image version appended to every object's path. */
  variant?: string | undefined;
  /** Not needed while everything goes through `domain` (a fetch that lists nothing). */
  credentials?: Credentials | undefined;
  pageSize: number;
  concurrency: number;
  listConcurrency: number;
  timeoutMs: number;
}

/** Says that a folder has no more pages; comes together with its last rows (base64 of Erlang's `{next, eof}`). */
const END_MARKER = 'g2gCZAAEbmV4dGQAA2VvZg';
/** 10,000 rows with names of 1 kB each, three times over: anything longer is no listing. */
const LISTING_LIMIT_BYTES = 32 * 1024 * 1024;
/** A server may give more rows than it was asked for, but a page has to fit into memory several times. */
const PAGE_LIMIT_ROWS = 100_000;

/** Page sizes that are known to work somewhere: the limit of Upyun's Go client, of its scripts, and the documented default. */
const SMALLER_PAGES = [4096, 1000, 100];

/** Opens the bucket; sends nothing yet. */
export function createUpyunSource(options: UpyunOptions): Source {
  const { bucket, prefix, endpoint, domain, variant, pageSize, timeoutMs } = options;
  let rowsToAsk = pageSize;
  const clock = new ServerClock();
  const sign = options.credentials && createSigner(options.credentials);
  const root = `/${encodeKey(bucket)}`;
  const suffix = variant === undefined ? '' : encodeVariant(variant);
  // Listings and objects have connections of their own, so that neither can starve the other.
  const lists = createClient({ origin: endpoint, connections: options.listConcurrency + 1, timeoutMs });
  const objects = createClient({ origin: domain ?? endpoint, connections: options.concurrency, timeoutMs });

  /** Signed afresh for every attempt: the Date ages while an object waits for its turn. */
  async function signed(client: Dispatcher, path: string, more: Record<string, string>, rest: Rest): Promise<Exchange> {
    const what = `GET ${path}`;
    if (sign === undefined)
      throw new TransferError('ERR_AUTH', `${what}: this needs UPYUN_OPERATOR and UPYUN_PASSWORD`);
    for (let isSecond = false; ; isSecond = true) {
      const date = clock.date();
      const headers = { authorization: sign('GET', path, date), date, 'accept-encoding': 'identity', ...more };
      const reply = await exchange(client, { path, headers, what, ...rest });
      if (reply.status === 200) return reply;
      const isLearnt = reply.status === 401 && clock.learn(reply.headers.date, date);
      if (!isLearnt || isSecond) throw refusalError(reply, { what, isSigned: true });
    }
  }

  async function unsigned(path: string, rest: Rest): Promise<Exchange> {
    const what = `GET ${domain}${path}`;
    const reply = await exchange(objects, { path, headers: { 'accept-encoding': 'identity' }, what, ...rest });
    if (reply.status !== 200) throw refusalError(reply, { what, isSigned: false });
    return reply;
  }

  /** Some deployments refuse a page size instead of giving fewer rows: then the whole run asks for less. */
  async function listReply(path: string, cursor: string | undefined): Promise<Exchange> {
    const asked = rowsToAsk;
    const headers: Record<string, string> = { 'x-list-limit': String(asked), 'x-upyun-folder': 'true' };
    if (cursor !== undefined) headers['x-list-iter'] = cursor;
    try {
      return await signed(lists, path, headers, { collectLimitBytes: LISTING_LIMIT_BYTES });
    } catch (error) {
      const fewer = SMALLER_PAGES.find((size) => size < asked);
      const isRefusal = error instanceof TransferError && error.status === 400 && cursor === undefined;
      if (!isRefusal || fewer === undefined) throw error;
      rowsToAsk = Math.min(rowsToAsk, fewer);
      return listReply(path, cursor);
    }
  }

  async function listPage(directory: string, cursor: string | undefined): Promise<ListedPage> {
    const folder = [prefix, directory].filter(Boolean).map(encodeKey).join('/');
    const path = folder === '' ? `${root}/` : `${root}/${folder}/`;
    const reply = await listReply(path, cursor);
    const next = reply.headers['x-upyun-list-iter'];
    if (typeof next !== 'string' || next === '') {
      throw new TransferError('ERR_LISTING', `${path}: the listing has no cursor and no end marker; is it a folder?`);
    }
    const { entries, directories, rejects } = parseRows(reply.bytes!, directory, PAGE_LIMIT_ROWS);
    return { entries, directories, rejects, nextCursor: next === END_MARKER ? undefined : next };
  }

  async function get(entry: ObjectEntry): Promise<FetchedObject> {
    const key = encodeKey(joinKey(prefix, entry.key)) + suffix;
    const isVariant = variant !== undefined;
    const expectation = { key: entry.key, sizeBytes: isVariant ? undefined : entry.size, isVariant };
    const inspect = (headers: IncomingHttpHeaders) => inspectObject(headers, expectation);
    const reply = domain
      ? await unsigned(`/${key}`, { inspect })
      : await signed(objects, `${root}/${key}`, { 'x-upyun-folder': 'false' }, { inspect });
    const { headers, bytes, stream } = reply;
    return { ...readObjectHeaders(headers, isVariant), ...(bytes === undefined ? { stream: stream! } : { bytes }) };
  }

  async function usageBytes(): Promise<number | undefined> {
    // For a folder the answer differs between deployments, so only the whole bucket is asked.
    if (prefix !== '') return undefined;
    const { bytes } = await signed(lists, `${root}/?usage`, {}, { collectLimitBytes: 1024 });
    const text = Buffer.from(bytes!).toString().trim();
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  async function close(): Promise<void> {
    await Promise.all([lists.destroy(), objects.destroy()]);
  }

  const url = `upyun://${joinKey(bucket, prefix).replace(/\/$/, '')}`;
  return { url, listPage, get, usageBytes, close };
}

interface Rest {
  inspect?: (headers: IncomingHttpHeaders) => void;
  collectLimitBytes?: number;
}
