// An origin that is down is told from a request that fails for its own sake, by a request that has succeeded before.

import assert from 'node:assert/strict';
import test from 'node:test';
import { type ErrorCode, TransferError } from '../../../../src/errors.js';
import { Outage } from '../../../../src/pacing/backoff/outage.js';
import { deferred, turns } from '../../../support/waiting.js';

const errorOf = (code: ErrorCode) => new TransferError(code, 'what happened');
const LAST = { isLast: true, sinceMs: 50 };
const NOT_LAST = { isLast: false, sinceMs: 50 };

function start({ answers = [] as (ErrorCode | 'ok')[], hasWorked = true } = {}) {
  const clock = { nowMs: 10 };
  const told: string[] = [];
  const controller = new AbortController();
  let probes = 0;
  const outage = new Outage({
    probe: async () => {
      const answer = answers[probes++] ?? 'ok';
      if (answer !== 'ok') throw errorOf(answer);
    },
    signal: controller.signal,
    nowMs: () => clock.nowMs,
    random: () => 0.999,
    onDown: (sinceMs, { code }) => told.push(`down since ${sinceMs}: ${code}`),
    onUp: (downMs) => told.push(`up after ${downMs}`),
  });
  if (hasWorked) outage.succeeded();
  clock.nowMs = 100;
  return { outage, clock, told, controller, probes: () => probes };
}

test("what never worked is not interrupted: every failure is the request's own", () => {
  const { outage, probes } = start({ hasWorked: false });
  for (let count = 0; count < 50; count++) assert.equal(outage.blame(errorOf('ERR_UNREACHABLE'), LAST), 'request');
  assert.deepEqual([outage.isOpen, probes()], [true, 0]);
});

test('a server that refuses connections is checked at once, one that fails otherwise after eight failures in a row', async () => {
  const refusing = start({ answers: ['ok'] });
  assert.equal(await refusing.outage.blame(errorOf('ERR_UNREACHABLE'), NOT_LAST), 'request');
  assert.equal(refusing.probes(), 1);
  const failing = start();
  for (let count = 0; count < 7; count++)
    assert.equal(failing.outage.blame(errorOf('ERR_SERVER'), NOT_LAST), 'request');
  failing.outage.succeeded();
  for (let count = 0; count < 7; count++)
    assert.equal(failing.outage.blame(errorOf('ERR_NETWORK'), NOT_LAST), 'request');
  assert.equal(failing.probes(), 0);
  assert.equal(failing.outage.blame(errorOf('ERR_TIMEOUT'), NOT_LAST), 'request', 'silence is no sign');
  assert.equal(failing.probes(), 0);
  assert.equal(await failing.outage.blame(errorOf('ERR_TRUNCATED'), NOT_LAST), 'request');
  assert.deepEqual([failing.probes(), failing.told], [1, []]);
});

test('before an object is given up it is asked whether anything worked since it began to fail', async () => {
  const { outage, clock, probes } = start();
  assert.equal(await outage.blame(errorOf('ERR_SERVER'), LAST), 'request');
  assert.equal(probes(), 1);
  clock.nowMs = 200;
  assert.equal(outage.blame(errorOf('ERR_SERVER'), LAST), 'request', 'the probe has worked since');
  assert.equal(
    outage.blame(errorOf('ERR_SERVER'), { isLast: false, sinceMs: 150 }),
    'request',
    'there are attempts left',
  );
  assert.equal(probes(), 1);
});

test('errors that are an answer say nothing about the origin', () => {
  const { outage } = start();
  for (const code of ['ERR_NOT_FOUND', 'ERR_DIGEST', 'ERR_DISK', 'ERR_THROTTLED'] as const) {
    assert.equal(outage.blame(errorOf(code), LAST), 'request');
  }
});

test('down: everyone waits, probes go out one at a time at growing intervals, and then all go on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { outage, clock, told, probes } = start({ answers: Array(8).fill('ERR_UNREACHABLE') });
  const first = outage.blame(errorOf('ERR_UNREACHABLE'), NOT_LAST);
  const second = outage.blame(errorOf('ERR_NETWORK'), LAST);
  let isOpened = false;
  void outage.opened().then(() => {
    isOpened = true;
  });
  const delays: number[] = [];
  while (probes() < 9) {
    await turns(5);
    if (probes() === 9) break;
    const before = probes();
    let delayMs = 0;
    for (; probes() === before; delayMs += 100) {
      t.mock.timers.tick(100);
      await turns(2);
    }
    delays.push(delayMs);
    assert.equal(outage.isOpen || isOpened, probes() === 9);
  }
  clock.nowMs = 90_100;
  assert.deepEqual(delays, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  assert.deepEqual([await first, await second], ['origin', 'origin']);
  await outage.opened();
  assert.deepEqual([outage.isOpen, outage.isDown, told[0]], [true, false, 'down since 100: ERR_UNREACHABLE']);
  assert.equal(told.length, 2);
});

test('any answer to a probe ends it, also a refusal', async () => {
  const { outage, told } = start({ answers: ['ERR_NOT_FOUND'] });
  assert.equal(await outage.blame(errorOf('ERR_UNREACHABLE'), NOT_LAST), 'request');
  assert.deepEqual([outage.isOpen, told], [true, []]);
});

test('an abort ends the waiting, and nothing that failed is the fault of a request', async () => {
  const hanging = deferred<void>();
  const controller = new AbortController();
  const outage = new Outage({ probe: () => hanging.promise, signal: controller.signal });
  outage.succeeded();
  const found = outage.blame(errorOf('ERR_UNREACHABLE'), LAST);
  controller.abort();
  hanging.reject(errorOf('ERR_NETWORK'));
  assert.equal(await found, 'origin');
  assert.equal(outage.isOpen, true);
});

test('a probe that cannot be sent for want of a socket says nothing: neither down nor up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { outage, told, probes } = start({ answers: ['ERR_OPEN_FILES', 'ERR_OPEN_FILES', 'ok'] });
  const found = outage.blame(errorOf('ERR_UNREACHABLE'), LAST);
  for (let probe = 1; probe <= 2; probe++) {
    await turns();
    assert.deepEqual([probes(), outage.isOpen, outage.isDown], [probe, false, false]);
    t.mock.timers.tick(30_000);
  }
  await found;
  assert.equal(
    told.some((line) => line.startsWith('down')),
    false,
  );
});

test('a shortage of files on this machine is no sign of an outage', () => {
  const { outage } = start();
  for (let count = 0; count < 50; count++) assert.equal(outage.blame(errorOf('ERR_OPEN_FILES'), LAST), 'request');
});
