// Where a server listens, as users write it, and which words behind an option are meant so.

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  addressText,
  isLoopback,
  isLoopbackHost,
  looksLikeAddress,
  parseAddress,
} from '../../../../src/lib/network/listen-address.js';

const STANDARD = { host: '127.0.0.1', port: 8190 };
const parse = (text: string) => parseAddress(text, STANDARD);

test('an address has a host, a port, or both', () => {
  for (const [text, host, port] of [
    ['127.0.0.1:9000', '127.0.0.1', 9_000],
    ['localhost:0', 'localhost', 0],
    ['[::1]:9000', '::1', 9_000],
    ['archive-1.example:65535', 'archive-1.example', 65_535],
    [':9000', '', 9_000],
    ['9000', '127.0.0.1', 9_000],
    ['0.0.0.0', '0.0.0.0', 8_190],
    ['[::1]', '::1', 8_190],
    ['::1', '::1', 8_190],
    ['localhost', 'localhost', 8_190],
  ] as const) {
    assert.deepEqual(parse(text), { host, port }, text);
    assert.ok(looksLikeAddress(text), text);
  }
});

test('what is no address is none, and a port that is none is a mistake rather than SOURCE', () => {
  for (const text of ['0', '1', '70000', 'localhost:70000', '[::x]:80', '[127.0.0.1]:80', '300.1.1.1:80', '1.2.3:80'])
    assert.equal(parse(text), undefined, text);
  for (const text of ['0', '1', '70000', 'localhost:70000']) assert.ok(looksLikeAddress(text), text);
  for (const text of [
    'upyun://photos',
    's3://b/p:80',
    'photos',
    './8190',
    'photos/2017',
    '-',
    '',
    'a b:80',
    '--json',
    'h:',
  ])
    assert.deepEqual([parse(text), looksLikeAddress(text)], [undefined, false], text);
});

test('an address of this machine is known by its form', () => {
  for (const ip of ['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopback(ip), ip);
  for (const ip of ['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.evil', 'localhost'])
    assert.ok(!isLoopback(ip), ip);
  assert.ok(isLoopbackHost('localhost'));
  for (const host of ['', 'localhost.evil', 'archive']) assert.ok(!isLoopbackHost(host), host);
});

test('an address is shown as it is written', () => {
  for (const text of ['127.0.0.1:9000', '[::1]:9000', ':9000', 'archive:80'])
    assert.equal(addressText(parse(text)!), text);
});
