// Lists of keys in another form than keys: what can hardly be a key is a bad line that says how to mend it, what could be one
// is tried and fails with a hint, and text that Windows has written is understood.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const OBJECTS = { '2017/a b.jpg': 'a', '2017/b.jpg': 'b' };
const KEYS = Object.keys(OBJECTS);

const HARDLY: Record<string, (key: string) => string> = {
  slash: (key) => `/${key}`,
  dot: (key) => `./${key}`,
  dots: (key) => `../${key}`,
  upyun: (key) => `upyun://pics/${key}`,
  https: (key) => `https://img.example.com/${encodeURI(key)}`,
  s3: (key) => `s3://pics/${key}`,
  'quoted row': (key) => `"${key}","31337"`,
  'JSON array': (key) => `["${key}"]`,
  'JSON array over lines': (key) => `  "${key}",`,
};

for (const [name, write] of Object.entries(HARDLY)) {
  test(`a list of another form is a list of bad lines, and asks for nothing: ${name}`, async (t) => {
    const { server, to, fetch } = await openWorld(t, { objects: OBJECTS });
    const result = (await fetch(KEYS.map((key) => `${write(key)}\n`).join(''))).expectExit(1);
    assert.deepEqual(result.counts, { listed: 2, stored: 0, skipped: 0, gone: 0, failed: 2 });
    assert.deepEqual(takeFetched(server), []);
    const failures = await readFailures(to);
    assert.deepEqual(
      failures.map(({ key, code }) => [key, code]),
      KEYS.map((key) => [write(key), 'ERR_BAD_LINE']),
    );
    // Fed back they stay what they are.
    const again = (await fetch(failures.map((line) => `${JSON.stringify(line)}\n`).join(''))).expectExit(1);
    assert.equal(again.summary.failed, 2);
    assert.deepEqual(takeFetched(server), []);
  });
}

test('keys that are separated by NUL characters are told so, few or many', async (t) => {
  const { server, to, fetch } = await openWorld(t, { objects: OBJECTS });
  for (const count of [1, 20_000]) {
    const input = Array.from({ length: count }, () => `${KEYS.join('\0')}\0`).join('');
    (await fetch(input)).expectExit(1);
    const [failure, ...others] = await readFailures(to);
    assert.deepEqual([failure!.code, others.length], ['ERR_BAD_LINE', 0]);
    assert.match(failure!.error, /NUL.*tr '\\0' '\\n'/);
  }
  assert.deepEqual(takeFetched(server), []);
});

test('the header of a table is a bad line, and its rows say what they look like', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: OBJECTS });
  (await fetch('key,size,mtime\n2017/b.jpg,1,2017-09-03\n')).expectExit(1);
  const [header, row] = await readFailures(to);
  assert.deepEqual([header!.key, header!.code], ['key,size,mtime', 'ERR_BAD_LINE']);
  assert.deepEqual([row!.key, row!.code], ['2017/b.jpg,1,2017-09-03', 'ERR_NOT_FOUND']);
  assert.match(row!.error, /CSV.*"2017\/b\.jpg"/);
});

test('what could be a key is asked for: it is stored where it is one, and fails with a hint where it is not', async (t) => {
  const odd = { 'a%20b.jpg': '1', 'a,b.jpg': '2', ' c.jpg ': '3', '[1].jpg': '4', "'d'.jpg": '5' };
  const { to, fetch } = await openWorld(t, { objects: odd });
  (await fetch(Object.keys(odd).join('\n'))).expectExit(0);
  await assertTree(to, odd);
  const lines = ['2017%2Fb.jpg', 'b.jpg,31337', ' b.jpg', 'x\\b.jpg', 'a.jpg\rb.jpg'];
  assert.equal((await fetch(lines.join('\n'))).expectExit(1).summary.failed, lines.length);
  const failures = await readFailures(to);
  const hints = [/percent-encoded.*2017\/b\.jpg/, /CSV/, /blanks/, /backslashes/, /carriage/];
  for (const [index, line] of lines.entries()) {
    const failure = failures.find(({ key }) => key === line);
    assert.equal(failure?.code, 'ERR_NOT_FOUND');
    assert.match(failure.error, hints[index]!);
  }
});

test('a key that really looks like that is given as JSON', async (t) => {
  const { server, fetch } = await openWorld(t, { objects: OBJECTS });
  const odd = ['/a.jpg', 'https://x/a.jpg', '"a.jpg","b"', 'key,size'];
  (await fetch(odd.map((key) => `${JSON.stringify({ key })}\n`).join(''))).expectExit(1);
  assert.deepEqual(takeFetched(server).sort(), [...odd].sort());
});

test('verify names such lines too', async (t) => {
  const { to, run, fetch } = await openWorld(t, { objects: OBJECTS });
  (await fetch(KEYS.join('\n'))).expectExit(0);
  const result = await run(['verify', '-', '--to', to], { input: `./${KEYS[0]}\n${KEYS[1]}\n` });
  const [line] = result.expectExit(1).stdout.trim().split('\n');
  assert.deepEqual([JSON.parse(line!).reason, JSON.parse(line!).code], ['unusable', 'ERR_BAD_LINE']);
});

test('UTF-16 is understood, of both orders, with a mark and without', async (t) => {
  const { folder, to, fetch, run } = await openWorld(t, { objects: { ...OBJECTS, '商品/🦊.jpg': 'fox' } });
  const text = `${KEYS.join('\r\n')}\r\n{"key":"商品/🦊.jpg"}`;
  for (const mark of ['\uFEFF', '']) {
    for (const isBigEndian of [false, true]) {
      const bytes = Buffer.from(mark + text, 'utf16le');
      const result = await fetch(isBigEndian ? bytes.swap16() : bytes);
      assert.equal(result.expectExit(0).summary.stored, 3, `${mark === '' ? 'no mark' : 'mark'}, ${isBigEndian}`);
    }
  }
  await assertTree(to, { ...OBJECTS, '商品/🦊.jpg': 'fox' });
  await writeFile(join(folder, 'keys'), Buffer.from(`\uFEFF${text}`, 'utf16le'));
  const input = Buffer.from(`\uFEFF${text}`, 'utf16le');
  (await run(['verify', '-', '--to', to], { input })).expectExit(0);
});

test('what is no character in UTF-16 costs its own line only', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: OBJECTS });
  const bytes = Buffer.concat([Buffer.from(`\uFEFF2017/b.jpg\n\ud800\n2017/a b.jpg\nx`, 'utf16le'), Buffer.from([7])]);
  const result = (await fetch(bytes)).expectExit(1);
  assert.deepEqual(result.counts, { listed: 4, stored: 2, skipped: 0, gone: 0, failed: 2 });
  assert.deepEqual([...new Set((await readFailures(to)).map(({ code }) => code))], ['ERR_BAD_LINE']);
});
