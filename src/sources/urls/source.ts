/** A list of URLs as a Source: it lists nothing, and each entry says itself where its request goes. */
import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorCode, TransferError } from '../../errors.js';
import { single } from '../../http/answer-headers.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { MemoryHolder } from '../../lib/http1/transport.js';
import { publicAddressCheck } from '../../lib/network/public-address.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { KnownVersion } from '../../model/urls/known-version.js';
import { type Trail, UrlTarget } from '../../model/urls/url-target.js';
import { say } from '../../texts/say.js';
import type { OpenOptions } from '../scheme.js';
import type { BrokenBody, FetchedObject, Redirected, Source } from '../source.js';
import { createAsideLines } from './aside-lines.js';
import { Clients, type ClientsOptions } from './clients.js';
import { createLineReader } from './lines.js';
import { inspectObject, inspectRest, type UrlHeaders } from './object.js';
import { REDIRECTS, redirected } from './redirect.js';
import { refusalError } from './refusal.js';

export type UrlsOptions = Omit<OpenOptions, 'sourceOptions' | 'credentials' | 'pageSize'> &
  // Instead of what `isUntrusted` means, and of the system's DNS.
  Pick<ClientsOptions, 'accepts' | 'lookup'>;

/** The name of every list, for messages and the files of a job. */
export const URLS = 'urls:';

/** RFC 9110 recommends no number; browsers follow 20, and nothing that is meant needs more than these. */
const REDIRECT_LIMIT = 5;

interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  readonly inspect?: (headers: IncomingHttpHeaders, what: string) => void;
  readonly memory?: MemoryHolder | undefined;
  readonly status?: number;
  readonly isStreamed?: boolean;
  /** 304 is an answer. */
  readonly isConditional?: boolean;
}

export function createUrlsSource({ connections, isUntrusted, ...options }: UrlsOptions): Source {
  const accepts = options.accepts ?? (isUntrusted ? publicAddressCheck() : undefined);
  const { timeoutMs, proxyFor, ca, isInsecure, memory, lookup } = options;
  const addresses = { accepts, lookup };
  const clients = new Clients({
    ...{ connections: connections.objects.max, timeoutMs, proxyFor, ca, isInsecure, memory, ...addresses },
  });

  /** Follows redirects to the same server; where one leads to another server, returns the target. Cookies are neither kept nor sent. */
  async function ask(first: UrlTarget, asking: Asking): Promise<Exchange | UrlTarget> {
    const { headers, inspect, isConditional, ...request } = asking;
    const asked = new Set(first.trail?.asked);
    for (let target = first; ; ) {
      const what = say.urls.request(target.shown);
      const client = clients.of(target.origin);
      const reply = await exchange(client, {
        ...request,
        path: target.path,
        headers: { ...ALWAYS, ...target.headers, ...headers },
        what,
        inspect: inspect && ((answered) => inspect(answered, what)),
      }).catch(ofOneHost);
      if (reply.status === (request.status ?? 200) || (reply.status === 304 && isConditional)) return reply;
      if (!REDIRECTS.has(reply.status))
        ofOneHost(ofTrail(refusalError(reply, what, client.contact.proxy !== undefined), first));
      asked.add(target.url);
      target = next(target, reply, { what, asked });
      const { origin, path } = target;
      const trail = { first: first.trail?.first ?? first, asked: [...asked], atMs: Date.now(), status: reply.status };
      if (origin !== first.origin) return new UrlTarget(origin, path, undefined, trail);
    }
  }

  async function getOfOne(
    entry: ObjectEntry,
    holder?: MemoryHolder,
    known?: KnownVersion,
  ): Promise<FetchedObject | Redirected> {
    let read: UrlHeaders | undefined;
    const inspect = (headers: IncomingHttpHeaders, what: string) => {
      read = inspectObject(headers, what, entry);
    };
    const asking = { inspect, memory: holder, ...(known && { headers: conditions(known), isConditional: true }) };
    const answer = await ask(targetOf(entry), asking);
    if (answer instanceof UrlTarget) return { redirectedTo: { ...entry, target: answer } };
    const { status, bytes, stream } = answer;
    if (status === 304) return { isUnchanged: true };
    const { size, md5, etag, lastModifiedMs, validators } = read!;
    return { size, md5, etag, isEtagStrong: etag !== undefined, lastModifiedMs, validators, bytes, stream };
  }

  async function get(entry: ObjectEntry, holder?: MemoryHolder, known?: KnownVersion): Promise<FetchedObject> {
    for (let asked = entry; ; ) {
      const trail = asked.target?.trail;
      const answer = await getOfOne(asked, holder, known).catch(trail === undefined ? ofOneHost : ofRedirect(trail));
      if (!('redirectedTo' in answer)) return answer;
      asked = answer.redirectedTo;
    }
  }

  /** A redirect to another server is followed at once, without its pacer: the body has a request there already. */
  async function askForRest(target: UrlTarget, asking: Asking): Promise<Exchange> {
    let { trail } = target;
    for (let asked = target; ; ) {
      const answer = await ask(asked, asking).catch((error: TransferError) => {
        if (trail === undefined || !OLD_SIGNATURE.has(error.status!)) throw error;
        const { first } = trail;
        trail = undefined;
        return first;
      });
      if (!(answer instanceof UrlTarget)) return answer;
      asked = answer;
    }
  }

  async function getRest(entry: ObjectEntry, broken: BrokenBody) {
    const target = targetOf(entry);
    const etag = `"${broken.etag}"`;
    const headers = { range: `bytes=${broken.fromBytes}-`, 'if-range': etag };
    const inspect = (answered: IncomingHttpHeaders, what: string) => inspectRest(answered, what, broken);
    try {
      return (await askForRest(target, { headers, inspect, status: 206, isStreamed: true })).stream!;
    } catch (error) {
      // 200: another body, or no ranges; 404: may be gone, which the next attempt finds; 412, 416: another version.
      const isOther = error instanceof TransferError && [200, 404, 410, 412, 416].includes(error.status ?? 0);
      if (!isOther) throw error;
      throw new TransferError('ERR_CHANGED', say.urls.noRest(target.shown, error.message), { cause: error });
    }
  }

  return {
    url: URLS,
    get,
    getRest,
    readLine: createLineReader(),
    close: () => clients.close(),
    origins: {
      of: (entry) => targetOf(entry).origin,
      get: getOfOne,
      close: (origin) => clients.drop(origin),
      lines: createAsideLines(),
    },
    connections: {
      // One silent host of many says nothing about the others.
      contactOf: () => ({ option: 'URL', contact: ANY_CONTACT }),
      active: () => clients.all.flatMap((client) => [...client.active]),
      moving: () => clients.all.reduce((sum, client) => sum + client.moving, 0),
      recycle: async () => {
        await Promise.all(clients.all.map((client) => client.recycle()));
      },
      closeIdle: () => {
        for (const client of clients.all) client.closeIdle();
      },
      onAnswer: (listener) => clients.listen(listener),
    },
  };
}

