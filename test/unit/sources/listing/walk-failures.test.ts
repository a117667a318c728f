// The walk when something goes wrong: circles, folders that fail, aborts, and readers that leave.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type ErrorCode, TransferError, toTransferError } from '../../../../src/errors.js';
import type { Page } from '../../../../src/model/batch.js';
import { type WalkOptions, walk } from '../../../../src/sources/listing/walk.js';
import type { ListedPage, Source } from '../../../../src/sources/source.js';
import { listPacerOf } from '../../../support/pacers.js';
import { serveBucket } from '../../../support/servers/upyun.js';
import { listedPage, stubSource, treeSource } from '../../../support/source-stub.js';
import { collect } from '../../../support/streams.js';
import { activeTimers, type Deferred, deferred, rejection, turns, until } from '../../../support/waiting.js';

const OPTIONS: WalkOptions = { pacer: listPacerOf(1), signal: new AbortController().signal };

const keysOf = (pages: Page[]) => pages.flatMap(({ entries }) => entries.map(({ key }) => key));
const rejectsOf = (pages: Page[]) => pages.flatMap(({ rejects }) => rejects);

for (const length of [1, 2, 3, 7, 100]) {
  test(`finds that a listing goes in circles of ${length}`, { timeout: 20_000 }, async () => {
    for (const lead of [0, 1, 5]) {
      const { source, asked } = treeSource((directory, cursor) => {
        if (directory === '') return { directories: ['loop', 'good'] };
        if (directory === 'good') return { entries: [{ key: 'good/x' }] };
        const page = cursor === undefined ? 0 : Number(cursor);
        const next = page + 1 >= lead + length ? lead : page + 1;
        // The first page has no cursor, so a cycle never leads back to it by one.
        return { nextCursor: String(next === 0 ? length : next) };
      });
      const pages = await collect(walk(source, '', OPTIONS));
      assert.deepEqual(keysOf(pages), ['good/x']);
      const [reject] = rejectsOf(pages);
      assert.deepEqual([reject?.entry.key, reject?.error.code, reject?.kind], ['loop', 'ERR_LISTING', 'folder']);
      assert.ok(asked.length < 10 + 4 * (length + lead), `${asked.length} requests for a cycle of ${length}`);
    }
  });
}

test('a long listing whose cursors are all different is no circle', async () => {
  const { source } = treeSource((_directory, cursor = '0') => ({
    entries: [{ key: cursor }],
    nextCursor: Number(cursor) < 3_000 ? String(Number(cursor) + 1) : undefined,
  }));
  assert.equal((await collect(walk(source, '', OPTIONS))).length, 3_001);
});

/** A tree of `bad` and its good neighbours, in which one folder fails like this. */
function failingFolder(bad: string, code: ErrorCode): Source {
  return treeSource((directory) => {
    if (directory === bad) throw new TransferError(code, 'refused');
    return directory === '' ? { directories: ['a', 'bad', 'z'] } : { entries: [{ key: `${directory}/x` }] };
  }).source;
}

test('a folder that fails becomes a reject, and the others go on', async () => {
  const pages = await collect(walk(failingFolder('bad', 'ERR_SERVER'), '', { ...OPTIONS, pacer: listPacerOf(3) }));
  assert.deepEqual(keysOf(pages).sort(), ['a/x', 'z/x']);
  const [reject, ...others] = rejectsOf(pages);
  assert.deepEqual([reject?.entry.key, reject?.error.code, others.length], ['bad', 'ERR_LISTING', 0]);
});

test('a folder that is gone since its parent was listed is told as gone', async () => {
  let looks = 0;
  const { source, asked } = treeSource((directory) => {
    if (directory === 'bad') throw new TransferError('ERR_NOT_FOUND', 'refused');
    if (directory === '') return { directories: looks++ === 0 ? ['a', 'bad', 'z'] : ['a', 'z'] };
    return { entries: [{ key: `${directory}/x` }] };
  });
  const pages = await collect(walk(source, '', OPTIONS));
  assert.deepEqual(keysOf(pages).sort(), ['a/x', 'z/x']);
  assert.deepEqual(
    rejectsOf(pages).map(({ entry, error, kind }) => [entry.key, error.code, kind]),
    [['bad', 'ERR_NOT_FOUND', 'folder']],
  );
  assert.deepEqual(asked.filter((page) => page === '#').length, 2, 'its parent was listed once more');
});

test('a folder that its parent lists still is a failure, with who says what', async () => {
  const pages = await collect(walk(failingFolder('bad', 'ERR_NOT_FOUND'), '', OPTIONS));
  assert.deepEqual(keysOf(pages).sort(), ['a/x', 'z/x']);
  const [reject, ...others] = rejectsOf(pages);
  assert.deepEqual([reject?.error.code, reject?.kind, others.length], ['ERR_LISTING', 'folder', 0]);
  assert.match(reject!.error.message, /refused\. But upyun:\/\/stub still lists the folder/);
});

