// key → path and back: every key has a path of its own inside DIR, and what can be read back is.

import assert from 'node:assert/strict';
import { relative, resolve } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { STATE_FOLDER, unsafeReason } from '../../../../src/model/key.js';
import { MAX_NAME_BYTES } from '../../../../src/model/names/name-rules.js';
import { type Clashes, clashPath, keyOf, MAX_PATH_BYTES, pathOf } from '../../../../src/model/names/names.js';
import { anyText } from '../../../support/texts.js';

const DIR = resolve('/mirror');
const NO_CLASH: Clashes = { folders: [], isFile: false };

/** Short ones collide where anything does. */
const AWKWARD = [
  '',
  '.',
  '..',
  STATE_FOLDER,
  'a\0b',
  '%',
  '%~',
  '%~x',
  '%~d',
  '%~f',
  '%~h',
  '%~p',
  '%25',
  '%2E',
  '%00',
];
const MORE = ['a', 'd', '...', '%~%2E', '%~%2E%2E', '%~.sluice', '%~%25', '%uD83D', '\ud83d', '\ude00', '😀', 'x.jpg'];

const long = fc
  .tuple(
    fc.constantFrom('a', '文', 'é', '😀', '%', '\ud83d', '\0', '%~'),
    fc.integer({ min: 60, max: 260 }),
    fc.constantFrom('', '.jpg', '.sluice', '.too_long_for_one'),
  )
  .map(([text, count, extension]) => text.repeat(count) + extension);
