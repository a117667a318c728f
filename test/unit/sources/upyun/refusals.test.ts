// Every way in which Upyun and its CDN say no, as a table.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorCode } from '../../../../src/errors.js';
import { refusalError } from '../../../../src/sources/upyun/errors.js';

interface Answer {
  status: number;
  body?: string | object;
  headers?: Record<string, string>;
  isSigned?: boolean;
}

function refuse({ status, body = '', headers = {}, isSigned = true }: Answer) {
  const bytes = Uint8Array.from(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return refusalError({ status, headers, bytes }, { what: 'GET /pics/a', isSigned });
}

const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

test('status and code decide what is done', () => {
  const table: [string, Answer, ErrorCode][] = [
    ['missing object', { status: 404, body: { code: 40400001, msg: 'file or directory not found' } }, 'ERR_NOT_FOUND'],
    ['missing on the CDN', { status: 404, body: { code: '40400001' }, isSigned: false }, 'ERR_NOT_FOUND'],
    ['wrong password', { status: 401, body: { code: 40100009 } }, 'ERR_AUTH'],
    ['wrong signature', { status: 401, body: { code: 40100005 } }, 'ERR_AUTH'],
    ['clock', { status: 401, body: { code: 40100002 } }, 'ERR_AUTH'],
    ['401 without words', { status: 401 }, 'ERR_AUTH'],
    ['401 of a CDN', { status: 401, isSigned: false }, 'ERR_FORBIDDEN_OBJECT'],
    ['no bucket', { status: 401, body: { code: 40100012 } }, 'ERR_BUCKET'],
    ['blocked bucket', { status: 401, body: { code: 40100013 } }, 'ERR_BUCKET'],
    ['no bucket on the CDN', { status: 400, body: { code: '40010041' }, isSigned: false }, 'ERR_BUCKET'],
    ['bad request', { status: 400, body: { code: 40001005 } }, 'ERR_REJECTED'],
    ['forbidden', { status: 403, body: { code: 40300001 } }, 'ERR_FORBIDDEN_OBJECT'],
    ['anti-leech', { status: 403, body: { code: '40310013' }, isSigned: false }, 'ERR_FORBIDDEN_OBJECT'],
    ['address rule', { status: 403, body: { code: '40310003' }, isSigned: false }, 'ERR_THROTTLED'],
    ['conflict', { status: 406, body: { code: 40600001 } }, 'ERR_REJECTED'],
    ['read timeout', { status: 408, body: { code: 40800001 } }, 'ERR_SERVER'],
    ['too many requests', { status: 429, body: { code: 42900001 } }, 'ERR_THROTTLED'],
    ['too many, in HTML', { status: 429, body: HTML }, 'ERR_THROTTLED'],
    ['client gone', { status: 499 }, 'ERR_SERVER'],
    ['server error', { status: 500, body: { code: 50300000 } }, 'ERR_SERVER'],
    ['bad gateway in HTML', { status: 502, body: HTML }, 'ERR_SERVER'],
    ['busy without a wish', { status: 503, body: { code: 50300007 } }, 'ERR_SERVER'],
    ['slow down', { status: 503, headers: { 'retry-after': '3' } }, 'ERR_THROTTLED'],
    ['gateway timeout', { status: 504 }, 'ERR_SERVER'],
    ['moved', { status: 302, headers: { location: 'https://elsewhere/' } }, 'ERR_REDIRECT'],
    ['not modified', { status: 304 }, 'ERR_PROTOCOL'],
    ['no content', { status: 204 }, 'ERR_PROTOCOL'],
    ['partial', { status: 206 }, 'ERR_PROTOCOL'],
  ];
  for (const [name, answer, code] of table) {
    const error = refuse(answer);
    assert.equal(error.code, code, name);
    assert.equal(error.status, answer.status, name);
    assert.match(error.message, new RegExp(`GET /pics/a: the server answered HTTP ${answer.status}`), name);
  }
});

test('a redirect says where to: one line, and no secrets that may stand there', () => {
  const said = (location: string) => refuse({ status: 302, headers: { location } }).message;
  const table = [
    ['https://login.example.com/sso', 'https://login.example.com/sso'],
    ['https://me:s3cret@cdn.example.com:8443/a/b?token=s3cret#s3cret', 'https://cdn.example.com:8443/a/b'],
    ['//me:s3cret@cdn.example.com/a?s3cret', '//cdn.example.com/a'],
    ['http://me:s3cret@/x', 'http:///x'],
    ['/elsewhere?sign=s3cret', '/elsewhere'],
    ['/a/UPYUN op:s3cret', '/a/UPYUN …'],
    ['/a\nb\u001b[31m', '/a b [31m'],
  ] as const;
  for (const [location, shown] of table) {
    const sentence = `GET /pics/a: the server answered HTTP 302 and sends the request on to ${shown}. `;
    assert.equal(said(location).slice(0, sentence.length), sentence);
  }
  assert.ok(said(`https://h/${'x'.repeat(5_000)}`).length < 300);
  assert.equal(refuse({ status: 302 }).message, 'GET /pics/a: the server answered HTTP 302');
});

test('a port that speaks only TLS says so where a page tells it', () => {
  for (const body of [
    '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>',
    'Client sent an HTTP request to an HTTPS server.\n',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
  ]) {
    assert.equal(refuse({ status: 400, body }).code, 'ERR_TLS');
  }
  assert.equal(refuse({ status: 400, body: HTML }).code, 'ERR_REJECTED');
});

test('the code comes from the header when there is no body', () => {
  assert.equal(refuse({ status: 401, headers: { 'x-error-code': '40100012' } }).code, 'ERR_BUCKET');
  assert.match(refuse({ status: 404, headers: { 'x-error-code': '40400001' } }).message, /40400001/);
});

test('reads Retry-After in seconds and as a date', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2017-09-03T13:10:06Z') });
  const wish = (value: string) => refuse({ status: 503, headers: { 'retry-after': value } }).retryAfterMs;
  assert.equal(wish('3'), 3_000);
  assert.equal(wish('0'), 0);
  assert.equal(wish('Sun, 03 Sep 2017 13:10:36 GMT'), 30_000);
  assert.equal(wish('Sun, 03 Sep 2017 13:00:00 GMT'), 0);
  assert.equal(wish('later'), undefined);
  assert.equal(refuse({ status: 429 }).retryAfterMs, undefined);
});

