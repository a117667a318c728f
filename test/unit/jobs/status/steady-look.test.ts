// What is read of a job while a run of it begins or ends.

import assert from 'node:assert/strict';
import test from 'node:test';
import { lookSteadily } from '../../../../src/jobs/status/steady-look.js';
import type { LockHolder } from '../../../../src/journal/lock.js';

const RUN: LockHolder = { pid: 7, command: 'sluice mirror', startedAt: '2026-01-01T00:00:00.000Z' };
const NEXT: LockHolder = { ...RUN, startedAt: '2026-01-02T00:00:00.000Z' };

/** Gives one after the other, the last one for ever. */
function script<T>(...answers: T[]) {
  return () => (answers.length > 1 ? answers.shift()! : answers[0]!);
}

test('a run that ends while its journal is read is not taken for one that was cut short: it is read again', async () => {
  const holder = script<LockHolder | undefined>(RUN, undefined);
  const loaded = script('in the middle', 'finished');
  assert.deepEqual(await lookSteadily(async () => holder(), loaded), { holder: undefined, loaded: 'finished' });
});

test('so is one that begins, and one that follows another of the same process', async () => {
  for (const [before, after] of [
    [undefined, RUN],
    [RUN, NEXT],
  ] as const) {
    const holder = script<LockHolder | undefined>(before, after);
    const loaded = script('old', 'new');
    assert.deepEqual(await lookSteadily(async () => holder(), loaded), { holder: after, loaded: 'new' });
  }
});

test('what stays as it is is read once; what never stays so is told as it was last', async () => {
  let reads = 0;
  assert.deepEqual(
    await lookSteadily(
      async () => RUN,
      () => ++reads,
    ),
    { holder: RUN, loaded: 1 },
  );
  let runs = 0;
  const restless = async () => ({ ...RUN, startedAt: String(runs++) });
  const { loaded } = await lookSteadily(restless, () => ++reads);
  assert.ok(loaded > 2 && loaded < 20, `${loaded} reads`);
});
