// Settle: each object meets exactly one end, each batch is acknowledged once, and only here is decided about retries.

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import test, { type TestContext } from 'node:test';
import { type ErrorCode, TransferError, toTransferError } from '../../../src/errors.js';
import type { FailuresFile } from '../../../src/events/lists/failures.js';
import { listenToOutcomes } from '../../../src/events/outcomes.js';
import { Stats } from '../../../src/events/stats.js';
import type { Batch, Delivery, Result } from '../../../src/model/batch.js';
import type { Outcome } from '../../../src/model/outcome.js';
import { Shortage } from '../../../src/pacing/backoff/open-files-shortage.js';
import type { Outage } from '../../../src/pacing/backoff/outage.js';
import { maxPausesOf } from '../../../src/pacing/backoff/retry.js';
import { Throttle } from '../../../src/pacing/backoff/throttle.js';
import type { NackReason } from '../../../src/queue/work-queue.js';
import { createSettle } from '../../../src/stages/settle.js';
import { batchOf, deliveryOf, recordingEvents } from '../../support/batches.js';
import { atMost } from '../../support/concurrency.js';
import { entriesOf } from '../../support/source-stub.js';
import { counted } from '../../support/streams.js';
import { type Deferred, deferred, rejection, turns, until } from '../../support/waiting.js';

interface StartOptions {
  retries?: number;
  draining?: AbortSignal;
  failures?: FailuresFile;
  blame?: Outage['blame'];
  /** Other machines take the batches that have no room here. */
  takesBack?: boolean;
}

function start(
  t: TestContext,
  {
    retries = 2,
    draining = new AbortController().signal,
    failures,
    blame = () => 'request',
    takesBack = false,
  }: StartOptions = {},
) {
  t.mock.method(Math, 'random', () => 0);
  const stats = new Stats();
  const events = recordingEvents(stats);
  const throttle = new Throttle({ concurrency: atMost(8), maxPauses: 3, signal: draining, nowMs: () => 0 });
  const shortage = new Shortage({ throttle, maxPauses: maxPausesOf(retries) });
  const again: { delivery: Delivery; error: TransferError; delayMs: number }[] = [];
  const acks: Batch[] = [];
  const nacks: [Batch, NackReason][] = [];
  const lines: string[] = [];
  const givenBack: Result[] = [];
  let ended = 0;
  const intake = {
    redeliver: (retry: { delivery: Delivery; error: TransferError }, delayMs: number) => {
      again.push({ ...retry, delayMs });
    },
    resubmit: (result: Result) => void givenBack.push(result),
    settled: () => void ended++,
    notTaken: () => {
      stats.listed--;
      ended++;
    },
  };
  const file: FailuresFile = failures ?? {
    path: '/failures',
    record: (line) => void lines.push(line),
    close: async () => {},
  };
  listenToOutcomes(events, { failures: file, roots: ['/volume'] });
  const ack = (batch: Batch) => void acks.push(batch);
  const nack = (batch: Batch, why: NackReason) => nacks.push([batch, why]) > 0 && takesBack;
  const stage = createSettle({
    ...{ events, draining, intake, ack, nack },
    pacer: {
      retries,
      shortage,
      health: {
        blame,
        get isExhausted() {
          return throttle.isExhausted;
        },
      },
    },
    contact: { stored() {}, noContact: () => undefined, isBeyondHope: () => false },
  });
  const settle = (...results: Result[]) => pipeline(Readable.from(results), stage);
  return { stats, events, throttle, again, givenBack, acks, nacks, lines, stage, settle, ended: () => ended };
}

const failedWith = (code: ErrorCode, delivery = deliveryOf({ key: 'a', size: 3 }), retryAfterMs?: number): Result => ({
  delivery,
  error: new TransferError(code, 'what happened', { ...(retryAfterMs !== undefined && { retryAfterMs }) }),
});

test('enters each outcome and acknowledges a batch once, with its last object', async (t) => {
  const { stats, acks, settle, ended } = start(t);
  const batch = batchOf(entriesOf(4));
  const other = batchOf(entriesOf(1, 'other'));
  const outcomes: Outcome[] = [
    { status: 'stored', bytes: 5, volume: 0 },
    { status: 'skipped', bytes: 3, volume: 0 },
    { status: 'gone' },
    { status: 'stored', bytes: 1, volume: 0 },
  ];
  const results = outcomes.map((outcome, index) => ({
    delivery: deliveryOf(batch.entries[index]!, { batch }),
    outcome,
  }));
  const last = { delivery: deliveryOf(other.entries[0]!, { batch: other }), outcome: outcomes[0]! };
  await settle(...results.slice(0, 3), last, results[3]!);
  assert.deepEqual([stats.stored, stats.skipped, stats.gone, stats.failed, stats.bytes], [3, 1, 1, 0, 11]);
  assert.deepEqual([acks, ended()], [[other, batch], 5]);
});

