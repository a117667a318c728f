// The two stages that print: the listing, and what a dry run would fetch. Both at the pace of who reads.

import assert from 'node:assert/strict';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { listenToOutcomes } from '../../../src/events/outcomes.js';
import { Stats } from '../../../src/events/stats.js';
import { BATCH_ENTRIES, type Batch, type Delivery, type Result } from '../../../src/model/batch.js';
import { parseLine } from '../../../src/model/line.js';
import { createAnnounce } from '../../../src/stages/announce.js';
import { createPrint, type PrintOptions } from '../../../src/stages/print.js';
import { batchOf, deliveryOf, recordingEvents } from '../../support/batches.js';
import { entriesOf } from '../../support/source-stub.js';
import { run } from '../../support/stages.js';
import { counted, sinkOf, stuckSink, textOutput, through } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

function printer(output: Writable = new PassThrough(), options: Partial<PrintOptions> = {}) {
  const stats = new Stats({ isListOnly: true });
  const events = recordingEvents(stats);
  const recorded: string[] = [];
  const acked: number[] = [];
  const record = async (line: string) => {
    await turns(1);
    recorded.push(line);
  };
  listenToOutcomes(events, { failures: { record }, roots: [] });
  const ack = ({ id }: Batch) => void acked.push(id);
  const print = createPrint({ output, events, ack, ...options });
  return { stats, events, recorded, acked, print };
}

/** Batches → the stage, to its end. */
function printAll(batches: Iterable<Batch>, print: Writable, signal?: AbortSignal): Promise<void> {
  return pipeline(Readable.from(batches, { highWaterMark: 1 }), print, signal ? { signal } : {});
}

const folder = {
  entry: { key: 'd' },
  error: new TransferError('ERR_LISTING', 'broken'),
  attempts: 6,
  kind: 'folder' as const,
};

test('print: the lines of each batch, counted as listed and skipped, and every batch acknowledged', async () => {
  const output = textOutput();
  const { stats, print, acked } = printer(output.stream);
  const batches = [
    batchOf([
      { key: 'a\n', size: 5 },
      { key: 'b', size: 2 },
    ]),
    batchOf([]),
    batchOf([{ key: 'c' }]),
  ];
  await printAll(batches, print);
  await turns(2);
  assert.equal(output.text, '{"key":"a\\n","size":5}\n{"key":"b","size":2}\n{"key":"c"}\n');
  assert.deepEqual([stats.listed, stats.skipped, stats.failed, stats.skippedBytes], [3, 3, 0, 7]);
  assert.deepEqual(
    acked,
    batches.map(({ id }) => id),
  );
  assert.equal(output.stream.writableEnded, false, 'the output is not ours to close');
});

test('print: what could not be listed is failed, told and recorded, and the rest is printed', async () => {
  const output = textOutput();
  const { stats, print, events, recorded } = printer(output.stream);
  await printAll([batchOf([{ key: 'a' }], { rejects: [folder] })], print);
  await turns(2);
  assert.equal(output.text, '{"key":"a"}\n');
  assert.deepEqual([stats.listed, stats.skipped, stats.failed], [2, 1, 1]);
  assert.deepEqual(events.failures, [{ key: 'd', code: 'ERR_LISTING', attempts: 6 }]);
  assert.deepEqual(parseLine(recorded[0]!), { scope: 'd' });
});

test('print: a failures file that cannot be written ends the pipeline', async () => {
  const full = new TransferError('ERR_NO_SPACE', 'full');
  const events = recordingEvents();
  listenToOutcomes(events, { failures: { record: () => Promise.reject(full) }, roots: [] });
  const print = createPrint({ output: new PassThrough(), events, ack: () => {} });
  assert.equal(await rejection(printAll([batchOf([], { rejects: [folder] })], print)), full);
});

test('print: a batch is acknowledged only when its lines have been taken', async () => {
  const { sink, received, open } = stuckSink<Buffer>();
  const { print, acked } = printer(sink);
  const batches = [batchOf([{ key: 'a' }]), batchOf([{ key: 'b' }])];
  const done = printAll(batches, print);
  await until(() => received.length === 1, 'the first lines');
  await turns(20);
  assert.deepEqual(acked, []);
  open();
  await done;
  await until(() => acked.length === 2, 'both batches');
});

for (const isDrained of [false, true]) {
  test(`print: lines that may be unread are not acknowledged${isDrained ? ', at the end of a run that is cut off neither' : ' before the end'}`, async () => {
    const draining = new AbortController();
    const { print, acked } = printer(textOutput().stream, { unreadBytes: 25, draining: draining.signal });
    const batches = ['a', 'b', 'c', 'd'].map((key) => batchOf([{ key }]));
    const ids = batches.map(({ id }) => id);
    // 12 bytes each: behind the first there are 36.
    for (const batch of batches) print.write(batch);
    await until(() => acked.length > 0, 'the first batch');
    await turns(20);
    assert.deepEqual(acked, ids.slice(0, 1));
    if (isDrained) draining.abort();
    await new Promise<void>((resolve) => print.end(resolve));
    assert.deepEqual(acked, isDrained ? ids.slice(0, 1) : ids);
  });
}

