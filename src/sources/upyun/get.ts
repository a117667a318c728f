/**
 * GET and HEAD requests to Upyun: signed for the API, unsigned for a CDN domain. Any status but the expected one is
 * thrown as an error.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../../errors.js';
import type { Client } from '../../http/client.js';
import { type Exchange, type ExchangeRequest, exchange } from '../../http/exchange.js';
import type { MemoryHolder } from '../../lib/http1/transport.js';
import { say } from '../../texts/say.js';
import { HTTP_DATE, ServerClock } from '../server-clock.js';
import type { CdnTokens } from './cdn-token.js';
import { refusalError } from './errors.js';
import type { Credentials } from './settings.js';
import { createSigner } from './sign.js';

export interface GetOptions {
  /** @default GET */
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** See {@link exchange}. */
  inspect?: (headers: IncomingHttpHeaders) => void;
  memory?: MemoryHolder | undefined;
  collectLimitBytes?: number;
  /** The expected status. @default 200 */
  status?: number;
  isStreamed?: boolean;
}

export type Get = (client: Client, path: string, options: GetOptions) => Promise<Exchange>;

/** Lengths and digests are about the stored bytes, so no server may compress them. */
const IDENTITY: Readonly<Record<string, string>> = { 'accept-encoding': 'identity' };

/**
 * Signs each request just before it is sent, since its Date ages while an object waits. If the server refuses it and
 * the clocks differ, the request is signed once more with the server's time.
 */
export function createSignedGet(credentials: Credentials | undefined): Get {
  const clock = new ServerClock(HTTP_DATE);
  const sign = credentials && createSigner(credentials);
  return async (client, path, options) => {
    const { method = 'GET' } = options;
    const what = `${method} ${path}`;
    if (sign === undefined) {
      throw new TransferError('ERR_AUTH', say.network.about(what, say.sources.upyun.credentials.needed));
    }
    for (let isSecond = false; ; isSecond = true) {
      const date = clock.date();
      const headers = { authorization: sign(method, path, date), date, ...IDENTITY, ...options.headers };
      const reply = await exchange(client, requestOf({ method, path, headers, what }, options));
      if (reply.status === (options.status ?? 200)) return reply;
      const isLearnt = reply.status === 401 && clock.learn(reply.headers.date, date);
      if (!isLearnt || isSecond) throw refusalError(reply, { what, isSigned: true });
    }
  };
}

/**
 * Sends requests to a CDN domain, without anything that identifies the operator. `tokens`: signs the links, each just before
 * it is sent.
 */
export function createUnsignedGet(origin: string, tokens?: CdnTokens): Get {
  return async (client, path, options) => {
    const { method = 'GET', headers: more } = options;
    const what = `${method} ${origin}${path}`;
    const headers = more === undefined ? IDENTITY : { ...IDENTITY, ...more };
    if (tokens !== undefined) return withToken(client, tokens, { method, path, headers, what }, options);
    const reply = await exchange(client, requestOf({ method, path, headers, what }, options));
    if (reply.status !== (options.status ?? 200)) throw refusalError(reply, { what, isSigned: false });
    return reply;
  };
}

/** The token is in the path that is sent, and nowhere else: `what` names the request in messages. */
async function withToken(client: Client, tokens: CdnTokens, bare: BareRequest, options: GetOptions): Promise<Exchange> {
  for (let isSecond = false; ; isSecond = true) {
    const date = tokens.date();
    const reply = await exchange(client, requestOf({ ...bare, path: tokens.sign(bare.path, date) }, options));
    if (reply.status === (options.status ?? 200)) {
      tokens.isProven = true;
      return reply;
    }
    const isLearnt = reply.status === 403 && tokens.learn(reply.headers.date, date);
    if (isLearnt && !isSecond) continue;
    throw refusalError(reply, { what: bare.what, isSigned: false, token: tokens.isProven ? 'proven' : 'unproven' });
  }
}

type BareRequest = Pick<ExchangeRequest, 'method' | 'path' | 'headers' | 'what'>;

/** Written out field by field: it runs for each object, and a spread is the slowest way to copy. */
function requestOf(
  { method, path, headers, what }: BareRequest,
  { status, isStreamed, inspect, memory, collectLimitBytes }: GetOptions,
): ExchangeRequest {
  return { method, path, headers, what, status, isStreamed, inspect, memory, collectLimitBytes };
}
