// --include and --exclude: which keys pass, and which folders need not be listed at all.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createFilter } from '../../../src/model/filter.js';

function accepted(globs: { include?: string[]; exclude?: string[] }, keys: string[]): string[] {
  const filter = createFilter({ include: [], exclude: [], ...globs });
  return keys.filter((key) => filter.accepts(key));
}

test('accepts everything when nothing is said', () => {
  const keys = ['a', 'a/b/.c', '.hidden', '中文/😀'];
  assert.deepEqual(accepted({}, keys), keys);
});

test('a pattern without a slash speaks of the last name at any depth', () => {
  const keys = ['a.jpg', 'x/y/b.jpg', 'x.jpg/c.png'];
  assert.deepEqual(accepted({ include: ['*.jpg'] }, keys), ['a.jpg', 'x/y/b.jpg']);
  assert.deepEqual(accepted({ exclude: ['*.jpg'] }, keys), ['x.jpg/c.png']);
});

test('a pattern with a slash speaks of the whole key', () => {
  const keys = ['2017/a.jpg', '2017/x/b.jpg', '2018/a.jpg', 'old/2017/a.jpg', 'a.jpg'];
  assert.deepEqual(accepted({ include: ['2017/*.jpg'] }, keys), ['2017/a.jpg']);
  assert.deepEqual(accepted({ include: ['2017/**'] }, keys), ['2017/a.jpg', '2017/x/b.jpg']);
  assert.deepEqual(accepted({ include: ['**/2017/*'] }, keys), ['2017/a.jpg', 'old/2017/a.jpg']);
  assert.deepEqual(accepted({ exclude: ['2017/**'] }, keys), ['2018/a.jpg', 'old/2017/a.jpg', 'a.jpg']);
});

test('a leading dot is nothing special', () => {
  const keys = ['.hidden', 'a/.b/c', '.git/x'];
  assert.deepEqual(accepted({ include: ['*'] }, keys), keys);
  assert.deepEqual(accepted({ include: ['a/**'] }, keys), ['a/.b/c']);
});

test('an exclude wins over an include, and several patterns add up', () => {
  const keys = ['a.jpg', 'b.jpg', 'c.png', 'd.txt'];
  assert.deepEqual(accepted({ include: ['*.jpg', '*.png'], exclude: ['b.*'] }, keys), ['a.jpg', 'c.png']);
});

test('characters of keys that a shell would mind are matched as they are', () => {
  const keys = ['a b+c.jpg', 'a#b%.jpg', "q'u&o?.jpg", '中文.jpg'];
  assert.deepEqual(accepted({ include: ['*.jpg'] }, keys), keys);
  assert.deepEqual(accepted({ include: ['中*'] }, keys), ['中文.jpg']);
});

test('a slash at the end means all below, a slash at the beginning the folder of SOURCE', () => {
  const keys = ['old/a', 'old/x/b', 'x/old/c', 'a.jpg', 'x/a.jpg'];
  assert.deepEqual(accepted({ include: ['old/'] }, keys), ['old/a', 'old/x/b']);
  assert.deepEqual(accepted({ include: ['/a.jpg'] }, keys), ['a.jpg']);
  assert.equal(createFilter({ include: [], exclude: ['old/'] }).isPruned('old'), true);
});

test('a folder that is excluded with all below it need not be listed', () => {
  const filter = createFilter({ include: [], exclude: ['old/**', '**/tmp/**'] });
  const folders = ['old', 'old/x', 'older', 'a/tmp', 'tmp', 'a/old', 'a'];
  assert.deepEqual(
    folders.filter((folder) => filter.isPruned(folder)).filter((folder) => folder !== 'old/x'),
    ['old', 'a/tmp', 'tmp'],
  );
});

test('an exclude that leaves anything of a folder does not prune it', () => {
  const filter = createFilter({ include: [], exclude: ['old/*', '*.jpg', 'old/*.jpg', 'old'] });
  for (const folder of ['old', 'a', 'a.jpg']) assert.equal(filter.isPruned(folder), false, folder);
});

const name = fc.constantFrom('a', 'b', 'ab', '.x', 'keep', 'tmp');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const globPart = fc.constantFrom('a', 'b', 'a*', '*', '**', '?', '.x', '.*', 'keep', '{a,b}', '@(a|b)', '!(a)', '[ab]');
const glob = fc
  .tuple(fc.constantFrom('', '', '', '!'), fc.array(globPart, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([negation, parts, isDeep]) => `${negation}${parts.join('/')}${isDeep ? '/**' : ''}`);

test('pruning is sound: a pruned folder never holds a key that would be accepted', () => {
  fc.assert(
    fc.property(fc.array(glob, { minLength: 1, maxLength: 3 }), path, path, (exclude, folder, below) => {
      const filter = createFilter({ include: [], exclude });
      if (!filter.isPruned(folder)) return;
      assert.equal(filter.accepts(`${folder}/${below}`), false, `${folder}/${below}`);
    }),
    { numRuns: 10_000 },
  );
});
