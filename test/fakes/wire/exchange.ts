// One request on its way through the server, and what all requests share.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bucket } from '../buckets/bucket.js';
import type { Credentials } from '../upyun/authorise.js';
import type { CdnBehaviour, ListBehaviour, ObjectBehaviour } from '../upyun/behaviour.js';
import type { RateLimiter } from '../upyun/rate-limit.js';
import type { Target } from '../upyun/target.js';
import type { FaultAction, FaultScript } from './fault-script.js';
import type { RequestLog, RequestLogEntry, View } from './request-log.js';

export interface Context {
  readonly buckets: Record<string, Bucket>;
  readonly credentials: Credentials;
  readonly nowMs: () => number;
  readonly list: ListBehaviour;
  readonly object: ObjectBehaviour;
  readonly cdn: CdnBehaviour;
  readonly faults: FaultScript;
  readonly log: RequestLog;
  limiter: RateLimiter | undefined;
}

export interface Exchange {
  readonly context: Context;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly view: View;
  readonly target: Target;
  readonly faults: FaultAction;
  readonly entry: RequestLogEntry;
  /** The server's clock, with the skew of a fault. */
  readonly nowMs: number;
  readonly requestId: string;
}

export function openExchange(
  context: Context,
  { view, target, req, res }: Pick<Exchange, 'view' | 'target' | 'req' | 'res'>,
): Exchange {
  const { kind, key, bucketName } = target;
  const method = req.method ?? '';
  const atMs = context.nowMs();
  const faults = context.faults.take({ kind, key, view, method });
  const rawPath = req.url ?? '';
  const entry = context.log.open({ atMs, view, kind, method, rawPath, bucket: bucketName, key, headers: req.headers });
  res.once('close', () => context.log.close(entry));
  // A client that goes away in mid-body is no error of the server.
  res.on('error', () => {});
  const nowMs = atMs + (faults.dateSkewMs ?? 0);
  return { context, req, res, view, target, faults, entry, nowMs, requestId: entry.at.toString(16).padStart(32, '0') };
}
