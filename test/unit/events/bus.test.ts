// The bus: who listens gets what happens, and nothing is built for an event that has no listener.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { EventBus } from '../../../src/events/bus.js';
import { countEvents } from '../../../src/events/count.js';
import type { ObjectEvent } from '../../../src/events/event.js';
import { listenToOutcomes } from '../../../src/events/outcomes.js';
import { Stats } from '../../../src/events/stats.js';
import { PageProgress } from '../../../src/model/page-progress.js';
import { batchOf } from '../../support/batches.js';
import { deferred, turns } from '../../support/waiting.js';

const entry = { key: 'a.jpg', size: 5 };
const stored = { status: 'stored', bytes: 5, volume: 0 } as const;

test('a notice with a wide code says what it is about', () => {
  const events = new EventBus();
  const seen: unknown[] = [];
  events.on(['notice'], (event) => void seen.push(event));
  events.notice('volume', 'two is full', 'full');
  events.notice('job', 'hello');
  assert.deepEqual(seen, [
    { type: 'notice', code: 'volume', message: 'two is full', about: 'full' },
    { type: 'notice', code: 'job', message: 'hello' },
  ]);
});

test('a listener gets its types only, until it leaves', () => {
  const events = new EventBus();
  const seen: string[] = [];
  const leave = events.on(['notice', 'retry'], ({ type }) => void seen.push(type));
  events.notice('job', 'hello');
  void events.emit({ type: 'listed' });
  void events.emit({ type: 'retry', of: 'listings', error: new TransferError('ERR_TIMEOUT', 'slow') });
  assert.deepEqual([events.listens('notice'), events.listens('listed')], [true, false]);
  leave();
  events.notice('job', 'again');
  assert.deepEqual([seen, events.listens('notice')], [['notice', 'retry'], false]);
});

test('an emitter waits for all slow listeners', async () => {
  const events = new EventBus();
  const answers = [deferred<void>(), deferred<void>()];
  for (const { promise } of answers) events.on(['listed'], () => promise);
  let isOver = false;
  void events.emit({ type: 'listed' })?.then(() => {
    isOver = true;
  });
  answers[0]!.resolve();
  await turns();
  assert.equal(isOver, false);
  answers[1]!.resolve();
  await turns();
  assert.equal(isOver, true);
});

test('the end of an object is written down before it counts, for the run and for its page', async () => {
  const events = new EventBus();
  const stats = new Stats();
  countEvents(events, stats);
  const lines: string[] = [];
  const disk = deferred<void>();
  const record = (line: string) => {
    lines.push(line);
    return disk.promise;
  };
  listenToOutcomes(events, { failures: { record }, roots: ['/disk'] });
  const page = new PageProgress(1);
  const batch = batchOf([entry], { page });
  const error = new TransferError('ERR_TIMEOUT', 'slow');
  const waiting = events.outcome(entry, batch, { status: 'failed', error }, 3, undefined);
  await turns();
  assert.deepEqual([lines.length, stats.failed, page.tally.failed], [1, 0, 0]);
  disk.resolve();
  await waiting;
  assert.deepEqual([stats.failed, page.tally.failed, stats.codes], [1, 1, { ERR_TIMEOUT: 1 }]);
  assert.equal(JSON.parse(lines[0]!).attempts, 3);
});

test('what a list cannot take does not count, and its error reaches the run', () => {
  const events = new EventBus();
  const stats = new Stats();
  countEvents(events, stats);
  const full = new TransferError('ERR_NO_SPACE', 'full');
  const record = () => {
    throw full;
  };
  listenToOutcomes(events, { failures: { record }, roots: [] });
  assert.throws(() => events.outcome(entry, undefined, { status: 'gone', error: full }, 1, undefined), full);
  assert.equal(stats.gone, 0);
});

test('an event for each object only while a program listens', () => {
  const events = new EventBus();
  listenToOutcomes(events, { failures: undefined, roots: ['/disk'] });
  assert.equal(events.outcome(entry, undefined, stored, 1, undefined), undefined);
  const seen: ObjectEvent[] = [];
  const leave = events.on(['object'], (event) => void seen.push(event));
  void events.outcome(entry, undefined, { ...stored, path: 'A.jpg' }, 1, undefined);
  leave();
  void events.outcome(entry, undefined, stored, 1, undefined);
  assert.deepEqual(seen, [
    { type: 'object', key: 'a.jpg', status: 'stored', bytes: 5, volume: '/disk', path: 'A.jpg' },
  ]);
});

test('the counts follow the events', () => {
  const events = new EventBus();
  const stats = new Stats({ isComparison: true });
  countEvents(events, stats);
  events.found([{ key: 'a', size: 3 }, { key: 'b' }], 2);
  void events.emit({ type: 'listed' });
  void events.emit({ type: 'left-out', reason: 'filter', objects: 4 });
  void events.emit({ type: 'left-out', reason: 'other-machine', objects: 5 });
  void events.emit({
    type: 'retry',
    of: 'objects',
    key: 'a',
    error: new TransferError('ERR_TIMEOUT', 'slow'),
    delayMs: 9,
  });
  void events.emit({ type: 'outage', of: 'objects', sinceMs: 7, isOver: false });
  const error = new TransferError('ERR_DIFFERENT', 'size');
  void events.outcome(entry, undefined, { status: 'failed', error, reason: 'size' }, 0, undefined);
  const { found, foundBytes, isListingDone, excluded, elsewhere, retries, listed, failed, reasons } = stats;
  assert.deepEqual(
    { found, foundBytes, isListingDone, excluded, elsewhere, retries, listed, failed, reasons },
    {
      found: 4,
      foundBytes: 3,
      isListingDone: true,
      excluded: 4,
      elsewhere: 5,
      retries: 1,
      listed: 1,
      failed: 1,
      reasons: { size: 1 },
    },
  );
  assert.deepEqual([...stats.outages], [['objects', 7]]);
  void events.emit({ type: 'outage', of: 'objects', sinceMs: 7, isOver: true });
  assert.equal(stats.outages.size, 0);
});
