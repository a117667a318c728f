/** Whether an origin has ever answered, and what it means if it has not. */
import type { TransferError } from '../errors.js';
import { say } from '../texts/say.js';

/** Contact with one origin since the process began. */
export interface Contact {
  readonly origin: string;
  /** Host and port of the proxy, if there is one. */
  readonly proxy: string | undefined;
  /** Time of the first request, in milliseconds since 1970. */
  sinceMs: number | undefined;
  /** True after any answer, also an error page. */
  hasAnswered: boolean;
  /** Requests that failed before the first answer. */
  failures: number;
  lastError: TransferError | undefined;
}

export function newContact(origin: string, proxy: string | undefined): Contact {
  const proxyHost = proxy === undefined ? undefined : new URL(proxy).host;
  return { origin, proxy: proxyHost, sinceMs: undefined, hasAnswered: false, failures: 0, lastError: undefined };
}

/** How long Sluice tries to get a first connection. */
const FIRST_CONTACT_MS = 30_000;
/** An origin that accepts connections may refuse one object, but not this many requests in a row. */
const TELLING_FAILURES = 8;

/** Whether waiting for a connection is useless, even with attempts left. */
export function isExhausted({ hasAnswered, sinceMs }: Contact, { code }: TransferError): boolean {
  return (
    !hasAnswered && code === 'ERR_UNREACHABLE' && sinceMs !== undefined && Date.now() - sinceMs >= FIRST_CONTACT_MS
  );
}

/**
 * Whether a failed request shows that the origin is wrong, not the request. (`isListing`: a listing cannot be wrong by
 * itself.)
 */
export function isNoContact(
  { hasAnswered, failures }: Contact,
  { code }: TransferError,
  { isListing }: { isListing: boolean },
): boolean {
  if (hasAnswered) return false;
  if (code === 'ERR_UNREACHABLE') return true;
  return ['ERR_NETWORK', 'ERR_TIMEOUT', 'ERR_PROTOCOL'].includes(code) && (isListing || failures >= TELLING_FAILURES);
}

/** Why there was no contact, and what to check. */
export function whyNoContact({ origin, proxy }: Contact, error: TransferError): string {
  const { contact: texts, proxy: proxies } = say.network;
  const why = reasonOf(error, origin.startsWith('http:')) ?? texts.otherReason(error.message);
  return proxy === undefined ? why : `${why} (${proxies.asked(proxy)})`;
}

function reasonOf(error: TransferError, isPlain: boolean): string | undefined {
  const { contact: texts } = say.network;
  // Its message says why, and what to do.
  if (error.code === 'ERR_UNREACHABLE') return error.message;
  if (error.code === 'ERR_NETWORK') return isPlain ? texts.closesPlain : texts.closes;
  if (error.code === 'ERR_PROTOCOL') return (isPlain ? texts.noHttpPlain : texts.noHttp)(error.message);
  if (error.code === 'ERR_TIMEOUT') return isPlain ? texts.silentPlain : texts.silent;
  return undefined;
}