test('sends what may get better round again, as often as is allowed', async (t) => {
  const { stats, again, lines, events, settle } = start(t, { retries: 2 });
  const attempt = (attempts: number) => failedWith('ERR_TIMEOUT', deliveryOf({ key: `a${attempts}` }, { attempts }));
  await settle(attempt(1), attempt(2), attempt(3));
  assert.deepEqual(
    again.map(({ delivery }) => delivery.entry.key),
    ['a1', 'a2'],
  );
  assert.equal(stats.failed, 1);
  assert.deepEqual(events.failures, [{ key: 'a3', code: 'ERR_TIMEOUT', attempts: 3 }]);
  assert.deepEqual(JSON.parse(lines[0]!), { key: 'a3', error: 'what happened', code: 'ERR_TIMEOUT', attempts: 3 });
});

test('a retry waits for its backoff or for what the server asked, and ends nothing', async (t) => {
  const { stats, again, acks, settle, ended } = start(t);
  t.mock.method(Math, 'random', () => 0.5);
  await settle(failedWith('ERR_SERVER', deliveryOf({ key: 'a' }, { attempts: 1 })));
  assert.deepEqual([again[0]?.delayMs, stats.retries, stats.settled, acks, ended()], [100, 1, 0, [], 0]);
  const other = start(t);
  await other.settle(failedWith('ERR_SERVER', deliveryOf({ key: 'a' }, { attempts: 1 }), 7_000));
  assert.equal(other.again[0]?.delayMs, 7_000);
});

test('what came compressed is asked for once more and not again, whatever --retries says', async (t) => {
  const { again, settle, stats } = start(t, { retries: 5 });
  const attempt = (attempts: number) => failedWith('ERR_ENCODED', deliveryOf({ key: 'a' }, { attempts }));
  await settle(attempt(1), attempt(2));
  assert.deepEqual([again.length, stats.failed], [1, 1]);
  const none = start(t, { retries: 0 });
  await none.settle(failedWith('ERR_ENCODED', deliveryOf({ key: 'a' }, { attempts: 1 })));
  assert.deepEqual([none.again.length, none.stats.failed], [0, 1]);
});

test('being throttled costs no attempt, and does not end while others are served', async (t) => {
  const { again, settle } = start(t, { retries: 0 });
  const delivery = deliveryOf({ key: 'a' }, { attempts: 1 });
  await settle(failedWith('ERR_THROTTLED', delivery, 5_000));
  assert.deepEqual([delivery.attempts, delivery.throttles, again[0]?.delayMs], [0, 1, 5_000]);
});

test('an object that is refused again and again is given up, and all are when nothing is served any more', async (t) => {
  const spent = start(t, { retries: 0 });
  await spent.settle(failedWith('ERR_THROTTLED', deliveryOf({ key: 'a' }, { attempts: 1, throttles: 1_000 })));
  assert.deepEqual([spent.again.length, spent.stats.failed], [0, 1]);
  const { again, stats, throttle, settle } = start(t, { retries: 0 });
  while (!throttle.isExhausted) throttle.refused(throttle.begin());
  await settle(failedWith('ERR_THROTTLED', deliveryOf({ key: 'a' }, { attempts: 1 })));
  assert.deepEqual([again.length, stats.failed], [0, 1]);
});

test('a disk that takes no more costs the object no attempt, but not for ever', async (t) => {
  const { again, settle, stats } = start(t, { retries: 0 });
  const delivery = deliveryOf({ key: 'a' }, { attempts: 1 });
  await settle(failedWith('ERR_VOLUME_OUT', delivery));
  assert.deepEqual([delivery.attempts, delivery.moves, again.length, stats.failed], [0, 1, 1, 0]);
  const spent = start(t, { retries: 0 });
  await spent.settle(failedWith('ERR_VOLUME_OUT', deliveryOf({ key: 'a' }, { attempts: 1, moves: 30 })));
  assert.deepEqual([spent.again.length, spent.stats.failed, spent.events.failures[0]?.attempts], [0, 1, 31]);
});

test('what was to be moved while the run is told to stop is not failed, only not done', async (t) => {
  const { stats, again, lines, settle } = start(t, { draining: AbortSignal.abort() });
  stats.listed = 1;
  await settle(failedWith('ERR_VOLUME_OUT', deliveryOf({ key: 'a' }, { attempts: 1 })));
  assert.deepEqual([stats.listed, stats.settled, again.length, lines.length], [0, 0, 0, 0]);
});

