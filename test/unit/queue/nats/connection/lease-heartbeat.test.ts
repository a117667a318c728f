// A lease is extended only while something moves; how much is taken ahead follows from the speed.

import assert from 'node:assert/strict';
import test from 'node:test';
import { LeaseHeartbeat } from '../../../../../src/queue/nats/connection/lease-heartbeat.js';
import { deliveriesOf, type Lease } from '../../../../../src/queue/nats/connection/pull.js';
import { Prefetch } from '../../../../../src/queue/nats/worker/prefetch.js';

function setting(t: test.TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const state = { now: 0, progress: 0, isWaiting: false, extended: 0 };
  const heartbeat = new LeaseHeartbeat({
    leaseMs: 3_000,
    progress: () => state.progress,
    isWaiting: () => state.isWaiting,
    nowMs: () => state.now,
  });
  t.after(() => heartbeat.close());
  heartbeat.add({ working: () => void state.extended++ } as unknown as Lease);
  const pass = (seconds: number, each?: () => void) => {
    for (let second = 0; second < seconds; second++) {
      each?.();
      state.now += 1_000;
      t.mock.timers.tick(1_000);
    }
  };
  return { state, pass };
}

test('as long as something moves', (t) => {
  const { state, pass } = setting(t);
  pass(60, () => void state.progress++);
  assert.equal(state.extended, 60);
});

test('not when nothing has moved for two leases', (t) => {
  const { state, pass } = setting(t);
  pass(60);
  assert.ok(state.extended >= 6 && state.extended <= 8, `${state.extended}`);
  pass(3, () => void state.progress++);
  assert.ok(state.extended >= 9);
});

test('while all machines wait on purpose, too', (t) => {
  const { state, pass } = setting(t);
  state.isWaiting = true;
  pass(60);
  assert.equal(state.extended, 60);
});

test('a slow machine takes little ahead, a fast one half a second of work', () => {
  let settled = 0;
  let now = 0;
  const ahead = new Prefetch(
    () => settled,
    () => now,
  );
  assert.equal(ahead.batchesWanted(0), 1);
  assert.equal(ahead.batchesWanted(500), 0);
  now += 1_000;
  settled += 8_000;
  assert.equal(ahead.batchesWanted(0), 4);
  for (let batch = 0; batch < 100; batch++) ahead.took(10);
  assert.ok(ahead.batchesWanted(3_900) >= 9);
  now += 1_000;
  assert.equal(ahead.batchesWanted(500), 0);
});

test('how often a message was given out, in both forms of its reply', () => {
  assert.equal(deliveriesOf('$JS.ACK.S.C.3.10.11.1700000000.5'), 3);
  assert.equal(deliveriesOf('$JS.ACK._.hash.S.C.4.10.11.1700000000.5.token'), 4);
  assert.equal(deliveriesOf(''), 1);
});
