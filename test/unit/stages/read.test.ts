// The beginning of fetch: bytes in any chunks become batches; bad lines are kept, folders are listed, nothing runs ahead.

import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import asStream from 'stream-chain/asStream.js';
import gen from 'stream-chain/gen.js';
import { TransferError } from '../../../src/errors.js';
import { failureLine } from '../../../src/events/lists/failures.js';
import { Stats } from '../../../src/events/stats.js';
import { BATCH_ENTRIES, type Batch } from '../../../src/model/batch.js';
import type { Source } from '../../../src/sources/source.js';
import { parseLines, readInput, splitLines, toBatches } from '../../../src/stages/read.js';
import { recordingEvents } from '../../support/batches.js';
import { listPacerOf } from '../../support/pacers.js';
import { rangeSource } from '../../support/servers/range-source.js';
import { serveBucket } from '../../support/servers/upyun.js';
import { listedPage, stubSource } from '../../support/source-stub.js';
import { collect, counted } from '../../support/streams.js';
import { rejection, turns, until } from '../../support/waiting.js';

const never = new AbortController().signal;

/** Input → batches, composed as `pipelines/fetch.ts` does it. */
function reading(input: Readable, source: Source = stubSource(), signal: AbortSignal = never) {
  const stats = new Stats();
  const lines = asStream(gen(splitLines(), parseLines), { readableHighWaterMark: 2, writableHighWaterMark: 2 });
  pipeline(readInput(input, signal), lines).catch(() => {});
  const batches = toBatches(source, { events: recordingEvents(stats), signal, pacer: listPacerOf(2) })(lines as never);
  return { stats, batches };
}

const bytes = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));
const keysOf = (batches: Batch[]) => batches.flatMap(({ entries }) => entries.map(({ key }) => key));
const badOf = (batches: Batch[]) => batches.flatMap(({ badLines }) => badLines.map(({ text }) => text));

test('reads NDJSON and bare keys, in chunks cut anywhere', async () => {
  const text = Buffer.from('{"key":"a","size":3}\n\n中文.jpg\r\n"b"\nlast');
  for (const size of [1, 2, 7, 1_000]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.subarray(index * size, (index + 1) * size),
    );
    const { stats, batches } = reading(bytes(...chunks));
    assert.deepEqual(keysOf(await collect(batches)), ['a', '中文.jpg', 'b', 'last'], `chunks of ${size}`);
    assert.deepEqual([stats.found, stats.foundBytes, stats.isListingDone], [4, 3, true]);
  }
});

test('keeps bad lines among good ones', async () => {
  const { stats, batches } = reading(bytes('good\n{"key":7}\n', Buffer.from([0xff, 0x0a]), '{\nalso good\n'));
  const all = await collect(batches);
  assert.deepEqual(keysOf(all), ['good', 'also good']);
  assert.deepEqual([badOf(all).length, stats.found], [3, 5]);
});

test('no batch holds more lines than it may, good or bad', async () => {
  for (const line of ['k\n', '{\n']) {
    const all = await collect(reading(bytes(line.repeat(2_500))).batches);
    assert.equal(keysOf(all).length + badOf(all).length, 2_500);
    for (const { entries, badLines } of all) {
      assert.ok(
        entries.length + badLines.length <= BATCH_ENTRIES,
        `${entries.length + badLines.length} lines in a batch`,
      );
    }
  }
});

test('a line is served as soon as it is complete', async () => {
  const input = new PassThrough();
  const { batches } = reading(input);
  const first = batches.next();
  input.write('a\nb');
  assert.deepEqual(keysOf([(await first).value as Batch]), ['a']);
  const second = batches.next();
  input.end();
  assert.deepEqual(keysOf([(await second).value as Batch]), ['b']);
  assert.equal((await batches.next()).done, true);
});

test('a folder that an earlier run could not list is listed now', async (t) => {
  const { source } = await serveBucket(t, { 'd/a': 'x', 'd/e/b': 'x', c: 'x' });
  const folder = '{"key":"d","type":"folder","error":"x","code":"ERR_LISTING","attempts":6}\n';
  const { stats, batches } = reading(bytes(`first\n${folder}last\n`), source);
  assert.deepEqual(keysOf(await collect(batches)).sort(), ['d/a', 'd/e/b', 'first', 'last']);
  assert.equal(stats.found, 4);
});

