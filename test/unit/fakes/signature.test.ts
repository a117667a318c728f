// Every vector of the protocol notes: from documentation and vendor tests, or recomputed by hand.

import assert from 'node:assert/strict';
import test from 'node:test';
import { cdnToken, hmacSignature, oldSignature, passwordKey, tokenSignature } from '../../fakes/upyun/signature.js';

const DATE = 'Wed, 09 Nov 2016 14:26:58 GMT';
const CONTENT_MD5 = '7ac66c0f148de9519b8bd264312c4d64';

test('signs a request as the documentation does, with Content-MD5', () => {
  const request = { method: 'PUT', uri: '/upyun-temp/demo.jpg', date: DATE, contentMd5: CONTENT_MD5 };
  assert.equal(hmacSignature(passwordKey('password123'), request), 'YUaAZX+WNAcJdNGHS5SBlITME5A=');
});

test('drops an absent Content-MD5 together with its separator', () => {
  const request = { method: 'GET', uri: '/upyun-temp/', date: DATE };
  assert.equal(hmacSignature(passwordKey('password123'), request), 'V5NN3Xb6w4kSQCXuab8spbNBMsY=');
});

test('signs the path percent-encoded', () => {
  const uri = '/upyun-temp/%E4%B8%AD%E6%96%87%20a%21.jpg';
  const request = { method: 'GET', uri, date: DATE };
  assert.equal(hmacSignature(passwordKey('password123'), request), 'KTDyFv7XssOBvXdiP2uceOepbyQ=');
});

test("agrees with the vector of the vendor's Erlang tests", () => {
  const date = 'Tue, 14 Feb 2017 12:34:56 GMT';
  const request = { method: 'PUT', uri: '/tests/image.jpg', date, contentMd5: CONTENT_MD5 };
  assert.equal(hmacSignature(passwordKey('password'), request), 's/zhp1UjLkRqh3pLgwyeu3orVs0=');
});

test('agrees with the documented prefix token', () => {
  const token = { method: 'PUT', prefix: '/bucket/client_37ascii', expire: '1528531186' };
  assert.equal(tokenSignature(passwordKey('password123'), token), 'P2UZNhjF+wB4MPq8ONSFU2aVW+8=');
});

test('makes the old MD5 form', () => {
  const request = { method: 'GET', uri: '/bucket/sub', date: 'Wed, 29 Oct 2014 02:26:58 GMT' };
  assert.equal(oldSignature(passwordKey('password'), request), '03db45e2904663c5c9305a9c6ed62af3');
});

test('makes CDN tokens from the decoded path, with the image version', () => {
  assert.equal(cdnToken('mysecret', 1_370_000_600, '/dir/pic.jpg'), 'af8b8df91370000600');
  assert.equal(cdnToken('mysecret', 1_370_000_600, '/中文 a.jpg!s400'), '76ea66641370000600');
});
