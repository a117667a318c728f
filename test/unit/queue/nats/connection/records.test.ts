// What a table lists: to its end, or as if nobody had answered.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isPassing } from '../../../../../src/queue/nats/connection/queue-errors.js';
import { collect } from '../../../../../src/queue/nats/connection/records.js';
import { rejection } from '../../../../support/waiting.js';

async function* items(count: number, end: Promise<void>): AsyncGenerator<number, void, void> {
  for (let item = 0; item < count; item++) yield item;
  await end;
}

test('a listing that ends gives all it has', async () => {
  assert.deepEqual(await collect(Promise.resolve(items(3, Promise.resolve()))), [0, 1, 2]);
});

test('a listing that never ends is as good as no answer: it is asked for again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let stops = 0;
  const listing = Object.assign(items(3, new Promise(() => {})), { stop: () => void stops++ });
  const failure = rejection(collect(Promise.resolve(listing)));
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(1_000);
  }
  assert.equal(isPassing(await failure), true);
  assert.equal(stops, 1, 'nothing of it is left');
});
