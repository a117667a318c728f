// One kind comes at most once in ten minutes, a channel that hangs costs bounded memory, and the run never waits.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { JobAlert } from '../../../../src/jobs/alerts/alert.js';
import { Outbox, PAUSE_MS } from '../../../../src/jobs/alerts/outbox.js';
import { deferred, turns } from '../../../support/waiting.js';

const alertOf = (alert: JobAlert['alert'], message = ''): JobAlert => ({
  ...{ event: 'alert', alert, time: '', level: 'warn', message, machine: '', command: '', to: [], version: '' },
});

test('alerts of a kind are held back and counted; the end is always told', async () => {
  const sent: JobAlert[] = [];
  let nowMs = 0;
  const channel = { option: 'x', send: async (alert: JobAlert) => void sent.push(alert) };
  const outbox = new Outbox({ channel, onLost: assert.fail, onBack: assert.fail, nowMs: () => nowMs });
  for (const kind of ['failures', 'failures', 'disk-full', 'failures', 'finished', 'finished'] as const)
    outbox.add(alertOf(kind));
  nowMs += PAUSE_MS;
  outbox.add(alertOf('failures'));
  await outbox.end();
  assert.deepEqual(
    sent.map(({ alert, heldBack }) => [alert, heldBack]),
    [
      ['failures', undefined],
      ['disk-full', undefined],
      ['finished', undefined],
      ['finished', undefined],
      ['failures', 2],
    ],
  );
});

test('a channel that hangs keeps the newest few, in order', async () => {
  const gate = deferred();
  const sent: string[] = [];
  const send = async ({ message }: JobAlert) => {
    await gate.promise;
    sent.push(message);
  };
  const outbox = new Outbox({ channel: { option: 'x', send }, onLost: assert.fail, onBack: assert.fail });
  for (let n = 0; n < 1_000; n++) outbox.add(alertOf('finished', String(n)));
  await turns();
  gate.resolve();
  await outbox.end();
  assert.equal(sent.length, 21);
  assert.deepEqual(sent.slice(-2), ['998', '999']);
});

test('what does not arrive is tried three times, told once, and its end is told', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let tries = 0;
  let isDown = true;
  const said: string[] = [];
  const send = async () => {
    tries++;
    if (isDown) throw new Error('down');
  };
  const onLost = (option: string, why: string) => void said.push(`lost ${option} ${why}`);
  const outbox = new Outbox({
    channel: { option: 'x', send },
    onLost,
    onBack: (option) => void said.push(`back ${option}`),
  });
  const settle = async () => {
    for (let n = 0; n < 6; n++) {
      await turns(5);
      t.mock.timers.tick(4_000);
    }
  };
  outbox.add(alertOf('finished'));
  outbox.add(alertOf('finished'));
  await settle();
  assert.equal(tries, 6);
  assert.deepEqual(said, ['lost x down']);
  isDown = false;
  outbox.add(alertOf('finished'));
  await settle();
  assert.deepEqual(said, ['lost x down', 'back x']);
});
