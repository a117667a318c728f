// A server like S3, for tests: a bucket in memory, pages in the order of UTF-8 bytes, GET with ranges, and faults. It checks
// no signature (the vectors of AWS and a real gateway do that); what was signed and asked for is in `requests`.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Request {
  readonly method: string;
  /** With the bucket in front, wherever it was in the request. */
  readonly path: string;
  /** The bucket was in the name of the host, as some stores want it. */
  readonly isVirtualHost: boolean;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request itself, or leaves it to the server by returning false. */
export type S3Fault = (request: S3Request, response: ServerResponse) => boolean | Promise<boolean>;

export interface S3ServerOptions {
  /** May be changed while it serves, but for its keys. */
  readonly objects: Readonly<Record<string, Buffer>>;
  /** Storage classes of keys. What is archived is refused. @default STANDARD */
  readonly classes?: Readonly<Record<string, string>>;
  /** When an object was written, where that matters. */
  readonly mtimesMs?: Readonly<Record<string, number>>;
  /** @default pics */
  readonly bucket?: string;
  /** Headers of single objects, besides the usual ones or instead of them; '' leaves one out. */
  readonly headers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The listing has ETags, and no other answer has, as behind some proxies. @default false */
  readonly dropsEtags?: boolean;
  /** Instead of the order of UTF-8 bytes. */
  readonly compare?: (one: string, other: string) => number;
  /** Keys of a page at most. @default 1000 */
  readonly cap?: number;
  readonly fault?: S3Fault;
}

export interface S3Server {
  readonly endpoint: string;
  readonly requests: S3Request[];
  /** Listings that are in flight at most. */
  readonly mostListings: () => number;
  fault: S3Fault | undefined;
  close(): Promise<void>;
}

const WRITTEN_MS = Date.UTC(2024, 1, 3, 4, 5, 6);

export async function startS3Server(options: S3ServerOptions) {
  const { objects, mtimesMs = {}, compare = byBytes, cap = 1_000, fault } = options;
  const { bucket = 'pics', headers: own = {}, classes = {}, dropsEtags = false } = options;
  const keys = Object.keys(objects).sort(compare);
  const requests: S3Request[] = [];
  let listings = 0;
  let most = 0;
  const state = { fault };
  const timeOf = (key: string) => new Date(mtimesMs[key] ?? WRITTEN_MS);
  const server = createServer(async (message, response) => {
    // A client that takes this server for its proxy sends the whole URL.
    const [sent = '', query = ''] = message.url!.replace(/^http:\/\/[^/]+/, '').split('?');
    const isVirtualHost = message.headers.host!.startsWith(`${bucket}.`);
    const path = isVirtualHost ? `/${bucket}${sent === '/' ? '' : sent}` : sent;
    const { method, headers } = message;
    const request = { method: method!, path, isVirtualHost, query: new URLSearchParams(query), headers };
    requests.push(request);
    const isListing = path === `/${bucket}`;
    if (isListing) most = Math.max(most, ++listings);
    if (await state.fault?.(request, response)) {
      if (isListing) listings--;
      return;
    }
    if (isListing) {
      // In the next turn, so that requests that come together are there together.
      setImmediate(() => {
        listings--;
        list(request, response);
      });
    } else get(request, response);
  });

  function list({ query }: S3Request, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('start-after') ?? query.get('marker') ?? '';
    const most = Math.min(Number(query.get('max-keys') ?? cap), cap);
    const isEncoded = query.get('encoding-type') === 'url';
    const isV2 = query.get('list-type') === '2';
    const below = keys.filter((key) => key.startsWith(prefix) && (after === '' || compare(key, after) > 0));
    const page = below.slice(0, most);
    const rows = page.map((key) => {
      const body = objects[key]!;
      return `<Contents><Key>${isEncoded ? encoded(key) : escaped(key)}</Key><LastModified>${timeOf(key).toISOString()}</LastModified><ETag>${etagOf(key).replaceAll('"', '&quot;')}</ETag><Size>${body.length}</Size><StorageClass>${classes[key] ?? 'STANDARD'}</StorageClass></Contents>`;
    });
    response.setHeader('content-type', 'application/xml');
    response.end(
      `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>${isEncoded ? '<EncodingType>url</EncodingType>' : ''}${isV2 ? `<KeyCount>${page.length}</KeyCount>` : ''}<IsTruncated>${below.length > page.length}</IsTruncated>${isV2 && below.length > page.length ? '<NextContinuationToken>t</NextContinuationToken>' : ''}${rows.join('')}</ListBucketResult>`,
    );
  }

  function get({ method, path, headers }: S3Request, response: ServerResponse): void {
    const key = decodeURIComponent(path.slice(`/${bucket}/`.length));
    const body = objects[key];
    if (body === undefined) {
      refuse(response, 404, 'NoSuchKey');
      return;
    }
    if (method === 'GET' && /^(GLACIER|DEEP_ARCHIVE|ColdArchive)$/.test(classes[key] ?? '')) {
      // (Not every store names the class.)
      refuse(response, 403, 'InvalidObjectState');
      return;
    }
    const etag = etagOf(key);
    if (headers['if-match'] !== undefined && headers['if-match'] !== etag) {
      refuse(response, 412, 'PreconditionFailed');
      return;
    }
    const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
    const part = from === undefined ? body : body.subarray(Number(from));
    // Checksums only for those who ask, in a header that is signed, and for the whole object (AWS: GetObject).
    const hasChecksums = from === undefined && headers['x-amz-checksum-mode'] === 'ENABLED' && isSigned(headers);
    const all = {
      etag: dropsEtags ? '' : etag,
      'content-length': String(part.length),
      'last-modified': timeOf(key).toUTCString(),
      ...(from !== undefined && { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` }),
      ...own[key],
    };
    const isSent = ([name, value]: [string, string]) =>
      value !== '' && (hasChecksums || !name.startsWith('x-amz-checksum-'));
    response.writeHead(from === undefined ? 200 : 206, Object.fromEntries(Object.entries(all).filter(isSent)));
    response.end(method === 'HEAD' ? undefined : part);
  }

  function etagOf(key: string): string {
    return own[key]?.etag ?? `"${md5(objects[key]!)}"`;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostListings: () => most,
    get fault() {
      return state.fault;
    },
    set fault(next: S3Fault | undefined) {
      state.fault = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  } satisfies S3Server;
}

function isSigned({ authorization = '' }: IncomingMessage['headers']): boolean {
  return authorization === '' || /SignedHeaders=[^,]*x-amz-checksum-mode/.test(authorization);
}

/** As a store refuses. */
export function refuse(response: ServerResponse, status: number, code: string, more = ''): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message>${more}</Error>`);
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

function escaped(key: string): string {
  return key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
