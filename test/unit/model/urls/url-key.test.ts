// The key of a URL: readable where it can be, and never that of a URL that asks for something else.

import assert from 'node:assert/strict';
import test from 'node:test';
import { identityOfUrl, keyOfUrl } from '../../../../src/model/urls/url-key.js';
import { parseUrl, UrlTarget } from '../../../../src/model/urls/url-target.js';

function target(url: string): UrlTarget {
  const parsed = parseUrl(url);
  assert.ok(parsed instanceof UrlTarget, `${url}: ${parsed}`);
  return parsed;
}

const KEYS: readonly (readonly [url: string, key: string])[] = [
  ['https://a.com/x/photo.jpg', 'a.com/x/photo.jpg'],
  ['HTTPS://A.Com:443/X#part', 'a.com/X'],
  ['http://a.com:8080/x', 'a.com:8080/x'],
  ['https://a.com:80/x', 'a.com:80/x'],
  ['http://[::1]:99/x', '[::1]:99/x'],
  ['https://例子.中国/图.jpg', 'xn--fsqu00a.xn--fiqs8s/图.jpg'],
  ['https://a.com/%E5%9B%BE%20a.jpg', 'a.com/图 a.jpg'],
  ['https://a.com', 'a.com/index.html'],
  ['https://a.com/x/', 'a.com/x/index.html'],
  ['https://a.com?q', 'a.com/index.html?q'],
  ['https://a.com/x?', 'a.com/x'],
  ['https://a.com/img?id=7', 'a.com/img?id=7'],
  ['https://a.com/img?u=/a/b&n=%E4%B8%AD', 'a.com/img?u=%2Fa%2Fb&n=中'],
  // Escapes that would read as something else.
  ['https://a.com/x%2fy', 'a.com/x%2Fy'],
  ['https://a.com/x%3Fy', 'a.com/x%3Fy'],
  ['https://a.com/x%252Fy', 'a.com/x%252Fy'],
  ['https://a.com/i?a=1%262', 'a.com/i?a=1%262'],
  // No UTF-8, and no escape at all.
  ['https://a.com/%e9t%C3%A9%', 'a.com/%E9té%'],
  ['https://a.com/%E5%9B%E5%9B%BE', 'a.com/%E5%9B图'],
  // As they are written: the rules for names make them safe.
  ['https://a.com/x/../y', 'a.com/x/../y'],
  ['https://a.com/x//%2e%2e/y', 'a.com/x//../y'],
  ['https://a.com/a%00b', 'a.com/a\0b'],
  // What only signs a URL is in no name.
  ['https://s3.com/k?X-Amz-Algorithm=A&X-Amz-Date=1&X-Amz-Signature=abc&versionId=3', 's3.com/k?versionId=3'],
  ['https://o.com/k?OSSAccessKeyId=a&Expires=1&Signature=b', 'o.com/k'],
  ['https://z.com/k?sv=1&sig=b&se=2', 'z.com/k'],
  ['https://u.com/k?_upt=abc123', 'u.com/k'],
  ['https://share.com/download?token=abc', 'share.com/download?token=abc'],
  ['https://share.com/download?Expires=7', 'share.com/download?Expires=7'],
];

test('a URL has a readable key that comes from nothing but the URL', () => {
  for (const [url, key] of KEYS) assert.equal(keyOfUrl(target(url)), key, url);
});

test('URLs that ask for different things have different keys', () => {
  const asked = [
    '/a/b',
    '/a%2Fb',
    '/a%252Fb',
    '/a?b',
    '/a%3Fb',
    '/a%253Fb',
    '/a?b&c',
    '/a?b%26c',
    '/a?b=c',
    '/a?b%3Dc',
  ];
  const keys = asked.map((path) => keyOfUrl(target(`https://a.com${path}`)));
  assert.equal(new Set(keys).size, asked.length, JSON.stringify(keys));
});

test('two signatures of one URL are the same URL', () => {
  const signed = (signature: string) => identityOfUrl(target(`https://a.com/k?v=1&X-Amz-Signature=${signature}`));
  assert.equal(signed('a'), signed('b'));
  assert.notEqual(signed('a'), identityOfUrl(target('http://a.com/k?v=1')));
});

test('a path is sent as it is written; only what no request can have is encoded', () => {
  const sent = (url: string) => target(url).path;
  assert.equal(sent('https://a.com/x/../%7e//%2e?a=b?c/../d#e'), '/x/../%7e//%2e?a=b?c/../d');
  assert.equal(sent('https://a.com/图 "x"|y?a=中'), '/%E5%9B%BE%20%22x%22%7Cy?a=%E4%B8%AD');
  assert.equal(sent('https://a.com'), '/');
});
