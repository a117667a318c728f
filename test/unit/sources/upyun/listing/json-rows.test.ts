// Rows of a JSON listing: nothing in a name can be taken for a row, and a row counts whatever its neighbours are.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseJsonRows } from '../../../../../src/sources/upyun/listing/json-rows.js';
import { parseTextRows } from '../../../../../src/sources/upyun/listing/text-rows.js';

const pageOf = (body: string | Buffer | object, directory = '') =>
  parseJsonRows(
    Buffer.from(typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body)),
    directory,
  );
const fileOf = (name: string, more: object = {}) => ({
  type: 'image/jpeg',
  name,
  length: 5,
  last_modified: 7,
  ...more,
});
const keysOf = (body: Parameters<typeof pageOf>[0]) => pageOf(body).rows.entries.map(({ key }) => key);

test('reads names, sizes and times, tells folders by their type, and gives the cursor', () => {
  const files = [
    fileOf('a.jpg'),
    { type: 'folder', name: '2017.09.03', length: 0, last_modified: 1 },
    fileOf('plain', { type: '' }),
  ];
  const { rows, iter } = pageOf({ files, iter: 'next' }, 'd');
  assert.deepEqual(rows.entries, [
    { key: 'd/a.jpg', size: 5, mtimeMs: 7_000 },
    { key: 'd/plain', size: 5, mtimeMs: 7_000 },
  ]);
  assert.deepEqual([rows.directories, rows.rejects, rows.doubt, iter], [['d/2017.09.03'], [], undefined, 'next']);
});

test('any layout is read: other orders, white space, more members, a byte order mark, escapes', () => {
  const pretty = JSON.stringify({ iter: 'i', more: [{}, { a: [1, 'x', null] }], files: [fileOf('a')] }, null, '\t');
  assert.deepEqual([keysOf(pretty), keysOf(`\ufeff${pretty}`), keysOf(`\n ${pretty}\n`)], [['a'], ['a'], ['a']]);
  const escaped =
    '{"files":[{"x":{"name":"no"},"last_modified":7,"length":5,"type":"f\\u006flder","name":"\\u4e2d\\ud83d\\ude00\\"\\\\"}]}';
  assert.deepEqual(pageOf(escaped).rows.directories, ['中😀"\\']);
});

