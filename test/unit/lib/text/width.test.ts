import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { cutToWidth, displayWidth, padToWidth } from '../../../../src/lib/text/width.js';

test('counts columns: two for Han and pictures, none for marks', () => {
  for (const [text, columns] of [
    ...[
      ['', 0],
      ['photos', 6],
      ['照片', 4],
      ['全角！', 6],
      ['ｶﾞ', 2],
      ['e\u0301', 1],
      ['한국', 4],
    ],
    ...[
      ['█░ → · –', 8],
      ['📷', 2],
      ['\u{1f469}\u200d\u{1f469}', 4],
      ['\u2764\ufe0f', 2],
      ['\u{20000}', 2],
    ],
  ] as const)
    assert.equal(displayWidth(text), columns, JSON.stringify(text));
});

test('cuts at a column, never inside a sign', () => {
  assert.equal(cutToWidth('photos', 6), 'photos');
  assert.equal(cutToWidth('photos', 5), 'phot…');
  assert.equal(cutToWidth('照片目录', 8), '照片目录');
  assert.equal(cutToWidth('照片目录', 7), '照片目…');
  assert.equal(cutToWidth('照片目录', 6), '照片…');
  assert.equal(cutToWidth('cafe\u0301s!', 5), 'cafe\u0301…');
  assert.equal(cutToWidth('\u{1f469}\u200d\u{1f469}xyz', 4), '…');
  assert.equal(cutToWidth('ab', 1), '…');
  assert.equal(cutToWidth('ab', 0), '');
  assert.equal(padToWidth('照片', 6), '照片  ');
});

test('what is cut always fits', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 30 }), (any, columns) => {
      const printable = any.replace(/\p{Cc}/gu, '');
      const cut = cutToWidth(printable, columns);
      assert.ok(displayWidth(cut) <= columns, JSON.stringify({ printable, columns, cut }));
      assert.ok(cut === printable || printable.startsWith(cut.slice(0, -1)));
    }),
  );
});
