// A server that redirects to another one: each request is in the lane of the server that it asks.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { keysOf, lanesWorld, refused } from '../../../support/pacing/lanes.js';
import { deferred, turns, until } from '../../../support/waiting.js';

const ONE_BYTE = { bytes: new Uint8Array(1) };
/** `a/NAME` is at `b/NAME`, unless its name begins with `own`. */
const redirecting = (host: string, key: string) =>
  host === 'a' && !key.startsWith('a/own') ? { redirectedTo: { key: key.replace('a/', 'b/') } } : undefined;
const ownKeys = (count: number) => Array.from({ length: count }, (_, index) => `a/own${index}`);

test('where the target throttles, the target is asked more slowly, and the first server as before', async (t) => {
  let isBusy = true;
  const world = lanesWorld(t, {
    get: async (host, { key }) => {
      if (host === 'b' && isBusy) throw new TransferError('ERR_THROTTLED', 'slow down', { retryAfterMs: 50 });
      return redirecting(host, key) ?? ONE_BYTE;
    },
  });
  world.put('a/0', ...ownKeys(1));
  await until(() => world.results.length >= 2, 'each has an answer');
  const isOpen = (host: string) => world.lanes.healthOf({ key: `${host}/0` })?.throttle.isOpen;
  assert.deepEqual([isOpen('a') ?? true, isOpen('b')], [true, false]);
  assert.equal(world.lanes.state.throttled, 1);
  isBusy = false;
  await until(() => world.fetchedOf('a') === 2, 'both are fetched');
});

test('the limit of the target is that of all that leads there, and a redirect is no attempt', async (t) => {
  const gate = deferred();
  const world = lanesWorld(t, {
    perHost: 3,
    get: async (host, { key }) => {
      if (host === 'b' && key !== 'b/0') await gate.promise;
      if (host === 'c') return { redirectedTo: { key: key.replace('c/', 'b/') } };
      return redirecting(host, key) ?? ONE_BYTE;
    },
  });
  world.put(...keysOf('a', 100), ...keysOf('c', 100));
  await until(() => world.most.get('b') === 3, 'the target gives nothing');
  await turns();
  gate.resolve();
  await until(() => world.fetchedOf('a') === 100 && world.fetchedOf('c') === 100, 'all are fetched');
  assert.equal(world.most.get('b'), 3);
  for (const { delivery } of world.results) assert.equal(delivery.attempts, 1);
});

test('what leads to a dead server waits outside of memory, and comes back as what was asked for', async (t) => {
  let isDead = true;
  const world = lanesWorld(t, {
    window: 500,
    get: async (host, { key }) => {
      if (host === 'b' && isDead) throw refused();
      return redirecting(host, key) ?? ONE_BYTE;
    },
  });
  world.put(...keysOf('a', 2_000), ...ownKeys(200));
  await until(() => world.fetchedOf('a') === 200, 'the first server gives all that it has');
  await until(() => world.counts.aside > 1_900, 'the rest is set aside');
  assert.deepEqual(world.told, ['b is down']);
  isDead = false;
  await until(() => world.fetchedOf('a') === 2_200, 'all are fetched');
  assert.equal(world.counts.aside, 0);
});
