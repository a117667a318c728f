// A list of URLs as a source: what is sent, what each answer means, and where redirects lead.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { type WebAnswer, webFile } from '../../../fakes/http/http-server.js';
import { deadPort } from '../../../support/servers/hosts.js';
import { CERTIFICATE, tlsFront } from '../../../support/servers/tls.js';
import { entryOf, openUrls, serveWeb } from '../../../support/servers/urls.js';
import { rejection } from '../../../support/waiting.js';

const base64Md5 = (text: string) => createHash('md5').update(text).digest('base64');

test('a request has what the line says, and no more', async (t) => {
  const server = await serveWeb(t, { '/a/../b//%7E': { body: 'x' } });
  const source = openUrls(t);
  const url = `${server.origin.replace('//', '//me:p%40ss@')}/a/../b//%7E?q=1#part`;
  const { bytes, size } = await source.get(entryOf(source, { url, headers: { 'X-Own': 'yes' } }));
  assert.deepEqual([Buffer.from(bytes!).toString(), size], ['x', 1]);
  const { path, headers } = server.requests[0]!;
  assert.equal(path, '/a/../b//%7E?q=1');
  assert.equal(headers.authorization, `Basic ${btoa('me:p@ss')}`);
  assert.deepEqual([headers['x-own'], headers['accept-encoding'], headers.cookie], ['yes', 'identity', undefined]);
});

