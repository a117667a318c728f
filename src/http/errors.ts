/**
 * Translates errors of Sluice's connections, of undici and of sockets into Sluice's errors. Only this file knows their
 * codes.
 */
import { type ErrorCode, isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { canOpenFiles } from '../model/open-files.js';

/** WIRE_…: transport.ts; undici: docs/docs/api/Errors.md; sockets: libuv and OpenSSL codes as Node reports them. */
const CODES: Record<string, ErrorCode> = {
  WIRE_CONNECT_TIMEOUT: 'ERR_UNREACHABLE',
  WIRE_HEAD_TIMEOUT: 'ERR_TIMEOUT',
  WIRE_BODY_TIMEOUT: 'ERR_TIMEOUT',
  WIRE_CLOSED: 'ERR_NETWORK',
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

const TIMEOUTS: Record<string, string> = {
  WIRE_CONNECT_TIMEOUT: 'no connection within the timeout',
  WIRE_HEAD_TIMEOUT: 'no answer within the timeout',
  WIRE_BODY_TIMEOUT: 'the body stopped: no byte within the timeout',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the timeout',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within the timeout',
  UND_ERR_BODY_TIMEOUT: 'the body stopped: no byte within the timeout',
};

/** Not worth a retry: the certificate stays the same. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH$)/;

/** undici's messages for a refused tunnel and for any other refused request. */
const PROXY_REFUSAL = /^Proxy (?:response|Authentication Required) \((\d+)\)/;

/** Codes that undici puts around the error of a socket or a proxy. */
const WRAPPERS: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'UND_ERR_PRX_TLS']);

/**
 * The deepest code: undici wraps some socket errors, and Node puts several connection attempts into one AggregateError.
 */
export function codeOf(error: unknown): string {
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

/** Translates any error of a request. `what` names the request in the message (no secrets, no query). */
export function httpError(error: unknown, what: string): TransferError {
  if (error instanceof TransferError) return error;
  const code = codeOf(error);
  // A failed DNS lookup does not say that files ran out.
  if (isShortOfFiles(error) || (LOOKUPS.has(code) && !canOpenFiles())) return openFilesError(error);
  const detail = error instanceof Error && error.message ? error.message : String(error);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return new TransferError('ERR_TLS', `${what}: the server does not speak TLS here; is it http://?`, {
      cause: error,
    });
  }
  const refused = PROXY_REFUSAL.exec(detail)?.[1];
  if (refused !== undefined) {
    return new TransferError(
      refused === '407' ? 'ERR_PROXY' : 'ERR_UNREACHABLE',
      `${what}: the proxy answered with HTTP ${refused}`,
      { cause: error },
    );
  }
  if (CERTIFICATE.test(code)) {
    return new TransferError('ERR_TLS', `${what}: the server's certificate is not trusted (${code})`, { cause: error });
  }
  // The parser's error has its own class, but not always a code.
  if (code === 'WIRE_NOT_HTTP' || code.startsWith('HPE_') || (error as Error | undefined)?.name === 'HTTPParserError') {
    return new TransferError('ERR_PROTOCOL', `${what}: the answer is not HTTP: ${detail}`, { cause: error });
  }
  const ownCode = CODES[code] ?? 'ERR_NETWORK';
  const timeout = TIMEOUTS[code];
  if (timeout !== undefined) return new TransferError(ownCode, `${what}: ${timeout}`, { cause: error });
  return new TransferError(ownCode, `${what}: ${detail}${code && !detail.includes(code) ? ` (${code})` : ''}`, {
    cause: error,
  });
}
