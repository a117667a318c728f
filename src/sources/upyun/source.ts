/** An Upyun bucket as a Source: the REST API for listings, and the API or a CDN domain for the objects. */
import type { IncomingHttpHeaders } from 'node:http';
import { createClient } from '../../http/client.js';
import type { ObjectEntry } from '../../model/entry.js';
import { joinKey } from '../../model/key.js';
import type { FetchedObject, Source } from '../source.js';
import { createSignedGet, createUnsignedGet } from './get.js';
import { createListing } from './listing.js';
import { inspectObject, type ObjectHeaders } from './object.js';
import { encodeKey, encodeVariant } from './path.js';
import type { Credentials } from './sign.js';

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

/** Opens the bucket; sends nothing yet. */
export function createUpyunSource(options: UpyunOptions): Source {
  const { bucket, prefix, endpoint, domain, variant, pageSize, timeoutMs } = options;
  const root = `/${encodeKey(bucket)}`;
  const suffix = variant === undefined ? '' : encodeVariant(variant);
  // Listings and objects have connections of their own, so that neither can starve the other.
  const lists = createClient({ origin: endpoint, connections: options.listConcurrency + 1, timeoutMs });
  const objects = createClient({ origin: domain ?? endpoint, connections: options.concurrency, timeoutMs });
  const signed = createSignedGet(options.credentials);
  const unsigned = createUnsignedGet(domain ?? endpoint);

  const listPage = createListing({ get: signed, client: lists, root, prefix, pageSize });

  async function get(entry: ObjectEntry): Promise<FetchedObject> {
    const key = encodeKey(joinKey(prefix, entry.key)) + suffix;
    const isVariant = variant !== undefined;
    const expectation = { key: entry.key, sizeBytes: isVariant ? undefined : entry.size, isVariant };
    let read: ObjectHeaders | undefined;
    const inspect = (headers: IncomingHttpHeaders) => {
      read = inspectObject(headers, expectation);
    };
    // Without that header a folder of this name would be answered with its listing.
    const folderHeader = { 'x-upyun-folder': 'false' };
    const { bytes, stream } = domain
      ? await unsigned(objects, `/${key}`, { inspect })
      : await signed(objects, `${root}/${key}`, { inspect, headers: folderHeader });
    return bytes === undefined ? { ...read!, stream: stream! } : { ...read!, bytes };
  }

  async function usageBytes(): Promise<number | undefined> {
    // For a folder the answer differs between deployments, so only the whole bucket is asked.
    if (prefix !== '') return undefined;
    const { bytes } = await signed(lists, `${root}/?usage`, { collectLimitBytes: 1024 });
    const text = Buffer.from(bytes!).toString().trim();
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  async function close(): Promise<void> {
    await Promise.all([lists.destroy(), objects.destroy()]);
  }

  const url = `upyun://${joinKey(bucket, prefix).replace(/\/$/, '')}`;
  return { url, listPage, get, usageBytes, close };
}
