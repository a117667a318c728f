// --limit, and tasks that stand and fall together.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Limit } from '../../../../src/lib/streams/limit.js';
import { together } from '../../../../src/lib/streams/together.js';
import { deferred, rejection, turns } from '../../../support/waiting.js';

const never = new AbortController().signal;

test('the limit lets exactly n through and says so once', () => {
  let told = 0;
  const limit = new Limit(3, () => told++);
  assert.deepEqual(
    Array.from({ length: 6 }, () => [limit.take(), told]),
    [
      [true, 0],
      [true, 0],
      [true, 1],
      [false, 1],
      [false, 1],
      [false, 1],
    ],
  );
});

/** A task that works until it is cut off, and then takes its time to end. */
function untilAborted(signal: AbortSignal, onEnd: () => void): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      void turns(5).then(() => {
        onEnd();
        resolve();
      });
    });
  });
}

test('the first failure aborts the others, and all have ended when it is thrown', async () => {
  const ended: string[] = [];
  const failure = new Error('the first');
  const error = await rejection(
    together(never, [
      async () => {
        await turns(2);
        throw failure;
      },
      (signal) => untilAborted(signal, () => ended.push('second')),
      async (signal) => {
        await untilAborted(signal, () => ended.push('third'));
        throw new Error('fails as a consequence');
      },
    ]),
  );
  assert.equal(error, failure);
  assert.deepEqual(ended, ['second', 'third']);
});

test('is done when all are done', async () => {
  const gate = deferred();
  let isDone = false;
  const done = together(never, [async () => {}, () => gate.promise]).then(() => {
    isDone = true;
  });
  await turns();
  assert.equal(isDone, false);
  gate.resolve();
  await done;
});

test('the outer signal reaches every task', async () => {
  const controller = new AbortController();
  const ended: number[] = [];
  const done = together(controller.signal, [
    (signal) => untilAborted(signal, () => ended.push(1)),
    (signal) => untilAborted(signal, () => ended.push(2)),
  ]);
  controller.abort();
  await done;
  assert.deepEqual(ended.sort(), [1, 2]);
});

test('a task that throws before it returns a promise is a failure like any other', async () => {
  const broken = (): Promise<void> => {
    throw new Error('at once');
  };
  assert.equal((await rejection(together(never, [broken, async () => {}]))).message, 'at once');
});