test('what is gone is gone, what is refused is failed, and neither comes again', async (t) => {
  const { stats, again, lines, settle } = start(t);
  await settle(failedWith('ERR_NOT_FOUND'), failedWith('ERR_FORBIDDEN_OBJECT'), failedWith('ERR_PATH_CONFLICT'));
  assert.deepEqual([stats.gone, stats.failed, again.length], [1, 2, 0]);
  const told = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    told.map(({ code, reason }) => [code, reason]),
    [
      ['ERR_NOT_FOUND', 'gone'],
      ['ERR_FORBIDDEN_OBJECT', undefined],
      ['ERR_PATH_CONFLICT', undefined],
    ],
  );
  assert.deepEqual([told[0].key, told[0].size, Number.isNaN(Date.parse(told[0].time))], ['a', 3, false]);
});

test('what only a line has named, and nothing is found under, is failed', async (t) => {
  const { stats, lines, events, settle } = start(t);
  const listed = batchOf([{ key: 'odd-row' }]);
  const input = {
    ...batchOf([{ key: 'a%20b.jpg' }, { key: 'b', etag: 'x' }, { key: 'c', mtimeMs: 0 }]),
    isInput: true,
  };
  const deliveries = [listed, input].flatMap((batch) => batch.entries.map((entry) => deliveryOf(entry, { batch })));
  await settle(...deliveries.map((delivery) => failedWith('ERR_NOT_FOUND', delivery)));
  assert.deepEqual([stats.gone, stats.failed, events.failures.length], [2, 2, 2]);
  const told = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    told.map(({ key, reason }) => [key, reason]),
    [
      ['odd-row', 'gone'],
      ['a%20b.jpg', undefined],
      ['b', undefined],
      ['c', 'gone'],
    ],
  );
  assert.match(told[1].error, /percent-encoded.*"a b\.jpg"/);
});

test('what is final does not come again, and its kind goes into the failures file', async (t) => {
  const { again, lines, settle } = start(t);
  const final = { ...failedWith('ERR_LISTING', deliveryOf({ key: 'd' })), isFinal: true, kind: 'folder' };
  await settle(final as Result);
  assert.equal(again.length, 0);
  const { type, code, key } = JSON.parse(lines[0]!);
  assert.deepEqual([type, code, key], ['folder', 'ERR_LISTING', 'd']);
});

test('what was not taken was never listed, and its batch is not acknowledged', async (t) => {
  const { stats, acks, settle, ended, lines } = start(t);
  const batch = batchOf(entriesOf(2));
  stats.listed = 2;
  await settle(
    { delivery: deliveryOf(batch.entries[0]!, { batch }), outcome: { status: 'gone' } },
    { delivery: deliveryOf(batch.entries[1]!, { batch }), isNotTaken: true },
  );
  assert.deepEqual([stats.listed, stats.settled, ended(), acks, lines], [1, 1, 2, [], []]);
});

test('while draining nothing is tried again', async (t) => {
  const { stats, again, settle } = start(t, { draining: AbortSignal.abort() });
  await settle(failedWith('ERR_TIMEOUT', deliveryOf({ key: 'a' }, { attempts: 1 })));
  assert.deepEqual([again.length, stats.failed], [0, 1]);
});

test('a fatal error ends the pipeline with that very error', async (t) => {
  const { stats, settle, stage } = start(t);
  const fatal = failedWith('ERR_NO_SPACE') as Extract<Result, { error: unknown }>;
  assert.equal(await rejection(settle(fatal)), fatal.error);
  assert.deepEqual([stage.destroyed, stats.settled], [true, 0]);
});

test('what has no room here goes to another machine if the queue takes it: not counted, and acknowledged with the last one', async (t) => {
  const { stats, acks, nacks, settle, ended, lines } = start(t, { takesBack: true });
  const batch = batchOf(entriesOf(3));
  stats.listed = 3;
  const [one, two, three] = batch.entries.map((entry) => deliveryOf(entry, { batch }));
  await settle(
    failedWith('ERR_NO_SPACE', one),
    { delivery: two!, outcome: { status: 'stored', bytes: 5, volume: 0 } },
    failedWith('ERR_NO_SPACE', three),
  );
  assert.deepEqual([stats.listed, stats.stored, stats.failed, lines], [1, 1, 0, []]);
  assert.deepEqual(nacks, Array(2).fill([batch, 'no-room']));
  assert.deepEqual([acks, ended()], [[batch], 3]);
});

/** A failures file whose disk answers when it is told to. */
function slowFile(): FailuresFile & { waiting: Deferred<void>[] } {
  const waiting: Deferred<void>[] = [];
  const record = () => {
    waiting.push(deferred());
    return waiting.at(-1)!.promise;
  };
  return { path: '/failures', waiting, record, close: async () => {} };
}