test('a failure of SOURCE itself, and a fatal one anywhere, ends the walk', async () => {
  const codeOf = async (source: Source) => (await rejection<TransferError>(collect(walk(source, '', OPTIONS)))).code;
  assert.equal(await codeOf(failingFolder('', 'ERR_SERVER')), 'ERR_LIST_ROOT');
  assert.equal(await codeOf(failingFolder('', 'ERR_NOT_FOUND')), 'ERR_BUCKET');
  assert.equal(await codeOf(failingFolder('bad', 'ERR_AUTH')), 'ERR_AUTH');
});

test('a page is tried again, and each repetition is told', async (t: TestContext) => {
  t.mock.method(Math, 'random', () => 0);
  const { server, source } = await serveBucket(t, { 'd/a': 'x' });
  const fault = server.faults.add({ match: { kind: 'list', directory: 'd' }, action: { status: 503 }, times: 2 });
  const told: string[] = [];
  const onRetry = (error: TransferError) => told.push(error.code);
  const pages = await collect(walk(source, '', { ...OPTIONS, pacer: listPacerOf(1, { retries: 2, onRetry }) }));
  assert.deepEqual([keysOf(pages), told], [['d/a'], ['ERR_SERVER', 'ERR_SERVER']]);
  assert.equal(server.faults.fired(fault), 2);
});

test('an abort ends the walk without an error, even while a request hangs', { timeout: 20_000 }, async () => {
  const hanging: Deferred<ListedPage>[] = [];
  const source = stubSource({
    listPage(directory) {
      if (directory === '') return Promise.resolve(listedPage({ directories: ['a', 'b'] }));
      hanging.push(deferred());
      return hanging.at(-1)!.promise;
    },
  });
  const controller = new AbortController();
  const done = collect(walk(source, '', { ...OPTIONS, pacer: listPacerOf(2), signal: controller.signal }));
  await until(() => hanging.length === 2, 'both requests');
  controller.abort();
  assert.deepEqual(await done, []);
  // What comes too late, good or bad, concerns nobody.
  hanging[0]!.reject(new TransferError('ERR_NETWORK', 'cut'));
  hanging[1]!.resolve(listedPage());
  await turns();
});

test('an abort ends the wait for another attempt, too', async (t) => {
  t.mock.method(Math, 'random', () => 0.99);
  const before = activeTimers();
  const controller = new AbortController();
  const source = failingFolder('', 'ERR_SERVER');
  const done = collect(
    walk(source, '', { ...OPTIONS, pacer: listPacerOf(1, { retries: 9 }), signal: controller.signal }),
  );
  await until(() => activeTimers() > before, 'the wait');
  controller.abort();
  assert.deepEqual([await done, activeTimers()], [[], before]);
});

test('a reader that has enough leaves nothing running', async () => {
  const { source, asked } = treeSource((directory) => ({
    entries: [{ key: `${directory}/x` }],
    directories: directory === '' ? ['a', 'b', 'c', 'd', 'e', 'f'] : [],
  }));
  for await (const page of walk(source, '', { ...OPTIONS, pacer: listPacerOf(2) })) {
    assert.ok(page);
    break;
  }
  const askedUntilThen = asked.length;
  await turns();
  assert.equal(asked.length, askedUntilThen);
});

/** A bucket with a folder of that name in `a`; a server that folds paths lists another folder for it. */
function folding(name: string, isFolding: boolean) {
  const row = (key: string) => ({ key, size: 1, mtimeMs: 1_000 });
  const inRoot = { entries: [row('top.jpg')], directories: ['a'] };
  const odd = `a/${name}`;
  const tree: Record<string, object> = {
    '': inRoot,
    a: { entries: [row('a/x.jpg')], directories: [odd] },
    [odd]: { entries: [row(`${odd}/y.jpg`)], directories: [] },
  };
  return treeSource((directory) => {
    if (!isFolding || !directory.includes(odd)) return tree[directory] ?? {};
    const target = name === '..' ? inRoot : tree.a!;
    const moved = JSON.stringify(target).replaceAll(
      name === '..' ? /"(top.jpg|a)"/g : /"a\/([^"]*)"/g,
      `"${directory}/$1"`,
    );
    return JSON.parse(moved);
  });
}

for (const name of ['', '.', '..']) {
  test(`a folder named ${JSON.stringify(name)} is listed, and refused by name when the server takes it for another one`, async () => {
    const honest = await collect(walk(folding(name, false).source, '', OPTIONS));
    assert.ok(honest.some(({ entries }) => entries.some(({ key }) => key === `a/${name}/y.jpg`)));
    const { source, asked } = folding(name, true);
    const pages = await collect(walk(source, '', OPTIONS));
    const rejects = pages.flatMap((page) => page.rejects);
    assert.deepEqual(
      rejects.map(({ entry, error, kind }) => [entry.key, error.code, kind]),
      [[`a/${name}`, 'ERR_UNSAFE_KEY', 'name']],
    );
    assert.equal(asked.length, 4, 'it does not go in circles');
  });
}

test('a listing that finds no socket to be had ends: it is the fault of no folder', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  const source = failingFolder('bad', 'ERR_OPEN_FILES');
  assert.equal(toTransferError(await rejection(collect(walk(source, '', OPTIONS)))).code, 'ERR_OPEN_FILES');
});