test('any name that is Unicode comes back as it was, also from a server that escapes more than it must, or less', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.array(fc.constantFrom('a', '\n', '\t', '\r', '\0', '"', '\\', '{', '中', '\u2028')).map((some) => some.join('')),
  );
  const ascii = (json: string) =>
    json.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const sloppy = (json: string) => json.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\r', '\r');
  fc.assert(
    fc.property(name, fc.nat(), fc.nat(), (text, size, seconds) => {
      fc.pre(text !== '' && text.isWellFormed() && !text.includes('/'));
      const json = JSON.stringify({ files: [fileOf(text, { length: size, last_modified: seconds })], iter: 'x' });
      const forms = text.includes('\\') ? [json, ascii(json)] : [json, ascii(json), sloppy(json)];
      for (const form of forms) {
        const { rows } = pageOf(form, 'd');
        assert.deepEqual(
          [rows.entries, rows.doubt],
          [[{ key: `d/${text}`, size, mtimeMs: seconds * 1000 }], undefined],
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

test('says what the text listing says, as far as that can', () => {
  const row = fc.record({
    name: fc.string({ unit: 'grapheme', minLength: 1 }),
    isFolder: fc.boolean(),
    size: fc.nat(),
    seconds: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      fc.pre(rows.every(({ name }) => !/[\n\r\t]/.test(name)));
      const files = rows.map(({ name, isFolder, size, seconds }) =>
        fileOf(name, { type: isFolder ? 'folder' : 'a/b', length: size, last_modified: seconds }),
      );
      const text = rows.map(
        ({ name, isFolder, size, seconds }) => `${name}\t${isFolder ? 'F' : 'N'}\t${size}\t${seconds}\n`,
      );
      const { entries, directories, rejects } = pageOf({ files, iter: 'x' }).rows;
      const other = parseTextRows(Buffer.from(text.join('')), '');
      assert.deepEqual(
        [entries, directories, rejects.length],
        [other.entries, other.directories, other.rejects.length],
      );
    }),
  );
});

test('an odd size or time is left out, and the object is kept', () => {
  const odd = [
    '-5',
    '"soon"',
    'null',
    'true',
    '[1]',
    '{"a":1}',
    '1e400',
    '200000000000000.0',
    '12345678901234567890',
    '""',
  ];
  // Not JSON, but what some libraries write for a number that is none.
  odd.push('NaN', 'Infinity', '-Infinity', 'None', '+5');
  for (const value of odd) {
    const { rows } = pageOf(
      `{"files":[{"type":"a/b","name":"a","length":${value},"last_modified":${value}},{"type":"a/b","name":"b"}],"iter":"x"}`,
    );
    const plain = { size: undefined, mtimeMs: undefined };
    assert.deepEqual(
      [rows.entries, rows.doubt],
      [
        [
          { key: 'a', ...plain },
          { key: 'b', ...plain },
        ],
        undefined,
      ],
      value,
    );
  }
  const numbers =
    '{"files":[{"type":"a/b","name":"a","length":1.5,"last_modified":1504443006.5},{"type":"a/b","name":"b","length":"12","last_modified":1.5e+09}]}';
  assert.deepEqual(pageOf(numbers).rows.entries, [
    { key: 'a', size: undefined, mtimeMs: 1_504_443_006_500 },
    { key: 'b', size: 12, mtimeMs: 1_500_000_000_000 },
  ]);
});

test('an element without a type is reported by its name', () => {
  for (const type of ['', '"type":null,', '"type":3,', '"type":"a/b","type":"folder",']) {
    const { rows } = pageOf(`{"files":[{${type}"name":"a"},{"type":"a/b","name":"b"}]}`);
    assert.deepEqual(
      [rows.entries.map(({ key }) => key), rows.rejects.map(({ entry }) => entry.key), rows.doubt],
      [['b'], ['a'], undefined],
      type,
    );
  }
});

test('members that come twice are not believed', () => {
  const { rows } = pageOf(
    '{"files":[{"type":"a/b","name":"a","length":1,"length":2,"last_modified":1,"last_modified":1}]}',
  );
  assert.deepEqual([rows.entries, rows.doubt], [[{ key: 'a', size: undefined, mtimeMs: undefined }], undefined]);
  const names = pageOf('{"files":[{"type":"a/b","name":"a","name":"b"},{"type":"a/b","name":"c"}]}').rows;
  assert.deepEqual([names.entries.map(({ key }) => key), /no name, or two/.test(names.doubt!)], [['c'], true]);
  assert.match(pageOf('{"files":[],"files":[]}').rows.doubt!, /two lists/);
  assert.match(pageOf('{"files":[],"iter":"a","iter":"b"}').rows.doubt!, /no cursor in its body, or two/);
});

test('what is no JSON, no listing, or cut puts the page in doubt; whole rows before it count', () => {
  const good = JSON.stringify({ files: [fileOf('a'), fileOf('b')], iter: 'x' });
  for (let length = 1; length < good.length; length++) {
    const { rows } = pageOf(good.slice(0, length));
    assert.ok(rows.doubt, good.slice(0, length));
    assert.ok(rows.entries.every(({ key, size, mtimeMs }) => /^[ab]$/.test(key) && size === 5 && mtimeMs === 7_000));
  }
  for (const bad of [
    '{}',
    '{"files":null}',
    '{"files":{}}',
    '{"iter":"x"}',
    '{"msg":"unknown","code":50300000}',
    `${good}<html>`,
    `${good}${good}`,
    '{"files":[,]}',
    '{"files":[1,[],null]}',
    '{"files":[{"type":"folder"}]}',
    '{"files":[{"name":"a\\x"}]}',
    `{"files":${'['.repeat(9_999)}`,
  ]) {
    assert.ok(pageOf(bad).rows.doubt, bad.slice(0, 60));
  }
  assert.deepEqual(keysOf(good), ['a', 'b']);
});

test('a name that is not UTF-8, or half a character, is reported on its own', () => {
  const body = Buffer.from(JSON.stringify({ files: [fileOf('中'), fileOf('?a'), fileOf('?"中')], iter: 'x' }));
  for (let at = body.indexOf('?'); at !== -1; at = body.indexOf('?')) body[at] = 0xff;
  const { entries, rejects, doubt } = pageOf(body).rows;
  assert.deepEqual(
    [entries.map(({ key }) => key), rejects.map(({ entry }) => entry.key), doubt],
    [['中'], ['\ufffda', '\ufffd"中'], undefined],
  );
  const half = pageOf(
    '{"files":[{"type":"a/b","name":"a\\ud83d"},{"type":"folder","name":"\\ude00"},{"type":"a/b","name":"b"}]}',
  ).rows;
  assert.deepEqual([half.entries.map(({ key }) => key), half.directories], [['b'], []]);
  assert.deepEqual(
    half.rejects.map(({ error }) => error.code),
    ['ERR_UNSAFE_KEY', 'ERR_UNSAFE_KEY'],
  );
});

test('never throws, whatever the bytes are', () => {
  const piece = fc.constantFrom(
    '{"files":[',
    '{"name":"a"',
    ',"type":"folder"',
    ',"length":',
    '1',
    '}',
    ']',
    ',',
    '"iter":',
    '"',
    '\\',
    '\\u00',
    '中',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => Buffer.from(pieces.join(''))),
        fc.uint8Array({ maxLength: 60 }),
      ),
      (bytes) => {
        parseJsonRows(bytes, '');
      },
    ),
    { numRuns: 5_000 },
  );
});
