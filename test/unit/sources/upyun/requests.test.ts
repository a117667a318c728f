// What goes over the wire: signatures, paths, and the clock they are signed with.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { BASIC_DATE, HTTP_DATE, ServerClock } from '../../../../src/sources/server-clock.js';
import { encodeKey, encodeSegment, encodeVariant } from '../../../../src/sources/upyun/path.js';
import { createSigner } from '../../../../src/sources/upyun/sign.js';

const DATE = 'Wed, 09 Nov 2016 14:26:58 GMT';

test('signs as the documentation and the vendor clients do', () => {
  const sign = createSigner({ operator: 'operator', password: 'password123' });
  const vectors = [
    // The documented vector has a Content-MD5, which goes in after the date.
    ['PUT', '/upyun-temp/demo.jpg', `${DATE}&7ac66c0f148de9519b8bd264312c4d64`, 'YUaAZX+WNAcJdNGHS5SBlITME5A='],
    ['GET', '/upyun-temp/', DATE, 'V5NN3Xb6w4kSQCXuab8spbNBMsY='],
    ['GET', '/upyun-temp/%E4%B8%AD%E6%96%87%20a%21.jpg', DATE, 'KTDyFv7XssOBvXdiP2uceOepbyQ='],
  ] as const;
  for (const [method, target, date, signature] of vectors) {
    assert.equal(sign(method, target, date), `UPYUN operator:${signature}`);
  }
  const erlang = createSigner({ operator: 'op', password: 'password' });
  const date = 'Tue, 14 Feb 2017 12:34:56 GMT&7ac66c0f148de9519b8bd264312c4d64';
  assert.equal(erlang('PUT', '/tests/image.jpg', date), 'UPYUN op:s/zhp1UjLkRqh3pLgwyeu3orVs0=');
});

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed());
const anySegment = fc.oneof(
  wellFormed,
  fc.constantFrom('+', ' ', '%', '?', '#', "!'()*", '\\', '.', '..', '中文', '😀', '~'),
);

test('every segment decodes to itself, and only unreserved characters are left raw', () => {
  fc.assert(
    fc.property(
      anySegment.filter((segment) => segment.isWellFormed()),
      (segment) => {
        const encoded = encodeSegment(segment);
        assert.equal(decodeURIComponent(encoded), segment);
        assert.match(encoded, /^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a key keeps its slashes and nothing else', () => {
  fc.assert(
    fc.property(fc.array(anySegment.filter((segment) => !segment.includes('/'))), (segments) => {
      const encoded = encodeKey(segments.join('/'));
      assert.deepEqual(encoded.split('/').map(decodeURIComponent), segments.length === 0 ? [''] : segments);
    }),
  );
});

test('encodes what a query, a fragment or a form would change', () => {
  assert.equal(encodeKey('a+b c/中.jpg'), 'a%2Bb%20c/%E4%B8%AD.jpg');
  assert.equal(encodeKey("?#%&'()*!\\"), '%3F%23%25%26%27%28%29%2A%21%5C');
  assert.throws(() => encodeKey('\ud800'), URIError);
});

test('a version keeps its separators and encodes the rest, whatever characters it has', () => {
  assert.equal(encodeVariant('!s400'), '!s400');
  assert.equal(encodeVariant('!/fw/300/format/webp'), '!/fw/300/format/webp');
  assert.equal(encodeVariant('!a+b'), '!a%2Bb');
  assert.equal(encodeVariant('!中'), '!%E4%B8%AD');
  assert.equal(encodeVariant('!🎉'), '!%F0%9F%8E%89');
});

test('the clock writes and reads the date of S3, too', () => {
  const clock = new ServerClock(BASIC_DATE, () => Date.parse(DATE));
  assert.equal(clock.date(), '20161109T142658Z');
  assert.equal(clock.learn('Wed, 09 Nov 2016 14:27:30 GMT', clock.date()), false);
  assert.equal(clock.learn('Thu, 10 Nov 2016 02:26:58 GMT', clock.date()), true);
  assert.equal(clock.date(), '20161110T022658Z');
});

test('the clock gives the time of now, once a second formatted', () => {
  let nowMs = Date.parse(DATE);
  const clock = new ServerClock(HTTP_DATE, () => nowMs);
  assert.equal(clock.date(), DATE);
  nowMs += 999;
  assert.equal(clock.date(), DATE);
  nowMs += 1;
  assert.equal(clock.date(), 'Wed, 09 Nov 2016 14:26:59 GMT');
});

test('the clock learns the time of a server that is far off, and only then', () => {
  let nowMs = Date.parse(DATE);
  const clock = new ServerClock(HTTP_DATE, () => nowMs);
  assert.equal(clock.learn('Wed, 09 Nov 2016 14:27:30 GMT', clock.date()), false);
  assert.equal(clock.learn(undefined, clock.date()), false);
  assert.equal(clock.learn('yesterday', clock.date()), false);
  assert.equal(clock.date(), DATE);
  assert.equal(clock.learn('Thu, 10 Nov 2016 02:26:58 GMT', clock.date()), true);
  assert.equal(clock.date(), 'Thu, 10 Nov 2016 02:26:58 GMT');
  nowMs += 5_000;
  assert.equal(clock.date(), 'Thu, 10 Nov 2016 02:27:03 GMT');
});

test('a second reply to a request signed before the lesson is worth another try, too', () => {
  const clock = new ServerClock(HTTP_DATE, () => Date.parse(DATE));
  const signedDate = clock.date();
  const serverDate = 'Thu, 10 Nov 2016 02:26:58 GMT';
  assert.equal(clock.learn(serverDate, signedDate), true);
  assert.equal(clock.learn(serverDate, signedDate), true);
  assert.equal(clock.learn(serverDate, clock.date()), false);
});
