// What each fault does to an answer, seen from the client.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { memoryBucket } from '../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { END_OF_LIST } from '../../fakes/upyun/cursor.js';
import { startUpyunServer, type UpyunServerOptions } from '../../fakes/upyun/upyun-server.js';
import type { FaultAction } from '../../fakes/wire/fault-script.js';
import { type RawAnswer, rawRequest, signed, signedGet } from '../../fakes/wire/raw-client.js';

const BODY = 'x'.repeat(1000);
const PATH = '/pics/a/one.jpg';

async function start(t: TestContext, options: Partial<UpyunServerOptions> = {}) {
  const buckets = { pics: memoryBucket({ 'a/one.jpg': BODY, 'a/two.jpg': '2', 'b/three.jpg': '3' }) };
  const server = await startUpyunServer({ buckets, ...options });
  t.after(() => server.close());
  return server;
}

async function getWith(t: TestContext, action: FaultAction, headers = {}): Promise<RawAnswer> {
  const { endpoint } = await start(t, { faults: [{ match: { kind: 'get' }, action }] });
  return signedGet(endpoint, PATH, headers);
}

test('answers any status with Upyun words and Retry-After', async (t) => {
  const busy = await getWith(t, { status: { status: 503, code: 50300007, retryAfterSeconds: 3 } });
  assert.deepEqual([busy.status, JSON.parse(busy.text).code, busy.headers['retry-after']], [503, 50300007, '3']);
  assert.equal(JSON.parse((await getWith(t, { status: 429 })).text).code, 42900001);
  const html = await getWith(t, { status: { status: 502, body: 'html' } });
  assert.deepEqual([html.status, html.headers['content-type']], [502, 'text/html']);
  assert.equal((await getWith(t, { status: { status: 500, body: 'empty' } })).text, '');
});

test('gives the code as a string on the CDN', async (t) => {
  const server = await start(t, { faults: [{ match: { view: 'cdn' }, action: { status: 502 } }] });
  assert.equal(JSON.parse((await rawRequest(server.cdn('pics'), '/a/one.jpg')).text).code, '50200001');
  assert.equal((await signedGet(server.endpoint, PATH)).status, 200);
});

test('resets a connection before the headers, with a real TCP reset', async (t) => {
  const answer = await getWith(t, { resetBeforeHeaders: true });
  assert.deepEqual([answer.status, answer.error], [0, 'ECONNRESET']);
});

test('resets a connection after so many bytes of the body', async (t) => {
  const answer = await getWith(t, { resetAfterBytes: 100 });
  assert.deepEqual([answer.status, answer.body.length, answer.error], [200, 100, 'ECONNRESET']);
  assert.equal(answer.headers['content-length'], '1000');
  const none = await getWith(t, { resetAfterBytes: 0 });
  assert.deepEqual([none.status, none.body.length, none.error], [200, 0, 'ECONNRESET']);
});

test('resets with RST, not with the orderly end of a truncated body', async (t) => {
  const server = await start(t);
  const closesWithError = async (action: FaultAction) => {
    const fault = server.faults.add({ action });
    const socket = connect(Number(new URL(server.cdn('pics')).port), '127.0.0.1');
    const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
    const ended = once(socket, 'end').then(() => 'end');
    failed.catch(() => {});
    ended.catch(() => {});
    socket.resume();
    socket.write('GET /a/one.jpg HTTP/1.1\r\nHost: pics\r\n\r\n');
    const how = await Promise.race([failed, ended]);
    socket.destroy();
    server.faults.remove(fault);
    return how;
  };
  assert.equal(await closesWithError({ resetAfterBytes: 10 }), 'ECONNRESET');
  assert.equal(await closesWithError({ truncateAfterBytes: 10 }), 'end');
});

test('promises the full length but sends less', async (t) => {
  const answer = await getWith(t, { truncateAfterBytes: 999 });
  assert.deepEqual([answer.headers['content-length'], answer.body.length], ['1000', 999]);
  assert.ok(answer.error);
});

test('lets no body pass whole that is to be cut, however short it is', async (t) => {
  const answer = await getWith(t, { truncateAfterBytes: 5000 });
  assert.equal(answer.body.length, 999);
});

