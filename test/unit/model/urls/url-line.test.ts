// Lines of a list of URLs: what they may say, and that no password and no header gets out of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { entryToLine, type ObjectEntry } from '../../../../src/model/entry.js';
import { isBadLine } from '../../../../src/model/line.js';
import { parseUrlLine } from '../../../../src/model/urls/url-line.js';
import { createLineReader } from '../../../../src/sources/urls/lines.js';

const SECRET = 'Hidden-5ecret';

function entryOf(line: string | object): ObjectEntry {
  const parsed = parseUrlLine(typeof line === 'string' ? line : JSON.stringify(line));
  assert.ok(parsed && 'key' in parsed, JSON.stringify(parsed));
  return parsed;
}

test('a line is a URL, or JSON with what is known of it', () => {
  for (const line of ['', ' \r', '# a comment\r', ' #https://a.com/x']) assert.equal(parseUrlLine(line), undefined);
  assert.equal(entryOf(' https://a.com/x \r').key, 'a.com/x');
  const entry = entryOf({
    ...{ url: 'https://a.com/x', key: 'own/name', size: 7, mtime: '2020-01-02T03:04:05Z', etag: 'W/"v1"' },
    ...{ md5: 'D41D8CD98F00B204E9800998ECF8427E', headers: { Referer: 'https://b.com/' }, other: 1 },
  });
  const { target, ...fields } = entry;
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  assert.deepEqual(fields, { key: 'own/name', size: 7, mtimeMs: Date.UTC(2020, 0, 2, 3, 4, 5), etag: 'v1', md5 });
  assert.deepEqual([target!.url, target!.headers], ['https://a.com/x', { referer: 'https://b.com/' }]);
});

test('user name and password become a header, and nothing else', () => {
  const { key, target } = entryOf(`https://me%40x:p%3A${SECRET}@a.com:81/x`);
  assert.equal(key, 'a.com:81/x');
  assert.equal(target!.url, 'https://a.com:81/x');
  assert.equal(Buffer.from(target!.headers.authorization!.slice(6), 'base64').toString(), `me@x:p:${SECRET}`);
});

test('a bad line from the list of failures keeps its reason as it is', () => {
  const record = { key: '{"url":"https://a.com/x","key":"k"}', code: 'ERR_BAD_LINE' };
  const again = parseUrlLine(JSON.stringify({ ...record, error: 'bad input line: the same key' }))!;
  assert.ok(isBadLine(again));
  assert.equal(again.reason, 'the same key');
});

test('what a list of failures has of an entry can be read again, and holds no secret', () => {
  const plain = { url: 'https://a.com/x?q=1', key: 'k', size: 3 };
  assert.deepEqual(JSON.parse(entryToLine(entryOf(plain))), { key: 'k', size: 3, url: 'https://a.com/x?q=1' });
  const headers = { referer: 'https://b.com/', 'user-agent': 'me' };
  const written = entryToLine(entryOf({ ...plain, headers }));
  assert.deepEqual(entryOf(written).target!.headers, headers);
  for (const line of [
    `https://me:${SECRET}@a.com/x`,
    { url: 'https://a.com/x', headers: { Referer: `https://b.com/?${SECRET}` } },
    { url: 'https://a.com/x', headers: { 'X-Any': SECRET } },
  ]) {
    const entry = entryOf(line);
    const written = entryToLine(entry);
    for (const text of [written, JSON.stringify(entry), inspect(entry, { depth: 9, showHidden: true })]) {
      assert.ok(!text.includes(SECRET) && !text.includes(btoa(`me:${SECRET}`)), text);
    }
    // It would be refused without them, for a reason that misleads.
    const again = parseUrlLine(written)!;
    assert.ok(isBadLine(again));
    assert.match(again.reason, /may be a secret.*first list again/);
  }
});

