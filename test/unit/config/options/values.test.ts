// How single values are written: counts, durations, sizes, origins, versions, switches, and SOURCE.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  count,
  duration,
  flag,
  globs,
  origin,
  type Reader,
  size,
  text,
  type Written,
} from '../../../../src/lib/options/values.js';
import { parseSource } from '../../../../src/sources/registry.js';
import { variant } from '../../../../src/sources/upyun/settings.js';
import { problemText } from '../../../../src/texts/value-problem.js';
import { anyText } from '../../../support/texts.js';

/** The value, or the message. */
function read<T>(reader: Reader<T>, written: Written): T | string {
  const reading = reader(written);
  return reading.problem === undefined ? reading.value : problemText(reading.problem);
}

test('a duration has a unit, or is in seconds', () => {
  const table: [string, number][] = [
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1.5s', 1_500],
    ['30', 30_000],
    ['0.25', 250],
    ['2 minutes', 120_000],
    ['24d', 2_073_600_000],
  ];
  for (const [written, ms] of table) assert.equal(read(duration(), written), ms, written);
  for (const wrong of [
    '',
    '0',
    '0s',
    '-5s',
    's',
    '5x',
    '1 y ',
    '25d',
    '1e3',
    '0x10',
    'soon',
    ' 5s',
    '5s '.repeat(60),
  ]) {
    assert.match(String(read(duration(), wrong)), /expected a duration/, wrong);
  }
});

test('a size is in powers of 1024', () => {
  const table: [string, number][] = [
    ['1024', 1_024],
    ['512k', 524_288],
    ['64M', 67_108_864],
    ['64MB', 67_108_864],
    ['1GiB', 1_073_741_824],
    ['1.5 k', 1_536],
    ['1t', 1_099_511_627_776],
  ];
  for (const [written, bytes] of table) assert.equal(read(size(1), written), bytes, written);
  for (const wrong of ['', '-1', '1x', 'k', '1e6', '9999999t', '0', '1 000']) {
    assert.match(String(read(size(1), wrong)), /expected a size/, wrong);
  }
  assert.match(String(read(size(1_048_576), '1023k')), /expected a size/);
});

test('a count is a whole number within its bounds', () => {
  assert.equal(read(count(1, 4096), '4096'), 4096);
  assert.equal(read(count(0, 10), '007'), 7);
  for (const wrong of ['', '0', '4097', '1.0', '1e2', '-1', '+1', ' 1', 'Infinity', '0x1', '१']) {
    assert.match(String(read(count(1, 4096), wrong)), /whole number from 1 to 4096/, wrong);
  }
});

test('an origin is http or https and nothing more', () => {
  assert.equal(read(origin(), 'https://v0.api.upyun.com'), 'https://v0.api.upyun.com');
  assert.equal(read(origin(), 'HTTP://Host:8080/'), 'http://host:8080');
  assert.equal(read(origin(), 'http://[::1]:80'), 'http://[::1]');
  for (const wrong of [
    '',
    'host',
    'host:80',
    'ftp://host',
    'http://',
    'http://host/path',
    'http://host?x',
    'http://host#x',
  ]) {
    assert.match(String(read(origin(), wrong)), /expected http/, wrong);
  }
  for (const secret of ['http://a:hunter2@host', 'http://hunter2@host', 'a:hunter2@host']) {
    const message = String(read(origin(), secret));
    assert.match(message, /credentials/);
    assert.doesNotMatch(message, /hunter2/);
  }
});

test('a version begins with its separator', () => {
  for (const good of ['!s400', '-thumb', '_x', '!/fw/300/format/webp', '!中'])
    assert.equal(read(variant(), good), good);
  for (const wrong of ['', '!', 's400', '/x', '!a b', '!a?b', '!a#b', '!../x', '!\ud800', '!a\n']) {
    assert.match(String(read(variant(), wrong)), /expected an image version/, wrong);
  }
});

