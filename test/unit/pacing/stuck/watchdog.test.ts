// Nothing may hang: a run in which nothing moves is told, helped three times, and ended.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { Vitals } from '../../../../src/pacing/stuck/vitals.js';
import { watch } from '../../../../src/pacing/stuck/watchdog.js';
import { rejection, turns } from '../../../support/waiting.js';

function start(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const run = { progress: 0, isBusy: true, nowMs: 0 };
  const stalls: [number, number][] = [];
  const controller = new AbortController();
  const ended = watch(
    {
      stallMs: 8_000,
      progress: () => run.progress,
      isBusy: () => run.isBusy,
      onStall: (count, silentMs) => stalls.push([count, silentMs]),
      nowMs: () => run.nowMs,
    },
    controller.signal,
  );
  ended.catch(() => {});
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      run.nowMs += 1_000;
      t.mock.timers.tick(1_000);
      await turns(3);
    }
  };
  return { run, stalls, ended, pass, stop: () => controller.abort() };
}

test('a run that moves is left alone, and so is one that has nothing to do or waits on purpose', async (t) => {
  const { run, stalls, ended, pass, stop } = start(t);
  for (let step = 0; step < 10; step++) {
    run.progress++;
    await pass(7_000);
  }
  run.isBusy = false;
  await pass(600_000);
  run.isBusy = true;
  await pass(7_000);
  assert.deepEqual(stalls, []);
  stop();
  await ended;
});

test('each stall is told once; when something moves the count begins anew', async (t) => {
  const { run, stalls, ended, pass, stop } = start(t);
  await pass(17_000);
  assert.deepEqual(stalls, [
    [1, 8_000],
    [2, 8_000],
  ]);
  run.progress++;
  await pass(17_000);
  assert.deepEqual(
    stalls.map(([count]) => count),
    [1, 2, 1, 2],
  );
  stop();
  await ended;
});

test('three in a row end the run', async (t) => {
  const { stalls, ended, pass } = start(t);
  await pass(30_000);
  const error = await rejection<TransferError>(ended);
  assert.deepEqual([error.code, error.verdict, stalls.length], ['ERR_STALLED', 'fatal', 3]);
});

test('something has to be busy, and nothing may wait on purpose', () => {
  const vitals = new Vitals();
  assert.equal(vitals.isBusy, false);
  const one = { isBusy: true, isPaused: false };
  const other = { isBusy: false, isPaused: false };
  vitals.add(() => one);
  vitals.add(() => other);
  assert.equal(vitals.isBusy, true);
  other.isPaused = true;
  assert.equal(vitals.isBusy, false);
});
