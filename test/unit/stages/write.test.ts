// The write stage with real files: bodies become files, faults become results, and a slow disk slows everything.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { Stats } from '../../../src/events/stats.js';
import { BodyStream } from '../../../src/http/body.js';
import type { Result } from '../../../src/model/batch.js';
import type { ObjectEntry } from '../../../src/model/entry.js';
import type { FetchedObject } from '../../../src/sources/source.js';
import type { Fetched } from '../../../src/stages/fetch.js';
import { createWrite } from '../../../src/stages/write.js';
import { md5Hex } from '../../fakes/buckets/digest.js';
import { sizedObject } from '../../fakes/buckets/procedural-body.js';
import { deliveryOf, recordingEvents } from '../../support/batches.js';
import { filesBelow, openFilesBelow, tempFiles, tempVolumes } from '../../support/disks/files.js';
import { type SlowDisk, slowDisk } from '../../support/disks/slow-disk.js';
import { fakeFlow } from '../../support/flow.js';
import { pacerOf } from '../../support/pacers.js';
import { serveBucket } from '../../support/servers/upyun.js';
import { smallObject } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, stuckSink, through } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

async function start(t: TestContext, { concurrency = 4, names = 'escape' as 'escape' | 'refuse' } = {}) {
  const disk: SlowDisk = slowDisk(t);
  const volumes = await tempVolumes(t, { names });
  const root = volumes.roots[0]!;
  const stats = new Stats();
  const { slots } = pacerOf({ max: 1_000, bufferBytes: 1024 ** 3 });
  const stage = createWrite(volumes, { concurrency, events: recordingEvents(stats) });
  const fetchedOf = async (entry: ObjectEntry, object: FetchedObject): Promise<Fetched> => {
    const slot = await slots.acquire(object.size);
    await slot.takeConnection();
    return { delivery: deliveryOf(entry), object, slot };
  };
  return { disk, volumes, root, stats, slots, stage, fetchedOf };
}

const codeOf = (item: Result) =>
  'error' in item ? item.error.code : 'outcome' in item ? item.outcome.status : 'not taken';

const STORED = { status: 'stored', volume: 0, path: undefined };

test('stores small and large bodies with the listed time, and releases their slots', async (t) => {
  const { root, volumes, stage, fetchedOf, slots, stats } = await start(t);
  const { source } = await serveBucket(t, { 'd/large': { body: sizedObject(3_000_000) } });
  const entry = { key: 'd/large', size: 3_000_000, mtimeMs: 1_000_000 };
  const items = await through<Result>(
    [
      await fetchedOf({ key: 'd/small', size: 5, mtimeMs: 2_000_000 }, smallObject('hello', { md5: md5Hex('hello') })),
      await fetchedOf(entry, await source.get(entry)),
    ],
    stage,
  );
  const largeMd5 = md5Hex(readFileSync(join(root, 'd/large')));
  assert.deepEqual(
    items.map((item) => 'outcome' in item && { ...item.outcome, path: undefined }),
    [
      {
        ...STORED,
        bytes: 5,
        md5: md5Hex('hello'),
        mtimeMs: 2_000_000,
        etag: undefined,
        checkedBy: 'md5',
        tookMs: undefined,
      },
      {
        ...STORED,
        bytes: 3_000_000,
        md5: largeMd5,
        mtimeMs: 1_000_000,
        etag: largeMd5,
        checkedBy: 'md5',
        tookMs: undefined,
      },
    ],
  );
  assert.deepEqual(filesBelow(root), ['d/large', 'd/small']);
  assert.equal((await volumes.has([{ key: 'd/small', size: 5, mtimeMs: 2_000_000 }]))[0]?.isPresent, true);
  assert.deepEqual([slots.connections.inUse, slots.bytes.inUse, stats.arrivingBytes], [0, 0, 0]);
});

test("a file without a listed time gets the server's", async (t) => {
  const { root, stage, fetchedOf } = await start(t);
  await through([await fetchedOf({ key: 'a' }, smallObject('x', { lastModifiedMs: 5_000 }))], stage);
  assert.equal(statSync(join(root, 'a')).mtimeMs, 5_000);
});

test('what the volume refuses is a result, leaves nothing behind and gives back its permit', async (t) => {
  const { root, stage, fetchedOf, slots } = await start(t, { names: 'refuse' });
  mkdirSync(join(root, 'folder'));
  const etag = md5Hex('other');
  const items = await through<Result>(
    [
      await fetchedOf({ key: 'size', size: 6 }, smallObject('hello')),
      await fetchedOf({ key: 'md5' }, smallObject('hello', { md5: md5Hex('other') })),
      await fetchedOf({ key: 'etag', etag }, smallObject('hello')),
      await fetchedOf({ key: 'folder' }, smallObject('hello')),
      await fetchedOf({ key: 'x'.repeat(300) }, smallObject('hello')),
      { delivery: deliveryOf({ key: 'gone' }), error: new TransferError('ERR_NOT_FOUND', 'x') },
      await fetchedOf({ key: 'good' }, smallObject('hello')),
    ],
    stage,
  );
  const codes = Object.fromEntries(items.map((item) => [item.delivery.entry.key.slice(0, 6), codeOf(item)]));
  assert.deepEqual(codes, {
    size: 'ERR_SIZE',
    md5: 'ERR_DIGEST',
    etag: 'ERR_ETAG',
    folder: 'ERR_PATH_CONFLICT',
    xxxxxx: 'ERR_NAME_TOO_LONG',
    gone: 'ERR_NOT_FOUND',
    good: 'stored',
  });
  assert.deepEqual([filesBelow(root), slots.bytes.inUse], [['good'], 0]);
});