test('a slow failures file holds everything back, one line at a time', async (t) => {
  const failures = slowFile();
  const { stats, stage } = start(t, { failures });
  const supply = counted(() => failedWith('ERR_REJECTED'), 50);
  const done = pipeline(Readable.from(supply.items, { highWaterMark: 1 }), stage);
  for (let line = 1; line <= 50; line++) {
    await until(() => failures.waiting.length === line, `line ${line}`);
    await turns(2);
    assert.deepEqual([failures.waiting.length, stats.failed], [line, line - 1]);
    // The writable side's own buffer (Node's default of 16 for objects) is all that is taken ahead.
    assert.ok(supply.taken <= line + 18, `${supply.taken} taken`);
    failures.waiting[line - 1]!.resolve();
  }
  await done;
  assert.equal(stats.failed, 50);
});

test('a slow reader of the failures holds everything back, one failure at a time', async (t) => {
  const { events, stats, stage } = start(t);
  const reads: Deferred<void>[] = [];
  events.on(['failure'], () => {
    reads.push(deferred());
    return reads.at(-1)!.promise;
  });
  const ended = pipeline(Readable.from([1, 2].map(() => failedWith('ERR_REJECTED'))), stage);
  await until(() => reads.length === 1, 'the first failure');
  await turns();
  assert.deepEqual([reads.length, stats.failed], [1, 0]);
  reads[0]!.resolve();
  await until(() => reads.length === 2, 'the second failure');
  assert.equal(stats.failed, 1);
  reads[1]!.resolve();
  await ended;
  assert.equal(stats.failed, 2);
});

test('an abort ends it while the failures file does not answer', { timeout: 20_000 }, async (t) => {
  const failures = slowFile();
  const { stage, stats } = start(t, { failures });
  const controller = new AbortController();
  const supply = Readable.from(counted(() => failedWith('ERR_REJECTED')).items);
  const done = rejection(pipeline(supply, stage, { signal: controller.signal }));
  await until(() => failures.waiting.length === 1, 'the first line');
  controller.abort();
  assert.equal((await done).name, 'AbortError');
  assert.deepEqual([stage.destroyed, supply.destroyed, stats.failed], [true, true, 0]);
});

test('a failures file that cannot be written is fatal', async (t) => {
  const full = new TransferError('ERR_NO_SPACE', 'full');
  const rejecting = { path: '/f', record: () => Promise.reject(full), close: async () => {} };
  assert.equal(await rejection(start(t, { failures: rejecting }).settle(failedWith('ERR_REJECTED'))), full);
  const throwing = {
    ...rejecting,
    record: () => {
      throw full;
    },
  };
  assert.equal(await rejection(start(t, { failures: throwing }).settle(failedWith('ERR_REJECTED'))), full);
});

test('while a probe has to tell whose fault it is an object waits; then it comes again, or is judged', async (t) => {
  for (const whose of ['origin', 'request'] as const) {
    const asked: { isLast: boolean }[] = [];
    const blame: Outage['blame'] = async (_error, { isLast }) => {
      asked.push({ isLast });
      return whose;
    };
    const { settle, givenBack, again, stats, lines } = start(t, { retries: 0, blame });
    const delivery = deliveryOf({ key: 'a' }, { attempts: 1 });
    const result = failedWith('ERR_SERVER', delivery);
    await settle(result);
    assert.deepEqual([asked, givenBack.length, again.length, stats.failed], [[{ isLast: true }], 1, 0, 0]);
    const judged = start(t, { retries: 0, blame });
    await judged.settle(givenBack[0]!);
    assert.deepEqual(
      [judged.again.length, judged.stats.failed, delivery.attempts],
      whose === 'origin' ? [1, 0, 0] : [0, 1, 1],
    );
    assert.equal(asked.length, 1, 'asked once');
    assert.deepEqual(lines, []);
  }
});

test('a shortage of open files costs no attempt, is no failure of an object, and ends a run in which nothing is stored', async (t) => {
  const { again, lines, stats, throttle, stage } = start(t, { retries: 0 });
  t.mock.method(throttle, 'pauseForOverload', () => true);
  const results = Array.from({ length: 20 }, (_, index) =>
    failedWith('ERR_OPEN_FILES', deliveryOf({ key: `${index}.jpg` }, { attempts: 1 })),
  );
  const ended = pipeline(Readable.from(results), stage);
  assert.equal(toTransferError(await rejection(ended)).code, 'ERR_OPEN_FILES');
  // Six and two for each attempt.
  assert.equal(again.length, 8);
  assert.deepEqual([lines, stats.failed], [[], 0]);
  assert.ok(again.every(({ delivery }) => delivery.attempts === 0));
});