test('stalls before the headers until the client goes away', async (t) => {
  const server = await start(t, { faults: [{ action: { stallBeforeHeaders: true } }] });
  const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
  socket.write('GET /pics/ HTTP/1.1\r\nHost: x\r\n\r\n');
  while (server.counters.active === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.log[0]?.status, 0);
  socket.destroy();
  while (server.counters.active > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('stalls in the middle of a body', async (t) => {
  const server = await start(t, { faults: [{ action: { stallAfterBytes: 10 } }] });
  const answer = await rawRequest(server.endpoint, PATH, { headers: signed(PATH), hangUpAfterBytes: 10 });
  assert.deepEqual([answer.status, answer.body.length, answer.error], [200, 10, 'hung up']);
  assert.equal(server.log[0]?.bytesSent, 10);
});

test('sends more than the listing says', async (t) => {
  const answer = await getWith(t, { tooLongByBytes: 5 });
  assert.deepEqual([answer.headers['content-length'], answer.text], ['1005', `${BODY}xxxxx`]);
  assert.equal(answer.headers.etag, `"${md5Hex(BODY)}"`);
});

test('sends wrong bytes under the right length and digest', async (t) => {
  const answer = await getWith(t, { wrongBytes: true });
  assert.equal(answer.headers.etag, `"${md5Hex(BODY)}"`);
  assert.equal(answer.body.length, 1000);
  assert.notEqual(md5Hex(answer.body), md5Hex(BODY));
});

test('sends the right bytes under a wrong digest', async (t) => {
  const answer = await getWith(t, { wrongEtag: true });
  assert.equal(answer.text, BODY);
  assert.match(String(answer.headers.etag), /^"[0-9a-f]{32}"$/);
  assert.notEqual(answer.headers.etag, `"${md5Hex(BODY)}"`);
});

test('says 200 and means an error', async (t) => {
  const json = await getWith(t, { okWithErrorJson: true });
  assert.deepEqual([json.status, JSON.parse(json.text).code], [200, 50300000]);
  assert.equal(json.headers['x-error-code'], undefined);
  const html = await getWith(t, { okWithHtml: true });
  assert.match(`${html.status} ${html.text}`, /^200 <html>/);
});

test('has lost an object since it was listed, or holds another one', async (t) => {
  const gone = await getWith(t, { gone: true });
  assert.deepEqual([gone.status, JSON.parse(gone.text).code], [404, 40400001]);
  const changed = await getWith(t, { changed: true });
  assert.ok(changed.body.length > BODY.length);
  assert.equal(changed.headers.etag, `"${md5Hex(changed.body)}"`);
  assert.equal(Date.parse(String(changed.headers['last-modified'])), (1_478_701_618 + 60) * 1000);
});

test('answers a listing for an object, and everything for a range', async (t) => {
  const listing = await getWith(t, { folderListing: true });
  assert.deepEqual([listing.status, listing.headers['x-upyun-list-iter']], [200, END_OF_LIST]);
  const whole = await getWith(t, { ignoreRange: true }, { range: 'bytes=5-' });
  assert.deepEqual([whole.status, whole.body.length], [200, 1000]);
});

test('compresses unasked', async (t) => {
  const answer = await getWith(t, { gzipUnasked: true }, { 'accept-encoding': 'identity' });
  assert.equal(gunzipSync(answer.body).toString(), BODY);
});

test('comes late and slowly, but whole', async (t) => {
  const answer = await getWith(t, { delayMs: 1, trickleBytesPerSecond: 10_000 });
  assert.equal(answer.text, BODY);
});

test('has a wrong clock, and refuses signatures by it', async (t) => {
  const nowMs = Date.parse('Wed, 09 Nov 2016 14:26:58 GMT');
  const skewed = { match: { kind: 'get' } as const, times: 1, action: { dateSkewMs: 3_600_000 } };
  const { endpoint } = await start(t, { nowMs: () => nowMs, faults: [skewed] });
  const get = () => rawRequest(endpoint, PATH, { headers: signed(PATH, { nowMs }) });
  const answer = await get();
  assert.deepEqual([answer.status, JSON.parse(answer.text).code], [401, 40100002]);
  assert.equal(answer.headers.date, 'Wed, 09 Nov 2016 15:26:58 GMT');
  assert.equal((await get()).status, 200);
});

test('cuts a huge body off under back-pressure without making all of it', async (t) => {
  let readBytes = 0;
  const huge = sizedObject(3_000_000_000);
  const counted = {
    size: huge.size,
    md5: () => 'f'.repeat(32),
    *read(start: number, end: number) {
      for (const chunk of huge.read(start, end) as Iterable<Buffer>) {
        readBytes += chunk.length;
        yield chunk;
      }
    },
  };
  const server = await startUpyunServer({ buckets: { pics: memoryBucket({ huge: counted }) } });
  t.after(() => server.close());
  const headers = signed('/pics/huge');
  const answer = await rawRequest(server.endpoint, '/pics/huge', { headers, hangUpAfterBytes: 1_000_000 });
  assert.equal(answer.headers['content-length'], '3000000000');
  assert.ok(readBytes < 200_000_000, `read ${readBytes}`);
});

test('dies and comes back on the same port', async (t) => {
  const server = await start(t);
  await server.stopListening();
  assert.equal((await signedGet(server.endpoint, PATH)).error, 'ECONNREFUSED');
  await server.listenAgain();
  assert.equal((await signedGet(server.endpoint, PATH)).status, 200);
  assert.equal((await rawRequest(server.cdn('pics'), '/a/one.jpg')).status, 200);
});

test('cuts requests in the middle when it dies', async (t) => {
  const server = await start(t, { faults: [{ action: { stallAfterBytes: 10 } }] });
  const pending = signedGet(server.endpoint, PATH);
  while (server.counters.bytesSent === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.stopListening();
  assert.ok((await pending).error);
});
