/** A bucket of an S3-compatible store as a Source. */
import type { IncomingHttpHeaders } from 'node:http';
import { ConfigError, TransferError } from '../../errors.js';
import { Client } from '../../http/client.js';
import type { MemoryHolder } from '../../lib/http1/transport.js';
import type { ContentDigest } from '../../model/digest.js';
import type { ObjectEntry } from '../../model/entry.js';
import { say } from '../../texts/say.js';
import type { OpenOptions } from '../scheme.js';
import type { BrokenBody, FetchedObject, Source } from '../source.js';
import { awsEndpoint, DEFAULT_REGION, type PathStyle, placeProblem } from './address.js';
import type { S3Credentials } from './credentials/credentials.js';
import { chainKeys, fixedKeys, type KeyProvider } from './credentials/keys.js';
import { loadChain } from './credentials/sdk.js';
import { createDiagnosis } from './diagnosis.js';
import { directoryBucketProblem, isDirectoryBucket } from './directory-bucket.js';
import { LearntRegion } from './learnt-region.js';
import { Listing } from './listing/listing.js';
import { inspectObject, inspectRest, readListedHeaders, type S3Headers } from './object.js';
import { providerOf, regionOf } from './providers.js';
import { Requests } from './requests.js';
import type { Keys } from './sign.js';

export interface S3Options extends Omit<OpenOptions<never, S3Credentials | Keys>, 'sourceOptions'> {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** @default what the alias of the credentials says, or 'auto' */
  readonly pathStyle: PathStyle | undefined;
  /** @default by the name of the endpoint */
  readonly provider?: string | undefined;
  readonly isPayer: boolean;
  readonly bucket: string;
  /** Without the slash at its end. */
  readonly prefix: string;
}

/** Listings get a client of their own, so that neither kind of request waits for the connections of the other. */
export function createS3Source(options: S3Options): Source {
  const { bucket, prefix, connections, timeoutMs, proxyFor, ca, isInsecure, memory } = options;
  const credentials = credentialsOf(options.credentials);
  const region = options.region ?? credentials?.profile?.region;
  const named = options.endpoint ?? credentials?.profile?.endpoint;
  const endpoint = named ?? awsEndpoint(region ?? DEFAULT_REGION);
  const pathStyle = options.pathStyle ?? credentials?.profile?.pathStyle ?? 'auto';
  const problem = placeProblem({ endpoint, region, pathStyle });
  if (problem !== undefined) throw new ConfigError([problem]);
  const { hostname } = new URL(endpoint);
  const provider = providerOf(hostname, options.provider);
  const bucketProblem = directoryBucketProblem(bucket, provider);
  if (bucketProblem !== undefined) throw new ConfigError([bucketProblem]);
  const clients = new Map<string, Client>();
  let onAnswer: Client['onAnswer'];

  /** One client for an origin, for listings and objects: together they open as many connections as the options allow. */
  function clientOf(origin: string): Client {
    const known = clients.get(origin);
    if (known !== undefined) return known;
    const proxy = proxyFor?.(origin);
    const client = new Client({ origin, connections: connections.total, timeoutMs, ca, isInsecure, memory, proxy });
    client.onAnswer = onAnswer;
    clients.set(origin, client);
    return client;
  }

  const asked = { endpoint, region: region ?? regionOf(provider, hostname) ?? DEFAULT_REGION };
  const learnt = new LearntRegion(asked, (found) => requests.moveTo(found));
  const requests = new Requests({
    ...asked,
    bucket,
    pathStyle,
    provider,
    isPayer: options.isPayer,
    keys: keysOf(credentials),
    clientOf,
    onRegion: (found) => learnt.learn(found),
  });
  const isEtagOpaque = isDirectoryBucket(bucket);
  const keyPrefix = prefix === '' ? '' : `${prefix}/`;
  const listing = new Listing({
    requests,
    provider,
    prefix: keyPrefix,
    pageSize: options.pageSize,
    parallel: connections.lists.max,
  });

  async function get(entry: ObjectEntry, holder?: MemoryHolder): Promise<FetchedObject> {
    let read: S3Headers | undefined;
    const inspect = (headers: IncomingHttpHeaders) => {
      read = inspectObject(headers, entry, isEtagOpaque);
    };
    const { bytes, stream } = await requests.object(keyPrefix + entry.key, {
      inspect,
      memory: holder,
      storageClass: entry.storageClass,
    });
    const { size, md5, digest, etag, lastModifiedMs } = read!;
    return { size, md5, digest, etag, lastModifiedMs, bytes, stream };
  }

  async function getRest(entry: ObjectEntry, broken: BrokenBody) {
    const headers = { range: `bytes=${broken.fromBytes}-`, 'if-match': `"${broken.etag}"` };
    const inspect = (answered: IncomingHttpHeaders) => inspectRest(answered, entry.key, broken);
    try {
      const request = { headers, inspect, status: 206, isStreamed: true };
      return (await requests.object(keyPrefix + entry.key, request)).stream!;
    } catch (error) {
      // 200: no ranges; 404: may be gone, which the next attempt finds; 412, 416: another version.
      const isOther = error instanceof TransferError && [200, 404, 412, 416].includes(error.status ?? 0);
      if (!isOther) throw error;
      throw new TransferError('ERR_CHANGED', say.s3.noRest(JSON.stringify(entry.key), error.message), { cause: error });
    }
  }

  async function digest(entry: ObjectEntry): Promise<string | ContentDigest | undefined> {
    const { headers } = await requests.object(keyPrefix + entry.key, { method: 'HEAD' });
    const { md5, digest } = readListedHeaders(headers, entry, isEtagOpaque);
    return md5 ?? digest;
  }

  const all = () => [...clients.values()];
  return {
    url: `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
    get,
    getRest,
    digest,
    learnt,
    diagnosis: createDiagnosis(requests, () => listing.form),
    close: async () => {
      await Promise.all(all().map((client) => client.destroy()));
    },
    lister: { listPage: (scope, cursor, idle) => listing.listPage(scope, cursor, idle) },
    urls: { of: ({ key }) => requests.urlOf(keyPrefix + key) },
    connections: {
      contactOf: () => ({ option: '--endpoint', contact: requests.client.contact }),
      active: () => all().flatMap((client) => [...client.active]),
      moving: () => all().reduce((sum, client) => sum + client.moving, 0),
      recycle: async () => {
        await Promise.all(all().map((client) => client.recycle()));
      },
      closeIdle: () => {
        for (const client of all()) client.closeIdle();
      },
      onAnswer: (listener) => {
        onAnswer = listener;
        for (const client of all()) client.onAnswer = listener;
      },
    },
  };
}

/** A program gives the keys themselves. */
function credentialsOf(given: S3Credentials | Keys | undefined): S3Credentials | undefined {
  return given !== undefined && 'accessKeyId' in given ? { kind: 'keys', keys: given } : given;
}

function keysOf(credentials: S3Credentials | undefined): KeyProvider | undefined {
  if (credentials === undefined || credentials.kind === 'unsigned') return undefined;
  if (credentials.kind === 'keys') return fixedKeys(credentials.keys, credentials.reread);
  return chainKeys(() => loadChain(credentials.profileName));
}
