// Rows of a listing: names are anything, and a page that is no listing is refused as a whole.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { TransferError } from '../../../src/errors.js';
import { parseRows } from '../../../src/sources/upyun/rows.js';

const rowsOf = (text: string | Buffer, directory = '') => parseRows(Buffer.from(text as string), directory);

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

test('an empty page and blank lines are no rows', () => {
  const nothing = { entries: [], directories: [], rejects: [] };
  for (const text of ['', '\n', '\n\n', '\r\n']) assert.deepEqual(rowsOf(text), nothing);
  assert.equal(rowsOf('\na\tN\t1\t1\n\nb\tN\t1\t1\n').entries.length, 2);
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

test('a row of another shape refuses the page, so that nothing is missed silently', () => {
  const bad = [
    '<html><body>502</body></html>',
    '{"msg":"unknown","code":50300000}',
    'a\tN\t1',
    'N\t1\t1',
    'a\tX\t1\t1',
    'a\tn\t1\t1',
    'a\tN\t\t1',
    'a\tN\t-1\t1',
    'a\tN\t1.5\t1',
    'a\tN\t1e3\t1',
    'a\tN\t1\t',
    'a\tN\t1\tsoon',
    'a\tN\t1\t99999999999999',
    'a\tN\t99999999999999999999\t1',
    'a\tN\t1\t1\t0',
  ];
  for (const row of bad) {
    for (const text of [row, `good\tN\t1\t1\n${row}`, `${row}\ngood\tN\t1\t1`]) {
      assert.throws(
        () => rowsOf(text),
        (error: TransferError) => error.code === 'ERR_LISTING' && error.verdict === 'retry',
        JSON.stringify(text),
      );
    }
  }
});

test('never throws anything but a refusal, whatever the bytes are', () => {
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
        try {
          parseRows(bytes, '');
        } catch (error) {
          assert.equal((error as TransferError).code, 'ERR_LISTING');
        }
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
  const { entries, directories, rejects } = parseRows(bytes, 'd');
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
  const below = (directory: string, type: string) => parseRows(Buffer.from(`\t${type}\t1\t1`), directory);
  assert.equal(below('a', 'N').entries[0]!.key, 'a/');
  assert.deepEqual(below('a', 'F').directories, ['a/']);
  // SOURCE itself has the key '', so its folders without a name are counted by slashes.
  assert.deepEqual(below('', 'F').directories, ['/']);
  assert.deepEqual(below('/', 'F').directories, ['//']);
  assert.equal(below('/', 'N').entries[0]!.key, '/');
  assert.equal(below('', 'N').rejects[0]!.error.code, 'ERR_UNSAFE_KEY');
});
