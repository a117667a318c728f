// `fetch` and `list` in process: what list prints is what fetch takes, and neither waits for what does not come.

import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import test from 'node:test';
import { fetch } from '../../../pipelines/fetch.js';
import { list } from '../../../pipelines/list.js';
import type { TransferError } from '../../../src/errors.js';
import { Stats } from '../../../src/events/stats.js';
import { Limit } from '../../../src/lib/streams/limit.js';
import { proceduralBucket } from '../../fakes/buckets/procedural-bucket.js';
import { recordingEvents } from '../../support/batches.js';
import { filesBelow } from '../../support/disks/files.js';
import { equip } from '../../support/pipelines.js';
import { textOutput } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

const bucket = () => proceduralBucket({ directories: [3, 4], objectsPerDirectory: 20, sizes: 100 });

test('list | fetch gives the tree of the bucket', async (t) => {
  const tree = bucket();
  const { root, stats, options } = await equip(t, tree, { source: { pageSize: 9 } });
  const printed = new Stats({ isListOnly: true });
  const output = textOutput();
  await list({ ...options, events: recordingEvents(printed), output: output.stream });
  await turns(2);
  assert.equal(output.lines.length, 240);
  assert.deepEqual([printed.listed, printed.skipped, output.stream.writableEnded], [240, 240, false]);
  await fetch({ ...options, input: Readable.from([Buffer.from(output.text)]) });
  assert.deepEqual(
    filesBelow(root),
    Array.from({ length: 240 }, (_, index) => tree.keyOf(index)),
  );
  assert.equal(stats.stored, 240);
});

test('three bad lines among good ones: the good ones are stored, the bad ones recorded', async (t) => {
  const tree = bucket();
  const { stats, options, recorded } = await equip(t, tree);
  const input = Readable.from([Buffer.from(`${tree.keyOf(0)}\n{\n${tree.keyOf(1)}\n[]\n{"size":1}\n${tree.keyOf(2)}`)]);
  await fetch({ ...options, input });
  assert.deepEqual([stats.listed, stats.stored, stats.failed, recorded.length], [6, 3, 3, 3]);
});

test('a fatal error ends fetch promptly, although its input is held open', { timeout: 20_000 }, async (t) => {
  const tree = bucket();
  const { server, options } = await equip(t, tree);
  server.faults.add({ match: { kind: 'get' }, action: { status: 401 } });
  const input = new PassThrough();
  const done = rejection<TransferError>(fetch({ ...options, input }));
  input.write(`${tree.keyOf(0)}\n`);
  assert.equal((await done).code, 'ERR_AUTH');
  assert.equal(input.destroyed, true);
});

test('an input that breaks is fatal for fetch', { timeout: 20_000 }, async (t) => {
  const { options } = await equip(t, bucket());
  const input = new PassThrough();
  const done = rejection<TransferError>(fetch({ ...options, input }));
  await turns(5);
  input.destroy(new Error('EIO'));
  assert.equal((await done).code, 'ERR_INPUT');
});

test('draining ends an input that is held open, with what came settled', { timeout: 20_000 }, async (t) => {
  const tree = bucket();
  const draining = new AbortController();
  const { stats, options } = await equip(t, tree, { more: { draining: draining.signal } });
  const input = new PassThrough();
  const done = fetch({ ...options, input });
  input.write(`${tree.keyOf(0)}\n${tree.keyOf(1)}\n`);
  await until(() => stats.stored === 2, 'both objects');
  draining.abort();
  await done;
  assert.deepEqual([stats.listed, stats.settled, input.destroyed], [2, 2, true]);
});

test('an abort ends fetch with its input held open and requests in flight', { timeout: 20_000 }, async (t) => {
  const tree = bucket();
  const controller = new AbortController();
  const { server, options } = await equip(t, tree, { more: { signal: controller.signal } });
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  const input = new PassThrough();
  const done = rejection(fetch({ ...options, input }));
  input.write(`${tree.keyOf(0)}\n`);
  await until(() => server.counters.activeGets === 1, 'the request');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.equal(input.destroyed, true);
});

test('the limit ends the reading of an input without end', { timeout: 20_000 }, async (t) => {
  const enough = new AbortController();
  const { server, stats, options } = await equip(t, bucket());
  const endless = Readable.from(
    (function* () {
      for (let index = 0; ; index++) yield Buffer.from(`k${index}\n`);
    })(),
  );
  const walk = { ...options.walk, signal: enough.signal };
  await fetch({ ...options, walk, input: endless, limit: new Limit(25, () => enough.abort()) });
  assert.deepEqual([stats.listed, stats.failed, server.counters.get, endless.destroyed], [25, 25, 25, true]);
});

test('an output that closes ends the listing, and what hangs of it', { timeout: 20_000 }, async (t) => {
  const { server, options } = await equip(t, bucket(), { source: { pageSize: 3 } });
  server.faults.add({ match: { kind: 'list' }, after: 10, action: { stallBeforeHeaders: true } });
  const output = new PassThrough({ highWaterMark: 50 });
  const done = rejection<NodeJS.ErrnoException>(list({ ...options, output }));
  await until(() => output.readableLength > 0, 'the first lines');
  output.destroy(Object.assign(new Error('closed'), { code: 'EPIPE' }));
  assert.equal((await done).code, 'EPIPE');
});

test('a reader that does not read holds the listing', { timeout: 20_000 }, async (t) => {
  const wide = proceduralBucket({ directories: 300, objectsPerDirectory: 5, sizes: 10 });
  const { server, options } = await equip(t, wide);
  const output = new PassThrough({ highWaterMark: 100 });
  const done = list({ ...options, output });
  await until(() => output.readableLength > 0, 'the first lines');
  let before = -1;
  while (before !== server.counters.list) {
    before = server.counters.list;
    await turns(300);
  }
  assert.ok(server.counters.list <= 20, `${server.counters.list} pages were listed for nobody`);
  let lines = 0;
  output.on('data', (text: Buffer) => {
    lines += text.toString().split('\n').length - 1;
  });
  await done;
  await turns(2);
  assert.equal(lines, 1_500);
});

test('a failure of the listing ends list with its error, an abort with its own', { timeout: 20_000 }, async (t) => {
  const controller = new AbortController();
  const { server, options } = await equip(t, bucket(), { more: { signal: controller.signal } });
  const refused = server.faults.add({ match: { kind: 'list' }, action: { status: 404 } });
  const failed = rejection<TransferError>(list({ ...options, output: textOutput().stream }));
  assert.equal((await failed).code, 'ERR_BUCKET');
  server.faults.remove(refused);
  server.faults.add({ match: { kind: 'list' }, action: { stallBeforeHeaders: true } });
  const done = rejection(list({ ...options, output: textOutput().stream }));
  await until(() => server.counters.activeLists === 1, 'the request');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
});
