// `status` beside runs that begin, work and end: it disturbs none of them, touches nothing, and is not misled by them.

import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { BARE, OBJECTS, startHanging, statusOf } from '../../../support/cli/asking.js';
import { openWorld } from '../../../support/cli/harness.js';

/** Everything about every file and folder that a program could change. */
function picture(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort().map((name) => {
    const path = join(folder, name);
    const { ino, size, mtimeMs, ctimeMs, mode } = statSync(path);
    return [name, ino, size, mtimeMs, ctimeMs, mode].join(' ');
  });
}

test('it changes nothing and asks no server, whatever state the job is in', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder, to, mirror, list } = world;
  const { child, result } = await startHanging(world);
  child.kill('SIGKILL');
  await result;
  (await list('--state', 'state', '--json')).expectExit(0);
  server.faults.clear();
  for (const prepare of [
    async () => {},
    () => mirror(),
    async () => writeFileSync(join(to, '.sluice', 'journal'), 'x'),
  ]) {
    await prepare();
    const before = picture(folder);
    const { connections } = server.counters;
    for (const args of [
      ['--to', to],
      ['--to', to, '--json'],
      ['--state', 'state'],
      ['--to', 'none'],
      ['--state', 'none'],
    ]) {
      await world.run(['status', ...args]);
    }
    assert.deepEqual(picture(folder), before);
    assert.equal(server.counters.connections, connections);
  }
});

test('mirrors begin, run and end while it is asked again and again', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { to, mirror } = world;
  const seen = new Set<unknown>();
  let isOver = false;
  const asking = [0, 1].map(async () => {
    while (!isOver) {
      const result = await world.run(['status', '--to', to, '--json'], { env: BARE });
      assert.ok(result.code === 0 || result.code === 1, result.stderr);
      const { state, problems = [] } = result.lines[0]!;
      seen.add(state);
      assert.deepEqual(problems, []);
      assert.notEqual(state, 'interrupted', 'none of them was cut short');
    }
  });
  try {
    for (let pass = 1; pass <= 5; pass++) (await mirror()).expectExit(0);
  } finally {
    isOver = true;
  }
  await Promise.all(asking);
  assert.equal((await statusOf(world, ['--to', to])).pass, 5);
  assert.ok(seen.has('finished'));
});