test('a large body that breaks off leaves nothing behind; one that the disk refuses ends its connection', async (t) => {
  const { root, stage, fetchedOf, stats } = await start(t);
  const flow = fakeFlow();
  const broken = new BodyStream(flow);
  broken.push(Buffer.alloc(400_000));
  broken.end(new TransferError('ERR_TRUNCATED', 'cut'));
  const refused = new BodyStream(flow);
  refused.push(Buffer.alloc(100));
  mkdirSync(join(root, '.sluice', 'tmp'), { recursive: true });
  const object = { size: undefined, md5: undefined, etag: undefined, lastModifiedMs: undefined };
  const [item] = await through<Result>([await fetchedOf({ key: 'a' }, { ...object, stream: broken })], stage);
  assert.equal(codeOf(item!), 'ERR_TRUNCATED');
  assert.deepEqual([filesBelow(root), stats.arrivingBytes], [[], 0]);
  assert.deepEqual(openFilesBelow(root) ?? [], []);
});

test('no more files are on their way to a slow disk than may be', async (t) => {
  const { disk, stage, fetchedOf } = await start(t, { concurrency: 4 });
  let begun = 0;
  const supply = (async function* () {
    for (; begun < 200; begun++) yield await fetchedOf({ key: `k${begun}`, size: 1 }, smallObject('x'));
  })();
  disk.stall();
  const { sink, received, open } = stuckSink<Result>();
  open();
  const done = run(supply, stage, sink);
  await until(() => begun >= 4, 'the stage to be full');
  await turns(100);
  // In work, at the stage's door, and in the supply's own buffer.
  assert.ok(begun <= 4 + 1 + 2, `${begun} bodies were taken`);
  assert.equal(received.length, 0);
  disk.goOn();
  await done;
  assert.equal(received.length, 200);
});

test('a slow disk stops the socket of a large body', { timeout: 30_000 }, async (t) => {
  const size = 96 * 1024 * 1024;
  const { disk, root, stage, fetchedOf } = await start(t);
  const { server, source } = await serveBucket(t, { large: { body: sizedObject(size) } });
  const entry = { key: 'large', size };
  disk.stall();
  const { sink, received, open } = stuckSink<Result>();
  open();
  const done = run([await fetchedOf(entry, await source.get(entry))], stage, sink);
  let before = -1;
  // The kernel's buffers take some megabytes; then nothing moves any more.
  while (before !== server.counters.bytesSent) {
    before = server.counters.bytesSent;
    await turns(500);
  }
  assert.ok(server.counters.bytesSent < size / 2, `${server.counters.bytesSent} bytes were sent to a stalled disk`);
  disk.goOn();
  await done;
  assert.deepEqual([codeOf(received[0]!), filesBelow(root)], ['stored', ['large']]);
});

test('an abort leaves no temp file and no open handle', { timeout: 20_000 }, async (t) => {
  const { root, volumes, stage, fetchedOf } = await start(t);
  const faults = [{ action: { stallAfterBytes: 2_000_000 } }];
  const { source } = await serveBucket(t, { large: { body: sizedObject(5_000_000) } }, { server: { faults } });
  const controller = new AbortController();
  const entry = { key: 'large', size: 5_000_000 };
  const { sink } = stuckSink();
  const done = rejection(run([await fetchedOf(entry, await source.get(entry))], stage, sink, controller.signal));
  await until(() => tempFiles(root).length === 1, 'the temp file');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.equal(stage.destroyed, true);
  // Closing the source ends the body, and with it what waits for it.
  await source.close();
  await volumes.close();
  assert.deepEqual([filesBelow(root), openFilesBelow(root) ?? []], [[], []]);
});

test('what is stored is there at once, byte for byte', async (t) => {
  const { root, stage, fetchedOf } = await start(t);
  const supply = counted((index) => index, 50);
  const items = await Promise.all(
    [...supply.items].map((index) => fetchedOf({ key: `k${index}` }, smallObject(`${index}`))),
  );
  for (const item of await through<Result>(items, stage)) {
    const { key } = item.delivery.entry;
    assert.equal(readFileSync(join(root, key), 'utf8'), key.slice(1));
  }
});
