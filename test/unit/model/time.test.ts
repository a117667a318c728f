// Times as text mean the same on every machine, wherever it is.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { parseHttpDate, parseIsoTime, showTime } from '../../../src/model/time.js';

/** Far from UTC, and not by whole hours. */
function awayFromUtc(t: TestContext): void {
  const before = process.env.TZ;
  process.env.TZ = 'Asia/Kathmandu';
  t.after(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
}

const AT = Date.UTC(2017, 8, 3, 13, 10, 6);

test('a time without a zone is UTC, in every form', (t) => {
  awayFromUtc(t);
  const table: [text: string, ms: number][] = [
    ['2017-09-03T13:10:06Z', AT],
    ['2017-09-03T13:10:06', AT],
    ['2017-09-03 13:10:06', AT],
    ['2017-09-03 13:10:06Z', AT],
    ['2017-09-03T13:10:06.123', AT + 123],
    ['2017-09-03 13:10:06.123456789', AT + 123],
    ['2017-09-03T13:10:06,5', AT + 500],
    ['2017-09-03T13:10', AT - 6_000],
    ['2017-09-03 13:10', AT - 6_000],
    ['2017-09-03', Date.UTC(2017, 8, 3)],
    ['2017-09-03T15:10:06+02:00', AT],
    ['2017-09-03 15:10:06+0200', AT],
    ['2017-09-03T15:10:06+02', AT],
    ['2017-09-03T18:55:06+05:45', AT],
    ['+010000-01-01T00:00:00', 253_402_300_800_000],
    ['10000-01-01 00:00', 253_402_300_800_000],
    ['+10000-01-01', 253_402_300_800_000],
    ['-000001-01-01', -62_198_755_200_000],
  ];
  for (const [text, ms] of table) assert.equal(parseIsoTime(text), ms, text);
});

test('what is no time is none', () => {
  const texts = [
    '',
    '1',
    'may',
    '2017',
    '2017-13-01',
    '2017-09-03T',
    '2017-09-03T25:00',
    '2017-09-03T13:10.5',
    '99999',
  ];
  for (const text of [...texts, '275761-01-01', 'Sun Nov  6 08:49:37 1994', '2017-09-03T13:10:06 GMT', '-000000-01-01'])
    assert.ok(Number.isNaN(parseIsoTime(text)), text);
});

test('the three dates of HTTP mean the same, also the one that names no zone', (t) => {
  awayFromUtc(t);
  const ms = Date.UTC(1994, 10, 6, 8, 49, 37);
  const texts = [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Sun, 06 Nov 1994 09:49:37 +0100',
  ];
  for (const text of texts) assert.equal(parseHttpDate(text), ms, text);
  assert.ok(Number.isNaN(parseHttpDate('')));
  assert.ok(Number.isNaN(parseHttpDate('soon')));
});

test('any time can be shown', () => {
  assert.equal(showTime(AT), '2017-09-03T13:10:06.000Z');
  assert.match(showTime(1e17), /^\S+ ms after 1970$/);
  assert.match(showTime(Number.NaN), /NaN/);
});
