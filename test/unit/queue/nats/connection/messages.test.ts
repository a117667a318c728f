// What travels arrives as it was sent, has the same name whoever sends it, and fits; anything else is refused.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../../src/errors.js';
import { counter, cutPageForTravel } from '../../../../../src/model/batch.js';
import type { ObjectEntry } from '../../../../../src/model/entry.js';
import {
  batchNameIn,
  batchNameOf,
  decodeBatch,
  decodeFolder,
  depthOf,
  encodeBatch,
  encodeFolder,
  pageName,
} from '../../../../../src/queue/nats/connection/messages.js';
import { batchOf } from '../../../../support/batches.js';

const bytes = (text: string) => new TextEncoder().encode(text);

const entry: fc.Arbitrary<ObjectEntry> = fc
  .record(
    {
      key: fc.string({ minLength: 1, unit: 'grapheme' }),
      size: fc.nat(),
      mtimeMs: fc.integer(),
      etag: fc.string(),
      md5: fc.stringMatching(/^[0-9a-f]{32}$/),
      isWrong: fc.constant(true),
      absence: fc.constantFrom('gone', 'extra'),
      storageClass: fc.stringMatching(/^\w{1,64}$/),
    },
    { requiredKeys: ['key'] },
  )
  // A line has one reason.
  .map(({ absence, ...found }) => (found.isWrong || !absence ? found : { ...found, absence }) as ObjectEntry);

const bare = (one: ObjectEntry) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));

test('a batch arrives as it was sent', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const content = { key: 'page.0', entries, rejects: [], badLines: [{ text: 'x', reason: 'y' }] };
      const found = decodeBatch(bytes(encodeBatch(content)));
      assert.deepEqual(found.entries.map(bare), entries.map(bare));
      assert.deepEqual(found.badLines, content.badLines);
    }),
  );
});

test('a storage class that cannot be one is left out; an older build sends none, and its batch of an input has the same name', () => {
  const row = (text: string) => decodeBatch(bytes(`{"k":"a.0","e":[["x",1,null,null,null,null,${text}]]}`)).entries[0]!;
  assert.equal(row('"GLACIER"').storageClass, 'GLACIER');
  for (const text of ['5', '"a b"', '""', '{}', `"${'A'.repeat(65)}"`]) assert.equal(row(text).storageClass, undefined);
  const named = (entry: ObjectEntry) => batchNameOf({ ...batchOf([]), entries: [entry] });
  assert.equal(named({ key: 'x', size: 1, storageClass: 'GLACIER' }), named({ key: 'x', size: 1 }));
});

test('a reject arrives with its error', () => {
  const error = new TransferError('ERR_LISTING', 'why');
  const rejects = [{ entry: { key: 'folder' }, error, attempts: 3, kind: 'folder' as const }];
  const [found] = decodeBatch(bytes(encodeBatch({ key: 'a.0', entries: [], rejects, badLines: [] }))).rejects;
  assert.deepEqual(
    [found!.error.code, found!.error.message, found!.attempts, found!.kind],
    ['ERR_LISTING', 'why', 3, 'folder'],
  );
});

test('what is no message of ours is refused, and no key becomes a path', () => {
  for (const text of [
    '',
    'x',
    '[]',
    '{}',
    'null',
    '{"k":"../../x","e":[]}',
    '{"k":"a/b.0","e":[]}',
    '{"k":"a.0","e":[[1]]}',
    '{"k":"a.0","e":[],"r":[[["f"],"folder","__proto__","",0]]}',
    '{"k":"a.0","e":[],"r":[[["f"],"other","ERR_LISTING","",0]]}',
    '{"k":"a.0","e":[],"r":[[["f"],"folder","ERR_LISTING","",-1]]}',
    '{"k":"a.0","e":[],"b":[["x",5]]}',
    '{"k":"a.0","e":["x"]}',
    ...['-1', '0.5', '"1"', '1e300', '[]'].map((size) => `{"k":"a.0","e":[["x",${size}]]}`),
    ...['1e300', '"2020-01-01"', '{}'].map((mtime) => `{"k":"a.0","e":[["x",1,${mtime}]]}`),
    '{"k":"a.0","e":[["x",1,1,5]]}',
    ...['5', '"x"', `"${'A'.repeat(32)}"`].map((md5) => `{"k":"a.0","e":[["x",1,1,"e",${md5}]]}`),
  ]) {
    assert.throws(() => decodeBatch(bytes(text)), { code: 'ERR_QUEUE' }, text);
  }
  for (const text of [
    '',
    '{}',
    '{"d":1}',
    '{"d":"a","c":5}',
    '{"d":"a","c":"x\\r\\nhost: evil"}',
    '{"d":"\\ud800"}',
    '{"d":"a","w":-1}',
    '{"d":"a","w":0.5}',
    JSON.stringify({ d: 'a/'.repeat(2_100) }),
  ])
    assert.throws(() => decodeFolder(bytes(text)), { code: 'ERR_QUEUE' }, text);
});

