// SIGUSR2 asks for a snapshot. It never ends a run, whenever it comes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';

test('a storm of SIGUSR2 from the first message to the exit disturbs nothing', async (t) => {
  const { to, start } = await openWorld(t, { objects: manyObjects(30) });
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--json']);
  await until('the first message', () => stderr().includes('upyun://pics'));
  const storm = setInterval(() => child.kill('SIGUSR2'), 1);
  t.after(() => clearInterval(storm));
  const { summary } = (await result).expectExit(0);
  assert.equal(summary.stored, 30);
});
