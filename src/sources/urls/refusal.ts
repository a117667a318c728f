/** Statuses of a server → Sluice's errors. No status of one object ends the run: a list has many servers. */

import { type ErrorCode, TransferError } from '../../errors.js';
import { retryAfterMs } from '../../http/answer-headers.js';
import type { Exchange } from '../../http/exchange.js';
import { say } from '../../texts/say.js';

/** The error for an answer that was not expected. `what` names the request. Only a proxy can ask for a login with 407. */
export function refusalError({ status, headers }: Exchange, what: string, isProxied: boolean): TransferError {
  const { urls } = say;
  const failed = (code: ErrorCode, text: string) =>
    new TransferError(code, text, { status, retryAfterMs: retryAfterMs(headers) });
  if (status === 404 || status === 410) return failed('ERR_NOT_FOUND', urls.nothing(what, status));
  if (status === 401 || status === 402 || status === 403 || status === 451 || (status === 407 && !isProxied))
    return failed('ERR_FORBIDDEN_OBJECT', urls.notAllowed(what, status));
  if (status === 429 || status === 503) return failed('ERR_THROTTLED', urls.fewer(what, status));
  if (status === 407) return failed('ERR_PROXY', say.network.about(what, say.network.proxy.login));
  if (status === 412 || status === 416) return failed('ERR_CHANGED', urls.status(what, status));
  if (status === 408 || status === 425 || status >= 500) return failed('ERR_SERVER', urls.status(what, status));
  if (status === 304) return failed('ERR_PROTOCOL', urls.notConditional(what));
  if (status === 206) return failed('ERR_PROTOCOL', urls.part(what));
  if (status >= 300 && status < 400) return failed('ERR_REDIRECT', urls.status(what, status));
  return failed(status >= 400 ? 'ERR_REJECTED' : 'ERR_PROTOCOL', urls.status(what, status));
}
