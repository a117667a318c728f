// An honest Upyun on the loopback interface: the REST API, and one CDN domain for each bucket, over real HTTP.
// It follows what is known of the service, has a switch where sources disagree, and misbehaves only by script.

import type { RequestListener } from 'node:http';
import type { Bucket } from '../buckets/bucket.js';
import { type Context, openExchange } from '../wire/exchange.js';
import { type Fault, FaultScript } from '../wire/fault-script.js';
import { Listener } from '../wire/listener.js';
import { type Counters, RequestLog, type RequestLogEntry } from '../wire/request-log.js';
import { serve } from '../wire/serve.js';
import { credentials } from './authorise.js';
import {
  type CdnBehaviour,
  type ListBehaviour,
  listBehaviour,
  type ObjectBehaviour,
  objectBehaviour,
} from './behaviour.js';
import { type RateLimit, RateLimiter } from './rate-limit.js';
import { cdnTarget, restTarget } from './target.js';

export interface UpyunServerOptions {
  readonly buckets: Record<string, Bucket>;
  /** @default 'operator' */
  readonly operator?: string;
  /** @default 'password' */
  readonly password?: string;
  /** The server's clock: for signatures, tokens, the rate limit and the Date header. @default Date.now */
  readonly nowMs?: () => number;
  readonly list?: Partial<ListBehaviour>;
  readonly object?: Partial<ObjectBehaviour>;
  readonly cdn?: Partial<CdnBehaviour>;
  readonly faults?: readonly Fault[];
  readonly rateLimit?: RateLimit;
  /** Requests kept in the log, the newest ones; 0 for measurements. @default 10_000 */
  readonly logLimit?: number;
  /** Port of the REST API. @default 0, chosen by the system */
  readonly port?: number;
  /** The address to listen at, for namespaces of their own. @default 127.0.0.1 */
  readonly host?: string;
}

export interface UpyunServer {
  /** Origin of the REST API, without a final slash. */
  readonly endpoint: string;
  /** Origin of a bucket's CDN domain. */
  cdn(bucketName: string): string;
  /** Newest requests, oldest first; an entry changes while its request is being answered. */
  readonly log: RequestLogEntry[];
  readonly counters: Counters;
  readonly faults: FaultScript;
  readonly buckets: Record<string, Bucket>;
  /** The switches; they may be turned at any time. */
  readonly list: ListBehaviour;
  readonly object: ObjectBehaviour;
  setRateLimit(limit: RateLimit | undefined): void;
  /** Cuts all connections and refuses new ones. */
  stopListening(): Promise<void>;
  /** Opens the same ports again. */
  listenAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function startUpyunServer(options: UpyunServerOptions): Promise<UpyunServer> {
  const context = createContext(options);
  const { log, buckets } = context;
  const onConnection = () => {
    log.counters.connections += 1;
  };
  const rest = new Listener(restHandler(context), onConnection, options);
  const cdns = new Map(
    Object.entries(buckets).map(([name, bucket]) => [
      name,
      new Listener(cdnHandler(context, name, bucket), onConnection),
    ]),
  );
  const listeners = [rest, ...cdns.values()];
  const openAll = async () => {
    await Promise.all(listeners.map((listener) => listener.open()));
  };
  const closeAll = async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  await openAll();

  return {
    endpoint: rest.origin,
    cdn: (bucketName) => {
      const listener = cdns.get(bucketName);
      if (!listener) throw new Error(`no such bucket: ${bucketName}`);
      return listener.origin;
    },
    log: log.entries,
    counters: log.counters,
    faults: context.faults,
    buckets,
    list: context.list,
    object: context.object,
    setRateLimit: (limit) => {
      context.limiter = limit && new RateLimiter(limit);
    },
    stopListening: closeAll,
    listenAgain: openAll,
    close: closeAll,
  };
}

function createContext(options: UpyunServerOptions): Context {
  return {
    buckets: options.buckets,
    credentials: credentials(options.operator ?? 'operator', options.password ?? 'password'),
    nowMs: options.nowMs ?? Date.now,
    list: listBehaviour(options.list),
    object: objectBehaviour(options.object),
    cdn: { tokenSecret: undefined, ...options.cdn },
    faults: new FaultScript(options.faults),
    log: new RequestLog(options.logLimit ?? 10_000),
    limiter: options.rateLimit && new RateLimiter(options.rateLimit),
  };
}

function restHandler(context: Context): RequestListener {
  return (req, res) => {
    const target = restTarget(req, context.buckets);
    answer(context, { view: 'rest', target, req, res });
  };
}

function cdnHandler(context: Context, bucketName: string, bucket: Bucket): RequestListener {
  return (req, res) => {
    const target = cdnTarget(req, bucketName, bucket);
    answer(context, { view: 'cdn', target, req, res });
  };
}

function answer(context: Context, request: Parameters<typeof openExchange>[1]): void {
  // A bug in the fake must not look like a slow server.
  serve(openExchange(context, request)).catch((error: unknown) => request.res.destroy(error as Error));
}
