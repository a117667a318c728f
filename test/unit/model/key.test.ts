// key → path: what is safe lies inside DIR at a place of its own, and what is not is recognised.

import assert from 'node:assert/strict';
import { join, relative, resolve } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { folderKey, joinKey, parentKey, STATE_FOLDER, unsafeReason } from '../../../src/model/key.js';

const DIR = resolve('/mirror');

/** Segments of every kind: plain, awkward, and those that lead elsewhere. */
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('a', '中文', '😀', ' ', '...', '.hidden', '%2e%2e', '..\\..', 'C:', '~', '-rf'),
  },
  { weight: 2, arbitrary: fc.constantFrom('', '.', '..', STATE_FOLDER, 'tmp') },
  { weight: 1, arbitrary: fc.constantFrom('a\0b', '\ud800', 'x\udfff') },
);
const key = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));

/** Whether DIR/key is, by Node's own reckoning, exactly that path below DIR and outside of Sluice's folder. */
function isInside(candidate: string): boolean {
  const path = relative(DIR, resolve(DIR, candidate));
  const isBelow = path !== '' && path.split('/')[0] !== '..' && !path.startsWith('/');
  return isBelow && path === candidate && path.split('/')[0] !== STATE_FOLDER;
}

test('every safe key is a path inside DIR, and every other one is recognised', () => {
  fc.assert(
    fc.property(key, (candidate) => {
      const isSafe = isInside(candidate) && !candidate.includes('\0') && candidate.isWellFormed();
      assert.equal(unsafeReason(candidate) === undefined, isSafe, JSON.stringify(candidate));
    }),
    { numRuns: 2_000 },
  );
});

test('distinct safe keys have distinct paths', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      fc.pre(one !== other && unsafeReason(one) === undefined && unsafeReason(other) === undefined);
      assert.notEqual(join(DIR, one), join(DIR, other));
    }),
  );
});

test('names the reason for each way out of DIR', () => {
  const reasons: [string, RegExp][] = [
    ['', /empty/],
    ['/etc/passwd', /slash/],
    ['a//b', /empty segment/],
    ['a/', /empty segment/],
    ['..', /"\.\."/],
    ['a/../b', /"\.\."/],
    ['./a', /"\."/],
    ['a/.', /"\."/],
    ['a\0', /NUL/],
    ['\udc00', /Unicode/],
    [STATE_FOLDER, /\.sluice/],
    [`${STATE_FOLDER}/tmp/x`, /\.sluice/],
  ];
  for (const [unsafe, expected] of reasons)
    assert.match(unsafeReason(unsafe) ?? 'safe', expected, JSON.stringify(unsafe));
});

test('awkward names that stay inside DIR are safe', () => {
  const awkward = [
    '...',
    '..a',
    'a..',
    '.sluice2',
    'a/.sluice',
    '.SLUICE',
    'a b',
    '\\',
    '*?"\'#%+&',
    'n\nl',
    '\t',
    'é',
  ];
  for (const safe of awkward) assert.equal(unsafeReason(safe), undefined, JSON.stringify(safe));
});

test('joins a folder and a name without a slash too many', () => {
  assert.deepEqual([joinKey('', 'a'), joinKey('a', 'b'), joinKey('a/b', 'c')], ['a', 'a/b', 'a/b/c']);
});

test('a folder lies in the folder whose listing named it', () => {
  const name = fc.constantFrom('', 'a', '.', '中文');
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), name, (names, last) => {
      const parent = names.reduce(folderKey, '');
      assert.equal(parentKey(folderKey(parent, last)), parent);
    }),
  );
});