test('a range of keys that an earlier run could not list is listed now, from the line that settle has written', async () => {
  const keys = Array.from({ length: 30 }, (_, index) => `k${index + 10}`);
  const { source } = rangeSource(() => keys, { pageSize: 4 });
  const error = new TransferError('ERR_LISTING', 'x');
  const line = failureLine({ key: '["k20","k30"]' }, error, 3, 'scope');
  assert.equal(line, '{"key":"[\\"k20\\",\\"k30\\"]","type":"scope","error":"x","code":"ERR_LISTING","attempts":3}');
  const { batches } = reading(bytes(`${line}\n`), source);
  const entries = (await collect(batches)).flatMap((batch) => batch.entries);
  assert.deepEqual(entries.map(({ key }) => key).sort(), keys.slice(10, 20));
});

test('a folder that no request can name is rejected, not asked for', async () => {
  const source = stubSource({ listPage: async () => assert.fail('it must not be asked for') });
  const { batches } = reading(bytes('{"key":"\\ud83d","type":"folder","code":"ERR_LISTING"}\n'), source);
  const [batch] = await collect(batches);
  assert.deepEqual(
    batch!.rejects.map(({ error }) => error.code),
    ['ERR_UNSAFE_KEY'],
  );
});

test('an input that breaks is a fatal error', async () => {
  const input = new PassThrough();
  const done = rejection<TransferError>(collect(reading(input).batches));
  input.write('a\n');
  input.destroy(new Error('EIO'));
  const error = await done;
  assert.deepEqual([error.code, error.verdict], ['ERR_INPUT', 'fatal']);
});

test('an abort ends an input that is held open, like its end and without an error', { timeout: 20_000 }, async () => {
  const input = new PassThrough();
  const controller = new AbortController();
  const { stats, batches } = reading(input, stubSource(), controller.signal);
  const all: Batch[] = [];
  const done = (async () => {
    for await (const batch of batches) all.push(batch);
  })();
  input.write('a\n');
  await until(() => all.length === 1, 'the first batch');
  controller.abort();
  await done;
  assert.deepEqual([input.destroyed, stats.isListingDone], [true, false]);
  assert.deepEqual(await collect(reading(new PassThrough(), stubSource(), AbortSignal.abort()).batches), []);
});

test('an abort ends the listing of a folder, too', { timeout: 20_000 }, async () => {
  const controller = new AbortController();
  const source = stubSource({ listPage: () => new Promise(() => {}) });
  const folder = '{"key":"d","type":"folder","code":"ERR_LISTING"}\n';
  const done = collect(reading(bytes(folder), source, controller.signal).batches);
  await turns();
  controller.abort();
  assert.deepEqual(await done, []);
});

test('reads only a few chunks ahead of who takes the batches', async () => {
  const supply = counted((index) => Buffer.from(`${index}\n`.repeat(100)), 500);
  const { batches } = reading(Readable.from(supply.items, { highWaterMark: 1 }));
  await batches.next();
  await turns(200);
  assert.ok(supply.taken <= 12, `${supply.taken} chunks were read`);
  await collect(batches);
  assert.equal(supply.taken, 500);
});

test('a folder in the input is listed at the pace of who takes the batches', async () => {
  let asked = 0;
  const source = stubSource({
    async listPage(_directory, cursor = '0') {
      asked++;
      return listedPage({ entries: [{ key: cursor }], nextCursor: String(Number(cursor) + 1) });
    },
  });
  const { batches } = reading(bytes('{"key":"d","type":"folder","code":"ERR_LISTING"}\n'), source);
  await batches.next();
  await turns(50);
  assert.ok(asked <= 1 + 2, `${asked} pages`);
  await batches.return();
});

test('where a store has only folders, a line of another kind of scope is a key', async () => {
  const text =
    '{"key":"a","type":"scope","code":"ERR_LISTING"}\n{"key":"","type":"scope","code":"ERR_LISTING"}\n{"key":"d","type":"folder","code":"ERR_LISTING"}\n';
  const stub = stubSource({ listPage: async () => listedPage({ entries: [{ key: 'd/x' }] }) });
  const source = { ...stub, lister: { ...stub.lister!, onlyFolders: true as const } };
  const all = await collect(reading(bytes(text), source).batches);
  assert.deepEqual(keysOf(all), ['a', 'd/x']);
  assert.equal(badOf(all).length, 1);
});
