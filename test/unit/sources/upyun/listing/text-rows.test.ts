// Rows of a text listing: names are anything, and what is not a row puts the page in doubt.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseTextRows } from '../../../../../src/sources/upyun/listing/text-rows.js';

const rowsOf = (text: string | Buffer, directory = '') => parseTextRows(Buffer.from(text as string), directory);

test('reads names, sizes and times, and tells folders by their type alone', () => {
  const { entries, directories, rejects } = rowsOf(
    'a.jpg\tN\t31337\t1478701618\n2017.09.03\tF\t423404\t1478701618\nplain\tN\t0\t0',
  );
  assert.deepEqual(entries, [
    { key: 'a.jpg', size: 31337, mtimeMs: 1_478_701_618_000 },
    { key: 'plain', size: 0, mtimeMs: 0 },
  ]);
  assert.deepEqual([directories, rejects], [['2017.09.03'], []]);
});

test('keys are relative to SOURCE', () => {
  const { entries, directories } = rowsOf('a\tN\t1\t1\nb\tF\t0\t1', 'x/y');
  assert.deepEqual([entries[0]?.key, directories], ['x/y/a', ['x/y/b']]);
});

test('an empty page, blank lines at the end and carriage returns before line feeds are no rows', () => {
  for (const text of ['', '\n', '\n\n', '\r\n']) {
    const { entries, directories, rejects, doubt } = rowsOf(text);
    assert.deepEqual([entries, directories, rejects, doubt], [[], [], [], undefined]);
  }
  const { entries, doubt } = rowsOf('a\tN\t1\t1\r\nb\tN\t1\t2\r\n\r\n');
  assert.deepEqual(
    entries.map(({ key, mtimeMs }) => [key, mtimeMs]),
    [
      ['a', 1_000],
      ['b', 2_000],
    ],
  );
  assert.equal(doubt, undefined);
});

test('fields count from the right: a tab in a name is a tab in the name', () => {
  assert.deepEqual(rowsOf('a\tb\tN\t5\t7').entries, [{ key: 'a\tb', size: 5, mtimeMs: 7_000 }]);
  assert.deepEqual(rowsOf('\t\tN\t5\t7').entries[0]?.key, '\t');
});

const rowName = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((name) => !/[\n/\0]/.test(name) && name.isWellFormed());

test('any name comes back as it was', () => {
  fc.assert(
    fc.property(rowName, fc.boolean(), fc.nat(), fc.nat(), (name, isFolder, size, seconds) => {
      fc.pre(name !== '.' && name !== '..');
      const { entries, directories, rejects } = rowsOf(`${name}\t${isFolder ? 'F' : 'N'}\t${size}\t${seconds}`);
      assert.deepEqual(rejects, []);
      if (isFolder) assert.deepEqual([directories, entries], [[name], []]);
      else assert.deepEqual([directories, entries], [[], [{ key: name, size, mtimeMs: seconds * 1000 }]]);
    }),
    { numRuns: 1_000 },
  );
});

test('an odd time or an odd size is left out, and the object is kept', () => {
  const times = ['', '-5', '1e9', 'soon', '0x10', ' 1', '99999999999999', '9'.repeat(30), 'NaN', '+7'];
  for (const time of times) {
    const { entries, doubt } = rowsOf(`a\tN\t5\t${time}\nb\tN\t6\t7`);
    assert.deepEqual(entries, [
      { key: 'a', size: 5, mtimeMs: undefined },
      { key: 'b', size: 6, mtimeMs: 7_000 },
    ]);
    assert.equal(doubt, undefined, time);
  }
  for (const size of [
    '',
    '-1',
    '1.5',
    'large',
    '0x10',
    '1e3',
    '100000000000001',
    '9007199254740991',
    '99999999999999999999',
  ]) {
    const { entries, doubt } = rowsOf(`a\tN\t${size}\t7`);
    assert.deepEqual([entries, doubt], [[{ key: 'a', size: undefined, mtimeMs: 7_000 }], undefined], size);
  }
  assert.deepEqual(rowsOf('a\tN\t100000000000000\t1504443006.5').entries, [
    { key: 'a', size: 1e14, mtimeMs: 1_504_443_006_500 },
  ]);
  assert.deepEqual(rowsOf('a\tF\t-1\tsoon').directories, ['a']);
});

test('a type that is neither is reported by its name, and its neighbours are kept', () => {
  for (const type of ['X', 'n', '', 'file']) {
    const { entries, rejects, doubt } = rowsOf(`a\t${type}\t1\t1\nb\tN\t1\t1`, 'd');
    assert.deepEqual([entries.map(({ key }) => key), doubt], [['d/b'], undefined], type);
    assert.deepEqual(
      rejects.map(({ entry, error, kind }) => [entry.key, error.code, kind]),
      [['d/a', 'ERR_UNSAFE_KEY', 'name']],
    );
  }
});

