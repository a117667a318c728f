// Logins and headers of objects that wait in a file: they stay in memory, each once, and no more than fit.

import assert from 'node:assert/strict';
import test from 'node:test';
import { createAsideLines } from '../../../../src/sources/urls/aside-lines.js';
import { KeptSecrets } from '../../../../src/sources/urls/kept-secrets.js';
import { entryOf, openUrls } from '../../../support/servers/urls.js';

test('a line has no secret, and the object that it was written for has it again', (t) => {
  const source = openUrls(t);
  const lines = createAsideLines();
  const entry = entryOf(source, { url: 'https://me:Hidden-5ecret@a.com/x', key: 'k', headers: { 'x-token': 'T0ken' } });
  const plain = entryOf(source, 'https://a.com/y');
  const text = lines.write(entry)!;
  assert.doesNotMatch(text, /Hidden|T0ken|Basic/);
  assert.doesNotMatch(text, new RegExp(entry.target!.headers.authorization!.slice(6)));
  const other = lines.write(plain)!;
  assert.deepEqual(lines.read(text).entry.target!.headers, entry.target!.headers);
  assert.deepEqual(lines.read(other).entry.target!.headers, {});
});

test('the same secret is kept once, until its last line is read; no more are kept than fit', () => {
  const secrets = new KeptSecrets(300);
  const numbers = ['a', 'a', 'b', 'c'].map((token) => secrets.keep({ token }));
  assert.deepEqual(numbers, [1, 1, 2, undefined]);
  assert.deepEqual([secrets.take(1), secrets.take(1), secrets.take(1)], [{ token: 'a' }, { token: 'a' }, undefined]);
  assert.equal(secrets.keep({ token: 'c' }), 3);
  assert.equal(secrets.take(0), undefined);
});
