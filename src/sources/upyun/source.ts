/** An Upyun bucket as a Source: the REST API for listings, and the API or a CDN domain for objects. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import type { BodyStream } from '../../http/body.js';
import { Client } from '../../http/client.js';
import type { Exchange } from '../../http/exchange.js';
import type { MemoryHolder } from '../../lib/http1/transport.js';
import { md5OfHex, type ObjectEntry } from '../../model/entry.js';
import { joinKey } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { mostObjectsOf } from '../most-objects.js';
import type { OpenOptions } from '../scheme.js';
import type { BrokenBody, FetchedObject, Source } from '../source.js';
import { CdnTokens } from './cdn-token.js';
import { createConfirm } from './confirm.js';
import { createDiagnosis } from './diagnosis.js';
import { createExistence, NO_HEAD } from './existence.js';
import { createSignedGet, createUnsignedGet, type GetOptions } from './get.js';
import { isSpan } from './listing/ends/span.js';
import { createListing } from './listing/listing.js';
import { inspectObject, inspectRest, type ObjectHeaders, readObjectHeaders } from './object.js';
import { encodeKey, encodeVariant } from './path.js';
import { checkBody, checkedStream, checkHeaders } from './plausible.js';
import type { Credentials, UpyunSecrets } from './settings.js';
import { createWitness } from './witness.js';

export interface UpyunOptions extends Omit<OpenOptions<never, UpyunSecrets>, 'sourceOptions'> {
  /** Origin of the store's API. */
  endpoint: string;
  /** Origin that objects are fetched from instead, without credentials. */
  domain?: string | undefined;
  /** Signs the links of the domain. */
  token?: { readonly secret: string; readonly validMs: number } | undefined;
  /** Version of each object. */
  variant?: string | undefined;
  bucket: string;
  /** Folder in the bucket, '' for the whole bucket. */
  prefix: string;
}

