// Several machines: each shows all of them, and one that its user pauses keeps what it has while the others go on.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import type { MachinePicture } from '../../../../src/events/picture/picture.js';
import type { Watch } from '../../../../src/events/picture/watch.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { startWatched } from '../../../support/cli/watched.js';
import { skipWithoutNats, startNatsServer } from '../../../support/servers/nats-server.js';
import { deferred, until } from '../../../support/waiting.js';

const COUNT = 3_000;

function machinesOf(watch: Watch): { mine?: MachinePicture | undefined; other?: MachinePicture | undefined } {
  const machines = watch.picture().machines ?? [];
  return { mine: machines.find(({ isThis }) => isThis), other: machines.find(({ isThis }) => !isThis) };
}

test('each machine shows all of them; a paused one takes nothing, and finishes its part later', {
  skip: skipWithoutNats(),
}, async (t) => {
  const world = await openWorld(t, { objects: manyObjects(COUNT, { size: 10 }) });
  const nats = await startNatsServer(t);
  const argsOf = (machine: string) => [
    ...['mirror', 'upyun://pics', '--to', join(world.folder, machine), '--queue', nats.url],
    ...['--rate', '100000', '--lease', '3s'],
  ];
  const gate = deferred();
  const fault = world.server.faults.add({ match: { kind: 'get' }, action: { waitFor: gate.promise } });
  const one = await startWatched(t, world, argsOf('one'));
  await until(() => (machinesOf(one.watch).mine?.holds ?? 0) > 0, 'work for the first machine');
  one.watch.controls!.pause('a test');
  const two = await startWatched(t, world, argsOf('two'));
  await until(() => {
    const { mine, other } = machinesOf(two.watch);
    return mine !== undefined && other?.isPaused === true;
  }, 'that the second sees itself, and the pause of the first');
  const { mine, other } = machinesOf(two.watch);
  assert.deepEqual([mine?.isLost, other?.isLost, mine?.role, other?.role], [false, false, 'both', 'both']);
  assert.ok(other!.holds > 0 && Math.abs(other!.seenAtMs - Date.now()) < 60_000);
  world.server.faults.remove(fault);
  gate.resolve();
  // The second machine does all that the first one does not hold, for longer than a lease.
  await until(() => two.states.at(-1) === 'waiting-queue', 'that the second has nothing to do');
  const held = machinesOf(two.watch).other!;
  const doneByTwo = two.watch.picture().outcomes.stored;
  assert.ok(held.holds > 0, 'the first keeps what it has');
  assert.ok(doneByTwo > 0 && doneByTwo < COUNT, `${doneByTwo} of ${COUNT}`);
  assert.ok(held.limits.objectsPerSecond !== undefined && held.limits.objectsPerSecond <= 100_000);
  one.watch.controls!.resume('a test');
  const ends = await Promise.all([one.end, two.end]);
  assert.deepEqual(
    ends.map(({ failure, shared }) => [failure, shared?.stored, shared?.isComplete]),
    Array(2).fill([undefined, COUNT, true]),
  );
  assert.equal(one.watch.picture().outcomes.stored + two.watch.picture().outcomes.stored, COUNT);
});

test('a machine that is paused from its begin takes nothing: the others do all', {
  skip: skipWithoutNats(),
}, async (t) => {
  const world = await openWorld(t, { objects: manyObjects(300, { size: 10 }) });
  const nats = await startNatsServer(t);
  const argsOf = (machine: string) => [
    ...['mirror', 'upyun://pics', '--to', join(world.folder, machine), '--queue', nats.url],
  ];
  const one = await startWatched(t, world, argsOf('one'), { onWatch: ({ controls }) => controls!.pause('a test') });
  await until(() => one.states.includes('paused'), 'the pause');
  assert.deepEqual([world.server.counters.list, world.server.counters.get], [0, 0]);
  const two = await startWatched(t, world, argsOf('two'));
  const { shared, stats } = await two.end;
  assert.deepEqual([shared?.isComplete, shared?.stored, stats.stored], [true, 300, 300]);
  assert.ok(one.watch.picture().isPaused);
  one.watch.controls!.resume('a test');
  const end = await one.end;
  assert.deepEqual([end.failure, end.stats.stored, end.shared?.isComplete], [undefined, 0, true]);
});

test('a paused machine that is asked to end gives back what it has', { skip: skipWithoutNats() }, async (t) => {
  const world = await openWorld(t, { objects: manyObjects(1_500, { size: 10 }) });
  const nats = await startNatsServer(t);
  const argsOf = (machine: string) => [
    ...['mirror', 'upyun://pics', '--to', join(world.folder, machine), '--queue', nats.url],
  ];
  const gate = deferred();
  const fault = world.server.faults.add({ match: { kind: 'get' }, action: { waitFor: gate.promise } });
  const one = await startWatched(t, world, argsOf('one'));
  await until(() => (machinesOf(one.watch).mine?.holds ?? 0) > 0, 'work');
  one.watch.controls!.pause('a test');
  world.server.faults.remove(fault);
  gate.resolve();
  await until(() => one.watch.picture().requests.objects === 0, 'that nothing is under way');
  const { get } = world.server.counters;
  one.interruption.begin();
  const { failure, isInterrupted } = await one.end;
  assert.deepEqual([failure, isInterrupted, world.server.counters.get], [undefined, true, get]);
  const two = await startWatched(t, world, argsOf('two'));
  assert.equal((await two.end).shared?.isComplete, true);
});
