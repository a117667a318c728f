// Lines: what is printed is read back as the same entry, and rubbish is recognised instead of thrown about.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bareEtag, entryToLine, MAX_OBJECT_BYTES, md5OfHex, type ObjectEntry } from '../../../src/model/entry.js';
import { type BadLine, badLine, isBadLine, isScopeLine, MAX_KEPT_LINE, parseLine } from '../../../src/model/line.js';
import { textOf } from '../../../src/model/scope.js';
import { anyText } from '../../support/texts.js';

const MAX_DATE_MS = 8.64e15;

/** Any key that a JSON string can spell, lone surrogates included: it must come back to be judged. */
const anyKey = anyText({ minLength: 1, maxLength: 40 });
const entry: fc.Arbitrary<ObjectEntry> = fc.record({
  key: fc.oneof(anyKey, fc.constantFrom('{"key":1}', '"a"', '[1]', 'a\r', ' ', '\ud800')),
  size: fc.option(fc.nat({ max: MAX_OBJECT_BYTES }), { nil: undefined }),
  mtimeMs: fc.option(fc.integer({ min: -MAX_DATE_MS, max: MAX_DATE_MS }), { nil: undefined }),
  // An entry's etag is bare by contract, so quotes around it are none of its own.
  etag: fc.option(
    fc
      .string({ unit: 'binary' })
      .map(bareEtag)
      .filter((etag) => bareEtag(etag) === etag),
    {
      nil: undefined,
    },
  ),
});

function asEntry(line: string): ObjectEntry {
  const parsed = parseLine(line);
  if (parsed === undefined || isBadLine(parsed) || isScopeLine(parsed)) throw new Error(`no entry: ${line}`);
  return parsed;
}

test('a printed entry is read back as the same entry', () => {
  fc.assert(
    fc.property(entry, (original) => {
      const { key, size, mtimeMs, etag } = asEntry(entryToLine(original));
      assert.deepEqual({ key, size, mtimeMs, etag }, { ...original });
    }),
    { numRuns: 2_000 },
  );
});

test('a printed entry is one line in the order of the contract', () => {
  const line = entryToLine({
    key: '2017/a\n.jpg',
    size: 31337,
    mtimeMs: Date.parse('2017-09-03T13:10:06Z'),
    etag: 'x',
  });
  assert.equal(line, '{"key":"2017/a\\n.jpg","size":31337,"mtime":"2017-09-03T13:10:06.000Z","etag":"x"}');
  assert.equal(entryToLine({ key: 'a' }), '{"key":"a"}');
});

