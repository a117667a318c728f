// A gate in front of all requests: closed while a user pauses a run.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { Outage } from '../../../../src/pacing/backoff/outage.js';
import { Gate } from '../../../../src/pacing/limits/gate.js';
import { noLimits } from '../../../support/health.js';
import { listPacerOf, pacerOf } from '../../../support/pacers.js';
import { rejection, turns } from '../../../support/waiting.js';

function start() {
  const clock = { nowMs: 0 };
  const controller = new AbortController();
  const gate = new Gate({ signal: controller.signal, nowMs: () => clock.nowMs });
  return { clock, controller, gate };
}

test('what waits goes on when the gate opens, and the time counts once it is over', async () => {
  const { clock, gate } = start();
  let passed = 0;
  assert.equal(gate.open(), false);
  assert.equal(gate.close(), true);
  assert.equal(gate.close(), false);
  for (let count = 0; count < 3; count++) void gate.opened().then(() => passed++);
  clock.nowMs = 5_000;
  await turns();
  assert.deepEqual([passed, gate.isOpen, gate.closedMs], [0, false, 0]);
  assert.ok(Math.abs(gate.closedAtMs! - Date.now()) < 60_000);
  assert.equal(gate.open(), true);
  await turns();
  assert.deepEqual([passed, gate.isOpen, gate.closedMs, gate.closedAtMs], [3, true, 5_000, undefined]);
  gate.close();
  clock.nowMs = 6_000;
  gate.open();
  assert.equal(gate.closedMs, 6_000);
});

test('a run that ends opens it for good', async () => {
  const { controller, gate } = start();
  gate.close();
  const opened = gate.opened();
  controller.abort();
  await opened;
  assert.deepEqual([gate.isOpen, gate.close(), gate.isOpen], [true, false, true]);
});

test('no request of any kind passes a closed gate, and one that waited for a rate does not either', async () => {
  const limits = noLimits();
  const objects = pacerOf({ limits });
  const lists = listPacerOf(4, { limits });
  const { signal } = new AbortController();
  let sent = 0;
  const send = async () => {
    sent++;
  };
  // The rate lets it pass later, and by then the gate is closed.
  limits.lists.set(0);
  const waiting = lists.ask(send, { signal });
  await turns();
  limits.gate.close();
  limits.lists.set(undefined);
  const all = [
    waiting,
    lists.ask(send, { signal }),
    objects.ask(send, { signal }),
    objects.run({ key: 'a', bytes: 1 }, send),
  ];
  await turns();
  assert.deepEqual(
    [sent, objects.underWay, lists.underWay, objects.isPaused, lists.vital.isPaused],
    [0, 0, 0, true, true],
  );
  assert.equal(limits.isWaiting, true, 'so a machine of a shared job keeps its leases');
  limits.gate.open();
  await Promise.all(all);
  assert.equal(sent, 4);
});

test('a page that waits at the gate when the run ends is not asked for', async () => {
  const controller = new AbortController();
  const limits = noLimits();
  const lists = listPacerOf(4, { limits });
  limits.gate.close();
  let sent = 0;
  const asked = rejection(lists.ask(async () => void sent++, { signal: controller.signal }));
  await turns();
  controller.abort(new Error('the end'));
  limits.gate.open();
  assert.equal((await asked).message, 'the end');
  assert.equal(sent, 0);
});

test('requests that fail during a pause are no outage, and one that was out gets no nearer to its end', async () => {
  const { clock, gate } = start();
  const told: string[] = [];
  let probes = 0;
  const outage = new Outage({
    probe: async () => {
      probes++;
      if (probes === 1) throw new TransferError('ERR_UNREACHABLE', 'nothing answers');
    },
    signal: new AbortController().signal,
    gate,
    nowMs: () => clock.nowMs,
    random: () => 0,
    onDown: () => told.push('down'),
    onUp: () => told.push('up'),
    givingUp: { longestMs: () => 10_000, isRight: async () => true, onGivenUp: () => told.push('given up') },
  });
  outage.succeeded();
  gate.close();
  const blame = outage.blame(new TransferError('ERR_UNREACHABLE', 'reset'), { isLast: false, sinceMs: 0 });
  clock.nowMs = 60_000;
  await turns();
  assert.deepEqual([probes, told], [0, []]);
  gate.open();
  assert.equal(await blame, 'origin');
  assert.deepEqual(told, ['down', 'up'], 'a minute of pause is no minute without an answer');
});
