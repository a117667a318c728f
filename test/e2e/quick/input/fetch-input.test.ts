// Everything that may come through stdin of `fetch`, and that it gives the same tree as `mirror`.

import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'node:test';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { manyObjects, takeFetched } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

const OBJECTS = { ...manyObjects(20, { folder: '2017/09/' }), 'a b.jpg': 'root', '2017/x.jpg': 'x' };

test('list | fetch gives the same tree as mirror through a real pipe, below a prefix too', async (t) => {
  const { folder, shell } = await openWorld(t, { objects: OBJECTS });
  const script = `set -e
    "$NODE" "$SLUICE" mirror upyun://pics/2017 --to mirrored --quiet
    "$NODE" "$SLUICE" list upyun://pics/2017 | "$NODE" "$SLUICE" fetch --from upyun://pics/2017 --to fetched --quiet
    diff -r -x .sluice mirrored fetched`;
  (await shell(script)).expectExit(0);
  const { 'a b.jpg': _, ...below } = OBJECTS;
  const relative = Object.entries(below).map(([key, body]) => [key.slice('2017/'.length), body] as const);
  await assertTree(join(folder, 'fetched'), Object.fromEntries(relative));
});

test('SLUICE_SOURCE and SLUICE_TO make a bare `sluice fetch < keys.ndjson` enough, and a bare mirror too', async (t) => {
  const { folder, to, shell, run } = await openWorld(t, { objects: OBJECTS });
  await writeFile(join(folder, 'keys.ndjson'), '{"key":"a b.jpg","size":4}\n2017/x.jpg\n');
  const variables = `SLUICE_SOURCE=upyun://pics SLUICE_TO='${to}'`;
  (await shell(`${variables} "$NODE" "$SLUICE" fetch < keys.ndjson`)).expectExit(0);
  await assertTree(to, { 'a b.jpg': 'root', '2017/x.jpg': 'x' });
  (await run(['mirror'], { env: { SLUICE_SOURCE: 'upyun://pics', SLUICE_TO: to } })).expectExit(0);
  await assertTree(to, OBJECTS);
});

test('a flag wins over its environment variable, and without any DIR it is ./BUCKET', async (t) => {
  const { folder, to, run } = await openWorld(t, { objects: { 'a.jpg': 'a', 'sub/b.jpg': 'b' } });
  const env = { SLUICE_SOURCE: 'upyun://elsewhere', SLUICE_TO: join(folder, 'elsewhere') };
  (await run(['fetch', '--from', 'upyun://pics', '--to', to], { env, input: 'a.jpg' })).expectExit(0);
  await assertTree(to, { 'a.jpg': 'a' });
  (await run(['mirror', 'upyun://pics'])).expectExit(0);
  await assertTree(join(folder, 'pics'), { 'a.jpg': 'a', 'sub/b.jpg': 'b' });
  const other = join(folder, 'pics', 'sub');
  (await run(['fetch', '--from', 'upyun://pics/sub'], { input: 'b.jpg', cwd: other })).expectExit(0);
  await assertTree(join(other, 'pics'), { 'b.jpg': 'b' });
});

const FORMS: readonly string[] = [
  'a b.jpg',
  '"a b.jpg"',
  '{"key":"a b.jpg"}\r',
  'a b.jpg\r',
  '',
  '\r',
  '{ "size" : 4 , "key" : "a b.jpg" }',
  '{"key":"a\\u0020b.jpg","size":null,"mtime":null,"etag":null}',
  '{"key":"a b.jpg","size":4,"tags":["x"],"type":"N","code":0}',
  '{"x":{"key":"no"},"key":"a b.jpg"}',
  `{"key":"a b.jpg","etag":"${md5Hex('root')}"}`,
  `{"key":"a b.jpg","etag":"\\"${md5Hex('root').toUpperCase()}\\""}`,
  '{"key":"a b.jpg","etag":"W/\\"not-an-md5\\""}',
  '"2017\\/x.jpg"',
];

