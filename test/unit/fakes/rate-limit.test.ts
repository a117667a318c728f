// The limit on API calls, on a clock that the test moves.

import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { RateLimiter } from '../../fakes/upyun/rate-limit.js';
import { startUpyunServer } from '../../fakes/upyun/upyun-server.js';
import { rawRequest, signedGet } from '../../fakes/wire/raw-client.js';

test('lets a burst pass, then as many as the rate allows', () => {
  const limiter = new RateLimiter({ requestsPerSecond: 2, burst: 3, code: 42900003 });
  const at = (ms: number) => limiter.refusal('get', 'rest', ms);
  assert.deepEqual([at(0), at(0), at(0), at(0)], [undefined, undefined, undefined, 42900003]);
  assert.deepEqual([at(500), at(500)], [undefined, 42900003]);
  assert.equal(limiter.refusal('get', 'cdn', 500), undefined);
});

test('bans those who do not slow down, until the ban is over', () => {
  const limiter = new RateLimiter({ requestsPerSecond: 1, burst: 1, banAfter: 3, banMs: 10_000 });
  const at = (ms: number) => limiter.refusal('list', 'rest', ms);
  assert.deepEqual([at(0), at(0), at(0), at(0)], [undefined, 42900001, 42900001, 42900004]);
  assert.equal(at(9_999), 42900004);
  assert.equal(at(10_000), undefined);
});

test('refuses everything at a rate of 0, and only the kinds it is for', () => {
  const limiter = new RateLimiter({ requestsPerSecond: 0, kinds: ['list'] });
  assert.equal(limiter.refusal('list', 'rest', 0), undefined);
  assert.equal(limiter.refusal('list', 'rest', 1e9), 42900001);
  assert.equal(limiter.refusal('get', 'rest', 1e9), undefined);
});

test('answers 429 on the API and leaves the CDN alone', async (t) => {
  let nowMs = 1_000_000_000_000;
  const server = await startUpyunServer({
    buckets: { pics: memoryBucket({ a: '1' }) },
    nowMs: () => nowMs,
    rateLimit: { requestsPerSecond: 1, code: 42900002, retryAfterSeconds: 7 },
  });
  t.after(() => server.close());
  const basic = { authorization: `Basic ${Buffer.from('operator:password').toString('base64')}` };
  assert.equal((await signedGet(server.endpoint, '/pics/a', basic)).status, 200);
  const refused = await signedGet(server.endpoint, '/pics/a', basic);
  assert.deepEqual([refused.status, JSON.parse(refused.text).code], [429, 42900002]);
  assert.equal(refused.headers['retry-after'], '7');
  assert.equal((await rawRequest(server.cdn('pics'), '/a')).status, 200);
  nowMs += 1000;
  assert.equal((await signedGet(server.endpoint, '/pics/a', basic)).status, 200);
  server.setRateLimit(undefined);
  assert.equal((await signedGet(server.endpoint, '/pics/a', basic)).status, 200);
  assert.deepEqual(server.counters.statuses, { 200: 4, 429: 1 });
});
