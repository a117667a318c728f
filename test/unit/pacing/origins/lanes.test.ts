// Many servers: each takes only its share, whatever it does.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { batchOf, deliveryOf } from '../../../support/batches.js';
import { keysOf, lanesWorld, refused } from '../../../support/pacing/lanes.js';
import { deferred, turns, until } from '../../../support/waiting.js';

const ONE_BYTE = { bytes: new Uint8Array(1) };

test('no server gets more requests at once than it may, and all together no more than the total', async (t) => {
  const gate = deferred();
  const world = lanesWorld(t, {
    perHost: 4,
    total: 10,
    get: async () => {
      await gate.promise;
      return ONE_BYTE;
    },
  });
  world.put(...keysOf('a', 50), ...keysOf('b', 50), ...keysOf('c', 50));
  await turns();
  assert.deepEqual([...world.most.values()], [1, 1, 1], 'one request until a server has answered');
  gate.resolve();
  await until(() => world.results.length === 150, 'all are fetched');
  for (const host of ['a', 'b', 'c']) assert.ok(world.most.get(host)! <= 4, `${host}: ${world.most.get(host)}`);
  assert.ok(world.counts.mostInFlight <= 10);
  assert.ok(Math.max(...world.most.values()) > 1, 'they grow once they have answered');
});

test('as many requests at once as there may be now: none for a server whose objects are all fetched', async (t) => {
  const gate = deferred();
  const world = lanesWorld(t, {
    get: async (host, { key }) => {
      if (host === 'slow' && key !== 'slow/0') await gate.promise;
      return ONE_BYTE;
    },
  });
  world.put(...keysOf('fast', 200), ...keysOf('slow', 50));
  await until(() => world.fetchedOf('fast') === 200 && world.most.get('slow')! > 1, 'one is done, the other works');
  await turns();
  const { inUse, limit } = world.lanes.state;
  assert.ok(inUse > 0);
  assert.equal(limit, inUse, 'the slow one takes all that it may, and the other takes none');
  gate.resolve();
  await until(() => world.results.length === 250, 'all are fetched');
});

test('a server that hangs holds up no other, sorted or interleaved; what it cannot take is set aside', async (t) => {
  for (const keys of [
    [...keysOf('slow', 5_000), ...keysOf('fast', 3_000)],
    keysOf('slow', 4_000).flatMap((key, index) => [key, `fast/${index}`]),
  ]) {
    const gate = deferred();
    const world = lanesWorld(t, {
      get: async (host) => {
        if (host === 'slow') await gate.promise;
        return ONE_BYTE;
      },
    });
    world.put(...keys);
    const fast = keys.filter((key) => key.startsWith('fast/')).length;
    await until(() => world.fetchedOf('fast') === fast, 'the fast ones are fetched');
    assert.equal(world.fetchedOf('slow'), 0);
    assert.ok(world.counts.mostAside > 2_000, `${world.counts.mostAside} set aside`);
    assert.ok(Number(world.lanes.gauges().waiting) <= 1_000, 'the rest fits into the window');
    gate.resolve();
    await until(() => world.results.length === keys.length, 'all are fetched');
    assert.equal(new Set(world.results.map(({ delivery }) => delivery.entry.key)).size, keys.length);
    assert.equal(world.counts.aside, 0);
  }
});

test('what is set aside comes back with all that is known of it', async (t) => {
  const gate = deferred();
  const asked: unknown[] = [];
  const world = lanesWorld(t, {
    get: async (_host, _entry, known) => {
      await gate.promise;
      asked.push(known);
      return ONE_BYTE;
    },
  });
  const known = { size: 3, mtimeMs: 1_000, etag: 'W/"\t1"', lastModified: 'then', isOfPass: false, path: 'a\tb' };
  const batch = batchOf([], { isInput: true });
  for (const key of keysOf('slow', 3_000)) world.stage.write({ ...deliveryOf({ key }, { batch }), known, home: 1 });
  await until(() => world.counts.aside > 1_000, 'many are set aside');
  gate.resolve();
  await until(() => world.results.length === 3_000, 'all are fetched');
  for (const one of asked) assert.deepEqual(one, known);
  assert.ok(world.results.every(({ delivery }) => delivery.home === 1));
});

test('a dead server: its objects wait outside of memory, and all are fetched when it comes back', async (t) => {
  let isUp = false;
  const world = lanesWorld(t, {
    get: async (host) => {
      if (host === 'dead' && !isUp) throw refused();
      return ONE_BYTE;
    },
  });
  world.put(...keysOf('dead', 3_000), ...keysOf('fine', 500));
  await until(() => world.fetchedOf('fine') === 500, 'the others are fetched');
  assert.deepEqual(world.told, ['dead is down']);
  assert.ok(world.counts.aside > 2_900);
  assert.equal(world.lanes.state.unreachable, 1);
  isUp = true;
  await until(() => world.fetchedOf('dead') === 3_000, 'all are fetched');
  assert.deepEqual(world.told, ['dead is down', 'dead is up']);
  assert.deepEqual(world.failed(), []);
});