const ANSWERS: readonly (readonly [name: string, answer: WebAnswer, code: string, verdict: string, line?: object])[] = [
  ['nothing there', { status: 404 }, 'ERR_NOT_FOUND', 'skip'],
  ['gone', { status: 410 }, 'ERR_NOT_FOUND', 'skip'],
  ['no login', { status: 401 }, 'ERR_FORBIDDEN_OBJECT', 'skip'],
  ['a login for a proxy that there is not', { status: 407 }, 'ERR_FORBIDDEN_OBJECT', 'skip'],
  ['forbidden', { status: 403 }, 'ERR_FORBIDDEN_OBJECT', 'skip'],
  ['bad request', { status: 400 }, 'ERR_REJECTED', 'skip'],
  ['too many', { status: 429 }, 'ERR_THROTTLED', 'throttle'],
  ['busy', { status: 503 }, 'ERR_THROTTLED', 'throttle'],
  ['broken', { status: 500 }, 'ERR_SERVER', 'retry'],
  ['late', { status: 408 }, 'ERR_SERVER', 'retry'],
  ['not asked whether it changed', { status: 304 }, 'ERR_PROTOCOL', 'retry'],
  ['a part', { status: 206, headers: { 'content-range': 'bytes 0-0/9' }, body: 'x' }, 'ERR_PROTOCOL', 'retry'],
  ['no content', { status: 204 }, 'ERR_PROTOCOL', 'retry'],
  ['compressed', { headers: { 'content-encoding': 'gzip' }, body: 'x' }, 'ERR_ENCODED', 'retry'],
  ['cut', { body: 'xxxx', cutAfter: 2 }, 'ERR_TRUNCATED', 'retry'],
  ['another size', { body: 'xx' }, 'ERR_SIZE', 'retry', { size: 3 }],
  ['another ETag', { headers: { etag: '"b"' }, body: 'x' }, 'ERR_ETAG', 'retry', { etag: '"a"' }],
  ['many choices', { status: 300 }, 'ERR_REDIRECT', 'skip'],
  ['a redirect to nowhere', { status: 302 }, 'ERR_REDIRECT', 'skip'],
  ['a redirect to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, 'ERR_REDIRECT', 'skip'],
  ['two redirects at once', { status: 302, headers: { location: ['/a', '/b'] } }, 'ERR_REDIRECT', 'skip'],
  ['a redirect to itself', { status: 302, headers: { location: '/x?secret=1' } }, 'ERR_REDIRECT', 'skip'],
];

test('each answer that is not the object has its error, which shows no query', async (t) => {
  const server = await serveWeb(t);
  const source = openUrls(t);
  for (const [name, answer, code, verdict, line = {}] of ANSWERS) {
    server.routes['/x'] = answer;
    const error = await rejection<TransferError>(
      source.get(entryOf(source, { url: `${server.origin}/x?secret=1`, ...line })),
    );
    assert.ok(error instanceof TransferError, name);
    assert.deepEqual([error.code, error.verdict], [code, verdict], `${name}: ${error.message}`);
    assert.match(error.message, /^GET http:\/\/127\.0\.0\.1:\d+\/x/, name);
    assert.ok(!error.message.includes('secret'), error.message);
  }
});

test('Retry-After is heard', async (t) => {
  const server = await serveWeb(t, { '/x': { status: 503, headers: { 'retry-after': '7' } } });
  const source = openUrls(t);
  const error = await rejection<TransferError>(source.get(entryOf(source, `${server.origin}/x`)));
  assert.equal(error.retryAfterMs, 7_000);
});

test('an answer is checked by what it and its line say; an ETag of 32 hex digits is no MD5', async (t) => {
  const hex = 'd41d8cd98f00b204e9800998ecf8427e';
  const server = await serveWeb(t, {
    '/etag': { headers: { etag: `"${hex}"` }, body: 'x' },
    '/weak': { headers: { etag: 'W/"v"' }, body: 'x' },
    '/md5': { headers: { 'content-md5': base64Md5('x') }, body: 'x' },
    '/chunked': { isChunked: true, body: 'x' },
    '/gzip': { headers: { 'content-encoding': 'gzip' }, body: 'xyz' },
  });
  const source = openUrls(t);
  const get = (path: string, line = {}) => source.get(entryOf(source, { url: server.origin + path, ...line }));
  const [etag, weak, md5, chunked] = await Promise.all(['/etag', '/weak', '/md5', '/chunked'].map((path) => get(path)));
  assert.deepEqual([etag!.md5, etag!.etag], [undefined, hex]);
  assert.equal(source.md5OfEtag?.(hex), undefined);
  assert.equal(weak!.etag, undefined);
  assert.equal(md5!.md5, createHash('md5').update('x').digest('hex'));
  assert.equal(chunked!.size, undefined);
  // The line says that these bytes are meant.
  assert.equal((await get('/gzip', { size: 3 })).size, 3);
});

const LOCATIONS: readonly (readonly [location: string, path: string])[] = [
  ['/b', '/b'],
  ['b?x=1#y', '/dir/b?x=1'],
  ['../b', '/b'],
  ['./c/./d/..', '/dir/c/'],
  ['/a/../../b', '/b'],
  ['?z', '/dir/a?z'],
  ['//%ORIGIN%/b', '/b'],
  ['http://user:word@%ORIGIN%/b/../c', '/c'],
  ['/a b"<>', '/a%20b%22%3C%3E'],
  ['/%7e%2e/.x', '/%7e%2e/.x'],
  ['/é', '/%C3%A9'],
];

test('a Location is resolved as RFC 3986 says, and keeps its escapes', async (t) => {
  const server = await serveWeb(t);
  for (const [location, path] of LOCATIONS) {
    const source = openUrls(t);
    const written = Buffer.from(location.replace('%ORIGIN%', new URL(server.origin).host)).toString('latin1');
    for (const name of Object.keys(server.routes)) delete server.routes[name];
    server.routes['/dir/a?q'] = { status: 301, headers: { location: written } };
    server.routes[path] = { body: 'here' };
    const { bytes } = await source.get(entryOf(source, `${server.origin}/dir/a?q`));
    assert.equal(Buffer.from(bytes!).toString(), 'here', location);
    assert.equal(server.requests.at(-1)!.path, path);
    assert.equal(server.requests.at(-1)!.headers.authorization, undefined);
  }
});

test('five redirects are followed, six are not, with any of their statuses', async (t) => {
  const server = await serveWeb(t, { '/6': { body: 'end' } });
  for (const [index, status] of [301, 302, 303, 307, 308, 302].entries())
    server.routes[`/${index}`] = { status, headers: { location: `/${index + 1}`, 'set-cookie': 'a=b' } };
  const source = openUrls(t);
  assert.equal(Buffer.from((await source.get(entryOf(source, `${server.origin}/1`))).bytes!).toString(), 'end');
  assert.ok(server.requests.every(({ headers }) => headers.cookie === undefined));
  const error = await rejection<TransferError>(source.get(entryOf(source, `${server.origin}/0`)));
  assert.deepEqual([error.code, /more than 5/.test(error.message)], ['ERR_REDIRECT', true]);
});

test('a redirect to another origin gets neither the password nor the headers of the line', async (t) => {
  const other = await serveWeb(t, { '/x': { body: 'x' } });
  const server = await serveWeb(t, {
    '/same': { status: 302, headers: { location: '/away' } },
    '/away': { status: 302, headers: { location: `${other.origin}/x` } },
  });
  const source = openUrls(t);
  const url = `${server.origin.replace('//', '//me:pw@')}/same`;
  await source.get(entryOf(source, { url, headers: { 'X-Token': 'abc' } }));
  assert.ok(
    server.requests.every(({ headers }) => headers.authorization !== undefined && headers['x-token'] === 'abc'),
  );
  assert.deepEqual(
    other.requests.map(({ headers }) => [headers.authorization, headers['x-token']]),
    [[undefined, undefined]],
  );
});

test('a server that is down behind a redirect is no outage of the one that sent it there', async (t) => {
  const broken = await serveWeb(t, { '/x': { status: 500 } });
  const server = await serveWeb(t);
  const source = openUrls(t);
  for (const location of [`http://127.0.0.1:${await deadPort()}/x`, `${broken.origin}/x`]) {
    server.routes['/x'] = { status: 302, headers: { location } };
    const { code, status } = await rejection<TransferError>(source.get(entryOf(source, `${server.origin}/x`)));
    assert.deepEqual([code, status], ['ERR_HOST_UNREACHABLE', 302]);
  }
});

test('no redirect leads from https to http; one to https is followed', async (t) => {
  const plain = await serveWeb(t, { '/x': { body: 'x' } });
  const secure = await tlsFront(t, plain.origin);
  plain.routes['/down'] = { status: 301, headers: { location: `${plain.origin}/x` } };
  plain.routes['/up'] = { status: 301, headers: { location: `${secure}/x` } };
  const source = openUrls(t, { ca: CERTIFICATE });
  const error = await rejection<TransferError>(source.get(entryOf(source, `${secure}/down`)));
  assert.deepEqual([error.code, /from https to http/.test(error.message)], ['ERR_REDIRECT', true]);
  assert.equal(Buffer.from((await source.get(entryOf(source, `${plain.origin}/up`))).bytes!).toString(), 'x');
});

test('a certificate that is not trusted is the matter of its host alone', async (t) => {
  const plain = await serveWeb(t, { '/x': { body: 'x' } });
  const source = openUrls(t);
  const url = `${await tlsFront(t, plain.origin)}/x`;
  const error = await rejection<TransferError>(source.get(entryOf(source, url)));
  assert.deepEqual([error.code, error.verdict], ['ERR_HOST_TLS', 'skip']);
});

test('the rest of a body is taken only where it is proven to be of the same one, also behind a redirect', async (t) => {
  const body = Buffer.alloc(3_000_000, 'abc');
  const server = await serveWeb(t, { '/f': webFile(body), '/r': { status: 302, headers: { location: '/f' } } });
  const source = openUrls(t);
  const entry = entryOf(source, `${server.origin}/r`);
  const { etag, isEtagStrong, stream } = await source.get(entry);
  stream!.abort!(new TransferError('ERR_NETWORK', 'only its headers are wanted'));
  assert.deepEqual([etag, isEtagStrong], ['v1', true]);
  const broken = { fromBytes: 1_000_000, sizeBytes: body.length, etag: 'v1' };
  const pieces: Buffer[] = [];
  for await (const piece of await source.getRest!(entry, broken)) pieces.push(Buffer.from(piece));
  assert.ok(Buffer.concat(pieces).equals(body.subarray(1_000_000)));
  // Servers that ignore If-Range, or give another part.
  const part = (etag: string, from = 1_000_000): WebAnswer => ({
    status: 206,
    headers: { etag, 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` },
    body: body.subarray(from),
  });
  const parts = [part('"v2"'), part('W/"v1"'), part(''), part('"v1"', 1_000_001)];
  for (const other of [webFile(body, { etag: '"v2"' }), { body }, { status: 404 }, { status: 416 }, ...parts]) {
    server.routes['/f'] = other;
    assert.equal((await rejection<TransferError>(source.getRest!(entry, broken))).code, 'ERR_CHANGED');
  }
});

test('many hosts do not keep their connections for ever', async (t) => {
  const source = openUrls(t, { timeoutMs: 2_000 });
  const servers = await Promise.all(Array.from({ length: 300 }, () => serveWeb(t, { '/x': { body: 'x' } })));
  for (const { origin } of servers) await source.get(entryOf(source, `${origin}/x`));
  assert.equal(Buffer.from((await source.get(entryOf(source, `${servers[0]!.origin}/x`))).bytes!).toString(), 'x');
});
