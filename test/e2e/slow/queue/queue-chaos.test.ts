// Machines that are killed every second and the queue itself that is killed, too: in the end every object is on one of them, once.
// SLUICE_CHAOS_ROUNDS and SLUICE_CHAOS_SEED repeat it for longer, or as it was.

import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesFor } from '../../../support/cli/contents.js';
import type { Running } from '../../../support/cli/harness.js';
import { assertSpread, jobOf, openSharedWorld } from '../../../support/cli/shared.js';
import { random } from '../../../support/random.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const ROUNDS = Number(process.env.SLUICE_CHAOS_ROUNDS ?? 1);
const SEED = Number(process.env.SLUICE_CHAOS_SEED ?? Date.now() % 1_000_000);
const MACHINES = 3;
const TIMEOUT_MS = 180_000;

function contents(next: () => number): Record<string, Buffer> {
  const objects: Record<string, Buffer> = {};
  for (let folder = 0; folder < 60; folder++) {
    for (let index = 0; index < 100; index++) {
      const key = `a${folder % 4}/b${folder % 12}/c${folder}/${index}.jpg`;
      objects[key] = bytesFor(key, 1 + Math.floor(next() * 6_000));
    }
  }
  return objects;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

for (let round = 0; round < ROUNDS; round++) {
  const seed = SEED + round;
  const options = { skip: skipWithoutNats(), timeout: TIMEOUT_MS };
  test(`machines and queue are killed, and nothing is missing or there twice (seed ${seed})`, options, async (t) => {
    const next = random(seed);
    const objects = contents(next);
    const world = await openSharedWorld(t, { objects });
    // Slow enough that it takes some seconds.
    world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 30 } });
    const args = [
      '--lease',
      '2s',
      '--concurrency',
      '6',
      '--list-concurrency',
      '2',
      '--queue-parts',
      '20',
      '--timeout',
      '20s',
    ];
    const start = (machine: number) => world.startMachine(machine, args, { timeoutMs: TIMEOUT_MS });
    const running: Running[] = Array.from({ length: MACHINES }, (_, machine) => start(machine));
    let kills = 0;
    for (let second = 1; second <= 8; second++) {
      await pause(700 + next() * 600);
      if (second === 3 || second === 6) {
        await world.nats.kill();
        await pause(next() * 800);
        await world.nats.start();
      }
      const machine = Math.floor(next() * MACHINES);
      const { child } = running[machine]!;
      if (child.exitCode !== null) continue;
      child.kill('SIGKILL');
      await running[machine]!.result;
      running[machine] = start(machine);
      kills++;
    }
    assert.ok(kills > 3, `${kills} kills`);
    const results = await Promise.all(running.map(({ result }) => result));
    for (const result of results) result.expectExit(0);
    await assertSpread(
      running.map((_, machine) => world.folderOf(machine)),
      objects,
    );
    // Each knows its own share, whatever it has begun, lost or taken back.
    let compared = 0;
    for (const machine of running.keys()) {
      const args = ['verify', 'upyun://pics', '--to', world.folderOf(machine), '--extra', '--checksum', '--json'];
      const { summary } = (await world.queued(args)).expectExit(0);
      compared += (summary as unknown as { alike: number }).alike;
    }
    assert.equal(compared, Object.keys(objects).length);
    const { listed, failed, isComplete } = jobOf(results[0]!);
    assert.deepEqual([listed, failed, isComplete], [Object.keys(objects).length, 0, true]);
  });
}
