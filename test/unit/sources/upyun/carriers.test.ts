// The lines of Upyun's REST API by name.

import assert from 'node:assert/strict';
import test from 'node:test';
import { endpoint } from '../../../../src/sources/upyun/carriers.js';
import { problemText } from '../../../../src/texts/value-problem.js';

const read = (text: string) => {
  const { problem, ...reading } = endpoint()(text);
  return problem === undefined ? (reading as { value: string }).value : `PROBLEM ${problemText(problem)}`;
};

test('a line has its number and its names, in both languages', () => {
  const lines = [
    ['v0', 'auto', '自动', 'AUTO', 'v0.api.upyun.com'],
    ['v1', 'telecom', '电信', 'Telecom', 'v1.api.upyun.com'],
    ['v2', 'unicom', '联通', 'netcom', '网通'],
    ['v3', 'mobile', '移动', 'tietong', '铁通'],
  ];
  for (const [line, ...names] of lines)
    for (const name of [line!, ...names]) assert.equal(read(name), `https://${line}.api.upyun.com`, name);
});

test('a URL is one, as before', () => {
  assert.equal(read('http://127.0.0.1:8080'), 'http://127.0.0.1:8080');
  assert.match(read('https://host/path'), /without a path/);
});

test('a name that is close to a line is told, and no other text is repeated', () => {
  assert.match(read('telekom'), /Did you mean telecom\?/);
  assert.match(read('v4'), /Did you mean v\d\?/);
  const problem = read('operator-S3cret');
  assert.match(problem, /^PROBLEM expected http.* telecom \(v1\)/);
  assert.doesNotMatch(problem, /S3cret|Did you mean/);
  assert.doesNotMatch(read('https://name:S3cret@host'), /S3cret/);
});
