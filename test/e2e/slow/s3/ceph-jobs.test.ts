// Jobs from a real gateway of Ceph that are killed, and that two machines share.
// SLUICE_KILL_ROUNDS and SLUICE_KILL_SEED repeat the kills for longer, or exactly as they were.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { bytesFor } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { killAtRandom } from '../../../support/cli/kill-rounds.js';
import { killedS3Store, openS3World, openSharedS3World } from '../../../support/cli/s3-world.js';
import { assertSpread, jobOf } from '../../../support/cli/shared.js';
import { random } from '../../../support/random.js';
import { type Ceph, skipWithoutCeph, startCeph } from '../../../support/s3/ceph.js';
import { type S3Client, s3Client } from '../../../support/s3/client.js';
import { HOSTILE_KEYS } from '../../../support/s3/hostile-keys.js';
import { type S3Proxy, startS3Proxy } from '../../../support/s3/proxy.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const ROUNDS = Number(process.env.SLUICE_KILL_ROUNDS ?? 5);
const SEED = Number(process.env.SLUICE_KILL_SEED ?? Date.now() % 1_000_000);

const skip = skipWithoutCeph();
let ceph: Ceph;
let client: S3Client;
let proxy: S3Proxy;

/** Hostile ones, and enough of one kind to be split. */
const OBJECTS: Record<string, Buffer> = Object.fromEntries(
  [...HOSTILE_KEYS, ...Array.from({ length: 500 }, (_, n) => `flat-${n * 37}`)].map((key, n) => [
    key,
    bytesFor(key, 1 + ((n * 997) % 9_000)),
  ]),
);

before(async () => {
  if (skip !== false) return;
  ceph = await startCeph();
  client = s3Client(ceph.endpoint, ceph.keys);
  proxy = await startS3Proxy(ceph.endpoint);
  await client.createBucket('pics');
  await client.fill('pics', OBJECTS);
  // As a line of some length.
  proxy.fault = async ({ path }) => {
    await new Promise((resolve) => setTimeout(resolve, path === '/pics' ? 50 : 10));
    return false;
  };
});

after(async () => {
  client?.close();
  await proxy?.close();
  await ceph?.close();
});

const PAGES = ['--page-size', '12', '--list-concurrency', '4'];

test('two machines share a bucket of Ceph; one is killed and comes back: each object on one of them', {
  skip: skip || skipWithoutNats(),
}, async (t) => {
  const world = await openSharedS3World(t, { endpoint: proxy.endpoint, keys: ceph.keys });
  const args = [...PAGES, '--concurrency', '4', '--lease', '2s'];
  const [first, second] = [0, 1].map((machine) => world.startMachine(machine, args));
  const gets = () => proxy.requests.filter(({ path }) => path !== '/pics').length;
  await until('the middle', () => gets() >= 150);
  first!.child.kill('SIGKILL');
  await first!.result;
  const again = world.startMachine(0, args);
  for (const { result } of [second!, again]) {
    const { listed, failed, isComplete } = jobOf((await result).expectExit(0));
    assert.deepEqual([listed, failed, isComplete], [Object.keys(OBJECTS).length, 0, true]);
  }
  await assertSpread([0, 1].map(world.folderOf), OBJECTS);
});

test(`killed ${ROUNDS} times at random: the exact tree, nothing twice, no page again that was done (seed ${SEED})`, {
  skip,
  timeout: 600_000,
}, async (t) => {
  const world = await openS3World(t, { endpoint: proxy.endpoint, keys: ceph.keys });
  proxy.take();
  const store = killedS3Store(proxy, (key, body) => client.put('pics', key, body));
  const kills = { rounds: ROUNDS, next: random(SEED), objects: { ...OBJECTS }, concurrency: 8, args: PAGES };
  await killAtRandom(world, store, kills);
});
