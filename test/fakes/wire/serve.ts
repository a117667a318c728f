// The way of one request: whether there are too many first, then scripted trouble, then the rate limit, authorisation, and at last the answer.

import { replyFlatListing } from '../buckets/flat-list.js';
import { refusal } from '../upyun/authorise.js';
import { replyListing } from '../upyun/list-reply.js';
import { replyObject } from '../upyun/object-reply.js';
import { PROBLEMS, problemOf } from '../upyun/problem.js';
import { cdnToken } from '../upyun/signature.js';
import type { Exchange } from './exchange.js';
import { pause } from './pump.js';
import { send, sendHtml, sendProblem } from './send.js';

export async function serve(exchange: Exchange): Promise<void> {
  if (answersWithCrowding(exchange)) return;
  if (exchange.faults.delayMs) await pause(exchange.res, exchange.faults.delayMs);
  await exchange.faults.waitFor;
  if (answersWithFault(exchange) || answersWithThrottle(exchange) || answersWithRefusal(exchange)) return;
  if (exchange.view === 'cdn') return serveCdn(exchange);
  return serveRest(exchange);
}

function serveRest(exchange: Exchange): void | Promise<void> {
  const { target } = exchange;
  switch (target.kind) {
    case 'usage':
      return replyUsage(exchange);
    case 'list':
      return target.query === 'files' ? replyFlatListing(exchange) : replyListing(exchange);
    case 'get':
    case 'head':
      return replyObject(exchange);
    default:
      return sendProblem(exchange, PROBLEMS.method);
  }
}

function serveCdn(exchange: Exchange): void | Promise<void> {
  if (exchange.target.kind === 'other') return sendProblem(exchange, PROBLEMS.method);
  if (!hasValidToken(exchange)) return sendProblem(exchange, PROBLEMS.antiLeech);
  return replyObject(exchange);
}

function replyUsage(exchange: Exchange): void {
  const { bucket, directory } = exchange.target;
  if (!bucket?.hasFolder(directory)) {
    sendProblem(exchange, PROBLEMS.missing);
    return;
  }
  const content = Buffer.from(String(bucket.usageBytes(directory)));
  send(exchange, { status: 200, headers: { 'content-type': 'text/plain' }, content, length: content.length });
}

function answersWithFault(exchange: Exchange): boolean {
  const { faults, req } = exchange;
  if (faults.stallBeforeHeaders) return true;
  if (faults.resetBeforeHeaders) {
    req.socket.resetAndDestroy();
    return true;
  }
  if (faults.status !== undefined) {
    const fault = typeof faults.status === 'number' ? { status: faults.status } : faults.status;
    sendProblem(exchange, problemOf(fault.status, fault.code), fault);
    return true;
  }
  if (faults.gone) sendProblem(exchange, PROBLEMS.missing);
  else if (faults.okWithErrorJson) sendProblem(exchange, { ...PROBLEMS.unknown, status: 200 });
  else if (faults.okWithHtml) sendHtml(exchange, 200);
  else return false;
  return true;
}

function answersWithCrowding(exchange: Exchange): boolean {
  const { context, target, view } = exchange;
  const { activeGets, activeLists, active } = context.log.counters;
  const underWay = target.kind === 'get' ? activeGets : target.kind === 'list' ? activeLists : active;
  const code = context.limiter?.crowding(target.kind, view, { nowMs: context.nowMs(), underWay });
  if (code === undefined) return false;
  sendProblem(exchange, problemOf(429, code), { retryAfterSeconds: context.limiter?.limit.retryAfterSeconds });
  return true;
}

function answersWithThrottle(exchange: Exchange): boolean {
  const { context, target, view } = exchange;
  const code = context.limiter?.refusal(target.kind, view, context.nowMs());
  if (code === undefined) return false;
  sendProblem(exchange, problemOf(429, code), { retryAfterSeconds: context.limiter?.limit.retryAfterSeconds });
  return true;
}

function answersWithRefusal(exchange: Exchange): boolean {
  const { context, target, view, entry, req, nowMs } = exchange;
  if (target.problem) {
    sendProblem(exchange, target.problem);
    return true;
  }
  if (view === 'cdn') return false;
  const problem =
    refusal(req, context.credentials, nowMs) ?? (target.bucket === undefined ? PROBLEMS.unknownBucket : undefined);
  entry.authorised = problem === undefined;
  if (!problem) return false;
  context.log.counters.unauthenticated += 1;
  sendProblem(exchange, problem);
  return true;
}

function hasValidToken({ context, target, req, nowMs }: Exchange): boolean {
  const secret = context.cdn.tokenSecret;
  if (secret === undefined) return true;
  const given = `${target.query ?? ''}; ${req.headers.cookie ?? ''}`;
  const [, token, expire] = /(?:^|[&;\s])_upt=([0-9a-f]{8}(\d+))/.exec(given) ?? [];
  return Number(expire) * 1000 >= nowMs && token === cdnToken(secret, Number(expire), `/${target.key}`);
}
