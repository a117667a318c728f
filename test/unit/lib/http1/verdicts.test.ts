// Every error that undici, a socket or OpenSSL can give: its code here, and with it its class. No message is looked at.

import assert from 'node:assert/strict';
import test from 'node:test';
import { errors } from 'undici';
import { ERROR_CODES, type ErrorCode, TransferError } from '../../../../src/errors.js';
import { httpError } from '../../../../src/http/errors.js';

const LIMITS = { connectTimeoutMs: 30_000, timeoutMs: 60_000 };

/** All of undici's error classes, by their names there. */
const UNDICI: Record<string, ErrorCode> = {
  UndiciError: 'ERR_NETWORK',
  ConnectTimeoutError: 'ERR_UNREACHABLE',
  HeadersTimeoutError: 'ERR_TIMEOUT',
  BodyTimeoutError: 'ERR_TIMEOUT',
  HeadersOverflowError: 'ERR_PROTOCOL',
  ResponseStatusCodeError: 'ERR_NETWORK',
  ResponseContentLengthMismatchError: 'ERR_TRUNCATED',
  ResponseExceededMaxSizeError: 'ERR_PROTOCOL',
  HTTPParserError: 'ERR_PROTOCOL',
  InvalidArgumentError: 'ERR_PROTOCOL',
  SocketError: 'ERR_NETWORK',
  RequestAbortedError: 'ERR_NETWORK',
  AbortError: 'ERR_NETWORK',
  ClientDestroyedError: 'ERR_NETWORK',
  ClientClosedError: 'ERR_NETWORK',
  InformationalError: 'ERR_NETWORK',
  SecureProxyConnectionError: 'ERR_UNREACHABLE',
  Socks5ProxyError: 'ERR_UNREACHABLE',
};
/** Not for a client that sends GET and HEAD. */
const NEVER = [
  'InvalidReturnValueError',
  'RequestContentLengthMismatchError',
  'NotSupportedError',
  'BalancedPoolMissingUpstreamError',
  'RequestRetryError',
  'ResponseError',
  'MaxOriginsReachedError',
  'MessageSizeExceededError',
];

/** libuv (errno.h) and getaddrinfo(3), as Node reports them; OpenSSL and Node's own TLS codes. */
const SYSTEM: Record<ErrorCode & string, readonly string[]> = {
  ERR_UNREACHABLE: [
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EHOSTUNREACH', 'EHOSTDOWN'],
    ...['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'],
  ],
  ERR_NETWORK: ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EPROTO', 'ERR_STREAM_PREMATURE_CLOSE', 'EWHATEVER'],
  ERR_OPEN_FILES: ['EMFILE', 'ENFILE'],
  ERR_TIMEOUT: ['ETIMEDOUT'],
  ERR_PROTOCOL: ['HPE_INVALID_CONSTANT', 'HPE_HEADER_OVERFLOW', 'HPE_UNEXPECTED_CONTENT_LENGTH'],
  ERR_TLS: [
    ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ...['HOSTNAME_MISMATCH', 'ERR_SSL_WRONG_VERSION_NUMBER'],
  ],
} as never;

type Made = new (...args: never[]) => Error;

test("every error class of undici's has its code, and there is no other", () => {
  const classes = Object.entries(errors as unknown as Record<string, Made>).filter(
    ([, made]) => typeof made === 'function',
  );
  const names = classes.map(([name]) => name).filter((name) => !NEVER.includes(name));
  assert.deepEqual(
    names.filter((name) => UNDICI[name] === undefined),
    [],
    'undici has new errors',
  );
  for (const [name, made] of classes) {
    if (UNDICI[name] === undefined) continue;
    const error = new (made as new (message: string) => Error)('any words');
    assert.equal(httpError(error, 'GET /x', LIMITS).code, UNDICI[name], name);
  }
});

test('every code of the system has its code, also inside of what undici and Node wrap it in', () => {
  for (const [ours, codes] of Object.entries(SYSTEM)) {
    for (const code of codes) {
      const bare = Object.assign(new Error('any words'), { code });
      const socket = Object.assign(new Error('any words'), { code: 'UND_ERR_SOCKET', cause: bare });
      const several = Object.assign(new AggregateError([bare], ''), { code: '' });
      const proxy = Object.assign(new Error('any words'), { code: 'UND_ERR_PRX_TLS', cause: bare });
      for (const error of [bare, socket, several, proxy])
        assert.equal(httpError(error, 'GET /x', LIMITS).code, ours, code);
    }
  }
});

test('the class follows from the code, and words change nothing', () => {
  const words = 'ECONNREFUSED 404 Not Found ETIMEDOUT certificate has expired 429';
  const error = httpError(Object.assign(new Error(words), { code: 'ECONNRESET' }), 'GET /x', LIMITS);
  assert.deepEqual([error.code, error.verdict], ['ERR_NETWORK', ERROR_CODES.ERR_NETWORK[0]]);
  const own = new TransferError('ERR_SIZE', words);
  assert.equal(httpError(own, 'GET /x', LIMITS), own);
  for (const odd of [undefined, null, 'text', 7, {}])
    assert.equal(httpError(odd, 'GET /x', LIMITS).code, 'ERR_NETWORK');
});
