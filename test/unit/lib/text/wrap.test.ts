// Lines of so many columns, and the known word that a wrong word is closest to.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { nearest } from '../../../../src/lib/text/nearest.js';
import { displayWidth } from '../../../../src/lib/text/width.js';
import { wrap } from '../../../../src/lib/text/wrap.js';

test('breaks at spaces, and keeps the breaks and the indent of the text', () => {
  assert.deepEqual(wrap('one two three', 8), ['one two', 'three']);
  assert.deepEqual(wrap('  one two three', 8), ['  one', 'two', 'three']);
  assert.deepEqual(wrap('one\ntwo', 80), ['one', 'two']);
  assert.deepEqual(wrap('upyun://photos', 5), ['upyun://photos'], 'a word stays whole');
});

test('breaks between Han characters, but never before a closing sign or behind an opening one', () => {
  assert.deepEqual(wrap('下载所有对象', 8), ['下载所有', '对象']);
  assert.deepEqual(wrap('下载所有，对象', 8), ['下载所', '有，对象']);
  assert.deepEqual(wrap('下载所（有）对象', 8), ['下载所', '（有）对', '象']);
  assert.deepEqual(wrap('运行 sluice help 查看', 12), ['运行 sluice', 'help 查看']);
});

test('no line is too wide unless it is one word, and nothing but space is lost', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '中', '文', '，', '（', 'é'), maxLength: 60 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 8, max: 30 }), (text, columns) => {
      const lines = wrap(text, columns);
      assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
      for (const line of lines) assert.ok(displayWidth(line) <= columns || !/\S\s+\S/.test(line.trim()), line);
    }),
  );
});

test('the nearest word has at most two letters wrong, or begins with what was given', () => {
  const names = ['mirror', 'fetch', 'list', 'verify', 'status', 'dry-run', 'list-rate', 'list-concurrency'];
  const table: [string, string | undefined][] = [
    ['mirorr', 'mirror'],
    ['miror', 'mirror'],
    ['Fetch', 'fetch'],
    ['ftehc', 'fetch'],
    ['stat', 'status'],
    ['dryrun', 'dry-run'],
    ['list-conc', 'list-concurrency'],
    ['lst', 'list'],
    ['ab', undefined],
    ['test', undefined],
    ['hunter2', undefined],
    ['', undefined],
  ];
  for (const [word, expected] of table) assert.equal(nearest(word, names), expected, word);
  assert.equal(nearest('s4', ['s3', 'upyun']), 's3');
});
