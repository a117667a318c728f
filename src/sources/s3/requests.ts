/**
 * Signed requests to a bucket. Each is signed just before it is sent, since its date ages while an object waits. A
 * refusal that says what was wrong (the clock, the region, keys that have expired) is answered once with a request that
 * is right.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import type { Client } from '../../http/client.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { MemoryHolder } from '../../lib/http1/transport.js';
import { say } from '../../texts/say.js';
import { BASIC_DATE, ServerClock } from '../server-clock.js';
import { type Address, addressOf, awsEndpoint, type PathStyle } from './address.js';
import type { KeyProvider } from './credentials/keys.js';
import { CHECKSUM_MODE } from './digests.js';
import { encodeKey, queryOf } from './path.js';
import { type Provider, providerOf } from './providers.js';
import { type Asked, readRefusal, refusalError } from './refusal.js';
import { createSigner, type Keys } from './sign.js';

export interface RequestsOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly pathStyle: PathStyle;
  readonly provider: Provider;
  readonly isPayer: boolean;
  /** Undefined = without a signature. */
  readonly keys: KeyProvider | undefined;
  /** Connections to an origin. */
  readonly clientOf: (origin: string) => Client;
  /** Called where the bucket turns out to be in another region. */
  readonly onRegion?: ((region: string) => void) | undefined;
}

export interface ObjectRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly inspect?: (headers: IncomingHttpHeaders) => void;
  readonly memory?: MemoryHolder | undefined;
  readonly status?: number;
  readonly isStreamed?: boolean;
  /** As the listing says it: the refusal may not. */
  readonly storageClass?: string | undefined;
}

type Sign = ReturnType<typeof createSigner>;

/** What a request is sent to, and signed for. */
interface Place {
  readonly region: string;
  readonly address: Address;
  readonly client: Client;
}

/** Lengths and digests are about the stored bytes. Not signed: proxies of some stores change it. */
const IDENTITY = { 'accept-encoding': 'identity' };

const COMPRESSED = /\b(gzip|deflate|compress|br|zstd)\b/i;

/** Clock, keys, and a region that another request has learnt meanwhile. A server could name another one for ever. */
const MOST_CORRECTIONS = 4;

/** A region that can be a part of a host name. */
const HOST_REGION = /^(?!xn--)[a-z0-9-]+$/i;

export class Requests {
  readonly #options: RequestsOptions;
  readonly #clock = new ServerClock(BASIC_DATE);
  readonly #extra: Readonly<Record<string, string>>;
  readonly #objectExtra: Readonly<Record<string, string>>;
  #place: Place;
  #signer: { keys: Keys; region: string; sign: Sign } | undefined;

  constructor(options: RequestsOptions) {
    const { endpoint, region, isPayer } = options;
    this.#options = options;
    this.#extra = isPayer ? { 'x-amz-request-payer': 'requester' } : {};
    this.#objectExtra = { ...this.#extra, ...CHECKSUM_MODE };
    this.#place = this.#placeAt(endpoint, region);
  }

  /** Requests go out without keys. */
  get isUnsigned(): boolean {
    return this.#options.keys === undefined;
  }

  get client(): Client {
    return this.#place.client;
  }

  /** ListObjects with these parameters. */
  list(parameters: Readonly<Record<string, string | undefined>>, collectLimitBytes: number): Promise<Exchange> {
    const { bucket } = this.#options;
    const target = { path: '', query: queryOf(parameters), what: `GET /${bucket}` };
    const inspect = (headers: IncomingHttpHeaders) => {
      const encoding = headers['content-encoding'] ?? '';
      // As bytes it would be no listing, and the endpoint is right.
      if (COMPRESSED.test(encoding))
        throw new TransferError('ERR_LISTING', say.s3.encoded(target.what, encoding.slice(0, 40)));
    };
    return this.#send(target, { asked: 'listing', collectLimitBytes, inspect });
  }

