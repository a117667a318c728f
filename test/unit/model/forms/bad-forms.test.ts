// Lines that can hardly be a key say why, and how to mend them; what could be one is left alone.

import assert from 'node:assert/strict';
import test from 'node:test';
import { badForm } from '../../../../src/model/forms/bad-forms.js';
import { keyHint } from '../../../../src/model/forms/key-hint.js';

const BAD: readonly [string, RegExp][] = [
  ['/2017/a.jpg', /slash.*"2017\/a\.jpg".*\{"key":"\/2017\/a\.jpg"\}/],
  ['//a.jpg', /slash.*"a\.jpg"/],
  ['/', /slash.*\{"key":"\/"\}/],
  ['./a.jpg', /begin with \.\/.*"a\.jpg".*\{"key":"\.\/a\.jpg"\}/],
  ['../a.jpg', /begin with \.\.\//],
  ['./../a.jpg', /"a\.jpg"/],
  ['upyun://pics/2017/a.jpg', /URL.*"2017\/a\.jpg"/],
  ['s3://pics/a.jpg', /URL.*"a\.jpg"/],
  ['https://img.example.com/2017/a.jpg', /URL.*"2017\/a\.jpg"/],
  ['HTTP://x', /URL/],
  ['  https://x/a', /URL/],
  ['git+ssh://x/a', /URL/],
  ['a.jpg\0b.jpg\0', /NUL.*tr/],
  ['\0', /NUL/],
  ['"a.jpg","31337"', /quoted/],
  ['"a.jpg",', /quoted/],
  ['  "key": "a.jpg",', /quoted/],
  ['[', /several lines/],
  ['  ],', /several lines/],
  ['}', /several lines/],
  ['key,size,mtime', /header/],
  ['Key;Size', /header/],
  ['path\tsize\tlast modified', /header/],
  ['object_key,etag', /header/],
];

test('says what is wrong with a line that can hardly be a key', () => {
  for (const [line, reason] of BAD) assert.match(badForm(line) ?? 'nothing', reason, line);
  const long = badForm(`/${'x'.repeat(10_000)}`)!;
  assert.ok(long.length < 500, `${long.length} characters`);
});

const GOOD = [
  ...['a', '2017/a b.jpg', ' a ', '.hidden', '..hidden', '.a/./b', 'a//b', 'a:/b', 'http:/a', '中文/猫.jpg'],
  ...[
    '[2017] a.jpg',
    '{',
    'a"b',
    "'a'",
    'a,b.jpg',
    'a.jpg,31337',
    'key',
    'name',
    'key.jpg,size',
    'a%20b',
    'a\rb',
    'a\tb',
  ],
].filter((text) => text !== '{');

test('leaves what could be a key alone', () => {
  for (const line of GOOD) assert.equal(badForm(line), undefined, line);
});

test('tells by the looks of a key that nothing was found under what it may have been meant to be', () => {
  const hints: [string, RegExp][] = [
    ['2017%2Fa%20b.jpg', /percent-encoded.*"2017\/a b\.jpg"/],
    ['%E4%B8%AD.jpg', /"中\.jpg"/],
    ['a.jpg,31337,2017-09-03', /CSV.*"a\.jpg"/],
    ['a.jpg\t31337', /CSV.*"a\.jpg"/],
    ["'a.jpg',31337", /CSV.*"a\.jpg"/],
    [' a.jpg', /blanks.*"a\.jpg"/],
    ['a.jpg ', /blanks.*"a\.jpg"/],
    ['a.jpg\rb.jpg', /carriage/],
    ['a\\b.jpg', /backslashes.*"a\/b\.jpg"/],
    ['/a.jpg', /slash.*"a\.jpg"/],
    ['../a.jpg', /"a\.jpg"/],
    ['upyun://pics/a', /URL/],
    ['2017/', /folder/],
    ['31337 a.jpg', /listing.*"a\.jpg"/],
    ['2017-09-03 13:10:06      31337 2017/a b.jpg', /listing.*"2017\/a b\.jpg"/],
    ['5d41402abc4b2a76b9719d911017c592  a.jpg', /listing.*"a\.jpg"/],
    ['key', /header/],
  ];
  for (const [key, hint] of hints) assert.match(keyHint(key) ?? 'nothing', hint, key);
  for (const key of [
    'a.jpg',
    '2017/09/a.jpg',
    '100%',
    'a%zz',
    '%ff.jpg',
    '中文/猫.jpg',
    '.hidden',
    '2017-09-03.jpg',
    '',
  ]) {
    assert.equal(keyHint(key), undefined, key);
  }
});