/** Text that looks like a line of ours, with values of any kind in the known fields. */
const almostLine = fc
  .record(
    { key: fc.jsonValue(), size: fc.jsonValue(), mtime: fc.jsonValue(), etag: fc.jsonValue(), code: fc.jsonValue() },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

test('never throws, and never gives an entry whose fields have the wrong type', () => {
  const text = fc.oneof(anyText(), fc.json(), almostLine);
  fc.assert(
    fc.property(text, (line) => {
      const parsed = parseLine(line);
      if (parsed === undefined) return;
      if (isBadLine(parsed)) {
        assert.equal(typeof parsed.text, 'string');
        assert.ok(parsed.reason.length > 0 && parsed.text.length <= MAX_KEPT_LINE);
        return;
      }
      if (isScopeLine(parsed)) return assert.equal(typeof textOf(parsed.scope), 'string');
      const { key, size, mtimeMs, etag } = parsed;
      assert.equal(typeof key, 'string');
      assert.ok(size === undefined || (Number.isSafeInteger(size) && size >= 0), `size ${size}`);
      assert.ok(mtimeMs === undefined || !Number.isNaN(new Date(mtimeMs).getTime()), `mtime ${mtimeMs}`);
      assert.ok(etag === undefined || typeof etag === 'string');
    }),
    { numRuns: 5_000 },
  );
});

test('takes a bare key, a quoted key and an object', () => {
  assert.deepEqual(asEntry('2017/a b.jpg'), { key: '2017/a b.jpg' });
  assert.deepEqual(asEntry(' a '), { key: ' a ' });
  assert.deepEqual(asEntry('"a\\u0062"'), { key: 'ab' });
  assert.deepEqual(asEntry('  "a b.jpg"'), { key: 'a b.jpg' });
  assert.deepEqual(asEntry('[2017] a.jpg'), { key: '[2017] a.jpg' });
  assert.equal(asEntry('{"key":"a","size":1,"sha1":"x","nested":{"key":2}}').size, 1);
  assert.equal(asEntry('{"key":"a","etag":"W/\\"5d41402abc4b2a76b9719d911017c592\\""}').etag?.length, 32);
});

test('an empty line is nothing, and a carriage return belongs to the end of the line', () => {
  assert.equal(parseLine(''), undefined);
  assert.equal(parseLine('\r'), undefined);
  assert.deepEqual(asEntry('a.jpg\r'), { key: 'a.jpg' });
  assert.deepEqual(asEntry('{"key":"a"}\r').key, 'a');
});

test('says what is wrong with a bad line', () => {
  const bad: [string, RegExp][] = [
    ['{"key":', /JSON/],
    ['{"size":1}', /key/],
    ['{"key":7}', /key/],
    ['{"key":""}', /empty/],
    ['["a"]', /array/],
    ['{"key":"a","size":-1}', /size/],
    ['{"key":"a","size":1.5}', /size/],
    ['{"key":"a","size":"1"}', /size/],
    ['{"key":"a","size":1e300}', /size/],
    ['{"key":"a","mtime":1}', /mtime/],
    ['{"key":"a","mtime":"may"}', /mtime/],
    ['{"key":"a","mtime":"2017-13-01"}', /mtime/],
    ['{"key":"a","etag":5}', /etag/],
  ];
  for (const [line, reason] of bad) {
    const parsed = parseLine(line);
    assert.ok(parsed && isBadLine(parsed), line);
    assert.match(parsed.reason, reason, line);
    assert.equal(parsed.text, line);
  }
});

test('null in a field means that it is not there', () => {
  assert.deepEqual(asEntry('{"key":"a","size":null,"mtime":null,"etag":null}'), {
    key: 'a',
    size: undefined,
    mtimeMs: undefined,
    etag: undefined,
  });
});

/** As settle writes a bad line into the failures file. */
function failuresLine({ text, reason }: BadLine): string {
  const fields = JSON.stringify({ error: `bad input line: ${reason}`, code: 'ERR_BAD_LINE', attempts: 0 });
  return `${entryToLine({ key: text }).slice(0, -1)},${fields.slice(1)}`;
}

test('a bad line from the failures file stays bad, whatever it says', () => {
  const text = fc.oneof(anyText(), fc.constantFrom('a.jpg', '{"key":"a"}', '"a"', ''), almostLine);
  fc.assert(
    fc.property(text, (original) => {
      const once = parseLine(failuresLine(badLine(original, 'the line is not valid UTF-8')));
      assert.ok(once && isBadLine(once), original);
      const twice = parseLine(failuresLine(once));
      assert.ok(twice && isBadLine(twice));
      assert.deepEqual(twice, once, 'nor does its reason grow');
    }),
  );
});

test('a folder that could not be listed is a folder again, and other failures are plain entries', () => {
  const folder = parseLine('{"key":"a/b","type":"folder","error":"x","code":"ERR_LISTING","attempts":0}');
  assert.deepEqual(folder, { scope: 'a/b' });
  assert.equal(asEntry('{"key":"a","size":3,"error":"x","code":"ERR_TIMEOUT","attempts":6}').size, 3);
});

test('knows an MD5 among the forms of an etag', () => {
  const md5 = '5D41402ABC4B2A76B9719D911017C592';
  assert.equal(md5OfHex(md5), md5.toLowerCase());
  for (const other of [undefined, '', `${md5}-3`, '5d4140-1f', `"${md5}"`]) assert.equal(md5OfHex(other), undefined);
  assert.deepEqual(['"a"', 'W/"a"', 'a', '"a', '""'].map(bareEtag), ['a', 'a', 'a', '"a', '']);
});

test('a URL where a key belongs is shown without its login', () => {
  const shown = (line: string) => JSON.stringify(parseLine(line));
  for (const login of ['user:S3CRET', 'S3CRET', 'user:S3/CRET', 'user:S3@CRET', ':S3CRET'])
    for (const line of [`http://${login}@example.com/a.jpg`, `  FTP://${login}@example.com:21/a.jpg`]) {
      assert.match(shown(line), /:\/\/…@example\.com/);
      assert.doesNotMatch(shown(line), /S3|CRET/);
    }
  // A line of a list of URLs.
  const json = '{"url":"http://user:S3CRET@example.com/a","headers":{"authorization":"S3CRET"}}';
  for (const line of [json, json.slice(0, -1)]) assert.doesNotMatch(shown(line), /S3CRET/);
  for (const line of ['http://example.com/photo@2x.jpg', 'http://example.com:80/photo@2x.jpg'])
    assert.ok(shown(line).includes(line), 'what is no login stays');
});