test('every form of an input line is understood, empty lines are none', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: OBJECTS });
  const result = (await fetch(FORMS.map((line) => `${line}\n`).join(''))).expectExit(0);
  assert.equal(result.summary.listed, FORMS.length - 2);
  assert.equal(result.summary.failed + result.summary.gone, 0);
  await assertTree(to, { 'a b.jpg': 'root', '2017/x.jpg': 'x' });
});

test('a byte order mark and a last line without a line feed are understood', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: OBJECTS });
  for (const input of ['\ufeff{"key":"a b.jpg"}\n2017/x.jpg', '\ufeffa b.jpg\r\n{"key":"2017/x.jpg"}']) {
    assert.equal((await fetch(input)).expectExit(0).summary.gone, 0);
    await assertTree(to, { 'a b.jpg': 'root', '2017/x.jpg': 'x' });
  }
});

test('an empty input is no error', async (t) => {
  const { fetch } = await openWorld(t);
  assert.equal((await fetch('\ufeff\n\r\n')).expectExit(0).summary.listed, 0);
});

test('lines are cut correctly wherever the chunks of the pipe end', async (t) => {
  const objects = { '商品/🦊.jpg': 'fox', '商品/猫.jpg': 'cat', 'a.jpg': 'a' };
  const { to, fetch } = await openWorld(t, { objects });
  const bytes = Buffer.from('商品/🦊.jpg\r\n{"key":"商品/猫.jpg"}\r\na.jpg');
  const onePerChunk = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
  assert.equal((await fetch(onePerChunk)).expectExit(0).summary.stored, 3);
  await assertTree(to, objects);
});

test('bare keys get the time of the object, and known files are skipped by what the line says', async (t) => {
  const { server, to, fetch } = await openWorld(t, {
    objects: { 'a.jpg': { body: 'a', mtimeSeconds: 1_500_000_000 } },
  });
  (await fetch('a.jpg\n')).expectExit(0);
  assert.equal((await stat(join(to, 'a.jpg'))).mtimeMs, 1_500_000_000_000);
  const known = ['{"key":"a.jpg","size":1}', '{"key":"a.jpg","mtime":"2017-07-14T02:40:00.000Z"}'];
  assert.equal((await fetch(known.join('\n'))).expectExit(0).summary.skipped, 2);
  const changed = ['{"key":"a.jpg","mtime":"2017-07-14T02:40:01Z"}', 'a.jpg'];
  takeFetched(server);
  assert.equal((await fetch(changed.join('\n'))).expectExit(0).summary.stored, 2);
  assert.deepEqual(takeFetched(server), ['a.jpg', 'a.jpg']);
});

test('a slow producer is served line by line, long before its end', async (t) => {
  const { to, start } = await openWorld(t, { objects: { 'a.jpg': 'a', 'b.jpg': 'b' } });
  const { child, result } = start(['fetch', '--from', 'upyun://pics', '--to', to], { isInputOpen: true });
  for (const key of ['a.jpg', 'b.jpg']) {
    child.stdin.write(`{"key":"${key}"}\n`);
    let isThere = false;
    const look = () => {
      stat(join(to, key)).then(
        () => {
          isThere = true;
        },
        () => {},
      );
      return isThere;
    };
    await until(`${key} stored`, look);
  }
  child.stdin.end();
  (await result).expectExit(0);
});

test('an input without any key is said to be one', async (t) => {
  const { fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  for (const [input, isEmpty] of [
    ['', true],
    ['\n\r\n', true],
    ['a.jpg\n', false],
    ['/a.jpg\n', false],
  ] as const) {
    const { stderr } = await fetch(input);
    assert.equal(/the input named no object/.test(stderr), isEmpty, JSON.stringify(input));
  }
  assert.doesNotMatch((await fetch('a.jpg\n', '--exclude', '*.jpg')).stderr, /the input named no object/);
});