test('folders arrive, and know how deep they are', () => {
  for (const one of [
    { scope: '', cursor: undefined, pass: 0 },
    { scope: 'a/图', cursor: 'c', pass: 3 },
    { scope: { text: 'a..图' }, cursor: 'c', pass: 0 },
  ])
    assert.deepEqual(decodeFolder(bytes(encodeFolder(one))), one);
  assert.deepEqual(['', 'a', 'a/b', '/', 'a//b', { text: 'a/b/c' }].map(depthOf), [0, 1, 2, 2, 3, 1]);
});

test('a folder is written and named as machines of older versions do', () => {
  assert.equal(encodeFolder({ scope: '', cursor: undefined, pass: 0 }), '{"d":""}');
  assert.equal(encodeFolder({ scope: 'a/图', cursor: 'c', pass: 3 }), '{"d":"a/图","c":"c","w":3}');
  const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 16);
  assert.equal(pageName({ scope: 'a/图', cursor: undefined }), hashOf('3:a/图'));
  assert.equal(pageName({ scope: 'a/图', cursor: 'c' }), hashOf('3:a/图1:c'));
});

test('a scope of another kind is told from a folder of the same name, also by the names of its pages', () => {
  assert.equal(encodeFolder({ scope: { text: 'a..m' }, cursor: undefined, pass: 0 }), '{"d":{"text":"a..m"}}');
  const names = ['a..m', { text: 'a..m' }].flatMap((scope) =>
    [undefined, '', 'c'].map((cursor) => pageName({ scope, cursor })),
  );
  assert.equal(new Set(names).size, 6);
  for (const d of [{}, { text: 1 }, { text: '\ud800' }, { text: 'x'.repeat(4_097) }, null, ['a']])
    assert.throws(() => decodeFolder(bytes(JSON.stringify({ d }))), { code: 'ERR_QUEUE' });
  assert.deepEqual(decodeFolder(bytes('{"d":{"text":"a","more":1}}')).scope, { text: 'a' });
});

test('a page has one name, other pages have others', () => {
  const page = pageName({ scope: 'a', cursor: undefined });
  assert.equal(page, pageName({ scope: 'a', cursor: undefined }));
  const others = [
    pageName({ scope: 'a', cursor: '' }),
    pageName({ scope: 'a', cursor: 'x' }),
    pageName({ scope: 'b', cursor: undefined }),
  ];
  assert.equal(new Set([page, ...others]).size, 4);
  assert.match(batchNameIn(page, 7), /^[\w-]{16}\.7$/);
});

test('the same lines are the same batch', () => {
  const name = batchNameOf(batchOf([{ key: 'a', size: 1 }, { key: 'b' }]));
  assert.equal(name, batchNameOf(batchOf([{ key: 'a', size: 1 }, { key: 'b' }])));
  assert.notEqual(name, batchNameOf(batchOf([{ key: 'a', size: 2 }, { key: 'b' }])));
});

test('a page is cut to batches that fit into a message, in order, without a loss', () => {
  const key = fc.string({ minLength: 1, maxLength: 1_024, unit: 'binary' });
  const keys = fc
    .array(key, { maxLength: 30 })
    .map((some) => some.flatMap((one) => Array.from({ length: 40 }, (_, index) => `${one}${index}`)));
  fc.assert(
    fc.property(keys, fc.integer({ min: 0, max: 2 ** 40 }), (all, size) => {
      const entries = all.map((one) => ({ key: one, size }));
      const batches = [...cutPageForTravel({ entries, rejects: [] }, counter())];
      assert.deepEqual(
        batches.flatMap((batch) => batch.entries),
        entries,
      );
      for (const batch of batches) {
        assert.ok(batch.entries.length <= 1_000);
        assert.ok(Buffer.byteLength(encodeBatch({ ...batch, key: 'x.0' })) < 512 * 1024);
        if (batch.entries.length > 1) assert.ok(batch.entries.length * size <= 256 * 1024 ** 2);
      }
    }),
    { numRuns: 50 },
  );
});
