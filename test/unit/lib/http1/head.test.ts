// Heads and framing: what is exactly HTTP is read, and what two programs could read differently is refused.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ChunkedDecoder } from '../../../../src/lib/http1/chunked.js';
import { framingOf, isReusable, keepAliveMs } from '../../../../src/lib/http1/framing.js';
import { encodeRequest, parseHead } from '../../../../src/lib/http1/head.js';
import { WireError, type WireRequest } from '../../../../src/lib/http1/transport.js';

const head = (...lines: string[]) => parseHead(['HTTP/1.1 200 OK', ...lines].join('\r\n'));

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof WireError, String(error));
    return error.code;
  }
  return 'none';
}

test('a head is its status and its fields, by lower-case names', () => {
  const { status, headers, isVersion10 } = head('ETag:"a"', 'X-Empty:', 'x-spaces: \t b c\t ', 'SERVER: caf\xe9');
  assert.deepEqual([status, isVersion10], [200, false]);
  assert.deepEqual({ ...headers }, { etag: '"a"', 'x-empty': '', 'x-spaces': 'b c', server: 'caf\xe9' });
  assert.equal(parseHead('HTTP/1.0 404').status, 404);
});

test('a field that comes several times keeps all of its values', () => {
  assert.deepEqual({ ...head('A: 1', 'a: 2', 'B: x', 'A: 3').headers }, { a: ['1', '2', '3'], b: 'x' });
});

test('names that mean something to JavaScript are names like any other', () => {
  const { headers } = head('__proto__: a', '__proto__: b', 'constructor: c', 'toString: d');
  assert.deepEqual(Object.keys(headers), ['__proto__', 'constructor', 'tostring']);
  assert.equal(headers['x-not-there'], undefined);
  assert.equal((head() as { headers: Record<string, unknown> }).headers.constructor, undefined);
});

test('what is not exactly a head is refused', () => {
  const bad = [
    'HTTP/2 200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1  200 OK',
    ' HTTP/1.1 200 OK',
    'HTTP/1.1 200 O\0K',
    'ICY 200 OK',
    'HTTP/1.1 200 OK\r\nno colon',
    'HTTP/1.1 200 OK\r\n: no name',
    'HTTP/1.1 200 OK\r\nspace : before the colon',
    'HTTP/1.1 200 OK\r\nA: 1\r\n folded',
    'HTTP/1.1 200 OK\r\nA: bare\nline feed',
    'HTTP/1.1 200 OK\r\nA: bare\rreturn',
    'HTTP/1.1 200 OK\r\nA: nul\0',
    'HTTP/1.1 200 OK\nA: 1',
  ];
  for (const text of bad)
    assert.equal(
      refusal(() => parseHead(text)),
      'WIRE_NOT_HTTP',
      JSON.stringify(text),
    );
});

test('any text is a head or a refusal, and takes no time', () => {
  const text = fc.string({ unit: fc.constantFrom('\r\n', '\n', ':', ' ', '\t', 'a', 'HTTP/1.1 200', ',', '\0', 'é') });
  fc.assert(
    fc.property(text, (rest) => {
      refusal(() => parseHead(rest));
      refusal(() => parseHead(`HTTP/1.1 200 OK\r\n${rest}`));
    }),
    { numRuns: 500 },
  );
  refusal(() => parseHead(`HTTP/1.1 200 OK${'\r\nA: b'.repeat(3_000)}\0`));
});

test('the framing is the one that nobody can read differently', () => {
  const of = (method: 'GET' | 'HEAD', ...lines: string[]) => framingOf(head(...lines), method);
  assert.equal(of('GET', 'Content-Length: 12'), 12);
  assert.equal(of('GET', 'Content-Length: 0'), 0);
  assert.equal(of('HEAD', 'Content-Length: 12'), 0);
  assert.equal(of('GET', 'Transfer-Encoding: Chunked'), 'chunked');
  assert.equal(of('GET'), 'until-close');
  for (const status of [100, 103, 204, 304]) {
    assert.equal(framingOf(parseHead(`HTTP/1.1 ${status} x\r\nContent-Length: 5`), 'GET'), 0);
  }
  const bad = [
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5', 'Content-Length: 5'],
    ['Content-Length: -5'],
    ['Content-Length: +5'],
    ['Content-Length: 0x5'],
    ['Content-Length: 5, 5'],
    ['Content-Length:'],
    ['Content-Length: 99999999999999999999'],
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, gzip'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding: chunked;q=1'],
    ['Transfer-Encoding: gzip'],
    ['Transfer-Encoding: identity'],
    ['Transfer-Encoding: cow'],
    ['Transfer-Encoding:'],
    ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: gzip', 'Content-Length: 5'],
  ];
  for (const lines of bad.filter(([line]) => line!.startsWith('Transfer-Encoding'))) {
    // Where there is no body, too: what the server means by it is not known.
    assert.equal(
      refusal(() => of('HEAD', ...lines)),
      'WIRE_NOT_HTTP',
      lines.join(),
    );
  }
  for (const lines of bad)
    assert.equal(
      refusal(() => of('GET', ...lines)),
      'WIRE_NOT_HTTP',
      lines.join(),
    );
});

