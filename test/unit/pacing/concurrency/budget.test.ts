// The counted budget: first come first served, never overdrawn, and never impossible to get.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Budget } from '../../../../src/pacing/concurrency/budget.js';
import { turns } from '../../../support/waiting.js';

test('gives at once what is free', () => {
  const budget = new Budget(10);
  assert.equal(budget.acquire(4), 4);
  assert.equal(budget.acquire(6), 6);
  assert.equal(budget.inUse, 10);
  budget.release(4);
  assert.equal(budget.inUse, 6);
});

test('a small request does not overtake a large one that waits', async () => {
  const budget = new Budget(10);
  assert.equal(budget.acquire(8), 8);
  const order: string[] = [];
  void Promise.resolve(budget.acquire(5)).then(() => order.push('large'));
  void Promise.resolve(budget.acquire(1)).then(() => order.push('small'));
  await turns(2);
  assert.deepEqual([order, budget.waiting, budget.inUse], [[], 2, 8]);
  budget.release(8);
  await turns(2);
  assert.deepEqual([order, budget.waiting, budget.inUse], [['large', 'small'], 0, 6]);
});

test('a request above the whole capacity is cut to it, so that it can be had', async () => {
  const budget = new Budget(10);
  assert.equal(budget.acquire(1_000), 10);
  const waiting = budget.acquire(Number.POSITIVE_INFINITY);
  budget.release(10);
  assert.equal(await waiting, 10);
  budget.release(10);
  assert.equal(budget.inUse, 0);
});

test('one release wakes as many as it has room for', async () => {
  const budget = new Budget(10);
  assert.equal(budget.acquire(10), 10);
  const granted: number[] = [];
  for (let index = 0; index < 5; index++) void Promise.resolve(budget.acquire(3)).then(() => granted.push(index));
  budget.release(10);
  await turns(2);
  assert.deepEqual([granted, budget.waiting, budget.inUse], [[0, 1, 2], 2, 9]);
});

test('a smaller capacity takes nothing away and grants nothing until it fits; a larger one grants at once', async () => {
  const budget = new Budget(4);
  for (let index = 0; index < 4; index++) assert.equal(budget.acquire(1), 1);
  let granted = 0;
  for (let index = 0; index < 4; index++) void Promise.resolve(budget.acquire(1)).then(() => granted++);
  budget.resize(2);
  budget.release(1);
  budget.release(1);
  await turns(2);
  assert.deepEqual([granted, budget.inUse, budget.capacity], [0, 2, 2]);
  budget.release(1);
  await turns(2);
  assert.deepEqual([granted, budget.inUse], [1, 2]);
  budget.resize(4);
  await turns(2);
  assert.deepEqual([granted, budget.inUse], [3, 4]);
});

test('nothing is granted beyond the capacity, nothing is lost, and the order is kept', async () => {
  const requests = fc.array(fc.nat({ max: 30 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), requests, async (capacity, amounts) => {
      const budget = new Budget(capacity);
      const order: number[] = [];
      const held: number[] = [];
      for (const [index, amount] of amounts.entries()) {
        void Promise.resolve(budget.acquire(amount)).then((taken) => {
          order.push(index);
          held.push(taken);
          assert.ok(budget.inUse <= capacity);
        });
      }
      for (let step = 0; order.length < amounts.length; step++) {
        await turns(1);
        assert.ok(step <= amounts.length, 'everything is granted once what was held is released');
        for (const taken of held.splice(0, 1)) budget.release(taken);
      }
      for (const taken of held) budget.release(taken);
      assert.equal(budget.inUse, 0);
      assert.deepEqual(order, [...amounts.keys()]);
    }),
    { numRuns: 50 },
  );
});
