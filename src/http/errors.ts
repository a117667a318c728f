/**
 * Translates errors of Sluice's connections, of undici and of sockets into Sluice's errors. Only this file knows their
 * codes.
 */
import { type ErrorCode, isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { canOpenFiles } from '../model/open-files.js';
import { say } from '../texts/say.js';
import { connectionReason, isCertificate, isHandshakeRefused, type Timeouts } from './reasons.js';

/** WIRE_…: transport.ts; undici: docs/docs/api/Errors.md; sockets: libuv and OpenSSL codes as Node reports them. */
const CODES: Record<string, ErrorCode> = {
  WIRE_CONNECT_TIMEOUT: 'ERR_UNREACHABLE',
  WIRE_HEAD_TIMEOUT: 'ERR_TIMEOUT',
  WIRE_BODY_TIMEOUT: 'ERR_TIMEOUT',
  WIRE_CLOSED: 'ERR_NETWORK',
  WIRE_ADDRESS: 'ERR_NOT_PUBLIC',
  WIRE_NOT_HTTP: 'ERR_PROTOCOL',
  // A header or a path that cannot be sent, for example a cursor with control characters.
  WIRE_REQUEST: 'ERR_PROTOCOL',
  UND_ERR_CONNECT_TIMEOUT: 'ERR_UNREACHABLE',
  UND_ERR_PRX_TLS: 'ERR_UNREACHABLE',
  UND_ERR_SOCKS5: 'ERR_UNREACHABLE',
  ECONNREFUSED: 'ERR_UNREACHABLE',
  ENOTFOUND: 'ERR_UNREACHABLE',
  EAI_AGAIN: 'ERR_UNREACHABLE',
  EAI_NODATA: 'ERR_UNREACHABLE',
  EAI_FAIL: 'ERR_UNREACHABLE',
  EHOSTUNREACH: 'ERR_UNREACHABLE',
  EHOSTDOWN: 'ERR_UNREACHABLE',
  ENETUNREACH: 'ERR_UNREACHABLE',
  ENETDOWN: 'ERR_UNREACHABLE',
  EADDRNOTAVAIL: 'ERR_UNREACHABLE',
  UND_ERR_HEADERS_TIMEOUT: 'ERR_TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'ERR_TIMEOUT',
  ETIMEDOUT: 'ERR_TIMEOUT',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'ERR_TRUNCATED',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'ERR_PROTOCOL',
  UND_ERR_HEADERS_OVERFLOW: 'ERR_PROTOCOL',
  UND_ERR_INVALID_ARG: 'ERR_PROTOCOL',
};

const LOOKUPS: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL', 'EAI_SYSTEM']);

/** undici's messages for a refused tunnel and for any other refused request. */
const PROXY_REFUSAL = /^Proxy (?:response|Authentication Required) \((\d+)\)/;

/** Codes that undici puts around the error of a socket or a proxy. */
const WRAPPERS: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'UND_ERR_PRX_TLS']);

/**
 * The deepest code: undici wraps some socket errors, and Node puts several connection attempts into one AggregateError.
 */
function codeOf(error: unknown): string {
  const { code, cause, errors } = (error ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown[] };
  const own = typeof code === 'string' ? code : '';
  if (own !== '' && !WRAPPERS.has(own)) return own;
  const inner = cause !== undefined ? codeOf(cause) : errors?.length ? codeOf(errors[0]) : '';
  return inner || own;
}

/** Whether the other side closed the connection, for example in the middle of a body. */
export function isCut(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'WIRE_CLOSED' || code === 'UND_ERR_SOCKET';
}

/**
 * Translates any error of a request. `what` names the request in the message (no secrets, no query). `timeouts`: those of
 * its connection.
 */
export function httpError(error: unknown, what: string, timeouts?: Timeouts): TransferError {
  if (error instanceof TransferError) return error;
  const code = codeOf(error);
  // A failed DNS lookup does not say that files ran out.
  if (isShortOfFiles(error) || (LOOKUPS.has(code) && !canOpenFiles())) return openFilesError(error);
  const { network } = say;
  const failed = (ownCode: ErrorCode, why: string) =>
    new TransferError(ownCode, network.about(what, why), { cause: error });
  const detail = error instanceof Error && error.message ? error.message : String(error);
  const refused = PROXY_REFUSAL.exec(detail)?.[1];
  if (refused === '407') return failed('ERR_PROXY', network.proxy.login);
  if (refused !== undefined) return failed('ERR_UNREACHABLE', network.proxy.refused(refused));
  // The parser's error has its own class, but not always a code.
  if (code === 'WIRE_NOT_HTTP' || code.startsWith('HPE_') || (error as Error | undefined)?.name === 'HTTPParserError') {
    return failed('ERR_PROTOCOL', network.answer.notHttp(detail));
  }
  const reason = connectionReason(error, code, timeouts);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || isCertificate(code)) return failed('ERR_TLS', reason!);
  const named = code === '' || detail.includes(code) ? detail : `${detail} (${code})`;
  const ownCode = isHandshakeRefused(code) ? 'ERR_UNREACHABLE' : (CODES[code] ?? 'ERR_NETWORK');
  return failed(ownCode, reason ?? network.answer.failed(named));
}
