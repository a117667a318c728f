// Every way in which a store like S3 says no, as a table.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorCode } from '../../../../src/errors.js';
import { type Asked, refusalError } from '../../../../src/sources/s3/refusal.js';

interface Answer {
  readonly status: number;
  /** Code of the body; '' for no body. */
  readonly code?: string;
  readonly message?: string;
  readonly more?: string;
  readonly headers?: Record<string, string>;
  readonly asked?: Asked;
}

function refuse({ status, code = '', message = '', more = '', headers = {}, asked = 'object' }: Answer) {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
  const bytes = Uint8Array.from(Buffer.from(code === '' ? message : body));
  return refusalError({ status, headers, bytes }, { asked, what: 'GET /pics/a', isSigned: true });
}

/** As AWS and MinIO write it. */
const SSE_C =
  'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.';

test('the code in the body, else the status, decides what is done', () => {
  const retry = ['ERR_SERVER', 'retry'] as const;
  const throttle = ['ERR_THROTTLED', 'throttle'] as const;
  const wrongKeys = ['ERR_AUTH', 'fatal'] as const;
  const table: [name: string, answer: Answer, code: ErrorCode, verdict: string][] = [
    ['SlowDown', { status: 503, code: 'SlowDown' }, ...throttle],
    ['503 of a proxy', { status: 503, message: '<html>busy</html>' }, ...throttle],
    ['429', { status: 429, code: 'TooManyRequests' }, ...throttle],
    ['RequestLimitExceeded', { status: 400, code: 'RequestLimitExceeded' }, ...throttle],
    ['InternalError', { status: 500, code: 'InternalError' }, ...retry],
    ['a gateway without a body', { status: 502 }, ...retry],
    ['the one 400 that is tried again', { status: 400, code: 'RequestTimeout' }, ...retry],
    ['any other 400', { status: 400, code: 'InvalidArgument' }, 'ERR_REJECTED', 'skip'],
    ['OperationAborted', { status: 409, code: 'OperationAborted' }, ...retry],
    ['a listing that is refused', { status: 403, code: 'AccessDenied', asked: 'listing' }, ...wrongKeys],
    ['one object that is refused', { status: 403, code: 'AccessDenied' }, 'ERR_FORBIDDEN_OBJECT', 'skip'],
    ['an object that is refused, without a body', { status: 403 }, 'ERR_FORBIDDEN_OBJECT', 'skip'],
    ['the access key', { status: 403, code: 'InvalidAccessKeyId' }, ...wrongKeys],
    ['the secret key', { status: 403, code: 'SignatureDoesNotMatch' }, ...wrongKeys],
    ['keys that have expired', { status: 400, code: 'ExpiredToken' }, ...wrongKeys],
    ['the clock', { status: 403, code: 'RequestTimeTooSkewed' }, ...wrongKeys],
    ['an account that is overdue', { status: 403, code: 'UserDisable' }, ...wrongKeys],
    ['the bucket', { status: 404, code: 'NoSuchBucket' }, 'ERR_BUCKET', 'fatal'],
    ['the object', { status: 404, code: 'NoSuchKey' }, 'ERR_NOT_FOUND', 'skip'],
    ['a marker of a deletion', { status: 405, headers: { 'x-amz-delete-marker': 'true' } }, 'ERR_NOT_FOUND', 'skip'],
    ['an archived object', { status: 403, code: 'InvalidObjectState' }, 'ERR_ARCHIVED', 'skip'],
    ['a key of the customer', { status: 400, code: 'InvalidRequest', message: SSE_C }, 'ERR_ENCRYPTED', 'skip'],
    ['another version', { status: 412, code: 'PreconditionFailed' }, 'ERR_CHANGED', 'retry'],
    ['a range behind its end', { status: 416, code: 'InvalidRange' }, 'ERR_CHANGED', 'retry'],
  ];
  for (const [name, answer, code, verdict] of table) {
    const error = refuse(answer);
    assert.deepEqual([error.code, error.verdict, error.status], [code, verdict, answer.status], name);
    assert.match(error.message, /GET \/pics\/a/, name);
  }
});

test('only a 404 that names its code is sure to come from the store', () => {
  assert.equal(refuse({ status: 404, code: 'NoSuchKey' }).isUnvouched, false);
  assert.equal(refuse({ status: 404, message: '<html>not here</html>' }).isUnvouched, true);
});

test('Retry-After is heard, and an archived object names its storage class', () => {
  assert.equal(refuse({ status: 503, code: 'SlowDown', headers: { 'retry-after': '7' } }).retryAfterMs, 7_000);
  const more = '<StorageClass>DEEP_ARCHIVE</StorageClass>';
  assert.match(refuse({ status: 403, code: 'InvalidObjectState', more }).message, /DEEP_ARCHIVE/);
});

test('the words of a store are one line, without what could be a signature', () => {
  const signature = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
  const { message } = refuse({
    status: 400,
    code: 'InvalidArgument',
    message: `bad\n\u0007 &lt;${signature}&gt; header`,
  });
  assert.match(message, /HTTP 400 InvalidArgument \(bad {1,2}<…> header\)/);
});

test('a store that repeats the keys of a request: no message has them', () => {
  const secrets = ['SHORT-SECRET', 'TOKEN'];
  const body = `<Error><Code>InvalidToken</Code><Message>${'x '.repeat(75)}TOKEN and SHORT-SECRET</Message></Error>`;
  const reply = { status: 400, headers: {}, bytes: Uint8Array.from(Buffer.from(body)) };
  const { message } = refusalError(reply, { asked: 'listing', what: 'GET /pics', isSigned: true, secrets });
  assert.match(message, /InvalidToken \((x )+…/);
  assert.doesNotMatch(message, /TOKEN|SHORT|TOK\)/);
  // As a URL or JSON has them.
  const escaped = ['a+b/c', 'x"y'].map((secret) => {
    const text = `${encodeURIComponent(secret)} ${encodeURIComponent(secret).toLowerCase()} ${JSON.stringify(secret)}`;
    const sent = Uint8Array.from(Buffer.from(`<Error><Code>C</Code><Message>${text}</Message></Error>`));
    const asked = { asked: 'listing', what: 'GET /pics', isSigned: true, secrets: [secret] } as const;
    return refusalError({ status: 400, headers: {}, bytes: sent }, asked).message;
  });
  const code = Uint8Array.from(Buffer.from('<Error><Code>TOKEN</Code></Error>'));
  const asCode = { asked: 'listing', what: 'GET /pics', isSigned: true, secrets } as const;
  assert.equal(refusalError({ status: 400, headers: {}, bytes: code }, asCode).message, 'GET /pics: HTTP 400 …');
  assert.deepEqual(escaped, ['GET /pics: HTTP 400 C (… … "…")', 'GET /pics: HTTP 400 C (… … "…")']);
});
