// `status` beside runs that begin, work and end: it disturbs none of them, touches nothing, and is not misled by them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { acquireLock } from '../../../../src/journal/lock.js';
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

test('a run that ends while its journal is read is not taken for one that was cut short', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder, to, mirror, start } = world;
  const journal = join(to, '.sluice', 'journal');
  const { child, result } = await startHanging(world);
  child.kill('SIGKILL');
  await result;
  const unfinished = readFileSync(journal);
  server.faults.clear();
  (await mirror()).expectExit(0);

  // A pipe in its place makes the reader wait in the middle of its work.
  const finished = join(folder, 'finished');
  renameSync(journal, finished);
  execFileSync('mkfifo', [journal]);
  const lock = await acquireLock(join(to, '.sluice', 'lock'), 'sluice mirror');
  const asking = start(['status', '--to', to, '--json'], { env: BARE });
  const pipe = await open(journal, 'w');
  lock.release();
  renameSync(finished, journal);
  await pipe.writeFile(unfinished);
  await pipe.close();
  const [answer] = (await asking.result).expectExit(0).lines;
  assert.deepEqual([answer?.state, answer?.done], ['finished', 35]);
});
