// The listing of an S3 bucket: ranges of keys that are split, and stores that list wrongly.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { TransferError } from '../../../../src/errors.js';
import { decodeFolder, encodeFolder } from '../../../../src/queue/nats/connection/messages.js';
import { compareKeys } from '../../../../src/sources/s3/listing/byte-order.js';
import { scanPage } from '../../../../src/sources/s3/listing/page-scanner.js';
import { rangeOf, rangeText } from '../../../../src/sources/s3/listing/ranges.js';
import { type KeyRange, Splitting } from '../../../../src/sources/s3/listing/splitting.js';
import { serveS3 } from '../../../support/servers/s3.js';
import { rejection } from '../../../support/waiting.js';

const key = fc.string({
  unit: fc.constantFrom('a', 'b', '0', '9', '/', ' ', 'é', '中', 'Ａ', '😀', '\u0001'),
  maxLength: 6,
});

test('keys compare as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      assert.equal(Math.sign(compareKeys(one, other)), Buffer.compare(Buffer.from(one), Buffer.from(other)));
    }),
  );
});

/** Lists a bucket by ranges, in an order of its own, and returns what came. */
function listAll(
  keys: readonly string[],
  { page, wanted, pick }: { page: number; wanted: number; pick: () => number },
) {
  const splitting = new Splitting(() => wanted);
  const open: KeyRange[] = [{ after: '', end: undefined }];
  const seen: string[] = [];
  let requests = 0;
  while (open.length > 0) {
    requests++;
    const [range] = open.splice(pick() % open.length, 1) as [KeyRange];
    splitting.begin(range);
    const behind = keys.filter((one) => range.after === '' || compareKeys(one, range.after) > 0);
    const rows = behind.slice(0, page);
    const inside = rows.filter((one) => range.end === undefined || compareKeys(one, range.end) <= 0);
    seen.push(...inside);
    const isAtEnd = behind.length <= page || inside.length < rows.length || inside.at(-1) === range.end;
    if (isAtEnd || inside.length === 0) {
      splitting.done(range);
      continue;
    }
    const { rest, parts } = splitting.split(range, inside);
    open.push(rest, ...parts);
  }
  return { seen, requests };
}

test('whatever the keys, and in whatever order the ranges are listed: each key once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        key.filter((one) => one !== ''),
        { maxLength: 200 },
      ),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 40 }),
      fc.infiniteStream(fc.nat()),
      (given, page, wanted, picks) => {
        const keys = [...given].sort(compareKeys);
        const { seen } = listAll(keys, { page, wanted, pick: () => picks.next().value as number });
        assert.deepEqual(seen.sort(compareKeys), keys);
      },
    ),
    { numRuns: 300 },
  );
});

test('a long common head, and a counter, are split into as many ranges as are wanted', () => {
  for (const of of [
    (n: number) => `head-of-twenty-characters-${n % 10}${n}`,
    (n: number) => String(n).padStart(8, '0'),
  ]) {
    const keys = Array.from({ length: 20_000 }, (_, n) => of(n)).sort(compareKeys);
    const { seen, requests } = listAll(keys, { page: 100, wanted: 16, pick: () => 0 });
    assert.equal(new Set(seen).size, 20_000);
    assert.equal(seen.length, 20_000);
    assert.ok(requests < 300, `${requests} requests for 200 pages`);
  }
});

test('a page: entities before the encoding, no decoding without its echo, fields in any order', () => {
  const whole = (encoding: string, sent: string) =>
    scanPage(
      Buffer.from(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${encoding}<Contents><Size>3</Size><Key>${sent}</Key><ETag>&#34;x-2&#34;</ETag></Contents></ListBucketResult>`,
      ),
    );
  const page = (encoding: string, sent: string) => whole(encoding, sent).rows[0]!;
  assert.equal(page('<EncodingType>url</EncodingType>', 'a+b%2Bc&apos;%E4%B8%AD').key, "a b+c'中");
  assert.equal(page('', 'per%20cent%&amp;+').key, 'per%20cent%&+');
  assert.deepEqual([page('', 'k').size, page('', 'k').etag], [3, 'x-2']);
  const { rows, invalid } = whole('<EncodingType>url</EncodingType>', '%FF');
  assert.ok(invalid.has(rows[0]!));
});

