// --concurrency auto: begins low, grows, stays below what it may be, and does not let what hangs hold up the rest.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';
import { deferred } from '../../../support/waiting.js';

/** A round trip over land. */
const SLOW = { action: { delayMs: 30 } };
/** Around the world: next to that, what a busy machine takes for a request does not show. */
const SLOWEST = { match: { kind: 'get' as const }, action: { delayMs: 300 } };

test('auto begins with a few requests, and ends with many where that is of use', async (t) => {
  const objects = manyObjects(600, { size: 100 });
  const { server, to, mirror } = await openWorld(t, { objects, faults: [SLOWEST] });
  const gate = deferred();
  server.faults.add({ match: { kind: 'get' }, action: { waitFor: gate.promise }, times: 4 });
  const done = mirror();
  await until('the first ones', () => server.counters.activeGets === 4);
  assert.equal(server.counters.peakActiveGets, 4);
  gate.resolve();
  (await done).expectExit(0);
  assert.ok(server.counters.peakActiveGets >= 32, `${server.counters.peakActiveGets} at once`);
  await assertTree(to, objects);
});

test('never more than --max-connections, listings and downloads together', async (t) => {
  const objects = Object.assign(
    {},
    ...Array.from({ length: 20 }, (_, folder) => manyObjects(20, { folder: `d${folder}/`, size: 100 })),
  );
  for (const most of [1, 2, 8]) {
    const { server, to, mirror } = await openWorld(t, { objects, faults: [{ action: { delayMs: 5 } }] });
    (await mirror('--max-connections', String(most))).expectExit(0);
    const { connections, peakActive } = server.counters;
    assert.ok(peakActive <= most, `${peakActive} requests at once of ${most}`);
    assert.ok(connections <= most, `${connections} connections of ${most}`);
    await assertTree(to, objects);
  }
});

test('a server that refuses more than so many at once is found out, and everything is stored', async (t) => {
  const objects = manyObjects(1_000, { size: 100 });
  const rateLimit = { mostAtOnce: 10, kinds: ['get'] as const };
  const { server, to, mirror } = await openWorld(t, { objects, faults: [SLOW], rateLimit });
  (await mirror('--retries', '0')).expectExit(0);
  const refused = server.counters.get - 1_000;
  assert.ok(refused > 0 && refused < 200, `${refused} of 1,000 refused`);
  await assertTree(to, objects);
});

test('requests that hang hold up nobody else', async (t) => {
  const objects = manyObjects(400);
  const { server, to, start } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get', key: /^00[0-2]/ }, action: { stallBeforeHeaders: true } });
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--timeout', '10m']);
  // All but the thirty that hang.
  await until('the others', () => server.counters.get - server.counters.activeGets >= 370);
  child.kill('SIGTERM');
  await until('the first signal', () => stderr().includes('interrupted'));
  child.kill('SIGTERM');
  (await result).expectExit(130);
});

test('a number above the most is refused', async (t) => {
  const { run, to } = await openWorld(t);
  const args = ['mirror', 'upyun://pics', '--to', to, '--concurrency', '9', '--max-connections', '8'];
  const refused = (await run(args)).expectExit(2);
  assert.match(refused.stderr, /--concurrency: 9 is more than --max-connections \(8\)/);
  assert.match(
    (await run([...args.slice(0, 4), '--concurrency', 'fast'])).expectExit(2).stderr,
    /auto or a whole number/,
  );
});