test('a dead server is given up after its time, if another one answers; exactly its objects fail', async (t) => {
  const world = lanesWorld(t, {
    waitMs: 60_000,
    get: async (host) => {
      if (host === 'dead') throw refused();
      return ONE_BYTE;
    },
  });
  world.put('fine/first', ...keysOf('dead', 2_000));
  await until(() => world.told.length === 1, 'it is down');
  await turns();
  assert.deepEqual(world.failed(), []);
  world.clock.nowMs += 60_001;
  await until(() => world.failed().length === 2_000, 'its objects fail');
  assert.deepEqual(
    world.failed().sort(),
    keysOf('dead', 2_000)
      .map((key) => `${key} ERR_HOST_UNREACHABLE`)
      .sort(),
  );
  assert.deepEqual(world.told, ['dead is down', 'dead is given up']);
  world.put('dead/later');
  await until(() => world.failed().length === 2_001, 'the later one fails');
});

test('a dead server is given up, too, where the others have only answered that nothing is there', async (t) => {
  const world = lanesWorld(t, {
    get: async (host) => {
      if (host === 'dead') throw refused();
      throw new TransferError('ERR_NOT_FOUND', 'nothing is there', { status: 404 });
    },
  });
  world.put('fine/first');
  await until(() => world.results.length > 0, 'the other has answered');
  world.put('dead/0');
  await until(() => world.told.length === 1, 'it is down');
  world.clock.nowMs += 60_001;
  await until(() => world.failed().includes('dead/0 ERR_HOST_UNREACHABLE'), 'its object fails');
});

test('with a wait without an end, no server is given up, also none that has never answered', async (t) => {
  const world = lanesWorld(t, {
    waitMs: Number.POSITIVE_INFINITY,
    get: async (host) => {
      if (host === 'dead') throw refused();
      return ONE_BYTE;
    },
  });
  world.put('fine/first', 'dead/0');
  await until(() => world.told.length === 1, 'it is down');
  world.clock.nowMs += 24 * 3_600_000;
  await turns(50);
  assert.deepEqual(world.told, ['dead is down']);
});

test('no server is given up while none answers: then the network of this machine is the reason', async (t) => {
  let isNetworkUp = true;
  const world = lanesWorld(t, {
    waitMs: 60_000,
    get: async () => {
      if (!isNetworkUp) throw refused();
      return ONE_BYTE;
    },
  });
  world.put('a/0', 'b/0');
  await until(() => world.results.length === 2, 'both are fetched');
  isNetworkUp = false;
  world.put('a/1', 'b/1');
  await until(() => world.told.length === 2, 'both are down');
  world.clock.nowMs += 3_600_000;
  await turns(50);
  assert.deepEqual(world.failed(), []);
  assert.equal(world.lanes.state.areAllOut, true);
  isNetworkUp = true;
  await until(() => world.results.filter((result) => 'object' in result).length === 4, 'all are fetched');
});

test('a run whose servers have never answered ends, once the input has ended', async (t) => {
  const world = lanesWorld(t, {
    get: async () => {
      throw refused();
    },
  });
  world.put('a/0', 'b/0');
  await until(() => world.told.length === 2, 'both are down');
  world.clock.nowMs += 3_600_000;
  await turns(50);
  assert.deepEqual(world.failures, [], 'more lines may come');
  world.input.isOver = true;
  await until(() => world.failures.length > 0, 'the run ends');
  assert.deepEqual(
    world.failures.map((error) => (error as TransferError).code),
    ['ERR_NO_CONTACT'],
  );
});

test('a server that asks to slow down gets fewer requests at once, and no other one does', async (t) => {
  let refusals = 0;
  const world = lanesWorld(t, {
    perHost: 8,
    get: async (host) => {
      await turns(1);
      if (host === 'busy' && refusals++ < 3) throw new TransferError('ERR_THROTTLED', 'slow down', { status: 429 });
      return ONE_BYTE;
    },
  });
  world.put(...keysOf('busy', 40), ...keysOf('free', 40));
  await until(() => world.fetchedOf('free') === 40, 'the free ones are fetched');
  assert.equal(world.most.get('free'), 8);
  await until(() => world.fetchedOf('busy') === 40, 'the busy ones are fetched');
  assert.equal(world.most.get('free'), 8);
});

test('thousands of servers: few are open at once, and those that have nothing to do are forgotten', async (t) => {
  const world = lanesWorld(t, { maxOrigins: 8, total: 32 });
  let mostOpen = 0;
  let mostKnown = 0;
  world.stage.on('data', () => {
    mostOpen = Math.max(mostOpen, (world.lanes.gauges().hosts as { open: number }).open);
    mostKnown = Math.max(mostKnown, world.lanes.state.known);
  });
  for (let host = 0; host < 2_000; host++) {
    world.put(`h${host}/0`, `h${host}/1`);
    if (host % 20 === 0) await turns(5);
  }
  await until(() => world.results.length === 4_000, 'all are fetched');
  assert.ok(mostOpen <= 8, `${mostOpen} open`);
  assert.ok(mostKnown < 200, `${mostKnown} known`);
  assert.equal(world.lanes.state.known, 8, 'those that are still open');
  assert.ok(world.closed.length >= 1_992);
  assert.equal(world.lanes.state.working, 0);
});

test('a run that is asked to end: what has not begun counts as never taken, wherever it waits', async (t) => {
  const world = lanesWorld(t, { get: () => new Promise(() => {}) });
  world.put(...keysOf('slow', 3_000));
  await until(() => world.counts.aside > 2_000, 'most are set aside');
  world.draining.abort();
  await until(() => world.results.length + world.counts.dropped === 2_999, 'all have ended');
  assert.ok(world.results.every((result) => 'isNotTaken' in result));
  assert.ok(world.counts.dropped > 1_000);
});
