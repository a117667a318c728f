/** Whether an origin has ever answered, and what it means if it has not. */
import type { TransferError } from '../errors.js';
import { codeOf } from './errors.js';

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
  const isPlain = origin.startsWith('http:');
  const why = REASONS[codeOf(error.cause)] ?? (isPlain ? PLAIN : SECURE)[error.code] ?? 'check the address';
  return proxy === undefined ? why : `${why} (asked through the proxy ${proxy}: check HTTP_PROXY and HTTPS_PROXY, too)`;
}

const NO_NAME = "there is no such name: check its spelling, and this machine's DNS";
const NO_LOOKUP = "its name cannot be looked up: check this machine's DNS and network";
const NO_ROUTE = "there is no route to it: check this machine's network";
const NO_CONNECTION = 'nothing answers at that address: check it; a firewall may drop what is sent there';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections: check the host and the port, and that the server runs',
  ENOTFOUND: NO_NAME,
  EAI_NODATA: NO_NAME,
  EAI_AGAIN: NO_LOOKUP,
  EAI_FAIL: NO_LOOKUP,
  EHOSTUNREACH: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENETDOWN: NO_ROUTE,
  WIRE_CONNECT_TIMEOUT: NO_CONNECTION,
  UND_ERR_CONNECT_TIMEOUT: NO_CONNECTION,
  ETIMEDOUT: NO_CONNECTION,
};

const SILENT = 'it takes connections and answers nothing: check the host and the port';
const PLAIN: Readonly<Record<string, string>> = {
  ERR_NETWORK: 'it closes connections without an answer: does it want https:// there? Check the port',
  ERR_PROTOCOL: 'it does not speak HTTP there: does it want https://? Check the port',
  ERR_TIMEOUT: `${SILENT}, and whether it wants https://`,
};
const SECURE: Readonly<Record<string, string>> = {
  ERR_NETWORK: 'it closes connections without an answer: check the port',
  ERR_PROTOCOL: 'it does not speak HTTP there: check the port',
  ERR_TIMEOUT: SILENT,
};
