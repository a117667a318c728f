// Where no listed size binds: what cannot be the object is refused, what could be it is not.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { type Asked, checkBody, checkHeaders } from '../../../../src/sources/upyun/plausible.js';

const HTML = '<!DOCTYPE html><html><body>404</body></html>';

function refused(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    assert.equal((error as TransferError).code, 'ERR_NOT_OBJECT');
    return true;
  }
}

const asked = (key: string, isVariant = false, originalBytes?: number): Asked => ({ key, isVariant, originalBytes });
const isBodyRefused = (body: string | Buffer, ...of: Parameters<typeof asked>) =>
  refused(() => checkBody(asked(...of), Buffer.from(body)));
const isTypeRefused = (type: string | undefined, ...of: Parameters<typeof asked>) =>
  refused(() => checkHeaders(asked(...of), type === undefined ? {} : { 'content-type': type }, 10));

test('an HTML type is refused for a key that is not that of a page', () => {
  for (const key of ['a.jpg', 'a/b.PNG', 'notes.txt', 'x.mp4', 'x.unknown']) {
    assert.ok(isTypeRefused('text/html', key), key);
    assert.ok(isTypeRefused('Text/HTML; charset=utf-8', key), key);
    assert.ok(!isTypeRefused('image/jpeg', key) && !isTypeRefused(undefined, key), key);
  }
  for (const key of ['index.html', 'a/INDEX.HTM', 'a', 'a.b/c', '2017.09.03', '.hidden', 'x.php']) {
    assert.equal(isTypeRefused('text/html', key), key === '.hidden', key);
  }
  assert.ok(isTypeRefused('text/html', 'a', true), 'the version of an image is none');
  assert.ok(!isTypeRefused('text/html', 'a.html', true));
});

test('a page or JSON in place of a film, an archive or a version is refused, whatever type it claims', () => {
  const pages = [
    HTML,
    `\n ${HTML}`,
    `\uFEFF${HTML}`,
    '<html>',
    '<HEAD>',
    '<!-- x -->\n<html>',
    '<!--[if IE]>\n<![endif]-->\n<!-- y -->\n<html>',
    `<?xml version="1.0" encoding="utf-8"?>\n${HTML}`,
    '<div class="error">404</div>',
    '<p>not found',
    '<iframe src="/login">',
    '{"code":404}',
    '{ "msg": ""}',
    '{}',
    '[{"code":404}]',
  ];
  for (const page of pages) {
    for (const key of ['a.jpg', 'a.webp', 'a.svg', 'a.mp4', 'a.zip'])
      assert.ok(isBodyRefused(page, key), `${key} ${page}`);
    assert.ok(isBodyRefused(page, 'a', true) && isBodyRefused(page, 'a.txt', true), page);
    for (const key of ['a', 'a.txt', 'a.html', 'a.json', 'a.js'])
      assert.ok(!isBodyRefused(page, key), `${key} ${page}`);
  }
});

test('nothing that a server sends takes long to be judged', () => {
  for (const piece of ['<!---->', '<!-- ', '<?xml', '<?xml>', ' ', '<', '{', '[ ']) {
    assert.ok(!isBodyRefused(piece.repeat(1_000).slice(0, 512), 'a', true), piece);
  }
});

test('an error in XML is refused for what is no text, and taken for what may be XML', () => {
  const error = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>';
  for (const key of ['a.jpg', 'a.mp4', 'a.zip']) assert.ok(isBodyRefused(error, key), key);
  for (const key of ['a.svg', 'a.xml', 'a']) assert.ok(!isBodyRefused(error, key), key);
});

test('what begins like an image, or like nothing known, is taken', () => {
  const bodies = [
    Buffer.from([0xff, 0xd8, 0xff]),
    '\x89PNG',
    'GIF89a',
    '<svg/>',
    '<?xml version="1.0"?><svg/>',
    'x',
    '<',
    '{',
    '\0\0\x01\0',
  ];
  for (const body of bodies) assert.ok(!isBodyRefused(body, 'a.svg') && !isBodyRefused(body, 'a', true), String(body));
});

test('nothing is refused for what is never empty, and taken for what may be', () => {
  for (const key of ['a.jpg', 'a.mp3', 'a.tar.gz']) assert.ok(isBodyRefused('', key), key);
  for (const key of ['a', 'notes.txt', 'index.html', 'a.js', '.gitkeep']) assert.ok(!isBodyRefused('', key), key);
  for (const key of ['a', 'a.jpg', 'a.html']) {
    assert.ok(isBodyRefused('', key, true), key);
    assert.ok(!isBodyRefused('', key, true, 0), `${key}: its original is empty, too`);
  }
  assert.ok(refused(() => checkHeaders(asked('a.jpg'), {}, 0)));
});