test('a row of another shape puts the page in doubt; only what cannot be the end of its name is kept', () => {
  const bad = [
    '<html><body>502</body></html>',
    '{"msg":"unknown","code":50300000}',
    '',
    'a\tN\t1',
    'N\t1\t1',
    'a\tX\t\t1',
    'a\tN\t1\t1\t0',
  ];
  for (const row of bad) {
    const { entries, directories, rejects, doubt } = rowsOf(`a\tN\t1\t1\n${row}\nb\tN\t1\t1\nc\tF\t0\t1`);
    assert.deepEqual([entries.map(({ key }) => key), directories, rejects], [['a'], ['c'], []], row);
    assert.match(doubt ?? '', /is no row/);
  }
});

test('a line feed in a name never makes an object of its end without a doubt', () => {
  for (const name of ['x\ny.jpg', '\nx.jpg', 'x\n', 'x\n\ny', '\n']) {
    const { entries, doubt } = rowsOf(`a\tN\t1\t1\n${name}\tN\t1\t2\nb\tN\t1\t1`);
    assert.deepEqual(
      entries.map(({ key }) => key),
      ['a', 'b'],
      JSON.stringify(name),
    );
    assert.ok(doubt, JSON.stringify(name));
  }
});

test('more rows than a page can have are refused', () => {
  const row = 'a\tN\t1\t1\n';
  assert.equal(parseTextRows(Buffer.from(row.repeat(3)), '', 3).entries.length, 3);
  assert.throws(() => parseTextRows(Buffer.from(row.repeat(4)), '', 3), { code: 'ERR_LISTING' });
});

test('never throws, whatever the bytes are', () => {
  const rowLike = fc
    .array(fc.constantFrom('a', '中', '\t', '\n', 'N', 'F', '1', '\r', '/', '..'), { maxLength: 20 })
    .map((pieces) => Buffer.from(pieces.join('')));
  fc.assert(
    fc.property(
      fc.oneof(
        rowLike,
        fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        parseTextRows(bytes, '');
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a name that is not UTF-8 is reported on its own, and its neighbours are read', () => {
  const bytes = Buffer.concat([
    Buffer.from('中文\tN\t1\t1\n'),
    Buffer.from([0xff, 0x61]),
    Buffer.from('\tN\t2\t1\n'),
    Buffer.from([0xe4, 0xb8]),
    Buffer.from('\tF\t0\t1\nlast\tN\t3\t1'),
  ]);
  const { entries, directories, rejects } = parseTextRows(bytes, 'd');
  assert.deepEqual(
    entries.map(({ key }) => key),
    ['d/中文', 'd/last'],
  );
  assert.deepEqual(directories, []);
  assert.deepEqual(
    rejects.map(({ error }) => error.code),
    ['ERR_UNSAFE_KEY', 'ERR_UNSAFE_KEY'],
  );
  assert.match(rejects[0]!.error.message, /UTF-8/);
  assert.match(rejects[1]!.error.message, /folder/);
});

test('names that are no segment of a key are reported, as objects and as folders', () => {
  for (const name of ['a/b', '/']) {
    for (const type of ['N', 'F']) {
      const { entries, directories, rejects } = rowsOf(`${name}\t${type}\t1\t1`);
      assert.deepEqual([entries, directories, rejects.length], [[], [], 1], JSON.stringify(name));
      assert.equal(rejects[0]!.error.code, 'ERR_UNSAFE_KEY');
    }
  }
});

test('every other name is a segment of a key: empty, relative, with a NUL', () => {
  for (const name of ['.', '..', 'a\0b']) {
    assert.equal(rowsOf(`${name}\tN\t1\t1`).entries[0]!.key, name);
    assert.deepEqual(rowsOf(`${name}\tF\t0\t1`).directories, [name]);
  }
  const below = (directory: string, type: string) => parseTextRows(Buffer.from(`\t${type}\t1\t1`), directory);
  assert.equal(below('a', 'N').entries[0]!.key, 'a/');
  assert.deepEqual(below('a', 'F').directories, ['a/']);
  // SOURCE itself has the key '', so its folders without a name are counted by slashes.
  assert.deepEqual(below('', 'F').directories, ['/']);
  assert.deepEqual(below('/', 'F').directories, ['//']);
  assert.equal(below('/', 'N').entries[0]!.key, '/');
  assert.equal(below('', 'N').rejects[0]!.error.code, 'ERR_UNSAFE_KEY');
});