const BAD: readonly (readonly [line: string, reason: RegExp])[] = [
  ['photos/a.jpg', /no http.*--from SOURCE/],
  ['ftp://a.com/x', /no http/],
  ['https://', /no host/],
  ['https://a.com:0/x', /no host/],
  ['https://a b.com/x', /no host/],
  ['https://a%2Fb.com/x', /no host/],
  ['http://a.com\\@b.com/x', /backslash/],
  [`https://me:%zz${SECRET}@a.com/x`, /percent-encode/],
  [`https://me:${SECRET}/x@a.com/y`, /no host/],
  ['{"url":"https://a.com/x"', /JSON/],
  ['{"key":"a.jpg"}', /no "url"/],
  ['{"url":"https://a.com/x","key":7}', /"key"/],
  ['{"url":"https://a.com/x","key":""}', /key is empty/],
  ['{"url":"https://a.com/x","size":-1}', /"size"/],
  ['{"url":"https://a.com/x","md5":"zz"}', /"md5"/],
  ['{"url":"https://a.com/x","headers":["a"]}', /no object/],
  [`{"url":"https://a.com/x","headers":{"a b":"${SECRET}"}}`, /no header can have/],
  [`{"url":"https://a.com/x","headers":{"X-A":"${SECRET}\\n"}}`, /x-a.*cannot be sent/],
  ['{"url":"https://a.com/x","headers":{"Range":"bytes=0-1"}}', /range, which Sluice sets/],
  [`{"url":"https://a:b@a.com/x","headers":{"Authorization":"${SECRET}"}}`, /only one of them/],
  [`{"url":"https://a.com/x","headers":{"X-A":"${SECRET}"`, /JSON/],
];

test('a bad line says why, and keeps no secret', () => {
  for (const [line, reason] of BAD) {
    const parsed = parseUrlLine(line);
    assert.ok(parsed && isBadLine(parsed), line);
    assert.match(parsed.reason, reason, line);
    assert.ok(!`${parsed.reason} ${parsed.text}`.includes(SECRET), JSON.stringify(parsed));
    // In the list of failures it stays a bad line.
    const listed = parseUrlLine(JSON.stringify({ key: parsed.text, code: 'ERR_BAD_LINE', error: parsed.reason }));
    assert.ok(listed && isBadLine(listed), line);
  }
});

test('no form of a line that cannot be used lets a secret out', () => {
  for (const line of [
    // PHP writes slashes so.
    `{"url":"https:\\/\\/me:${SECRET}@a.com:0\\/x"}`,
    `{"url":"https:\\u002f\\u002fme:${SECRET}@a.com/x","size":-1}`,
    `{"url":"https://me:${SECRET}\\u0040a.com/x","size":-1}`,
    `{"url":"https://me:a\\"${SECRET}@a.com/x","size":-1}`,
    `{"url":"https://a.com/x","he\\u0061ders":{"x":"${SECRET}"},"size":-1}`,
    `{"url":"https://a.com/x","Headers":{"x":"${SECRET}"},"size":-1}`,
    `{"url":{"href":"https://me:${SECRET}@a.com/"}}`,
    `{"url":"https://a.com/x","he\\u0061ders":{"x":"${SECRET}"}`,
    `{"url":"https:\\/\\/me:${SECRET}@a.com`,
    `{"url":"https://me:${SECRET}\\u0040a.com`,
    `https://me:a ${SECRET}@a.com:0/x`,
    `https:/me:${SECRET}@a.com/x`,
    `https:me:${SECRET}@a.com/x`,
    `me:${SECRET}@a.com/x`,
    `https:\\\\me:${SECRET}@a.com/x`,
    `https://me:${SECRET}%40a.com/x`,
    `https://me:${SECRET}＠a.com/x`,
    `GET https://me:${SECRET}@a.com/x`,
  ]) {
    const parsed = parseUrlLine(line);
    assert.ok(parsed && isBadLine(parsed), line);
    assert.ok(!JSON.stringify(parsed).includes(SECRET), JSON.stringify(parsed));
  }
  const plain = '{"url":"https:\\/\\/a.com/x", "key":"photo@2x.png", "size":-1}';
  assert.equal((parseUrlLine(plain) as { text: string }).text, plain);
});

test('two different URLs with one key: the second is a bad line, whatever they are', () => {
  const read = createLineReader();
  const isBad = (line: string | object) => {
    const parsed = read(typeof line === 'string' ? line : JSON.stringify(line));
    return parsed !== undefined && isBadLine(parsed);
  };
  assert.equal(isBad('https://a.com/x'), false);
  assert.equal(isBad('https://a.com/x'), false);
  assert.equal(isBad('http://a.com/x'), true);
  assert.equal(isBad({ url: 'https://b.com/y', key: 'a.com/x' }), true);
  assert.equal(isBad({ url: 'https://b.com/y' }), false);
  for (let n = 0; n < 5_000; n++) assert.equal(isBad(`https://a.com/${n}`), false);
  assert.equal(isBad({ url: 'https://b.com/z', key: 'a.com/4321' }), true);
});