test('switches and patterns', () => {
  for (const yes of ['1', 'true', 'YES', 'on']) assert.equal(read(flag(), yes), true);
  for (const no of ['0', 'false', 'No', 'off', '']) assert.equal(read(flag(), no), false);
  assert.match(String(read(flag(), 'perhaps')), /true or false/);
  assert.equal(read(text('a folder'), 'x'), 'x');
  assert.match(String(read(text('a folder'), '')), /a folder/);
  assert.deepEqual(read(globs(), '*.a\n\n*.b\n'), ['*.a', '*.b']);
  assert.match(String(read(globs(), ['*.a', ''])), /expected a pattern/);
  assert.deepEqual(read(globs(), ['*.a', '*.b']), ['*.a', '*.b']);
  assert.match(String(read(text('a folder'), [])), /one text/);
});

test('no reader ever throws, and what it gives is usable', () => {
  const written = fc.oneof(
    anyText({ maxLength: 200 }),
    fc.stringMatching(/^[-+]?\d{0,25}(\.\d{0,5})?\s?[a-zA-Z]{0,12}$/),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(written, (input) => {
      const ms = read(duration(), input);
      assert.ok(typeof ms === 'string' || (Number.isInteger(ms) && ms >= 0 && ms < 2 ** 31), `${input} → ${ms}`);
      const bytes = read(size(1), input);
      assert.ok(typeof bytes === 'string' || (Number.isSafeInteger(bytes) && bytes >= 1), `${input} → ${bytes}`);
      const number = read(count(1, 100), input);
      assert.ok(typeof number === 'string' || (number >= 1 && number <= 100));
      for (const reader of [origin(), variant(), flag(), text('x'), globs()]) read(reader as Reader<unknown>, input);
      const source = parseSource(input);
      assert.ok(typeof source === 'string' || source.bucket !== '');
    }),
    { numRuns: 3_000 },
  );
});

test('SOURCE is taken literally, without slashes at the ends of its prefix', () => {
  const table: [string, string, string][] = [
    ['upyun://photos', 'photos', ''],
    ['upyun://photos/', 'photos', ''],
    ['upyun://photos/2017/a b', 'photos', '2017/a b'],
    ['upyun://my-bucket.1_x//2017//', 'my-bucket.1_x', '2017'],
    ['upyun://photos/100%25/?#', 'photos', '100%25/?#'],
    ['upyun://photos/.sluice', 'photos', '.sluice'],
    ['upyun://photos/中文', 'photos', '中文'],
  ];
  for (const [written, bucket, prefix] of table)
    assert.deepEqual(parseSource(written), { scheme: 'upyun', bucket, prefix }, written);
});

test('says what is wrong with a SOURCE, and repeats no password', () => {
  for (const wrong of [
    '',
    'photos',
    's4://photos',
    'upyun:photos',
    'upyun://',
    'upyun:///x',
    'upyun://-x',
    'upyun://a b',
  ]) {
    assert.match(String(parseSource(wrong)), /upyun:\/\/BUCKET/, wrong);
  }
  for (const unsafe of ['upyun://photos/../x', 'upyun://photos/a//b', 'upyun://photos/a/./b', 'upyun://photos/a\0b']) {
    assert.match(String(parseSource(unsafe)), /in the prefix/, unsafe);
  }
  const message = String(parseSource('upyun://op:hunter2@photos'));
  assert.match(message, /credentials/);
  assert.doesNotMatch(message, /hunter2/);
});

test('a scheme that is nearly one leads to it, and repeats nothing else', () => {
  for (const wrong of ['upyn://photos', 'UPYUN://photos', 'upyun:/photos', 'upy://op:hunter2@photos']) {
    const message = String(parseSource(wrong));
    assert.match(message, /upyun:\/\/BUCKET.*; did you mean upyun:\/\/\?$/, wrong);
    assert.doesNotMatch(message, /hunter2|photos/);
  }
  for (const wrong of ['photos', 'https://photos', '://x', ''])
    assert.doesNotMatch(String(parseSource(wrong)), /did you mean/, wrong);
});