test('print: an output that fails ends the pipeline with its error', async () => {
  const { sink, received } = stuckSink<Buffer>();
  const { print, acked } = printer(sink);
  const done = rejection(printAll([batchOf([{ key: 'a' }])], print));
  await until(() => received.length === 1, 'the first lines');
  const broken = new Error('EPIPE');
  sink.destroy(broken);
  assert.equal(await done, broken);
  assert.deepEqual(acked, []);
});

for (const [kind, make] of Object.entries({
  'plain batches': (index: number): Batch => batchOf(entriesOf(10, `${index}-`)),
  'batches with rejects': (index: number): Batch => batchOf(entriesOf(10, `${index}-`), { rejects: [folder] }),
})) {
  test(`print: takes only a few ${kind} ahead of a reader that does not read, and an abort ends it`, async () => {
    const { sink, received } = stuckSink<Buffer>();
    const { print, stats } = printer(sink);
    const supply = counted(make, 500);
    const controller = new AbortController();
    const done = rejection(printAll(supply.items, print, controller.signal));
    await until(() => received.length === 1, 'the first lines');
    await turns(100);
    assert.ok(supply.taken <= 8, `${supply.taken} batches were taken`);
    assert.ok(stats.listed <= 8 * 11);
    controller.abort();
    assert.equal((await done).name, 'AbortError');
  });
}

const deliveries = (count: number): Delivery[] => entriesOf(count).map((entry) => deliveryOf(entry));

test('announce: prints what would be fetched as lines for fetch, and passes on what is settled', async () => {
  const output = textOutput();
  const known: Result = { delivery: deliveryOf({ key: 'known' }), outcome: { status: 'skipped', bytes: 1, volume: 0 } };
  const wanted = [deliveryOf({ key: 'a\n', size: 5 }), deliveryOf({ key: 'b' })];
  const items = await through<Result>([...wanted, known], createAnnounce(output.stream));
  assert.deepEqual(
    items.map((item) => 'outcome' in item && item.outcome),
    [
      { status: 'skipped', bytes: 5, volume: -1, wouldStore: true },
      { status: 'skipped', bytes: 0, volume: -1, wouldStore: true },
      known.outcome,
    ],
  );
  await turns(2);
  assert.equal(output.text, '{"key":"a\\n","size":5}\n{"key":"b"}\n');
});

test('announce: waits for an output that is not read, and goes on with it', async () => {
  const output = new PassThrough({ highWaterMark: 10 });
  const supply = counted((index) => deliveryOf({ key: `k${index}`, size: 1 }), BATCH_ENTRIES);
  let announced = 0;
  const done = run(
    supply.items,
    createAnnounce(output),
    sinkOf(() => void announced++),
  );
  await until(() => supply.taken > 0, 'the first object');
  await turns(50);
  assert.ok(announced <= 2 && supply.taken <= 6, `${announced} announced, ${supply.taken} taken`);
  let lines = 0;
  output.on('data', (text: Buffer) => {
    lines += text.toString().split('\n').length - 1;
  });
  await done;
  assert.deepEqual([announced, lines], [BATCH_ENTRIES, BATCH_ENTRIES]);
  assert.equal(output.listenerCount('drain') + output.listenerCount('close'), 0);
});

test('announce: takes only a little ahead of a pipeline that does not go on', async () => {
  const output = textOutput();
  const supply = counted((index) => deliveryOf({ key: `k${index}` }), 500);
  const { sink, received } = stuckSink();
  const controller = new AbortController();
  const done = rejection(run(supply.items, createAnnounce(output.stream), sink, controller.signal));
  await until(() => received.length === 1, 'the first result');
  await turns(50);
  assert.ok(supply.taken <= 8, `${supply.taken} taken`);
  controller.abort();
  await done;
});

test('announce: an output that is closed holds nobody', { timeout: 20_000 }, async () => {
  const output = new PassThrough({ highWaterMark: 10 });
  let announced = 0;
  const done = run(
    deliveries(50),
    createAnnounce(output),
    sinkOf(() => void announced++),
  );
  await turns(20);
  output.on('error', () => {});
  output.destroy();
  await done;
  assert.equal(announced, 50);
});

test('announce: an abort ends it while the output is not read', { timeout: 20_000 }, async () => {
  const output = new PassThrough({ highWaterMark: 10 });
  const stage = createAnnounce(output);
  const controller = new AbortController();
  const { sink } = stuckSink();
  const done = rejection(run(counted(() => deliveries(1)[0]).items, stage, sink, controller.signal));
  await until(() => output.listenerCount('drain') > 0, 'the wait');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.equal(stage.destroyed, true);
});
