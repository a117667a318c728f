/** Why a connection failed, and what to do, in a sentence for people: by the codes of Sluice, undici, the system and OpenSSL. */
import { say } from '../texts/say.js';

/** How long a request may take, in milliseconds. */
export interface Timeouts {
  /** Until it has a connection. */
  readonly connectTimeoutMs: number;
  /** Without a byte. */
  readonly timeoutMs: number;
}

/** What Node says of a failed lookup or connection. */
interface SystemError {
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Undefined for a code that says nothing more than the error itself. `code`: the deepest one of the error. */
export function connectionReason(error: unknown, code: string, timeouts?: Timeouts): string | undefined {
  const { connecting, tls, answer } = say.network;
  switch (code) {
    case 'ECONNREFUSED':
      return connecting.refused(placeOf(error), code);
    case 'ENOTFOUND':
    case 'EAI_NODATA':
      return connecting.unknownName(hostOf(error), code);
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return connecting.noLookup(hostOf(error), code);
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return connecting.noRoute(placeOf(error), code);
    case 'WIRE_ADDRESS':
      return connecting.notPublic((error as Error).message);
    case 'EADDRNOTAVAIL':
      return connecting.noAddress(code);
    case 'WIRE_CONNECT_TIMEOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return timeouts && connecting.silent(Math.round(timeouts.connectTimeoutMs / 1000));
    case 'ETIMEDOUT':
      return connecting.timedOut(placeOf(error), code);
    case 'WIRE_HEAD_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
      return timeouts && answer.late(Math.round(timeouts.timeoutMs / 1000));
    case 'WIRE_BODY_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return timeouts && answer.stopped(Math.round(timeouts.timeoutMs / 1000));
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return answer.reset(code);
    case 'WIRE_CLOSED':
    case 'UND_ERR_SOCKET':
      return answer.closed;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return tls.notSpoken;
    default:
      return certificateReason(code);
  }
}

function certificateReason(code: string): string | undefined {
  const { tls } = say.network;
  if (isHandshakeRefused(code)) return tls.refused(code);
  if (code === 'CERT_HAS_EXPIRED') return tls.expired(code);
  if (code === 'CERT_NOT_YET_VALID') return tls.notYetValid(code);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') return tls.otherName(code);
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' || code === 'SELF_SIGNED_CERT_IN_CHAIN') return tls.selfSigned(code);
  if (/^UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code)) return tls.unknownAuthority(code);
  return isCertificate(code) ? tls.other(code) : undefined;
}

/** Not worth a retry: the certificate stays the same. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH$)/;

export function isCertificate(code: string): boolean {
  return CERTIFICATE.test(code);
}

/** No common version or cipher, a name that the server does not serve, or no certificate of the client. */
const HANDSHAKE =
  /^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|UNRECOGNIZED_NAME)$/;

/** One server behind an address may refuse what another one takes, so it is worth a retry. */
export function isHandshakeRefused(code: string): boolean {
  return HANDSHAKE.test(code);
}

/** `10.0.0.1:80`, `[::1]:80`; '' if no error of the chain names it. */
function placeOf(error: unknown): string {
  const { address, port } = deepest(error, 'address');
  if (typeof address !== 'string') return '';
  const host = address.includes(':') ? `[${address}]` : address;
  return typeof port === 'number' ? `${host}:${port}` : host;
}

function hostOf(error: unknown): string {
  const { hostname } = deepest(error, 'hostname');
  return typeof hostname === 'string' ? hostname : '';
}

/** The error of the chain that has that field. */
function deepest(error: unknown, field: 'address' | 'hostname'): SystemError {
  const own = (error ?? {}) as SystemError;
  if (own[field] !== undefined) return own;
  const inner = own.cause ?? own.errors?.[0];
  return inner === undefined || inner === null ? {} : deepest(inner, field);
}