test('a connection is used again unless one side says otherwise', () => {
  assert.equal(isReusable(head(), 0), true);
  assert.equal(isReusable(head('Connection: Close'), 0), false);
  assert.equal(isReusable(head('Connection: x, close'), 0), false);
  assert.equal(isReusable(head('Connection: x', 'Connection: close'), 0), false);
  assert.equal(isReusable(head('Connection: closely'), 0), true);
  assert.equal(isReusable(parseHead('HTTP/1.0 200 OK'), 0), false);
  assert.equal(isReusable(parseHead('HTTP/1.0 200 OK\r\nConnection: keep-alive'), 0), true);
  const odd = 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked';
  assert.equal(isReusable(parseHead(odd), 'chunked'), false);
  assert.equal(keepAliveMs(head('Keep-Alive: timeout=5, max=100').headers), 5_000);
  assert.equal(keepAliveMs(head('Keep-Alive: max=100').headers), undefined);
  assert.equal(isReusable(head(), 'until-close'), false);
  assert.equal(isReusable(head('Transfer-Encoding: chunked'), 'chunked'), true);
  assert.equal(isReusable(head('Transfer-Encoding: chunked'), 0), false);
});

test('a request is written down exactly, and one that would be two is not', () => {
  const request = { method: 'GET', path: '/a%20b?c', headers: { 'x-a': 'b c' } } as const;
  assert.equal(
    encodeRequest(request, 'host:8080'),
    'GET /a%20b?c HTTP/1.1\r\nhost: host:8080\r\nconnection: keep-alive\r\nx-a: b c\r\n\r\n',
  );
  const bad: Partial<WireRequest>[] = [
    { path: '/a b' },
    { path: '/a\r\nb' },
    { path: '' },
    { path: '/é' },
    { headers: { a: 'b\r\nc: d' } },
    { headers: { a: 'b\nc' } },
    { headers: { 'a b': 'c' } },
    { headers: { '': 'c' } },
    { headers: { a: '☃' } },
  ];
  for (const one of bad)
    assert.equal(
      refusal(() => encodeRequest({ ...request, ...one }, 'h')),
      'WIRE_REQUEST',
    );
});

/** Feeds pieces of these sizes, over and over; gives the data and what is left behind the end. */
function decode(bytes: Buffer, sizes: readonly number[]): { data: string; surplus: number } {
  const decoder = new ChunkedDecoder();
  const data: Buffer[] = [];
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const piece = bytes.subarray(offset, offset + sizes[turn % sizes.length]!);
    const end = decoder.push(piece, (one) => data.push(Buffer.from(one)) > 0);
    offset += end === -1 ? piece.length : end;
    if (end !== -1) return { data: Buffer.concat(data).toString('latin1'), surplus: bytes.length - offset };
  }
  return { data: Buffer.concat(data).toString('latin1'), surplus: -1 };
}

test('chunks are put together however they are cut on their way', () => {
  const chunks = fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 10 });
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  const extension = fc.constantFrom('', ';a=b', ' ;x', '; "q"');
  const trailer = fc.constantFrom('', 'A: b\r\n', 'A: b\r\nC: d\r\n');
  fc.assert(
    fc.property(chunks, sizes, extension, trailer, (parts, cuts, more, fields) => {
      const coded = parts.map((part) => {
        const bytes = Buffer.from(part);
        return `${bytes.length.toString(16)}${more}\r\n${bytes.toString('latin1')}\r\n`;
      });
      const body = Buffer.from(`${coded.join('')}0${more}\r\n${fields}\r\nNEXT`, 'latin1');
      const { data, surplus } = decode(body, cuts);
      assert.equal(data, Buffer.from(parts.join('')).toString('latin1'));
      // The last piece may end before the surplus does.
      assert.ok(surplus >= 4 && surplus <= 4 + 50, String(surplus));
    }),
  );
});

test('what is not chunked is refused, and nothing grows without end', () => {
  const bad = ['xyz\r\n', '\r\n', '-1\r\n', '5\nhello\r\n', '5\r\nhelloX\r\n', '5\r\nhello\n', 'fffffffffffffff\r\n'];
  for (const text of bad)
    assert.equal(
      refusal(() => decode(Buffer.from(text), [100])),
      'WIRE_NOT_HTTP',
      text,
    );
  const endless = ['1'.repeat(5_000), `1;${'x'.repeat(5_000)}`, `0\r\n${'A: b\r\n'.repeat(10_000)}`];
  for (const text of endless)
    assert.equal(
      refusal(() => decode(Buffer.from(text), [1_000])),
      'WIRE_NOT_HTTP',
    );
});
