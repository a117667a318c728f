// Pages by what the answer is: text or JSON whatever it is called, and where the folder goes on by its header or its body.

import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePage } from '../../../../../src/sources/upyun/listing/page.js';

const END = 'g2gCZAAEbmV4dGQAA2VvZg';
const TEXT = 'a\tN\t5\t7';
const JSON_FORM = '{"files":[{"type":"a/b","name":"a","length":5,"last_modified":7}]}';

function pageOf(body: string, headers: Record<string, string> = { 'x-upyun-list-iter': 'next' }) {
  const page = parsePage({ headers, bytes: Buffer.from(body) }, { path: '/pics/', directory: '' });
  const { entries, nextCursor, doubt } = page;
  return {
    keys: entries.map(({ key }) => key),
    nextCursor,
    doubt: doubt?.error.message,
    isEndKnown: doubt?.isEndKnown,
  };
}

const FINE = { doubt: undefined, isEndKnown: undefined };

test('a page is what it looks like, whatever the server calls it', () => {
  for (const type of [
    'text/plain',
    'application/json',
    'application/json; charset=utf-8',
    'application/octet-stream',
    undefined,
  ]) {
    for (const body of [TEXT, JSON_FORM, `\n${JSON_FORM}`]) {
      const headers = { 'x-upyun-list-iter': 'next', ...(type && { 'content-type': type }) };
      assert.deepEqual(pageOf(body, headers), { keys: ['a'], nextCursor: 'next', ...FINE }, `${type} ${body}`);
    }
  }
});

test('a text page whose first name looks like JSON is a text page', () => {
  assert.deepEqual(pageOf('{"files":[]}\tN\t1\t1\n{\tN\t1\t1').keys, ['{"files":[]}', '{']);
  const { keys, doubt } = pageOf('{\tN\t1\t1\n?\n');
  assert.deepEqual([keys, /is no row/.test(doubt!)], [['{'], true]);
});

test('an empty body is an empty folder, unless it should have been JSON', () => {
  assert.deepEqual(pageOf('', { 'x-upyun-list-iter': END }), { keys: [], nextCursor: undefined, ...FINE });
  assert.ok(pageOf('', { 'x-upyun-list-iter': END, 'content-type': 'application/json' }).doubt);
});

test('the cursor is that of the header or of the body', () => {
  const withIter = (iter: unknown) => JSON.stringify({ ...JSON.parse(JSON_FORM), iter });
  assert.deepEqual(pageOf(withIter('next'), {}), { keys: ['a'], nextCursor: 'next', ...FINE });
  assert.deepEqual(pageOf(withIter(END), {}), { keys: ['a'], nextCursor: undefined, ...FINE });
  assert.deepEqual(pageOf(withIter('next')), { keys: ['a'], nextCursor: 'next', ...FINE });
  assert.deepEqual(pageOf(withIter(null)), { keys: ['a'], nextCursor: 'next', ...FINE });
  assert.deepEqual(pageOf(withIter('')), { keys: ['a'], nextCursor: 'next', ...FINE });
});

test('no cursor, two of them, or one that no header can hold: the rows count, and nobody knows where the folder goes on', () => {
  const withIter = (iter: unknown) => JSON.stringify({ ...JSON.parse(JSON_FORM), iter });
  const cases = [
    [withIter(undefined), {}],
    [withIter(null), {}],
    [TEXT, {}],
    [withIter('other'), { 'x-upyun-list-iter': 'next' }],
    [withIter(END), { 'x-upyun-list-iter': 'next' }],
    [withIter('a\r\nx-evil: 1'), {}],
    [withIter('中'), {}],
    [withIter('x'.repeat(10_000)), {}],
  ] as const;
  for (const [body, headers] of cases) {
    const { keys, nextCursor, doubt, isEndKnown } = pageOf(body, headers);
    assert.deepEqual([keys, nextCursor, isEndKnown], [['a'], undefined, false], body.slice(0, 99));
    assert.match(doubt!, /cursor/);
  }
});

test('a page that is in doubt keeps its cursor', () => {
  for (const bad of [`${TEXT}\nrubbish`, `${JSON_FORM.slice(0, -1)}`, `${JSON_FORM}x`]) {
    const { keys, nextCursor, doubt, isEndKnown } = pageOf(bad);
    assert.deepEqual([keys, nextCursor, isEndKnown], [['a'], 'next', true], bad);
    assert.match(doubt!, /^\/pics\/: /);
  }
  assert.deepEqual(pageOf('<html>').keys, []);
});
