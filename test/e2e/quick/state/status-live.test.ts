// What `status` says of a run that works: the health and the numbers that its screen has.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';

test('a run that is throttled says so to another process, and no more once it is killed', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(60) });
  const { to, start, run, server } = world;
  const refused = { status: { status: 429, code: 42900001, retryAfterSeconds: 50 } };
  server.faults.add({ match: { kind: 'get' }, action: refused, after: 20 });
  const { child } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '4']);
  const ask = async () => JSON.parse((await run(['status', '--to', to, '--json'])).stdout);
  let answer: { live?: { done: number; health: { state: string; status: number }; secondsLeft?: number } } = {};
  await until('its health', async () => {
    answer = await ask();
    return answer.live?.health.state === 'throttled';
  });
  assert.deepEqual([answer.live!.done, answer.live!.health.status], [20, 429]);
  const { stdout } = await run(['status', '--to', to]);
  assert.match(stdout, /^health +THROTTLED by the server \(429\)/m);
  child.kill('SIGKILL');
  await until('its end', async () => (await ask()).live === undefined);
  assert.doesNotMatch((await run(['status', '--to', to])).stdout, /^health/m);
});

test('--watch shows the screen of a run that works, and ends when the run ends', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(60) });
  const { to, start, run, server } = world;
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 20 });
  const mirror = start(['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '4']);
  await until('its numbers', async () => (await run(['status', '--to', to, '--json'])).stdout.includes('"done":20,'));
  const text = start(['status', '--to', to, '--watch']);
  const json = start(['status', '--to', to, '--watch', '--json']);
  await until('two looks', () => text.stdout().split('\nhealth').length > 2 && json.stdout().split('\n').length > 2);
  assert.match(text.stdout(), /^upyun:\/\/pics → .*\/out +run 1, \d+ s elapsed$/m);
  assert.match(text.stdout(), /^objects .* 20 of 60 +[\d,]+\/s$/m);
  assert.match(text.stdout(), /^health +healthy; /m);
  letGo();
  const results = await Promise.all([text.result, json.result, mirror.result]);
  assert.deepEqual(
    results.map(({ code }) => code),
    [0, 0, 0],
  );
  assert.match(results[0].stdout, /\n\nstate +finished\n(?:.*\n)*no run works on this job now\n$/);
  const states = results[1].stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).state as string);
  assert.deepEqual([...new Set(states)], ['running', 'finished']);
  const after = await run(['status', '--to', to, '--watch']);
  assert.deepEqual([after.code, after.stdout.split('\n').at(-2)], [0, 'no run works on this job now']);
});
