// Stores that lose keys when they list page by page. Sluice copies all, or says what is wrong; never less in silence where it can
// be seen.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { openS3World } from '../../../support/cli/s3-world.js';
import { readTree } from '../../../support/cli/tree.js';
import { type StoreName, skipWithoutStores, startStore } from '../../../support/s3/npm-stores.js';

const skip = skipWithoutStores();

/** In the order of their bytes; a locale, and UTF-16, sort some of them in another way. */
const KEYS = ['B', 'Z.jpg', '_x', 'a', 'a.jpg', 'b', 'per%20cent%.jpg', 'plus+ and space.jpg', 'Ａ.jpg', '😀.jpg'];

async function copy(t: TestContext, name: StoreName, keys: readonly string[], pageSize: string) {
  const store = await startStore(t, name);
  await store.client.fill('pics', Object.fromEntries(keys.map((key) => [key, Buffer.from(key)])));
  const { run, to } = await openS3World(t, store);
  const result = await run(['mirror', 's3://pics', '--to', to, '--json', '--page-size', pageSize]);
  return { result, bodies: [...(await readTree(to)).values()].map(String).sort() };
}

test('fauxqs lists by the rules of a language: refused, with the two keys, and not copied in part', {
  skip,
}, async (t) => {
  for (const pageSize of ['2', '1000']) {
    const { result, bodies } = await copy(t, 'fauxqs', KEYS, pageSize);
    // (The first page is refused, or a later one.)
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /"code":"ERR_LIST(ING|_ROOT)".*keys would be missing, so Sluice stops here/);
    assert.ok(bodies.length < KEYS.length);
  }
});

test('fauxqs with keys that any order sorts alike: all of them', { skip }, async (t) => {
  const keys = Array.from({ length: 25 }, (_, n) => `img-${String(n).padStart(4, '0')}.jpg`);
  const { result, bodies } = await copy(t, 'fauxqs', keys, '4');
  assert.equal(result.expectExit(0).counts.stored, 25);
  assert.deepEqual(bodies, [...keys].sort());
});

// It compares where a page begins in UTF-16: behind a key from U+E000 on, it loses what lies outside of the basic plane.
test('s3rver loses the last key, after it has announced it: refused', { skip }, async (t) => {
  for (const pageSize of ['1', '9']) {
    const { result, bodies } = await copy(t, 's3rver', KEYS, pageSize);
    assert.match(
      result.expectExit(1).stderr,
      /"code":"ERR_LISTING".*says that more keys follow behind .*Ａ\.jpg.*, and then gives none/,
    );
    assert.deepEqual(bodies, KEYS.slice(0, 9).sort());
  }
});

test('s3rver with one page, or keys of the basic plane: all of them', { skip }, async (t) => {
  assert.deepEqual((await copy(t, 's3rver', KEYS, '1000')).bodies, [...KEYS].sort());
  const { result, bodies } = await copy(t, 's3rver', KEYS.slice(0, 9), '2');
  result.expectExit(0);
  assert.deepEqual(bodies, KEYS.slice(0, 9).sort());
});