/** Lengths and digests are about the stored bytes. */
const ALWAYS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'sluice' };

const ANY_CONTACT = {
  origin: URLS,
  proxy: undefined,
  sinceMs: undefined,
  hasAnswered: true,
  failures: 0,
  lastError: undefined,
};

/** With both, a server takes the ETag (RFC 9110, 13.2.2). */
function conditions({ etag, lastModified }: KnownVersion): Record<string, string> {
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}

/** The TLS of one host of many ends no run. */
function ofOneHost(error: TransferError): never {
  if (error.code !== 'ERR_TLS') throw error;
  throw new TransferError('ERR_HOST_TLS', error.message, { cause: error });
}

/** The signs of a server that is down. */
const DOWN: ReadonlySet<ErrorCode> = new Set(['ERR_UNREACHABLE', 'ERR_NETWORK', 'ERR_TIMEOUT', 'ERR_SERVER']);

/** A server that is down behind a redirect says nothing of the one that sent the redirect: that one has answered. */
function ofRedirect({ status }: Trail): (error: TransferError) => never {
  return (error) => {
    if (!DOWN.has(error.code)) ofOneHost(error);
    throw new TransferError('ERR_HOST_UNREACHABLE', error.message, { cause: error, status });
  };
}

/** Where a redirect has led is often signed for a short time. If it is refused later, the first URL is asked again. */
function ofTrail(error: TransferError, { trail }: UrlTarget): TransferError {
  if (trail === undefined || Date.now() - trail.atMs < FRESH_MS || !OLD_SIGNATURE.has(error.status!)) return error;
  return new TransferError('ERR_CHANGED', say.urls.oldRedirect(error.message), { cause: error, status: error.status! });
}

const FRESH_MS = 5_000;
/** What stores and CDNs answer to a signature that is too old. */
const OLD_SIGNATURE: ReadonlySet<number> = new Set([400, 401, 403]);

function targetOf({ key, target }: ObjectEntry): UrlTarget {
  if (target !== undefined) return target;
  throw new TransferError('ERR_BAD_LINE', say.urls.about(key, say.urls.noUrl));
}

interface Hop {
  readonly what: string;
  /** URLs that were asked for this object. */
  readonly asked: ReadonlySet<string>;
}

function next(from: UrlTarget, { status, headers }: Exchange, { what, asked }: Hop): UrlTarget {
  const { urls } = say;
  const failed = (text: string) => new TransferError('ERR_REDIRECT', text, { status });
  const location = single(headers.location);
  const target = location === undefined ? undefined : redirected(from, location);
  if (target === undefined) throw failed(urls.noLocation(what, status));
  if (from.origin.startsWith('https:') && target.origin.startsWith('http:'))
    throw failed(urls.downgrade(what, target.origin));
  if (asked.has(target.url)) throw failed(urls.loop(what));
  if (asked.size > REDIRECT_LIMIT) throw failed(urls.tooManyRedirects(what, REDIRECT_LIMIT));
  return target;
}