const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...AWKWARD, ...MORE) },
  { weight: 2, arbitrary: anyText({ maxLength: 6 }).map((text) => text.replaceAll('/', '')) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...AWKWARD, 'a'), { maxLength: 3 }).map((some) => some.join('')) },
  { weight: 2, arbitrary: long },
);
const key = fc.oneof(
  { weight: 9, arbitrary: fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/')) },
  { weight: 1, arbitrary: fc.array(long, { minLength: 8, maxLength: 20 }).map((segments) => segments.join('/')) },
);

/** A key and what stands in its way; folder indexes are those of segments that can be folders. */
const clashing = fc.tuple(key, fc.array(fc.boolean(), { maxLength: 5 }), fc.boolean()).map(([text, files, isFile]) => {
  const depth = text.split('/').length - 1;
  return {
    key: text,
    clashes: { folders: files.flatMap((is, index) => (is && index < depth ? [index] : [])), isFile },
  };
});

/** Every way in which a key of a few segments can clash, with none at all as the first. */
function waysToClash(text: string): Clashes[] {
  const depth = text.split('/').length - 1;
  const bits = Array.from({ length: 2 ** depth }, (_, set) => set);
  const folders = bits.map((set) => Array.from({ length: depth }, (_, index) => index).filter((i) => (set >> i) & 1));
  return [false, true].flatMap((isFile) => folders.map((some) => ({ folders: some, isFile })));
}

const isHashed = (path: string) => /%~[hp][0-9a-f]{40}/.test(path);
const bytes = (text: string) => Buffer.byteLength(text);

function assertInside(path: string): void {
  const shown = JSON.stringify(path);
  assert.ok(!path.includes('\0') && path.isWellFormed(), shown);
  assert.equal(relative(DIR, resolve(DIR, path)), path, shown);
  const names = path.split('/');
  assert.notEqual(names[0], STATE_FOLDER, shown);
  for (const name of names) assert.ok(!['', '.', '..'].includes(name) && bytes(name) <= MAX_NAME_BYTES, shown);
  assert.ok(bytes(path) <= MAX_PATH_BYTES, shown);
}

test('every path lies inside DIR, fits a file system and is read back, unless it holds a hash', () => {
  fc.assert(
    fc.property(clashing, ({ key, clashes }) => {
      for (const path of [pathOf(key), clashPath(key, clashes)]) {
        assertInside(path);
        assert.equal(keyOf(path), isHashed(path) ? undefined : key, JSON.stringify([key, path]));
      }
      assert.equal(clashPath(key, NO_CLASH), pathOf(key));
    }),
    { numRuns: 5_000 },
  );
});

test('a legal key is its own path, and no other is', () => {
  fc.assert(
    fc.property(key, (text) => {
      const isPlain = text.split('/').every((name) => !name.startsWith('%~') && bytes(name) <= MAX_NAME_BYTES);
      const isLegal = unsafeReason(text) === undefined && isPlain && bytes(text) <= MAX_PATH_BYTES;
      assert.equal(pathOf(text) === text, isLegal, JSON.stringify(text));
    }),
    { numRuns: 5_000 },
  );
});

test('distinct keys and distinct clashes have distinct paths', () => {
  fc.assert(
    fc.property(fc.array(clashing, { minLength: 2, maxLength: 30 }), (all) => {
      const owners = new Map<string, string>();
      for (const { key, clashes } of all) {
        for (const way of [NO_CLASH, clashes, { ...clashes, isFile: true }]) {
          const path = clashPath(key, way);
          const owner = JSON.stringify([key, way]);
          assert.equal(owners.get(path) ?? owner, owner, path);
          owners.set(path, owner);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('of all short keys, in all the ways in which they can clash, no two share a path and each is read back', () => {
  const pieces = ['%~', '%', '~', '.', '/', '.sluice', 'd', 'f', '25', '2E', '\0', '\ud83d', '\ude00', ''];
  const pairs = pieces.flatMap((one) => pieces.map((other) => one + other));
  const keys = new Set(pairs.flatMap((one) => pairs.map((other) => one + other)));
  const owners = new Map<string, string>();
  for (const text of keys) {
    for (const way of waysToClash(text)) {
      const path = clashPath(text, way);
      const owner = JSON.stringify([text, way]);
      assert.equal(owners.get(path), undefined, `${owner} as well as ${owners.get(path)} is at ${path}`);
      owners.set(path, owner);
      assert.equal(keyOf(path), text, owner);
    }
  }
  assert.ok(keys.size > 20_000, `${keys.size} keys`);
});

test('a path that no key has is not read back as one', () => {
  const name = fc
    .array(
      fc.constantFrom('%~', '%25', '%2E', '%00', '%uD83D', '%uDE00', '%', 'a', 'd', '.', '.sluice', '%41', '%ud83d'),
      {
        maxLength: 4,
      },
    )
    .map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const path = names.join('/');
      const found = keyOf(path);
      const isMade = found !== undefined && waysToClash(found).some((way) => clashPath(found, way) === path);
      assert.equal(found !== undefined, isMade, JSON.stringify([path, found]));
    }),
    { numRuns: 10_000 },
  );
});

test('reads back no hash, no half escape and nothing that was escaped without need', () => {
  const paths = [
    ['', 'a//b', '/a', 'a/', '.', '..', 'a/../b', '.sluice', '.sluice/tmp/x', 'a\0b', '\ud83d'],
    ['%~a', '%~a.jpg', '%~%41', 'a/%~.sluice', '%~%', '%~%2', '%~%u', '%~%uD83', '%~%ud83d', '%~%uD83D%uDE00'],
    ['%~%2E%2E%2E', '%~a%2E', '%~..', '%~x%~', '%~x%~x', '%~x%~d', '%~x%~f/b', '%~x%~f%~f', '%~~%~', '%~/%~%~p'],
    [pathOf('x'.repeat(300)), clashPath('x'.repeat(300), { folders: [], isFile: true }), 'x'.repeat(256)],
    [pathOf('long/'.repeat(700)), `${'d'.repeat(250)}/`.repeat(13)],
  ].flat();
  for (const path of paths) assert.equal(keyOf(path), undefined, JSON.stringify(path));
});

test('names the path of each kind of key', () => {
  const table: [key: string, path: string][] = [
    ['2017/09/03/ab.jpg!small', '2017/09/03/ab.jpg!small'],
    ['100%/a%20b', '100%/a%20b'],
    ['...', '...'],
    ['a/.sluice', 'a/.sluice'],
    ['.sluice2/a', '.sluice2/a'],
    ['a%~', 'a%~'],
    ['', '%~'],
    ['/', '%~/%~'],
    ['/a', '%~/a'],
    ['a/', 'a/%~'],
    ['a//b', 'a/%~/b'],
    ['./a', '%~%2E/a'],
    ['a/../..', 'a/%~%2E%2E/%~%2E%2E'],
    ['.sluice', '%~.sluice'],
    ['.sluice/tmp/x', '%~.sluice/tmp/x'],
    ['a\0b', '%~a%00b'],
    ['a\ud83d', '%~a%uD83D'],
    ['\ude00\ud83d.jpg', '%~%uDE00%uD83D.jpg'],
    ['%~', '%~%25~'],
    ['%~%2E', '%~%25~%252E'],
    ['a/%~x%y', 'a/%~%25~x%25y'],
    ['文'.repeat(85), '文'.repeat(85)],
  ];
  for (const [text, path] of table) {
    assert.equal(pathOf(text), path);
    assert.equal(keyOf(path), text);
  }
});

const A_HASH = 'c1940d7122e318202df566e4f2dfa06439dd4c31';
const CJK_HASH = 'd28e9a0a67bcef0779009bc70d0d2ba8099bd8a5';
const PERCENT_HASH = '5095e74fd0fad2ea995f75cd8c8f5966ebb7611c';
const DEEP = `${`${'d'.repeat(250)}/`.repeat(13)}x.png`;

test('names what is too long by its beginning and the SHA-256 of its escaped text', () => {
  const table: [key: string, path: string][] = [
    [`${'A'.repeat(300)}.jpeg`, `%~${'A'.repeat(202)}%~h${A_HASH}.jpeg`],
    [`a/${'文'.repeat(100)}.jpg`, `a/%~${'文'.repeat(67)}%~h${CJK_HASH}.jpg`],
    [DEEP, '%~%~pc62e28a0cf6ee06908c91393c36baabefbaf74f2.png'],
  ];
  for (const [text, path] of table) assert.equal(pathOf(text), path);
  // 207 bytes are left for the beginning: 69 escapes.
  const folder = clashPath(`${'%'.repeat(120)}/a`, { folders: [0], isFile: false });
  assert.equal(folder, `%~${'%25'.repeat(69)}%~h${PERCENT_HASH}%~d/a`);
});

test('cuts what is too long neither inside of an escape nor inside of a character', () => {
  const room = 207;
  const table: [unit: string, text: string][] = [
    ['\0', '%00'],
    ['\ud83d', '%uD83D'],
    ['文', '文'],
    ['😀', '😀'],
  ];
  for (const [unit, text] of table) {
    for (const before of ['', 'x', 'xx', 'xxx', 'xxxx', 'xxxxx']) {
      const kept = before + text.repeat(Math.floor((room - before.length) / bytes(text)));
      const name = pathOf(before + unit.repeat(120));
      assert.equal(name.slice(0, name.indexOf('%~h')), `%~${kept}`);
    }
  }
});

test('names a file where a folder stands, and a folder where a file stands', () => {
  const table: [key: string, folders: number[], isFile: boolean, path: string][] = [
    ['a', [], true, '%~a%~f'],
    ['a/b', [0], false, '%~a%~d/b'],
    ['a/b/c', [1], true, 'a/%~b%~d/%~c%~f'],
    ['a//b', [1], false, 'a/%~%~d/b'],
    ['/', [0], true, '%~%~d/%~%~f'],
    ['.sluice/a', [0], false, '%~.sluice%~d/a'],
    ['..', [], true, '%~%2E%2E%~f'],
    ['100%/a', [0], false, '%~100%25%~d/a'],
    // The last segment is no folder, and what lies behind it is none of the key.
    ['a/b', [1, 2], false, 'a/b'],
  ];
  for (const [text, folders, isFile, path] of table) {
    assert.equal(clashPath(text, { folders, isFile }), path);
    assert.equal(keyOf(path), text);
  }
});

test('a clash marks a hashed name behind its hash, and is part of the hash of a path that is too long', () => {
  const clash = { folders: [], isFile: true };
  assert.equal(clashPath(`${'A'.repeat(300)}.jpeg`, clash), `%~${'A'.repeat(202)}%~h${A_HASH}.jpeg%~f`);
  assert.match(clashPath('x'.repeat(MAX_NAME_BYTES), clash), /^%~x{207}%~h[0-9a-f]{40}%~f$/);
  assert.equal(clashPath(DEEP, clash), '%~%~p39726d6aba18c1658a82bec9c83776499770c3ff.png');
});

test('keeps names and paths of just the greatest length, and hashes those of a byte more', () => {
  assert.equal(pathOf('x'.repeat(255)), 'x'.repeat(255));
  assert.match(pathOf('x'.repeat(256)), /^%~x{207}%~h[0-9a-f]{40}$/);
  assert.equal(pathOf(`%~${'x'.repeat(249)}`), `%~%25~${'x'.repeat(249)}`);
  assert.match(pathOf(`%~${'x'.repeat(250)}`), /^%~%25~x{203}%~h/);
  const path = `${'d/'.repeat(1_500)}${'x'.repeat(72)}`;
  assert.equal(pathOf(path), path);
  assert.match(pathOf(`${path}x`), /^%~%~p[0-9a-f]{40}$/);
});

test('a path that is too long stays one name at the top when a clash would shorten it', () => {
  // As a folder the first name is hashed, which ends in the middle of an emoji and so takes fewer bytes.
  const name = `x${'😀'.repeat(63)}yy`;
  const rest = 'd/'.repeat(1_400);
  const text = `${name}/${rest}${'x'.repeat(MAX_PATH_BYTES + 1 - bytes(name) - 1 - rest.length)}`;
  assert.equal(bytes(text), MAX_PATH_BYTES + 1);
  assert.match(pathOf(text), /^%~%~p/);
  assert.match(clashPath(text, { folders: [0], isFile: false }), /^%~%~p/);
});
