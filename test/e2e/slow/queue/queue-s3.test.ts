// Machines that share a flat bucket like S3: its ranges of keys are listed by whichever of them has nothing to do.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { refuse, startS3Server } from '../../../fakes/s3/server.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { openSharedS3World } from '../../../support/cli/s3-world.js';
import { assertSpread, jobOf } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();
const OBJECTS = { ...manyObjects(800), ...manyObjects(800, { folder: 'IMG_' }) };
const COUNT = Object.keys(OBJECTS).length;
const PAGE = 25;

async function sharedWorld(t: TestContext, classes: Record<string, string> = {}) {
  const server = await startS3Server({ objects: OBJECTS, classes });
  t.after(() => server.close());
  const keys = { accessKeyId: 'AK', secretAccessKey: 'SECRETSECRET' };
  const world = await openSharedS3World(t, { endpoint: server.endpoint, keys });
  // As a line of some length: both machines have something to do.
  server.fault = async ({ path }) => {
    await new Promise((resolve) => setTimeout(resolve, path === '/pics' ? 100 : 10));
    return false;
  };
  const pages = () => server.requests.filter(({ path }) => path === '/pics');
  const gets = () => server.requests.length - pages().length;
  return { ...world, server, pages, gets };
}

test('a flat bucket is listed in ranges by two machines: each page once, every object on one of them', {
  skip,
}, async (t) => {
  const world = await sharedWorld(t);
  const args = ['--page-size', String(PAGE), '--list-concurrency', '4', '--concurrency', '8'];
  const running = [0, 1].map((machine) => world.startMachine(machine, args));
  for (const { result } of running) {
    const { listed, failed, isComplete } = jobOf((await result).expectExit(0));
    assert.deepEqual([listed, failed, isComplete], [COUNT, 0, true]);
  }
  await assertSpread([0, 1].map(world.folderOf), OBJECTS);
  const begins = world.pages().map(({ query }) => query.get('start-after') ?? '');
  assert.equal(new Set(begins).size, begins.length, 'a page is listed twice');
  assert.ok(
    world.server.mostListings() > 4,
    `${world.server.mostListings()} pages at once by two machines with 4 each`,
  );
  assert.equal(world.gets(), COUNT);
});

test('one machine is killed while ranges are listed: the other has all, and nothing is missing', {
  skip,
}, async (t) => {
  const world = await sharedWorld(t);
  const args = ['--page-size', String(PAGE), '--list-concurrency', '4', '--concurrency', '8', '--lease', '2s'];
  const first = world.startMachine(0, args);
  await until('the first to list', () => world.pages().length >= 8);
  const second = world.startMachine(1, args);
  await until('both in the middle', () => world.gets() >= 200);
  first.child.kill('SIGKILL');
  await first.result;
  const { listed, failed, isComplete } = jobOf((await second.result).expectExit(0));
  assert.deepEqual([listed, failed, isComplete], [COUNT, 0, true]);
  // What the first had entered as done stays with it; what it had only begun is taken away when it comes back.
  (await world.startMachine(0, args).result).expectExit(0);
  await assertSpread([0, 1].map(world.folderOf), OBJECTS);
});

test('killed after a page is entered, and before its ranges are published: the next one publishes them', {
  skip,
}, async (t) => {
  const world = await sharedWorld(t);
  const args = ['--page-size', '100', '--list-concurrency', '4', '--concurrency', '16', '--lease', '1s'];
  const { child, result } = world.startMachine(0, args, { SLUICE_CRASH_POINT: 'page.entered' });
  await result;
  assert.equal(child.signalCode, 'SIGKILL', 'it was not killed there');
  for (const { result } of [0, 1].map((machine) => world.startMachine(machine, args)))
    assert.equal(jobOf((await result).expectExit(0)).isComplete, true);
  await assertSpread([0, 1].map(world.folderOf), OBJECTS);
});

test('batches that the queue has lost are found by a second listing, in the same ranges: nothing twice', {
  skip,
}, async (t) => {
  const world = await sharedWorld(t);
  const args = ['--page-size', String(PAGE), '--list-concurrency', '4', '--concurrency', '2', '--lease', '2s'];
  const running = [0, 1].map((machine) => world.startMachine(machine, args));
  await until('most of the listing', () => world.pages().length >= 50);
  const connection = await connect({ servers: world.nats.url.replace('nats://', '') });
  const manager = await jetstreamManager(connection);
  await manager.streams.purge('sluice_s3-pics_parts');
  await connection.close();
  for (const { result } of running) {
    const { failed, isComplete } = jobOf((await result).expectExit(0));
    assert.deepEqual([failed, isComplete], [0, true]);
  }
  assert.ok(
    running.some(({ stderr }) => stderr().includes('queue-relisted')),
    'it was listed again',
  );
  await assertSpread([0, 1].map(world.folderOf), OBJECTS);
  assert.ok(world.gets() < 1.1 * COUNT, `${world.gets()} requests for ${COUNT} objects`);
});

test('an archived object keeps its storage class in a shared job, and only one machine learns the region', {
  skip,
}, async (t) => {
  // The store refuses without naming the class: only the listing has it.
  const classes = { '0007.jpg': 'DEEP_ARCHIVE' };
  const world = await sharedWorld(t, classes);
  const refused: string[] = [];
  world.server.fault = ({ headers, path }, response) => {
    const isThere = headers.authorization?.includes('/eu-central-1/s3/') === true;
    if (isThere && !path.endsWith('/0007.jpg')) return false;
    if (!isThere) refused.push(path);
    if (isThere) refuse(response, 403, 'InvalidObjectState');
    else refuse(response, 400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>');
    return true;
  };
  const lister = world.startMachine(0, ['--role', 'list', '--list-concurrency', '1']);
  await until('the listing', () => world.pages().length > refused.length);
  assert.deepEqual(refused, ['/pics']);
  const fetcher = world.startMachine(1, ['--role', 'fetch']);
  const { failed, isComplete } = jobOf((await fetcher.result).expectExit(1));
  assert.deepEqual([failed, isComplete], [1, true]);
  assert.match(fetcher.stderr(), /"code":"ERR_ARCHIVED".*the object is archived \(DEEP_ARCHIVE\)/);
  assert.deepEqual(refused, ['/pics'], 'the second machine has learnt it itself');
  await lister.result;
});