  /** Without a signature. */
  urlOf(key: string): string {
    const { origin, base } = this.#place.address;
    return `${origin}${base}/${encodeKey(key)}`;
  }

  object(key: string, request: ObjectRequest): Promise<Exchange> {
    const path = `/${encodeKey(key)}`;
    const what = `${request.method ?? 'GET'} /${this.#options.bucket}${path}`;
    return this.#send({ path, query: '', what }, { asked: 'object', ...request });
  }

  async #send(
    { path, query, what }: { path: string; query: string; what: string },
    { asked, storageClass, ...request }: ObjectRequest & { asked: Asked; collectLimitBytes?: number },
  ): Promise<Exchange> {
    const corrected = new Set<string>();
    const extra = asked === 'object' ? this.#objectExtra : this.#extra;
    for (;;) {
      const place = this.#place;
      const { address, client } = place;
      const target = address.base + path || '/';
      const { method = 'GET' } = request;
      const date = this.#clock.date();
      const keys = this.#options.keys?.now() ?? (await this.#options.keys?.get());
      const toSign = { method, host: address.host, path: target, query, date, extra };
      const signed = keys === undefined ? extra : this.#signerOf(keys, place.region)(toSign);
      const reply = await exchange(client, {
        ...request,
        method,
        path: query === '' ? target : `${target}?${query}`,
        headers: { ...signed, ...IDENTITY, ...request.headers },
        what,
      });
      if (reply.status === (request.status ?? 200)) return reply;
      const correction = await this.#correct(reply, { place, date, keys });
      if (correction === undefined || corrected.has(correction) || corrected.size === MOST_CORRECTIONS)
        throw refusalError(reply, {
          asked,
          what,
          storageClass,
          isSigned: keys !== undefined,
          secrets: secretsOf(keys),
        });
      corrected.add(correction);
    }
  }

  /** Learns from a refusal. Returns what has changed; undefined if nothing has. */
  async #correct(
    reply: Exchange,
    { place, date, keys }: { place: Place; date: string; keys: Keys | undefined },
  ): Promise<string | undefined> {
    const { code, region } = readRefusal(reply);
    if (code === 'RequestTimeTooSkewed') return this.#clock.learn(reply.headers.date, date) ? 'clock' : undefined;
    if (code === 'ExpiredToken' || code === 'TokenRefreshRequired')
      return keys !== undefined && (await this.#options.keys?.renew(keys)) ? 'keys' : undefined;
    const isElsewhere = [301, 307, 400, 403].includes(reply.status) && region !== undefined;
    // A region is printed, and kept in the job.
    if (!isElsewhere || region === place.region || secretsOf(keys).includes(region)) return undefined;
    // Another request may have learnt it meanwhile.
    if (this.#place === place) {
      this.moveTo(region);
      this.#options.onRegion?.(region);
    }
    return `region ${region}`;
  }

  /** From now on requests go to this region, and are signed for it. */
  moveTo(region: string): void {
    this.#place = this.#placeAt(regionalEndpoint(this.#options.endpoint, region), region);
  }

  #placeAt(endpoint: string, region: string): Place {
    const { bucket, pathStyle, provider, clientOf } = this.#options;
    const address = addressOf(endpoint, bucket, { style: pathStyle, provider });
    return { region, address, client: clientOf(address.origin) };
  }

  #signerOf(keys: Keys, region: string): Sign {
    if (this.#signer?.keys !== keys || this.#signer.region !== region)
      this.#signer = { keys, region, sign: createSigner(keys, region) };
    return this.#signer.sign;
  }
}

/** Only AWS has an endpoint for each region; never follows a server to another site. */
function regionalEndpoint(endpoint: string, region: string): string {
  const isRegional = providerOf(new URL(endpoint).hostname).name === 'aws' && HOST_REGION.test(region);
  return isRegional ? awsEndpoint(region) : endpoint;
}

function secretsOf(keys: Keys | undefined): string[] {
  return [keys?.secretAccessKey, keys?.sessionToken].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
}
