// The Upyun source against the fake server: listings, objects, the CDN, and what it refuses to take for an object.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import type { Source } from '../../../../src/sources/source.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { memoryBucket } from '../../../fakes/buckets/memory-bucket.js';
import { sizedObject } from '../../../fakes/buckets/procedural-body.js';
import { openSource, serveBucket } from '../../../support/servers/upyun.js';
import { entriesOf } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';
import { rejection } from '../../../support/waiting.js';

/** Keys and folders of all pages of one folder. */
async function listAll(source: Source, directory = ''): Promise<{ keys: string[]; folders: string[]; pages: number }> {
  const found = { keys: [] as string[], folders: [] as string[], pages: 0 };
  let cursor: string | undefined;
  do {
    const page = await source.lister!.listPage(directory, cursor);
    found.keys.push(...page.entries.map(({ key }) => key));
    found.folders.push(...page.directories!);
    found.pages++;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

test('lists by cursor until the marker, whatever the length of the pages', async (t) => {
  const bucket = Object.fromEntries(entriesOf(7, 'n').map(({ key }) => [key, 'x']));
  const { server, source } = await serveBucket(t, { ...bucket, 'd/x': 'x' }, { source: { pageSize: 2 } });
  assert.deepEqual(await listAll(source), {
    keys: ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6'],
    folders: ['d'],
    pages: 4,
  });
  server.list.shortPages = true;
  assert.equal((await listAll(source)).keys.length, 7);
});

test('an empty folder has one page, and a missing one is not found', async (t) => {
  const { source } = await serveBucket(t, memoryBucket({}, { folders: ['empty'] }));
  assert.deepEqual(await source.lister!.listPage('empty', undefined), {
    entries: [],
    directories: [],
    rejects: [],
    nextCursor: undefined,
  });
  assert.equal((await rejection<TransferError>(source.lister!.listPage('missing', undefined))).code, 'ERR_NOT_FOUND');
});

test('a listing without any cursor is in doubt, not at its end', async (t) => {
  const { server, source } = await serveBucket(t, { a: 'x' }, { server: { list: { broken: 'no-cursor' } } });
  for (const knowsJson of [true, false]) {
    server.list.knowsJson = knowsJson;
    const { entries, nextCursor, doubt } = await source.lister!.listPage('', undefined);
    assert.deepEqual([entries.length, nextCursor, doubt?.isEndKnown], [1, undefined, false]);
    assert.equal(doubt?.error.code, 'ERR_LISTING');
  }
});

test('asks for JSON, and takes text from a server that does not know it', async (t) => {
  const names = ['a\tN\t1\t2\nb.jpg', '\na', 'a\n', 'plain.jpg'];
  const { server, source } = await serveBucket(t, Object.fromEntries(names.map((name) => [name, 'x'])));
  assert.deepEqual((await listAll(source)).keys.sort(), names.toSorted());
  assert.equal(server.log.at(-1)?.headers.accept, 'application/json');
  server.list.knowsJson = false;
  const { entries, doubt } = await source.lister!.listPage('', undefined);
  assert.equal(doubt?.isEndKnown, true);
  // Of the first name two rows, which look like any others; of the next two nothing.
  assert.deepEqual(entries.map(({ key }) => key).sort(), ['a', 'b.jpg', 'plain.jpg']);
});

for (const status of [400, 406, 415]) {
  test(`a server that refuses the question for JSON with ${status} is asked for text`, async (t) => {
    const { server, source } = await serveBucket(t, { a: 'x', 'd/b': 'x' }, { source: { pageSize: 2_000 } });
    server.list.refusesJson = status;
    assert.deepEqual((await listAll(source)).keys, ['a']);
    const asked = server.log.length;
    assert.deepEqual((await listAll(source, 'd')).keys, ['d/b']);
    assert.equal(server.log.length, asked + 1, 'it remembers');
    assert.deepEqual(
      [server.log.at(-1)?.headers.accept, server.log.at(-1)?.headers['x-list-limit']],
      [undefined, '2000'],
    );
  });
}

test('asks for fewer rows where a page size is refused, and remembers', async (t) => {
  const { server, source } = await serveBucket(
    t,
    { a: 'x', 'd/b': 'x' },
    { source: { pageSize: 10_000 }, server: { list: { maxLimit: 1_000, overLimit: 'refuse' } } },
  );
  assert.deepEqual((await listAll(source)).keys, ['a']);
  assert.deepEqual((await listAll(source, 'd')).keys, ['d/b']);
  assert.deepEqual(
    server.log.map(({ headers }) => headers['x-list-limit']),
    ['10000', '4096', '1000', '1000'],
  );
});

test('keys are relative to the prefix, in listings and in requests', async (t) => {
  const { server } = await serveBucket(t, { '2017/中 文/a+b.jpg': 'hello' });
  const source = openSource(t, server.endpoint, { prefix: '2017/中 文' });
  assert.deepEqual((await listAll(source)).keys, ['a+b.jpg']);
  const { bytes, md5, lastModifiedMs } = await source.get({ key: 'a+b.jpg', size: 5 });
  assert.equal(Buffer.from(bytes!).toString(), 'hello');
  assert.deepEqual([md5, lastModifiedMs], [md5Hex('hello'), 1_478_701_618_000]);
  assert.equal(server.log.at(-1)?.rawPath, '/pics/2017/%E4%B8%AD%20%E6%96%87/a%2Bb.jpg');
  assert.equal(source.url, 'upyun://pics/2017/中 文');
});

test('asks for the plain object, without compression, and never by HEAD', async (t) => {
  const { server, source } = await serveBucket(t, { a: 'hello' }, { server: { object: { gzip: true } } });
  await source.get({ key: 'a', size: 5 });
  const { headers } = server.log.at(-1)!;
  assert.equal(headers['x-upyun-folder'], 'false');
  assert.equal(headers['accept-encoding'], 'identity');
  assert.deepEqual([server.counters.head, server.counters.unauthenticated], [0, 0]);
});

test('a large object flows', async (t) => {
  const { source } = await serveBucket(t, { 'large.bin': { body: sizedObject(3_000_000) } });
  const { size, bytes, stream } = await source.get({ key: 'large.bin', size: 3_000_000 });
  assert.deepEqual([size, bytes], [3_000_000, undefined]);
  assert.equal(Buffer.concat(await collect(stream!)).length, 3_000_000);
});

test('learns the clock of a server that is far off, and asks again once', async (t) => {
  const skewMs = 12 * 3_600_000;
  const { server, source } = await serveBucket(t, { a: 'hello' }, { server: { nowMs: () => Date.now() + skewMs } });
  assert.equal((await source.get({ key: 'a' })).size, 5);
  assert.equal((await source.get({ key: 'a' })).size, 5);
  assert.deepEqual([server.counters.get, server.counters.unauthenticated], [3, 1]);
});

test('wrong credentials are fatal after one request, and never repeated in the message', async (t) => {
  const { server } = await serveBucket(t, { a: 'hello' });
  const source = openSource(t, server.endpoint, { credentials: { operator: 'operator', password: 'hunter2' } });
  const error = await rejection<TransferError>(source.lister!.listPage('', undefined));
  assert.deepEqual([error.code, error.verdict, server.counters.total], ['ERR_AUTH', 'fatal', 1]);
  assert.doesNotMatch(`${error.message} ${error.stack}`, /hunter2/);
});

test('a domain serves objects unsigned, and listings still come from the API', async (t) => {
  const { server } = await serveBucket(t, { 'a b.jpg': 'hello' });
  const source = openSource(t, server.endpoint, { domain: server.cdn('pics') });
  await source.lister!.listPage('', undefined);
  assert.equal((await source.get({ key: 'a b.jpg', size: 5 })).size, 5);
  const [list, get] = server.log;
  assert.deepEqual([list?.view, get?.view, get?.rawPath], ['rest', 'cdn', '/a%20b.jpg']);
  assert.equal(get?.headers.authorization, undefined);
});

test('a version is fetched by its name, and the listed size does not bind it', async (t) => {
  const { server } = await serveBucket(t, { 'a.jpg': 'x'.repeat(5_000) });
  const source = openSource(t, server.endpoint, { variant: '!s400', domain: server.cdn('pics') });
  const { size, bytes } = await source.get({ key: 'a.jpg', size: 5_000 });
  assert.equal(server.log.at(-1)?.rawPath, '/a.jpg!s400');
  assert.equal(bytes?.length, size);
});

test('refuses what cannot be the object, before its body', async (t) => {
  const { server, source } = await serveBucket(t, { 'a.jpg': 'hello' });
  const cases = [
    [{ changed: true }, 'ERR_SIZE'],
    [{ folderListing: true }, 'ERR_PATH_CONFLICT'],
    [{ okWithHtml: true }, 'ERR_SIZE'],
    [{ gone: true }, 'ERR_NOT_FOUND'],
    [{ truncateAfterBytes: 2 }, 'ERR_TRUNCATED'],
    [{ status: 503 }, 'ERR_SERVER'],
    [{ status: 429 }, 'ERR_THROTTLED'],
  ] as const;
  for (const [action, code] of cases) {
    const fault = server.faults.add({ match: { kind: 'get' }, action });
    const error = await rejection<TransferError>(source.get({ key: 'a.jpg', size: 5 }));
    server.faults.remove(fault);
    assert.equal(error.code, code, JSON.stringify(action));
  }
  assert.equal((await source.get({ key: 'a.jpg', size: 5 })).size, 5);
});

test('a body that was compressed unasked is refused, unless its digest proves it', async (t) => {
  const { server, source } = await serveBucket(t, { 'a.jpg': 'hello' });
  server.faults.add({ match: { kind: 'get' }, action: { gzipUnasked: true } });
  server.object.digest = 'none';
  assert.equal((await rejection<TransferError>(source.get({ key: 'a.jpg', size: 5 }))).code, 'ERR_ENCODED');
});

test('knows the bytes of a whole bucket, and does not ask for those of a folder', async (t) => {
  const { server, source } = await serveBucket(t, { a: 'hello', 'd/b': 'you' });
  assert.equal(await source.usageBytes!(), 8);
  assert.equal(await openSource(t, server.endpoint, { prefix: 'd' }).usageBytes!(), undefined);
});

test('closing cuts off what is in flight', { timeout: 20_000 }, async (t) => {
  const { source } = await serveBucket(
    t,
    { a: 'x' },
    { server: { faults: [{ action: { stallBeforeHeaders: true } }] } },
  );
  const pending = rejection<TransferError>(source.get({ key: 'a' }));
  await source.close();
  assert.equal((await pending).verdict, 'retry');
});