test('a row with elements inside of elements, empty ones and unencoded names is read as it stands', () => {
  const rows = (sent: string) =>
    scanPage(Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${sent}</ListBucketResult>`)).rows;
  const [ceph, bare] = rows(
    '<Contents><Key>中文 😀&amp;.jpg</Key><LastModified>2024-02-03T04:05:06.789Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>33000</Size><StorageClass>GLACIER</StorageClass><Owner><ID>Key</ID><DisplayName/><Size>1</Size></Owner><Type>Normal</Type></Contents>\n<Contents> <ETag/><Size/><Key>中</Key></Contents>',
  );
  assert.deepEqual(ceph, {
    ...{ key: '中文 😀&.jpg', size: 33_000, mtimeMs: Date.UTC(2024, 1, 3, 4, 5, 6, 789) },
    ...{ etag: 'd41d8cd98f00b204e9800998ecf8427e', storageClass: 'GLACIER' },
  });
  assert.deepEqual([bare!.key, bare!.size, bare!.mtimeMs], ['中', undefined, undefined]);
  const [usual, twice] = rows(
    '<Contents><Key>a</Key><StorageClass> STANDARD </StorageClass><ETag>a"b</ETag><ETag>c</ETag></Contents><Contents><Key>b</Key><StorageClass>STANDARD</StorageClass><Restore><StorageClass>GLACIER</StorageClass></Restore></Contents>',
  );
  assert.deepEqual(usual, { key: 'a', size: undefined, mtimeMs: undefined, etag: undefined });
  assert.deepEqual(twice, { key: 'b', size: undefined, mtimeMs: undefined, etag: undefined });
  assert.throws(() => rows('<Contents><Size>3</Size></Contents>'), /key/);
});

test('keys in a form that the scanner cannot read are refused, never left out', () => {
  const scan = (sent: string) =>
    scanPage(Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${sent}</ListBucketResult>`));
  const rows = (sent: string) => scan(sent).rows;
  const row = '<Key>a</Key><Size>0</Size></Contents>';
  for (const sent of [
    `<Contents >${row}`,
    `<Contents\n>${row}`,
    `<Contents xmlns="">${row}`,
    '<s3:Contents><s3:Key>a</s3:Key></s3:Contents>',
    '<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>',
    '<Contents><Key><![CDATA[a]]></Key><Size>0</Size></Contents>',
    '<Contents><Key>a<!-- -->b</Key><Size>0</Size></Contents>',
  ])
    assert.throws(() => rows(sent), { code: 'ERR_LISTING' }, sent);
  assert.equal(
    rows('<Prefix>Contents/</Prefix><CommonPrefixes/><Contents><Key>&lt;Contents &gt;</Key></Contents>').length,
    1,
  );
  // Half a character can be in no request.
  const half = scan('<Contents><Key>a&#xD800;</Key></Contents>');
  assert.ok(half.invalid.has(half.rows[0]!));
});

test('a page of errors without an end takes no time', { timeout: 60_000 }, () => {
  assert.throws(() => scanPage(Buffer.from('<Error>'.repeat(2_000_000))), { code: 'ERR_LISTING' });
});

test('half a document, an error inside of 200, and what is no listing are refused', () => {
  const code = (text: string) => {
    try {
      scanPage(Buffer.from(text));
    } catch (error) {
      return (error as TransferError).code;
    }
    return undefined;
  };
  assert.equal(code('<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>'), 'ERR_LISTING');
  assert.equal(code('<Error><Code>InternalError</Code></Error>'), 'ERR_SERVER');
  assert.equal(code('<Error><Code>SlowDown</Code></Error>'), 'ERR_THROTTLED');
  assert.equal(code('<html>hello</html>'), 'ERR_LISTING');
  assert.equal(code('<ListBucketResult></ListBucketResult>'), 'ERR_LISTING');
});

const objects = Object.fromEntries(['Ａ.jpg', '😀.jpg', 'a', 'b', 'c', 'é'].map((name) => [name, Buffer.from(name)]));

test('a store that lists in another order is refused, not copied in part', async (t) => {
  const compare = (one: string, other: string) => (one < other ? -1 : 1);
  const { source } = await serveS3(t, { objects, compare });
  const { code, message } = (await rejection(source.lister!.listPage('', undefined))) as TransferError;
  assert.equal(code, 'ERR_LISTING');
  assert.match(message, /against the order of UTF-8 bytes/);
});

test('a store that ignores where a page begins is refused, also by V1', async (t) => {
  const { source, server } = await serveS3(t, { objects, cap: 2 });
  const { nextCursor } = await source.lister!.listPage('', undefined);
  server.fault = ({ query }, response) => {
    if (!query.has('start-after') && !query.has('marker')) return false;
    response.end(
      '<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>',
    );
    return true;
  };
  const { code, message } = (await rejection(source.lister!.listPage('', nextCursor))) as TransferError;
  assert.equal(code, 'ERR_LISTING');
  assert.match(message, /does not begin its page behind/);
});

test('a store without V2 is listed by V1', async (t) => {
  const { source, server } = await serveS3(t, { objects, cap: 6 });
  server.fault = ({ query }, response) => {
    if (!query.has('list-type')) return false;
    response.writeHead(501).end('<Error><Code>NotImplemented</Code></Error>');
    return true;
  };
  const { entries } = await source.lister!.listPage('', undefined);
  assert.equal(entries.length, 6);
});

