// A flat folder that is listed from both ends, by the command: killed and gone on with, and shared between machines.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { UpyunServer } from '../../../fakes/upyun/upyun-server.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertSpread, jobOf, openSharedWorld } from '../../../support/cli/shared.js';
import { assertTree } from '../../../support/cli/tree.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const OBJECTS = manyObjects(1_600);
const ARGS = ['--page-size', '100'];

/** Pages of data from the end. */
const fromEnd = ({ log }: UpyunServer) =>
  log.filter(({ headers }) => headers['x-list-order'] === 'desc' && headers['x-list-limit'] === '100').length;

test('killed while both parts are listed, and run again: every object, and no part is listed again from its beginning', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  // The listing goes on as objects are fetched.
  server.faults.add({ match: { kind: 'list' }, action: { delayMs: 20 } });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--json', ...ARGS]);
  await until('pages from the end', () => fromEnd(server) >= 2);
  child.kill('SIGKILL');
  await result.catch(() => {});
  const { summary } = (await mirror(...ARGS)).expectExit(0);
  await assertTree(to, OBJECTS);
  assert.equal(summary.failed, 0);
});

test('machines that share the listing copy each object once, from whichever end it was listed', {
  skip: skipWithoutNats(),
}, async (t) => {
  const world = await openSharedWorld(t, { objects: OBJECTS });
  // So a machine knows that nothing else waits to be listed, and splits the folder.
  world.server.faults.add({ match: { kind: 'list' }, action: { delayMs: 50 } });
  const running = [0, 1].map((machine) => world.startMachine(machine, ARGS));
  const results = await Promise.all(running.map(({ result }) => result));
  for (const result of results) {
    const { listed, stored, failed, isComplete } = jobOf(result.expectExit(0));
    assert.deepEqual([listed, stored, failed, isComplete], [1_600, 1_600, 0, true]);
  }
  await assertSpread([world.folderOf(0), world.folderOf(1)], OBJECTS);
});
