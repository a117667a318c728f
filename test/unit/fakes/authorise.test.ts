// Who may pass, over HTTP, and which code the others get.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { oldSignature, passwordKey, tokenSignature } from '../../fakes/upyun/signature.js';
import { startUpyunServer, type UpyunServerOptions } from '../../fakes/upyun/upyun-server.js';
import { type RawAnswer, rawRequest, signed } from '../../fakes/wire/raw-client.js';

const DATE = 'Wed, 09 Nov 2016 14:26:58 GMT';
const NOW_MS = Date.parse(DATE);

async function start(t: TestContext, options: Partial<UpyunServerOptions> = {}) {
  const buckets = { 'upyun-temp': memoryBucket({ '中文 a!.jpg': 'picture', 'a/b.txt': 'text' }) };
  const server = await startUpyunServer({ buckets, password: 'password123', nowMs: () => NOW_MS, ...options });
  t.after(() => server.close());
  return server;
}

function codeOf(answer: RawAnswer): unknown {
  return [answer.status, JSON.parse(answer.text).code];
}

test('accepts the documented signatures, in both spellings of the scheme', async (t) => {
  const { endpoint, log } = await start(t);
  for (const scheme of ['UPYUN', 'UpYun']) {
    const authorization = `${scheme} operator:KTDyFv7XssOBvXdiP2uceOepbyQ=`;
    const path = '/upyun-temp/%E4%B8%AD%E6%96%87%20a%21.jpg';
    const answer = await rawRequest(endpoint, path, { headers: { date: DATE, authorization } });
    assert.deepEqual([answer.status, answer.text], [200, 'picture']);
  }
  assert.ok(log.every((entry) => entry.authorised));
});

test('checks the bytes of the request line, so another encoding of the same key needs another signature', async (t) => {
  const { endpoint } = await start(t);
  const authorization = 'UPYUN operator:KTDyFv7XssOBvXdiP2uceOepbyQ=';
  const headers = { date: DATE, authorization };
  const answer = await rawRequest(endpoint, '/upyun-temp/%e4%b8%ad%e6%96%87%20a!.jpg', { headers });
  assert.deepEqual(codeOf(answer), [401, 40100005]);
});

test('accepts a signature over a Content-MD5 that is sent, and of a method it then refuses', async (t) => {
  const { endpoint } = await start(t);
  const headers = {
    date: DATE,
    'content-md5': '7ac66c0f148de9519b8bd264312c4d64',
    authorization: 'UPYUN operator:YUaAZX+WNAcJdNGHS5SBlITME5A=',
  };
  const answer = await rawRequest(endpoint, '/upyun-temp/demo.jpg', { method: 'PUT', headers });
  assert.equal(answer.status, 405);
});

test('accepts a signed query and an unsigned one', async (t) => {
  const { endpoint } = await start(t);
  for (const signedPath of ['/upyun-temp/?usage', '/upyun-temp/']) {
    const headers = signed(signedPath, { password: 'password123', nowMs: NOW_MS });
    const answer = await rawRequest(endpoint, '/upyun-temp/?usage', { headers });
    assert.deepEqual([answer.status, answer.text], [200, '11']);
  }
});

test('takes X-Date in place of Date', async (t) => {
  const { endpoint } = await start(t);
  const headers = { 'x-date': DATE, authorization: 'UPYUN operator:V5NN3Xb6w4kSQCXuab8spbNBMsY=' };
  assert.equal((await rawRequest(endpoint, '/upyun-temp/', { headers })).status, 200);
});

test('accepts Basic, the old MD5 form and a prefix token', async (t) => {
  const { endpoint } = await start(t);
  const path = '/upyun-temp/a/b.txt';
  const key = passwordKey('password123');
  const token = { method: 'GET', prefix: '/upyun-temp/', expire: String(NOW_MS / 1000 + 60) };
  const forms = [
    { authorization: `Basic ${Buffer.from('operator:password123').toString('base64')}` },
    { date: DATE, authorization: `UpYun operator:${oldSignature(key, { method: 'GET', uri: path, date: DATE })}` },
    {
      authorization: `UPYUN operator:${tokenSignature(key, token)}`,
      'x-upyun-uri-prefix': token.prefix,
      'x-upyun-expire': token.expire,
    },
  ];
  for (const headers of forms) assert.equal((await rawRequest(endpoint, path, { headers })).text, 'text');
});

test('refuses a prefix token that is over, or for another folder', async (t) => {
  const { endpoint } = await start(t);
  const headersFor = (prefix: string, expire: string) => ({
    authorization: `UPYUN operator:${tokenSignature(passwordKey('password123'), { method: 'GET', prefix, expire })}`,
    'x-upyun-uri-prefix': prefix,
    'x-upyun-expire': expire,
  });
  const over = await rawRequest(endpoint, '/upyun-temp/a/b.txt', { headers: headersFor('/upyun-temp/', '1000') });
  assert.deepEqual(codeOf(over), [401, 40100023]);
  const other = await rawRequest(endpoint, '/upyun-temp/a/b.txt', { headers: headersFor('/other/', '9000000000') });
  assert.deepEqual(codeOf(other), [401, 40100024]);
});

test('names the reason of every refusal by its code, and counts it', async (t) => {
  const { endpoint, counters, log } = await start(t);
  const path = '/upyun-temp/a/b.txt';
  const good = signed(path, { password: 'password123', nowMs: NOW_MS });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const refused: [Record<string, string>, number][] = [
    [{}, 40100004],
    [{ authorization: 'Bearer something' }, 40100003],
    [{ authorization: good.authorization }, 40100001],
    [{ ...good, date: '2016-11-09T14:26:58Z' }, 40100016],
    [signed(path, { password: 'password123', nowMs: NOW_MS - 30 * 60_000 - 1000 }), 40100002],
    [signed(path, { password: 'password123', nowMs: NOW_MS + 30 * 60_000 + 1000 }), 40100002],
    [signed(path, { password: 'wrong', nowMs: NOW_MS }), 40100005],
    [signed(path, { operator: 'nobody', nowMs: NOW_MS }), 40100006],
    [basic('nobody:password123'), 40100006],
    [basic('operator:wrong'), 40100009],
  ];
  for (const [headers, code] of refused) {
    assert.deepEqual(codeOf(await rawRequest(endpoint, path, { headers })), [401, code]);
  }
  assert.equal(counters.unauthenticated, refused.length);
  assert.ok(log.every((entry) => !entry.authorised));
});

test('is content with a Date that is 30 minutes old', async (t) => {
  const { endpoint } = await start(t);
  const path = '/upyun-temp/a/b.txt';
  const headers = signed(path, { password: 'password123', nowMs: NOW_MS - 30 * 60_000 });
  const answer = await rawRequest(endpoint, path, { headers });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.date, DATE);
});

test('says that a bucket does not exist only to those who may ask', async (t) => {
  const { endpoint } = await start(t);
  for (const path of ['/nowhere/a', '/constructor/a', '/']) {
    const headers = signed(path, { password: 'password123', nowMs: NOW_MS });
    assert.deepEqual(codeOf(await rawRequest(endpoint, path, { headers })), [401, 40100012]);
    assert.deepEqual(codeOf(await rawRequest(endpoint, path)), [401, 40100004]);
  }
});

test('gives the code of an error to HEAD in a header, without a body', async (t) => {
  const { endpoint } = await start(t);
  const answer = await rawRequest(endpoint, '/upyun-temp/a/b.txt', { method: 'HEAD' });
  assert.deepEqual([answer.status, answer.text, answer.headers['x-error-code']], [401, '', '40100004']);
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/);
});
