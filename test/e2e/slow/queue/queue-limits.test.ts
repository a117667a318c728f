// Limits that hold for all machines together, measured by the server; and what one machine learns of it, all know.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { observeRates } from '../../../support/cli/rates.js';
import { assertSpread, copiesIn, jobOf, openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

function tree(folders: number, each: number, size = 100): Record<string, Buffer> {
  const all = Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index}/`, size }));
  return Object.assign({}, ...all);
}

test('--fleet: the machines together never exceed the limit, and use it', { skip }, async (t) => {
  const objects = tree(30, 12);
  const world = await openSharedWorld(t, { objects });
  const args = ['--fleet', '--rate', '60', '--concurrency', '8'];
  const observer = observeRates(t, world.server);
  const machines = [0, 1, 2].map((machine) => world.startMachine(machine, args));
  for (const { result } of machines) assert.equal(jobOf((await result).expectExit(0)).stored, 360);
  // Each machine may save up a tenth of a second of its share.
  observer.assertLimited(60, { kind: 'get', burst: 0.25, least: 0.6 });
  await assertSpread([0, 1, 2].map(world.folderOf), objects);
});

test('--fleet: a machine that is alone has all of it, whatever another one held that is gone', { skip }, async (t) => {
  const objects = tree(20, 18);
  const world = await openSharedWorld(t, { objects });
  const args = ['--fleet', '--rate', '40', '--concurrency', '8', '--lease', '2s'];
  const observer = observeRates(t, world.server);
  const gone = world.startMachine(0, args);
  await until('something stored', () => world.server.counters.get > 20);
  const other = world.startMachine(1, args);
  await until('more stored', () => world.server.counters.get > 80);
  gone.child.kill('SIGKILL');
  await gone.result;
  (await other.result).expectExit(0);
  // What the one that is gone had taken comes again when its lease is over.
  observer.assertLimited(40, { kind: 'get', burst: 0.3, least: 0.2 });
  (await world.startMachine(0, args).result).expectExit(0);
  await assertSpread([0, 1].map(world.folderOf), objects);
});

test('a ban of one machine is a ban of all', { skip }, async (t) => {
  const objects = tree(20, 40);
  const world = await openSharedWorld(t, { objects, faults: [{ action: { delayMs: 10 } }] });
  const banned = { status: { status: 429, code: 42900004, retryAfterSeconds: 2 } };
  const machines = await startTogether(world, [0, 1], ['--concurrency', '4']);
  world.server.faults.add({ match: { kind: 'get' }, action: banned, after: 100, times: 1 });
  for (const { result } of machines) (await result).expectExit(0);
  const told = machines.filter((machine) => machine.stderr().includes('was banned by the server'));
  assert.equal(told.length, 1, 'the other one was told');
  const times = takeRequests(world.server, 'get').map(({ atMs }) => atMs);
  const gap = Math.max(...times.slice(1).map((at, index) => at - times[index]!));
  assert.ok(gap >= 1_000, `the longest silence was ${gap} ms`);
  await assertSpread([0, 1].map(world.folderOf), objects);
});

test('what one machine finds out about the origin the others look at at once', { skip }, async (t) => {
  const objects = tree(20, 40);
  const world = await openSharedWorld(t, { objects, faults: [{ match: { kind: 'get' }, action: { delayMs: 20 } }] });
  // Asks once in a quarter of an hour: by itself it would notice nothing. Ctrl-C waits for half of the timeout.
  const patient = world.startMachine(0, ['--rate', '0.001', '--timeout', '6s']);
  await until('one object', async () => (await copiesIn([world.folderOf(0)])).size === 1);
  const eager = world.startMachine(1, ['--concurrency', '4']);
  await until('the middle', () => world.server.counters.get >= 100);
  await world.server.stopListening();
  await until('that the eager one notices', () => eager.stderr().includes('has been unreachable since'));
  await until('that the other one knows', () =>
    /has been unreachable since .*another machine of this job gets no answer/.test(patient.stderr()),
  );
  await world.server.listenAgain();
  for (const { stderr } of [patient, eager])
    await until('that it is back', () => stderr().includes('answers again after'));
  patient.child.kill('SIGINT');
  (await patient.result).expectExit(130);
  (await eager.result).expectExit(0);
  await assertSpread([0, 1].map(world.folderOf), objects);
});
