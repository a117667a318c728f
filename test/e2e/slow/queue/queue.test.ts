// Several machines and one command: they share the work, know of each other, and end together.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { assertSpread, copiesIn, jobOf, openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

const tree = (folders: number, each = 30) =>
  Object.assign(
    {},
    ...Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index % 5}/g${index}/` })),
  );

test('two machines share a bucket, and each tells its share and the whole', { skip }, async (t) => {
  const objects = tree(20, 60);
  const world = await openSharedWorld(t, { objects });
  const machines = await startTogether(world, [0, 1], ['--concurrency', '4']);
  const results = await Promise.all(machines.map(({ result }) => result));
  for (const result of results) result.expectExit(0);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
  const shares = results.map(({ summary }) => summary.stored);
  assert.equal(shares[0]! + shares[1]!, 1_200);
  assert.ok(shares[0]! > 0 && shares[1]! > 0, `shares: ${shares}`);
  for (const result of results) {
    const { name, listed, stored, failed, isComplete, checkedBy } = jobOf(result);
    assert.deepEqual([name, listed, stored, failed, isComplete], ['pics', 1_200, 1_200, 0, true]);
    assert.deepEqual(checkedBy, { md5: 1_200 });
  }
  assert.equal(world.server.counters.get, 1_200, 'nothing was fetched twice');
});

test('whoever comes when all is done ends at once, and so does the same command again', { skip }, async (t) => {
  const world = await openSharedWorld(t, { objects: tree(3) });
  await (await world.startMachine(0).result).expectExit(0);
  const asked = world.server.counters.get;
  for (const machine of [0, 1]) {
    const result = (await world.startMachine(machine).result).expectExit(0);
    assert.equal(jobOf(result).stored, 90);
    assert.equal(result.summary.stored, machine === 0 ? 90 : 0);
  }
  assert.equal(world.server.counters.get, asked);
});

test('a failed object makes the exit code 1 on all machines, and is in the list of the one that has tried it', {
  skip,
}, async (t) => {
  const world = await openSharedWorld(t, { objects: tree(4) });
  world.server.faults.add({ match: { kind: 'get', key: 'f1/g1/0003.jpg' }, action: { status: 403 } });
  const machines = [0, 1].map((machine) => world.startMachine(machine, ['--concurrency', '2']));
  const results = await Promise.all(machines.map(({ result }) => result));
  for (const result of results) {
    result.expectExit(1);
    assert.equal(jobOf(result).failed, 1);
  }
  const lists = [0, 1].filter((machine) => results[machine]!.summary.failed === 1);
  assert.equal(lists.length, 1);
  assert.ok(existsSync(join(world.folderOf(lists[0]!), '.sluice', 'failures.ndjson')));
});

test('another SOURCE, or other filters, under the same name are refused, and it is said what differs', {
  skip,
}, async (t) => {
  const world = await openSharedWorld(t, { objects: tree(2) });
  await (await world.startMachine(0, ['--job', 'one']).result).expectExit(0);
  const other = await world.run([
    'mirror',
    'upyun://pics/f1',
    '--to',
    world.folderOf(1),
    '--queue',
    world.nats.url,
    '--job',
    'one',
  ]);
  other.expectExit(2);
  assert.match(other.stderr, /SOURCE is upyun:\/\/pics there and upyun:\/\/pics\/f1 here/);
  const filtered = (await world.startMachine(1, ['--job', 'one', '--exclude', '*.png']).result).expectExit(2);
  assert.match(filtered.stderr, /--exclude is not given there and \*\.png here/);
});

test('two jobs side by side do not know of each other', { skip }, async (t) => {
  const objects = tree(6);
  const world = await openSharedWorld(t, { objects });
  const one = world.startMachine(0, ['--job', 'one']);
  const two = world.startMachine(1, ['--job', 'two', '--include', 'f1/**']);
  for (const { result } of [one, two]) (await result).expectExit(0);
  await assertSpread([world.folderOf(0)], objects);
  const some = Object.fromEntries(
    Object.entries(objects as Record<string, Buffer>).filter(([key]) => key.startsWith('f1/')),
  );
  await assertSpread([world.folderOf(1)], some);
  const jobs = (await world.queued(['jobs', '--json'])).expectExit(0);
  assert.deepEqual(
    jobs.lines.map(({ job, state }) => [job, state]),
    [
      ['one', 'complete'],
      ['two', 'complete'],
    ],
  );
});

test('one lists, others fetch', { skip }, async (t) => {
  const objects = tree(8);
  const world = await openSharedWorld(t, { objects });
  const fetching = [0, 1].map((machine) => world.startMachine(machine, ['--role', 'fetch']));
  const listing = world.start(['list', 'upyun://pics', '--queue', world.nats.url, '--json']);
  const listed = (await listing.result).expectExit(0);
  assert.equal(listed.stdout, '');
  assert.equal(listed.summary.listed, 240);
  for (const { result } of fetching) assert.equal(jobOf((await result).expectExit(0)).stored, 240);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('an input is fed by one machine, and fetched by two', { skip }, async (t) => {
  const objects = tree(60, 50);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 3 } });
  const input = `${Object.keys(objects)
    .map((key) => JSON.stringify({ key, size: 1_000 }))
    .join('\n')}\n`;
  const args = (machine: number) => [
    'fetch',
    '--from',
    'upyun://pics',
    '--to',
    world.folderOf(machine),
    '--queue',
    world.nats.url,
    '--json',
    '--concurrency',
    '4',
  ];
  const feeder = world.start(args(0), { input });
  await until('the job', () => feeder.stderr().includes('begun'));
  const helper = world.start([...args(1), '--role', 'fetch']);
  const results = await Promise.all([feeder.result, helper.result]);
  for (const result of results) assert.equal(jobOf(result.expectExit(0)).stored, 3_000);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
  // Fed once more, by a machine that only reads, nothing is fetched.
  (await world.run([...args(2), '--role', 'list'], { input })).expectExit(0);
  assert.equal((await copiesIn([world.folderOf(2)])).size, 0);
  const asked = world.server.counters.get;
  (await world.run(args(0), { input })).expectExit(0);
  assert.equal(world.server.counters.get, asked);
});

test('status tells of a job and its machines; a lost machine is forgotten, and the others fetch what it had', {
  skip,
}, async (t) => {
  const objects = tree(12);
  const world = await openSharedWorld(t, { objects });
  const results = await Promise.all(
    [0, 1].map((machine) => world.startMachine(machine, ['--concurrency', '2']).result),
  );
  for (const result of results) result.expectExit(0);
  const status = (await world.queued(['status', '--json'])).expectExit(0).lines[0]!;
  assert.deepEqual(
    [status.job, status.state, status.pending, status.leased, status.done, status.listed, status.stored, status.failed],
    ['pics', 'complete', 0, 0, 12, 360, 360, 0],
  );
  const workers = status.workers as { name: string; objects: number; volumes: { path: string }[] }[];
  assert.equal(workers.length, 2);
  const lost = workers.find(({ volumes }) => volumes[0]!.path === world.folderOf(1))!;
  assert.equal(lost.objects, results[1]!.summary.stored);
  const text = (await world.queued(['status'])).expectExit(0).stdout;
  assert.match(text, /360 = 360 stored/);
  assert.match(text, /^checked by +MD5 360$/m);

  const forgotten = await world.queued(['forget', '--job', 'pics', '--worker', lost.name]);
  forgotten.expectExit(0);
  (await world.queued(['forget', '--job', 'pics', '--worker', 'nobody'])).expectExit(1);
  (await world.startMachine(0).result).expectExit(0);
  const found = await copiesIn([world.folderOf(0)]);
  assert.equal(found.size, 360);

  (await world.queued(['remove', '--job', 'pics'])).expectExit(2);
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(1);
  assert.equal((await world.queued(['jobs'])).expectExit(0).stdout.trim(), 'no job is kept there');
});

test('--audit walks the listing once more and fetches what has come meanwhile', { skip }, async (t) => {
  const world = await openSharedWorld(t, { objects: tree(4) });
  (await world.startMachine(0).result).expectExit(0);
  const asked = world.server.counters.get;
  const audited = (await world.startMachine(0, ['--audit']).result).expectExit(0);
  assert.equal(jobOf(audited).isComplete, true);
  assert.equal(world.server.counters.get, asked);
  assert.ok(world.server.counters.list > 5);
});
