// Which requests hang: those that wait much longer than usual while others are answered.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Concurrency } from '../../../../src/pacing/concurrency/concurrency.js';
import { Slots } from '../../../../src/pacing/slots.js';
import { Hanging } from '../../../../src/pacing/stuck/hanging.js';
import { atMost } from '../../../support/concurrency.js';
import { activeTimers, turns } from '../../../support/waiting.js';

function start() {
  const clock = { nowMs: 0 };
  const told: string[] = [];
  const wanted = { is: true };
  const hanging = new Hanging<string>({
    isWanted: () => wanted.is,
    onHanging: (request) => void told.push(request),
    nowMs: () => clock.nowMs,
  });
  return { clock, told, wanted, hanging };
}

test('one that waits while others are answered hangs after a quarter of a second, and is told once', () => {
  const { clock, told, hanging } = start();
  hanging.startWait('a');
  clock.nowMs = 249;
  hanging.startWait('b');
  hanging.answered(2);
  hanging.look();
  assert.deepEqual(told, []);
  clock.nowMs = 250;
  hanging.look();
  hanging.look();
  assert.deepEqual(told, ['a']);
});

test('while nobody is answered nobody hangs: the server is slow, or silent', () => {
  const { clock, told, hanging } = start();
  hanging.answered(2);
  clock.nowMs = 1;
  hanging.startWait('a');
  clock.nowMs = 60_000;
  hanging.look();
  assert.deepEqual(told, []);
});

test('where answers usually take long, hanging takes longer', () => {
  const { clock, told, hanging } = start();
  for (let count = 0; count < 200; count++) hanging.answered(1_000);
  hanging.startWait('a');
  clock.nowMs = 3_900;
  hanging.answered(1_000);
  hanging.look();
  assert.deepEqual(told, []);
  clock.nowMs = 4_000;
  hanging.look();
  assert.deepEqual(told, ['a']);
});

test('what has moved begins anew, and what has ended is forgotten', () => {
  const { clock, told, hanging } = start();
  for (const request of ['a', 'b', 'c']) hanging.startWait(request);
  clock.nowMs = 200;
  hanging.startWait('a');
  hanging.forget('b');
  clock.nowMs = 300;
  hanging.answered(2);
  hanging.look();
  assert.deepEqual(told, ['c']);
});

test('no timer goes on when nobody waits for a place', () => {
  const { hanging, wanted } = start();
  const before = activeTimers();
  hanging.watch();
  wanted.is = false;
  hanging.look();
  assert.equal(activeTimers(), before);
});

test('a fixed number of connections is never exceeded; an automatic one is, by those that hang', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs);
  for (const isAutomatic of [false, true]) {
    const concurrency = isAutomatic ? new Concurrency({ max: 6, isAutomatic }) : atMost(4);
    const slots = new Slots({ concurrency, bytes: 1_000, requestWork: 1 });
    const begin = async () => {
      const slot = await slots.acquire(1);
      await slot.takeConnection();
      slot.startWait();
      return slot;
    };
    const first = await Promise.all(Array.from({ length: 4 }, begin));
    let begun = 0;
    const more = Array.from({ length: 4 }, async () => {
      const slot = await begin();
      begun++;
      return slot;
    });
    await turns(2);
    first[3]!.endWait();
    nowMs += 500;
    slots.moved({ work: 1, tookMs: 2 });
    t.mock.timers.tick(100);
    await turns(2);
    // Three hang; two of them may be replaced.
    assert.equal(begun, isAutomatic ? 2 : 0);
    first[0]!.endWait();
    for (const slot of first) slot.release();
    for (const slot of await Promise.all(more)) slot.release();
    assert.deepEqual([slots.connections.inUse, slots.hanging, slots.bytes.inUse], [0, 0, 0]);
  }
});