/** Opens the bucket; sends no request yet. */
export function createUpyunSource(options: UpyunOptions): Source {
  const { bucket, prefix, endpoint, domain, variant, pageSize, timeoutMs, proxyFor, ca, isInsecure } = options;
  const root = `/${encodeKey(bucket)}`;
  const suffix = variant === undefined ? '' : encodeVariant(variant);
  const clientOf = (origin: string, connections: number) =>
    new Client({ origin, connections, timeoutMs, ca, isInsecure, memory: options.memory, proxy: proxyFor?.(origin) });
  const { connections } = options;
  // At most `total` connections to one server, or to two servers together. The callers make sure that neither kind
  // starves.
  const isOneServer = domain === undefined || domain === endpoint;
  const mostObjects = mostObjectsOf(connections);
  const objects = clientOf(domain ?? endpoint, isOneServer ? connections.total : mostObjects);
  const lists = isOneServer
    ? objects
    : clientOf(endpoint, Math.max(1, Math.min(connections.lists.max, connections.total - mostObjects)));
  const clients = new Set([lists, objects]);
  const signed = createSignedGet(loginOf(options.credentials));
  const tokens = options.token && new CdnTokens(options.token);
  const unsigned = createUnsignedGet(domain ?? endpoint, tokens);

  const { listPage, form } = createListing({
    ...{ get: signed, client: lists, root, prefix, pageSize },
    parallel: connections.lists.max,
  });

  const isVariant = variant !== undefined;
  const witness = createWitness(async () => {
    const { doubt } = await listPage('', undefined, { mostRows: 1 });
    if (doubt !== undefined) throw doubt.error;
  });
  const existence = createExistence({ get: signed, client: lists, root, witness });
  const has = (key: string, kind: 'file' | 'folder') => existence(joinKey(prefix, key), kind);
  const isSecondHand = isVariant || domain !== undefined;
  const confirm = isSecondHand
    ? createConfirm({ has: (key) => has(key, 'file'), endpoint, domain, variant })
    : undefined;

  const keyIn = ({ key }: ObjectEntry) => encodeKey(joinKey(prefix, key)) + suffix;

  /** Without the header the server would answer a folder of that name with its listing. */
  function request(entry: ObjectEntry, options: GetOptions): Promise<Exchange> {
    const key = keyIn(entry);
    if (domain) return unsigned(objects, `/${key}`, options);
    return signed(objects, `${root}/${key}`, {
      ...options,
      headers: { 'x-upyun-folder': 'false', ...options.headers },
    });
  }

  async function get(entry: ObjectEntry, memory?: MemoryHolder): Promise<FetchedObject> {
    const expectation = { key: entry.key, sizeBytes: isVariant ? undefined : entry.size, isVariant };
    // A listed size is the better proof.
    const asked = expectation.sizeBytes === undefined ? { ...expectation, originalBytes: entry.size } : undefined;
    let read: ObjectHeaders | undefined;
    const inspect = (headers: IncomingHttpHeaders) => {
      read = inspectObject(headers, expectation);
      if (asked !== undefined) checkHeaders(asked, headers, read.size);
    };
    const { bytes, stream } = await request(entry, { inspect, memory });
    if (asked !== undefined && bytes !== undefined) checkBody(asked, bytes);
    const { size, md5, etag, lastModifiedMs } = read!;
    return { size, md5, etag, lastModifiedMs, bytes, stream: stream && asked ? checkedStream(asked, stream) : stream };
  }

  async function getRest(entry: ObjectEntry, broken: BrokenBody): Promise<BodyStream> {
    const headers = { range: `bytes=${broken.fromBytes}-`, 'if-match': `"${broken.etag}"` };
    const inspect = (answered: IncomingHttpHeaders) => inspectRest(answered, { key: entry.key, ...broken });
    try {
      return (await request(entry, { headers, status: 206, isStreamed: true, inspect })).stream!;
    } catch (error) {
      // 200: no support for ranges; 404: may be gone, checked later; 412: another version; 416: another size. Any other
      // refusal is thrown as it is.
      const isOther = error instanceof TransferError && [200, 400, 404, 412, 416].includes(error.status ?? 0);
      if (!isOther) throw error;
      throw new TransferError('ERR_CHANGED', say.sources.objects.answer.noRest(entry.key, error.message), {
        cause: error,
      });
    }
  }

  async function digest(entry: ObjectEntry): Promise<string | undefined> {
    const { md5 } = await head(entry);
    if (md5 !== undefined) return md5;
    const { bytes, stream } = await get(entry);
    const hash = createHash('md5');
    if (bytes !== undefined) return hash.update(bytes).digest('hex');
    for await (const piece of stream!) hash.update(piece);
    return hash.digest('hex');
  }

  /** Returns no data if the server does not answer HEAD; some do not. */
  async function head(entry: ObjectEntry): Promise<{ md5?: string | undefined }> {
    try {
      const { headers } = await request(entry, { method: 'HEAD', collectLimitBytes: 0 });
      return readObjectHeaders(headers, isVariant);
    } catch (error) {
      if (error instanceof TransferError && NO_HEAD.has(error.status ?? 0)) return {};
      throw error;
    }
  }

  async function usageBytes(): Promise<number | undefined> {
    // For a folder the answer differs between deployments, so Sluice asks only for the whole bucket.
    if (prefix !== '') return undefined;
    const { bytes } = await signed(lists, `${root}/?usage`, { collectLimitBytes: 1024 });
    const text = Buffer.from(bytes!).toString().trim();
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  async function recycle(): Promise<void> {
    await Promise.all([...clients].map((client) => client.recycle()));
  }

  function closeIdle(): void {
    for (const client of clients) client.closeIdle();
  }

  function onAnswer(listener: (tookMs: number) => void): void {
    for (const client of clients) client.onAnswer = listener;
  }

  async function close(): Promise<void> {
    await Promise.all([...clients].map((client) => client.destroy()));
  }

  function urlOf(entry: ObjectEntry): string {
    const path = `/${keyIn(entry)}`;
    return `${domain}${tokens === undefined ? path : tokens.sign(path, tokens.date())}`;
  }

  const url = `upyun://${joinKey(bucket, prefix).replace(/\/$/, '')}`;
  const moving = () => [...clients].reduce((sum, client) => sum + client.moving, 0);
  const active = () => [...clients].flatMap((client) => [...client.active]);
  const contactOf = (of: 'listings' | 'objects') =>
    of === 'objects' && domain !== undefined
      ? { option: '--domain', contact: objects.contact }
      : { option: '--endpoint', contact: lists.contact };
  const state = { contactOf, active, moving, recycle, closeIdle, onAnswer };
  return {
    url,
    get,
    getRest,
    confirm,
    witness,
    digest,
    // Upyun's ETag is the MD5 of the content (REST API, "Etag").
    md5OfEtag: md5OfHex,
    usageBytes,
    close,
    lister: { knowsScope: isSpan, listPage: (scope, cursor, idle) => listPage(scope, cursor, { idle }), has },
    connections: state,
    urls: domain === undefined ? undefined : { of: urlOf, validMs: options.token?.validMs },
    diagnosis: createDiagnosis({ client: lists, root, pageForm: form }),
  };
}

function loginOf({ operator, password }: UpyunSecrets = {}): Credentials | undefined {
  return operator !== undefined && password !== undefined ? { operator, password } : undefined;
}