test('a refusal to slow down says what there is too much of', () => {
  const scopeOf = (code: number | string) => {
    const error = refuse({ status: 429, body: { code }, headers: { 'retry-after': '90' } });
    assert.deepEqual([error.code, error.retryAfterMs], ['ERR_THROTTLED', 90_000]);
    return error.throttleScope;
  };
  assert.deepEqual([42900001, 42900002, 42900003, 42900004, 42900005, 42900006].map(scopeOf), [
    undefined,
    'uri',
    undefined,
    'banned',
    'bandwidth',
    undefined,
  ]);
  assert.equal(scopeOf('42900004'), 'banned');
  assert.equal(refuse({ status: 429 }).throttleScope, undefined);
});

test("the server's words are one short line without control characters", () => {
  const { message } = refuse({ status: 404, body: { code: 1, msg: `a\u001b[31m\r\nb\u0085c${'x'.repeat(10_000)}` } });
  assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f]/);
  assert.ok(message.length < 300, `${message.length} characters`);
  assert.match(message, /a \[31m b c/);
});

test('says what to do about credentials, the clock and the bucket', () => {
  assert.match(refuse({ status: 401, body: { code: 40100009 } }).message, /UPYUN_PASSWORD/);
  assert.match(refuse({ status: 401, body: { code: 40100001 } }).message, /clock/);
  assert.match(refuse({ status: 401, body: { code: 40100012 } }).message, /Check SOURCE/);
});

test('rubbish in the body is no reason to fail in another way', () => {
  for (const body of ['', 'null', '[]', '7', '"text"', '{"code":{}}', '{"msg":5}', '{"code":"abc"}', '\0\xff', '{']) {
    assert.equal(refuse({ status: 404, body }).code, 'ERR_NOT_FOUND', JSON.stringify(body));
  }
});

test('an echo of our Authorization is not passed on, however it is spelled', () => {
  const signature = `${'Ab9/+'.repeat(5)}Ab=`;
  const bare = signature.slice(0, -1);
  for (const echo of [
    `UPYUN operator:${signature}`,
    encodeURIComponent(`UPYUN operator:${signature}`),
    `UPYUN operator:${bare}`,
    signature,
    bare,
  ]) {
    const { message } = refuse({ status: 403, body: { code: 40300001, msg: `bad signature ${echo}` } });
    assert.ok(
      !message.includes(bare.slice(0, 20)) && !message.includes(encodeURIComponent(bare).slice(0, 20)),
      message,
    );
  }
});
