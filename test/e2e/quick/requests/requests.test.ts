// What goes over the wire: headers, how much at once, and signatures under a clock that is wrong.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

test('objects are asked for as files and uncompressed, once each; no HEAD, nothing but GET', async (t) => {
  const { server, mirror } = await openWorld(t, {
    objects: manyObjects(30, { folder: 'a b/' }),
    object: { gzip: true },
  });
  (await mirror()).expectExit(0);
  const requests = takeRequests(server);
  assert.deepEqual([...new Set(requests.map(({ method }) => method))], ['GET']);
  const gets = requests.filter(({ kind }) => kind === 'get');
  assert.equal(gets.length, 30);
  for (const { headers, rawPath } of gets) {
    assert.equal(headers['x-upyun-folder'], 'false');
    assert.equal(headers['accept-encoding'], 'identity');
    assert.match(String(headers.authorization), /^UPYUN e2e-operator:[A-Za-z0-9+/=]+$/);
    assert.match(rawPath, /^\/pics\/a%20b\/\d{4}\.jpg$/);
  }
  assert.equal(server.counters.unauthenticated, 0);
  assert.ok(server.counters.usage <= 1 && server.counters.list === 2);
});

test('no more than --concurrency objects and --list-concurrency folders are asked for at once', async (t) => {
  const objects = Object.assign({}, ...Array.from({ length: 12 }, (_, n) => manyObjects(10, { folder: `${n}/` })));
  const { server, to, mirror } = await openWorld(t, { objects, faults: [{ action: { delayMs: 20 } }] });
  (await mirror('--concurrency', '5', '--list-concurrency', '2')).expectExit(0);
  assert.equal(server.counters.peakActiveGets, 5);
  assert.equal(server.counters.peakActiveLists, 2);
  // One connection for each of them, kept open, and one for ?usage.
  assert.ok(server.counters.connections <= 5 + 2 + 1, `${server.counters.connections} connections`);
  await assertTree(to, objects);
});

test('--concurrency 1 works, and so does more than there are objects', async (t) => {
  const objects = manyObjects(12, { folder: 'x/y/' });
  const { server, folder, run } = await openWorld(t, { objects });
  for (const concurrency of ['1', '4096']) {
    const args = ['--to', concurrency, '--concurrency', concurrency, '--list-concurrency', '1'];
    (await run(['mirror', 'upyun://pics', ...args])).expectExit(0);
    await assertTree(`${folder}/${concurrency}`, objects);
    if (concurrency === '1') assert.equal(server.counters.peakActiveGets, 1);
  }
});

const HOURS_MS = 3_600_000;

for (const skewMs of [2 * HOURS_MS, -48 * HOURS_MS]) {
  test(`a server clock ${skewMs / HOURS_MS} h off costs one 401 and then everything works`, async (t) => {
    const objects = manyObjects(40);
    const { server, to, mirror } = await openWorld(t, { objects, nowMs: () => Date.now() + skewMs });
    // A limit, because otherwise the listing and ?usage start together and both learn it.
    (await mirror('--limit', '1000', '--page-size', '10')).expectExit(0);
    assert.equal(server.counters.unauthenticated, 1);
    await assertTree(to, objects);
  });
}

test('a clock that is set while the run goes on is learnt again', async (t) => {
  const objects = manyObjects(80);
  let requests = 0;
  const nowMs = () => Date.now() + (requests++ > 50 ? HOURS_MS : 0);
  const { to, mirror } = await openWorld(t, { objects, nowMs });
  (await mirror('--concurrency', '4', '--retries', '0')).expectExit(0);
  assert.ok(requests > 50, 'the clock was set');
  await assertTree(to, objects);
});

test('a clock that stays wrong whatever is done says so, and ends with 3', async (t) => {
  const { server, list } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ action: { status: { status: 401, code: 40100002 } } });
  const result = (await list()).expectExit(3);
  assert.match(result.said, /^sluice: [^\n]*clock[^\n]*\[ERR_AUTH\]\n$/);
});
