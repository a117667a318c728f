// Headers that every kind of source reads in the same way.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isRest, retryAfterMs, single } from '../../../src/http/answer-headers.js';

test('the rest of a body has its range, its length and no encoding', () => {
  const asked = { fromBytes: 4, sizeBytes: 10 };
  const good = { 'content-range': 'bytes 4-9/10', 'content-length': '6' };
  assert.equal(isRest(good, asked), true);
  assert.equal(isRest({ 'content-range': good['content-range'] }, asked), true, 'in chunks');
  assert.equal(isRest({ ...good, 'content-encoding': 'identity' }, asked), true);
  for (const other of [
    { 'content-encoding': 'gzip' },
    { 'content-length': '5' },
    { 'content-range': 'bytes 0-9/10' },
    { 'content-range': 'bytes 4-9/11' },
    { 'content-range': undefined },
  ])
    assert.equal(isRest({ ...good, ...other }, asked), false, JSON.stringify(other));
});

test('Retry-After in seconds or as a date; anything else is none', (t) => {
  t.mock.method(Date, 'now', () => Date.UTC(2016, 10, 9, 14, 26, 50));
  assert.equal(retryAfterMs({ 'retry-after': '12' }), 12_000);
  assert.equal(retryAfterMs({ 'retry-after': 'Wed, 09 Nov 2016 14:26:58 GMT' }), 8_000);
  assert.equal(retryAfterMs({ 'retry-after': 'Wed, 09 Nov 2016 14:26:40 GMT' }), 0);
  for (const value of [undefined, '', 'soon', '9'.repeat(20)])
    assert.equal(retryAfterMs({ 'retry-after': value }), undefined);
});

test('a repeated header counts only if all values are equal', () => {
  assert.equal(single('a'), 'a');
  assert.equal(single(['a', 'a']), 'a');
  assert.equal(single(['a', 'b']), undefined);
});