test('names that are not valid UTF-8 are rejects, also at the end of a page, and nothing behind them is lost', async (t) => {
  const { source, server } = await serveS3(t, { objects });
  const names = ['a', 'b', '%FF1', '%FF2', '%FF3', '%FFz'];
  const bytesOf = (name: string) =>
    name.startsWith('%') ? Buffer.from([0xff, name.charCodeAt(3)]) : Buffer.from(name);
  server.fault = ({ query }, response) => {
    const after = Buffer.from(query.get('start-after') ?? '');
    const rest = names.filter((name) => Buffer.compare(bytesOf(name), after) > 0);
    const page = rest.slice(0, after.length === 0 ? 3 : 10);
    response.end(
      `<ListBucketResult><EncodingType>url</EncodingType><KeyCount>3</KeyCount><IsTruncated>${page.length < rest.length}</IsTruncated><NextContinuationToken>t</NextContinuationToken>${page.map((name) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`,
    );
    return true;
  };
  const first = await source.lister!.listPage('', undefined);
  const second = await source.lister!.listPage('', first.nextCursor);
  assert.deepEqual([first.entries.map((entry) => entry.key), first.rejects?.length], [['a', 'b'], 0]);
  assert.deepEqual([second.entries.length, second.rejects?.length, second.nextCursor], [0, 4, undefined]);
});

test('a range is split into as many parts as have nothing else to do, whoever lists them', async (t) => {
  const objects = Object.fromEntries(
    Array.from({ length: 900 }, (_, n) => [String(n * 1_000 + 100_000), Buffer.from('x')]),
  );
  const { source } = await serveS3(t, { objects, cap: 10 });
  const { listPage } = source.lister!;
  const first = await listPage('', undefined, () => 3);
  assert.equal(first.scopes?.length, 3);
  // They wait to be listed: no more of them are needed.
  const second = await listPage('', first.nextCursor, () => 0);
  assert.equal(second.scopes?.length, 0);
  // Other machines list them: they are not to be waited for here.
  const third = await listPage('', second.nextCursor, () => 3);
  assert.ok(third.scopes!.length > 0);
  // Nobody says how many: those that are named are counted.
  const fourth = await listPage('', third.nextCursor);
  assert.equal(fourth.scopes?.length, 0);
});

test('a range of any keys goes through the queue between machines as it is', () => {
  const any = fc.oneof(key, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(any, fc.option(any, { nil: undefined }), (after, end) => {
      const text = rangeText({ after, end });
      assert.deepEqual(rangeOf(text), { after, end });
      const sent = { scope: { text: text.slice(0, 4_096) }, cursor: text, pass: 0 };
      assert.deepEqual(decodeFolder(Buffer.from(encodeFolder(sent))), sent);
    }),
    { numRuns: 50 },
  );
});

test('a range whose keys are too long to be named is not split, and is listed all the same', async (t) => {
  const head = '\u0001'.repeat(900);
  const names = Array.from({ length: 300 }, (_, n) => `${head}${String(n).padStart(5, '0')}`);
  const { source } = await serveS3(t, {
    objects: Object.fromEntries(names.map((name) => [name, Buffer.from('x')])),
    cap: 10,
  });
  const found: string[] = [];
  const open: { scope: string; cursor?: string | undefined }[] = [{ scope: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { scope } = next;
    const page = await source.lister!.listPage(scope, next.cursor, () => 3);
    found.push(...page.entries.map((entry) => entry.key));
    for (const part of page.scopes ?? []) assert.ok(part.length <= 4_096);
    open.push(...(page.scopes ?? []).map((part) => ({ scope: part })));
    if (page.nextCursor !== undefined) open.push({ scope, cursor: page.nextCursor });
  }
  assert.deepEqual(found.sort(), names);
});

test('keys that were announced and do not come are deleted, or the store is refused', async (t) => {
  const objects = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, Buffer.from('x')]));
  const { server, source } = await serveS3(t, { objects, cap: 2 });
  const first = await source.lister!.listPage('', undefined, () => 0);
  let isStillAnnounced = false;
  server.fault = ({ query }, response) => {
    if (isStillAnnounced && !query.has('start-after')) return false;
    response.end('<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>');
    return true;
  };
  assert.deepEqual((await source.lister!.listPage('', first.nextCursor)).entries, []);
  isStillAnnounced = true;
  const { code, message } = await rejection<TransferError>(source.lister!.listPage('', first.nextCursor));
  assert.equal(code, 'ERR_LISTING');
  assert.match(message, /says that more keys follow behind "b", and then gives none/);
});
