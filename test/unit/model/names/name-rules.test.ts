// What disks make of names: no two keys share a file, and what was escaped for a disk is read back.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { foldName } from '../../../../src/model/names/fold.js';
import { NameRules, type NameTraits } from '../../../../src/model/names/name-rules.js';
import { clashPath, keyOf, pathOf } from '../../../../src/model/names/names.js';

const WINDOWS: NameTraits = {
  folding: 'names',
  refused: '\\u{1}-\\u{1f}\\u{22}\\u{2a}\\u{3a}\\u{3c}\\u{3e}\\u{3f}\\u{5c}\\u{7c}',
  hasEndings: true,
  hasDevices: true,
  hasAliases: true,
};
const RULES = [
  {},
  { folding: 'names' },
  { folding: 'compatible', nameBytes: 143 },
  WINDOWS,
  { refused: '\\u{10000}-\\u{10ffff}' },
] satisfies NameTraits[];

const piece = fc.oneof(
  fc.constantFrom(
    'a',
    'A',
    'ß',
    'ẞ',
    'ss',
    'é',
    'e\u0301',
    'É',
    'ﬁ',
    'fi',
    'σ',
    'ς',
    'Σ',
    'ı',
    'i',
    'İ',
    'I',
    '\u200d',
  ),
  fc.constantFrom(
    '.',
    ' ',
    ':',
    '%3A',
    '%~',
    '%~a',
    '~1',
    'CON',
    'con',
    '.sluice',
    '.SLUICE',
    '/',
    '/',
    '\\',
    '\n',
    '😀',
  ),
  fc.constantFrom('%~c', 'x'.repeat(200), '文'.repeat(60), '\ud83d'),
);
const key = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
const rules = fc.constantFrom(...RULES.map((traits) => new NameRules(traits)));

test('aside of each other no two keys share a folded path, nor with what any key has of its own', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 20 }), rules, (keys, disk) => {
      const aside = keys.map((one) => clashPath(one, { folders: [], isFile: false, isOther: true }, disk));
      const owned = keys.map((one) => pathOf(one, disk));
      const all = new Set([...aside, ...new Set(owned)].map((path) => disk.fold(path)));
      const folded = new Set(owned.map((path) => disk.fold(path)));
      assert.equal(all.size, keys.length + folded.size, JSON.stringify(keys));
    }),
    { numRuns: 2_000 },
  );
});

test('whatever a disk refuses does not come to it, and is read back', () => {
  fc.assert(
    fc.property(key, rules, fc.boolean(), (text, disk, isFile) => {
      for (const path of [pathOf(text, disk), clashPath(text, { folders: [], isFile }, disk)]) {
        for (const name of path.split('/')) {
          assert.ok(Buffer.byteLength(name) <= disk.nameBytes, path);
          if (!name.startsWith('%~')) assert.ok(disk.takes(name), path);
        }
        assert.notEqual(disk.fold(path.split('/')[0]!), disk.fold('.sluice'), path);
        const isHashed = /%~[hp][0-9a-f]{40}/.test(path);
        assert.equal(keyOf(path, disk), isHashed ? undefined : text, JSON.stringify([text, path]));
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a name aside is read back as far as it is whole', () => {
  const disk = new NameRules({ folding: 'names' });
  const path = clashPath('A/photo.jpg', { folders: [], isFile: false, isOther: true }, disk);
  assert.match(path, /^A\/%~photo\.jpg%~c[0-9a-f]{40}\.jpg$/);
  assert.equal(keyOf(path, disk), 'A/photo.jpg');
  assert.equal(keyOf(path.toLowerCase(), disk), undefined);
  const long = clashPath(`${'x'.repeat(250)}.jpg`, { folders: [], isFile: false, isOther: true }, disk);
  assert.ok(Buffer.byteLength(long) <= 255);
  assert.equal(keyOf(long, disk), undefined);
});

test('names of each kind that a disk may refuse', () => {
  const disk = new NameRules(WINDOWS);
  const table: [key: string, path: string][] = [
    ['a:b', '%~a%3Ab'],
    ['a/b?', 'a/%~b%3F'],
    ['100%:', '%~100%25%3A'],
    ['a\\b', '%~a%5Cb'],
    ['tab\t', '%~tab%09'],
    ['end.', '%~end%2E'],
    ['end..', '%~end.%2E'],
    ['end /x', '%~end%20/x'],
    ['con', '%~con'],
    ['x/Aux.tar.gz', 'x/%~Aux.tar.gz'],
    ['com¹', '%~com¹'],
    ['console', 'console'],
    ['PHOTOS~1.JPG', '%~PHOTOS~1.JPG'],
    ['SLUICE~1/x', '%~SLUICE~1/x'],
    ['.Sluice/x', '%~.Sluice/x'],
    ['plain name.jpg', 'plain name.jpg'],
  ];
  for (const [text, path] of table) {
    assert.equal(pathOf(text, disk), path);
    assert.equal(keyOf(path, disk), text);
  }
  assert.equal(pathOf('x😀', new NameRules(RULES[4]!)), '%~x%uD83D%uDE00');
});

test('folds whatever any disk folds', () => {
  const alike = ['Straße', 'STRASSE', 'strasse', 'STRAẞE'];
  assert.equal(new Set(alike.map((name) => foldName(name, 'names'))).size, 1);
  const pairs = [
    ['é', 'e\u0301'],
    ['Å', '\u212b'],
    ['K', '\u212a'],
    ['ΣΑΣ', 'σας'],
    ['µ', 'μ'],
    ['ſ', 'S'],
    ['I', 'ı'],
    ['İ', 'i'],
    ['Ⅷ', 'ⅷ'],
    ['ꭰ', 'Ꭰ'],
    ['a\u200db', 'AB'],
    ['Ａ', 'ａ'],
    ['한', '\u1112\u1161\u11ab'],
  ];
  for (const [one, other] of pairs) assert.equal(foldName(one!, 'names'), foldName(other!, 'names'), `${one} ${other}`);
  for (const [one, other] of [
    ['a', 'b'],
    ['（1）', '(1)'],
    ['e', 'é'],
  ]) {
    assert.notEqual(foldName(one!, 'names'), foldName(other!, 'names'));
  }
  assert.equal(foldName('ﬁ（1）', 'compatible'), foldName('FI(1)', 'compatible'));
});
