// A copy that several machines share is verified on each of them, or on one that has all their folders: neither calls missing what
// lies elsewhere, and what lies nowhere is found.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pathOf } from '../../../../src/model/names/names.js';
import { manyObjects } from '../../../support/cli/contents.js';
import type { CliResult } from '../../../support/cli/result.js';
import { openSharedWorld, type SharedWorld, startTogether } from '../../../support/cli/shared.js';
import { flipByte } from '../../../support/cli/tree.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

/** More than two machines take ahead. */
const tree = (folders = 16, each = 80): Record<string, Buffer> =>
  Object.assign({}, ...Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index}/` })));

interface Copied {
  readonly world: SharedWorld;
  readonly objects: Record<string, Buffer>;
  /** Key → the number of the machine that has it. */
  readonly owners: Map<string, number>;
  keysOf(machine: number): string[];
  verify(machine: number, args?: readonly string[], source?: string, input?: string): Promise<CliResult>;
}

/** By so many machines, each of which has some of it. */
async function copied(t: TestContext, machines: number, objects = tree()): Promise<Copied> {
  const world = await openSharedWorld(t, { objects });
  const all = await startTogether(world, [...Array(machines).keys()]);
  for (const { result } of all) (await result).expectExit(0);
  const owners = new Map<string, number>();
  for (const machine of all.keys()) {
    for (const key of Object.keys(objects))
      if (existsSync(join(world.folderOf(machine), pathOf(key)))) owners.set(key, machine);
  }
  const keysOf = (machine: number) => [...owners].filter(([, owner]) => owner === machine).map(([key]) => key);
  for (const machine of all.keys())
    assert.ok(keysOf(machine).length > 0, `machine ${machine} has nothing: this proves nothing`);
  return {
    ...{ world, objects, owners, keysOf },
    verify: (machine, args = [], source = 'upyun://pics', input) =>
      world.queued(
        ['verify', source, '--to', world.folderOf(machine), '--json', ...args],
        input === undefined ? {} : { input },
      ),
  };
}

const reasonsOf = ({ lines }: CliResult) => Object.fromEntries(lines.map(({ key, reason }) => [key, reason]));

function comparedBy({ summary }: CliResult): Record<string, number> {
  const { alike, different, elsewhere = 0 } = summary as unknown as Record<string, number>;
  return { alike: alike!, different: different!, elsewhere };
}

test('each of three machines compares its own share, and together they compare everything', { skip }, async (t) => {
  const { world, keysOf, verify } = await copied(t, 3);
  const gets = world.server.counters.get;
  for (const args of [[], ['--checksum'], ['--extra', '--checksum']]) {
    for (const machine of [0, 1, 2]) {
      const result = (await verify(machine, args)).expectExit(0);
      const mine = keysOf(machine).length;
      assert.deepEqual(comparedBy(result), { alike: mine, different: 0, elsewhere: 1_280 - mine });
      assert.equal(result.stdout, '');
      assert.match(result.stderr, /objects of the job pics are on other machines/);
    }
  }
  assert.equal(world.server.counters.get, gets, 'by the digests of each machine');
});

test('what is wrong is found by the machine that has it, and by no other', { skip }, async (t) => {
  const { world, keysOf, verify } = await copied(t, 2);
  const [flipped, deleted, foreign] = [keysOf(0)[0]!, keysOf(0)[1]!, keysOf(1)[0]!];
  const [one, other] = [world.folderOf(0), world.folderOf(1)];
  await flipByte(join(one, flipped));
  await rm(join(one, deleted));
  await writeFile(join(one, 'mine.txt'), 'mine');
  await mkdir(dirname(join(one, foreign)), { recursive: true });
  await cp(join(other, foreign), join(one, foreign), { preserveTimestamps: true });
  assert.deepEqual(reasonsOf((await verify(0)).expectExit(1)), { [deleted]: 'missing' });
  const all = (await verify(0, ['--checksum', '--extra'])).expectExit(1);
  assert.deepEqual(reasonsOf(all), {
    [flipped]: 'digest',
    [deleted]: 'missing',
    'mine.txt': 'extra',
    [foreign]: 'extra',
  });
  const second = all.lines.find(({ key }) => key === foreign)!;
  assert.match(String(second.error), /a second copy: the machine .* has this object/);
  (await verify(1, ['--checksum', '--extra'])).expectExit(0);
});

test('lines of an input, too: without a source, and without credentials', { skip }, async (t) => {
  const { world, objects, keysOf, verify } = await copied(t, 2);
  const input = Object.keys(objects).join('\n');
  await flipByte(join(world.folderOf(1), keysOf(1)[3]!));
  for (const machine of [0, 1]) {
    const args = ['--job', 'pics', '--checksum', '--extra'];
    const result = (await verify(machine, args, '-', input)).expectExit(machine);
    const { alike, elsewhere } = comparedBy(result);
    assert.deepEqual([alike, elsewhere], [keysOf(machine).length - machine, keysOf(1 - machine).length]);
    if (machine === 1) assert.deepEqual(reasonsOf(result), { [keysOf(1)[3]!]: 'digest' });
  }
  // Only lines of others: nothing here is to be compared, and that is as it should be.
  (await verify(0, ['--job', 'pics'], '-', keysOf(1).join('\n'))).expectExit(0);
  (await verify(0, ['--job', 'pics'], '-', '')).expectExit(1);
  const unnamed = (await verify(0, [], '-', input)).expectExit(2);
  assert.match(unnamed.stderr, /--job: missing/);
});

test('what no machine has is missing on every machine: new objects, and what a forgotten machine had', {
  skip,
}, async (t) => {
  const { world, keysOf, verify } = await copied(t, 3);
  // Pages are cut in other places then, and nothing else is called missing.
  world.bucket.put('f0/0000.a-new.jpg', Buffer.from('new'));
  for (const machine of [0, 1, 2]) {
    const result = (await verify(machine)).expectExit(1);
    assert.deepEqual(reasonsOf(result), { 'f0/0000.a-new.jpg': 'missing' });
    assert.match(String(result.lines[0]!.error), /no machine of the job has it/);
  }
  world.bucket.delete('f0/0000.a-new.jpg');
  const { lines } = (await world.queued(['status', '--json'])).expectExit(0);
  const workers = lines[0]!.workers as { name: string; objects: number; volumes: { path: string }[] }[];
  const lost = workers.find(({ volumes }) => volumes[0]!.path === world.folderOf(2))!;
  // Its disk is gone, and nobody knows that yet: its objects are its own.
  await rename(world.folderOf(2), `${world.folderOf(2)}-away`);
  for (const machine of [0, 1]) (await verify(machine)).expectExit(0);
  (await world.queued(['forget', '--job', 'pics', '--worker', lost.name])).expectExit(0);
  for (const machine of [0, 1]) {
    const result = (await verify(machine)).expectExit(1);
    assert.deepEqual(result.keys.toSorted(), keysOf(2).toSorted());
    assert.match(result.stderr, /the job pics is not complete/);
  }
  for (const { result } of [0, 1].map((machine) => world.startMachine(machine))) (await result).expectExit(0);
  let compared = 0;
  for (const machine of [0, 1]) compared += comparedBy((await verify(machine, ['--checksum'])).expectExit(0)).alike!;
  assert.equal(compared, 1_280);
});

test('what has failed is missing on the machine that has tried it', { skip }, async (t) => {
  const objects = tree(6, 20);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  world.server.faults.add({ match: { kind: 'get', key: 'f1/0003.jpg' }, action: { status: 403 } });
  const machines = [0, 1].map((machine) => world.startMachine(machine, ['--concurrency', '2']));
  for (const { result } of machines) (await result).expectExit(1);
  world.server.faults.clear();
  const results = await Promise.all(
    [0, 1].map((machine) => world.queued(['verify', 'upyun://pics', '--to', world.folderOf(machine), '--json'])),
  );
  assert.deepEqual(results.map(({ code }) => code).toSorted(), [0, 1]);
  assert.deepEqual(Object.assign({}, ...results.map(reasonsOf)), { 'f1/0003.jpg': 'missing' });
});

test('one that has the folders of all machines verifies the whole, with the queue and without it', {
  skip,
}, async (t) => {
  const long = Array.from({ length: 16 }, (_, index) => `f${index}/${'x'.repeat(300)}.jpg`);
  const { world, keysOf } = await copied(t, 2, {
    ...tree(),
    ...Object.fromEntries(long.map((key) => [key, Buffer.from(key.slice(0, 4))])),
  });
  // As they are mounted elsewhere: under other names, and in any order.
  const folders = [1, 0].map((machine) => join(world.folder, `mounted-${machine}`));
  for (const [index, machine] of [1, 0].entries()) await rename(world.folderOf(machine), folders[index]!);
  const to = folders.flatMap((folder) => ['--to', folder]);
  const verify = (...args: string[]) => world.run(['verify', 'upyun://pics', ...to, '--json', ...args]);
  for (const args of [[], ['--checksum', '--extra'], ['--queue', world.nats.url, '--checksum', '--extra']]) {
    assert.deepEqual(comparedBy((await verify(...args)).expectExit(0)), { alike: 1_296, different: 0, elsewhere: 0 });
  }
  // A name that is a hash is known by the records of the machine that has it.
  const gone = [0, 1].map((machine) => keysOf(machine).find((key) => key.length > 300)!);
  for (const key of gone) world.bucket.delete(key);
  const extra = (await verify('--extra')).expectExit(1);
  assert.deepEqual(reasonsOf(extra), Object.fromEntries(gone.map((key) => [key, 'extra'])));
  await flipByte(join(folders[0]!, keysOf(1)[0]!));
  await rm(join(folders[1]!, keysOf(0)[0]!));
  const result = (await verify('--checksum')).expectExit(1);
  assert.deepEqual(reasonsOf(result), { [keysOf(1)[0]!]: 'digest', [keysOf(0)[0]!]: 'missing' });
});

test('without --queue it is said that the folder holds a share, and how to verify it', { skip }, async (t) => {
  const { world, keysOf } = await copied(t, 2);
  const alone = (await world.run(['verify', 'upyun://pics', '--to', world.folderOf(0), '--json'])).expectExit(1);
  assert.equal(alone.lines.length, keysOf(1).length);
  assert.match(alone.stderr, /holds one machine's share of a shared job.*--queue URL/);
});

test('a folder, a job or a source that does not fit is refused', { skip }, async (t) => {
  const { world, verify } = await copied(t, 2);
  await mkdir(world.to, { recursive: true });
  const stranger = await world.queued(['verify', 'upyun://pics', '--to', world.to]);
  assert.match(stranger.expectExit(2).stderr, /has no share in a shared job/);
  assert.match(
    (await verify(0, ['--job', 'pics'], 'upyun://pics/f0')).expectExit(2).stderr,
    /its SOURCE is upyun:\/\/pics, yours is /,
  );
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  assert.match((await verify(0)).expectExit(3).stderr, /has no job pics/);
});

test('of batches that an older version has finished, what is not here is called unverified', { skip }, async (t) => {
  const { world, keysOf, verify } = await copied(t, 2);
  const nc = await connect({ servers: world.nats.url.replace('nats://', '') });
  await (await jetstreamManager(nc)).streams.delete('sluice_pics_keys');
  await nc.close();
  const result = (await verify(0)).expectExit(1);
  assert.match(result.stderr, /an older version of Sluice finished \d+ batches/);
  assert.deepEqual(reasonsOf(result), Object.fromEntries(keysOf(1).map((key) => [key, 'unverified'])));
  assert.equal(comparedBy(result).alike, keysOf(0).length);
});
