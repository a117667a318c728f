// A large folder is listed from both ends at once, where the server proves that they meet; else from one. Never with a gap.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { walk } from '../../../../../src/sources/listing/walk.js';
import type { Source } from '../../../../../src/sources/source.js';
import { type MemoryBucket, memoryBucket } from '../../../../fakes/buckets/memory-bucket.js';
import type { ListBehaviour } from '../../../../fakes/upyun/behaviour.js';
import type { UpyunServer } from '../../../../fakes/upyun/upyun-server.js';
import { tempFolder } from '../../../../support/disks/files.js';
import { beginJob, reopenJob, runUntilKilled } from '../../../../support/listing/killed-walks.js';
import { listPacerOf } from '../../../../support/pacers.js';
import { random } from '../../../../support/random.js';
import { openSource, serveBucket } from '../../../../support/servers/upyun.js';
import { collect } from '../../../../support/streams.js';

const OPTIONS = { pacer: listPacerOf(3), signal: new AbortController().signal };

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}.jpg`);

async function keysIn(source: Source, options = OPTIONS): Promise<string[]> {
  const pages = await collect(walk(source, '', options));
  assert.deepEqual(
    pages.flatMap(({ rejects }) => rejects),
    [],
  );
  return pages.flatMap(({ entries }) => entries.map(({ key }) => key)).sort();
}

/** Pages of data in descending order: what the proof asks for has fewer rows. */
const descending = ({ log }: UpyunServer, pageSize: number) =>
  log.filter(({ headers }) => headers['x-list-order'] === 'desc' && Number(headers['x-list-limit']) >= pageSize);

const bucketOf = (keys: readonly string[]) => memoryBucket(Object.fromEntries(keys.map((key) => [key, 'x'])));

test('a flat folder is listed half from its end: each object once, and hardly more requests', async (t) => {
  const keys = keysOf(8_000);
  const { server, source } = await serveBucket(t, bucketOf(keys), { source: { pageSize: 200 } });
  assert.deepEqual(await keysIn(source), keys);
  const fromEnd = descending(server, 200).length;
  assert.ok(fromEnd >= 12 && fromEnd <= 28, `${fromEnd} pages from the end`);
  // 40 pages, four small requests for the proof, a last page of each part, and one to see that they meet.
  assert.ok(server.counters.list <= 40 + 10, `${server.counters.list} requests`);
});

test('the page that is split is split so again when it is asked for again', async (t) => {
  const { source } = await serveBucket(t, bucketOf(keysOf(3_000)), { source: { pageSize: 100 } });
  const lister = source.lister!;
  const { nextCursor } = await lister.listPage('', undefined);
  const [one, other] = [await lister.listPage('', nextCursor), await lister.listPage('', nextCursor)];
  assert.equal(one.scopes!.length, 1);
  assert.deepEqual(one, other);
  const scope = one.scopes![0]!;
  assert.deepEqual(await lister.listPage(scope, undefined), await lister.listPage(scope, undefined));
});

test('few pages are not split, nor a folder while no further request for pages may go out', async (t) => {
  const { server, source } = await serveBucket(t, bucketOf(keysOf(700)), { source: { pageSize: 200 } });
  await keysIn(source);
  assert.equal(descending(server, 200).length, 0);
  const { server: other, source: one } = await serveBucket(t, bucketOf(keysOf(4_000)), { source: { pageSize: 200 } });
  await keysIn(one, { ...OPTIONS, pacer: listPacerOf(1) });
  assert.equal(other.log.filter(({ headers }) => headers['x-list-order'] !== undefined).length, 0);
});

for (const fault of ['ignored', 'refused', 'kinds-kept', 'by-last-letter'] as const) {
  test(`a server whose descending order is ${fault} is listed from one end, whole`, async (t) => {
    const keys = [...keysOf(3_000), 'k01500-folder/x.jpg', 'a/x.jpg', 'z/x.jpg'].sort();
    for (const order of ['files-first', 'mixed'] as const) {
      const list = { descending: fault, order };
      const { server, source } = await serveBucket(t, bucketOf(keys), { server: { list }, source: { pageSize: 100 } });
      assert.deepEqual(await keysIn(source), keys);
      assert.equal(descending(server, 100).length, 0, order);
    }
  });
}

test('an order that goes wrong only between the ends is seen where a part gets there: it does not stop at its bound', async (t) => {
  const keys = keysOf(3_000);
  // With 91 rows a page ends where the order turns, on both sides: only where the parts meet it shows.
  for (const pageSize of [90, 91, 110]) {
    const list = { order: 'middle-turned' as const };
    const { server, source } = await serveBucket(t, bucketOf(keys), { server: { list }, source: { pageSize } });
    assert.deepEqual([...new Set(await keysIn(source))], keys);
    assert.ok(descending(server, pageSize).length > 0);
  }
});

test('a single row out of place is not taken for the end of a part, wherever a page ends', async (t) => {
  const keys = keysOf(3_000);
  // With 90 rows the row is the last one of its page, and nothing behind it tells.
  for (const pageSize of [90, 100]) {
    const list = { order: 'one-moved' as const };
    const { server, source } = await serveBucket(t, bucketOf(keys), { server: { list }, source: { pageSize } });
    assert.deepEqual([...new Set(await keysIn(source))], keys);
    assert.ok(descending(server, pageSize).length > 0);
  }
});

test('a server that throttles is not asked for more at once', async (t) => {
  const keys = keysOf(3_000);
  const { server, source } = await serveBucket(t, bucketOf(keys), { source: { pageSize: 100 } });
  server.faults.add({ match: { kind: 'list' }, action: { status: 429 }, times: 1 });
  assert.deepEqual(await keysIn(source), keys);
  assert.equal(descending(server, 100).length, 0);
});

test('cursors of older jobs go on from one end; a folder with the name of a part is a folder', async (t) => {
  const keys = keysOf(3_000);
  const { source } = await serveBucket(t, bucketOf(keys), { source: { pageSize: 100 } });
  const cursor = Buffer.from('pics/@#k01000.jpg').toString('base64');
  const page = await source.lister!.listPage('', cursor);
  assert.equal(page.entries[0]!.key, 'k01000.jpg');
  assert.equal(Buffer.from(page.nextCursor!, 'base64').toString(), 'pics/@#k01100.jpg');
  const odd = ['["down","","k"]/x.jpg', '["up"]/deep/y.jpg', '[/z.jpg'];
  const { source: hostile } = await serveBucket(t, bucketOf(odd));
  assert.deepEqual(await keysIn(hostile), [...odd].sort());
});

interface World {
  readonly server: UpyunServer;
  use(bucket: MemoryBucket, list: Partial<ListBehaviour>): void;
  open(pageSize: number): Source;
}

async function openWorld(t: test.TestContext): Promise<World> {
  const { server } = await serveBucket(t, bucketOf([]));
  return {
    server,
    use(bucket, list) {
      server.buckets.pics = bucket;
      Object.assign(server.list, { shortPages: false, order: 'files-first', descending: 'reversed', ...list });
    },
    open: (pageSize) => openSource(t, server.endpoint, { pageSize }),
  };
}

const SHAPES: Readonly<Record<string, (next: () => number) => string>> = {
  counter: (next) => `img-${String(Math.floor(next() * 1e6)).padStart(7, '0')}.jpg`,
  hex: (next) => Math.floor(next() * 2 ** 40).toString(16),
  skewed: (next) => (next() < 0.9 ? `a${Math.floor(next() * 1e5)}` : `z${Math.floor(next() * 1e5)}`),
  chinese: (next) => String.fromCodePoint(...[0, 0, 0].map(() => 0x4e00 + Math.floor(next() * 500)), 0x1f600),
  hostile: (next) =>
    [0, 0, 0, 0].map(() => '"\\[],%&<>\u0001\u00e9\uff01😀aZ0~'.at(Math.floor(next() * 18)) ?? 'x').join('') + next(),
};

const VARIED = fc.record({
  shape: fc.constantFrom(...Object.keys(SHAPES)),
  count: fc.integer({ min: 0, max: 2_000 }),
  folders: fc.constantFrom(0, 0, 3, 90),
  pageSize: fc.integer({ min: 64, max: 130 }),
  list: fc.record({
    order: fc.constantFrom('files-first' as const, 'mixed' as const),
    descending: fc.constantFrom(
      ...(['reversed', 'reversed', 'reversed', 'ignored', 'refused', 'kinds-kept', 'by-last-letter'] as const),
    ),
    shortPages: fc.constantFrom(false, false, true),
    knowsJson: fc.constantFrom(true, true, false),
  }),
  seed: fc.nat(),
  killedAfter: fc.nat(30),
  laterPageSize: fc.integer({ min: 50, max: 150 }),
});

test('whatever the names, the orders and the moment of a kill: what was there throughout is listed', async (t) => {
  const world = await openWorld(t);
  const folder = tempFolder(t);
  let number = 0;
  let split = 0;
  await fc.assert(
    fc.asyncProperty(VARIED, async ({ shape, count, folders, pageSize, list, seed, killedAfter, laterPageSize }) => {
      const next = random(seed);
      // In text a name has no control characters.
      const name = () => {
        const made = SHAPES[shape]!(next);
        return list.knowsJson ? made.toWellFormed() : made.toWellFormed().replace(/[\u0000-\u001f]/g, '_');
      };
      const stay = [...new Set(Array.from({ length: count }, name))];
      const below = Array.from({ length: folders }, () => `${name()}-d/x`);
      const kept = [...stay, ...below];
      const gone = Array.from({ length: count / 8 }, () => `${name()}-gone`);
      const bucket = bucketOf([...kept, ...gone]);
      world.use(bucket, list);
      const path = join(folder, `journal${number++}`);
      const begun = world.server.log.length;
      const first = await runUntilKilled(
        changing(world.open(pageSize), bucket, { gone, next, name }),
        await beginJob(path),
        killedAfter,
      );
      const rest = await runUntilKilled(
        changing(world.open(laterPageSize), bucket, { gone, next, name }),
        await reopenJob(path),
        Number.POSITIVE_INFINITY,
      );
      if (world.server.log.slice(begun).some(({ headers }) => headers['x-list-order'] === 'desc')) split++;
      const listed = new Set([...first, ...rest]);
      assert.deepEqual(
        kept.filter((key) => !listed.has(key)),
        [],
      );
    }),
    { numRuns: 100, seed: 17 },
  );
  assert.ok(split > 20, `only ${split} runs tried to split`);
});

/** The same source, whose bucket loses and gets an object before each page. */
function changing(
  source: Source,
  bucket: MemoryBucket,
  { gone, next, name }: { gone: string[]; next: () => number; name: () => string },
): Source {
  const { lister } = source;
  return {
    ...source,
    lister: {
      ...lister!,
      listPage(scope, cursor) {
        const key = next() < 0.5 ? gone.pop() : undefined;
        if (key !== undefined) bucket.delete(key);
        if (next() < 0.5) bucket.put(`${name()}-new`, 'x');
        return lister!.listPage(scope, cursor);
      },
    },
  };
}
