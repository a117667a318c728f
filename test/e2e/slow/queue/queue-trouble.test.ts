// What goes wrong while several machines share a job: a full disk, a machine that sleeps, a queue that is away, Ctrl-C.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { type Running, until } from '../../../support/cli/harness.js';
import { assertSpread, copiesIn, jobOf, openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { empty, fillBytes } from '../../../support/disks/full-disk.js';
import { failingDisk, smallDisk } from '../../../support/disks/mounts.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

function tree(folders: number, { each = 30, size = 1_000 } = {}): Record<string, Buffer> {
  const all = Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index}/`, size }));
  return Object.assign({}, ...all);
}

/** Of both streams; those of the tables stay. */
async function deleteConsumers(url: string): Promise<void> {
  const nc = await connect({ servers: url.replace('nats://', '') });
  const jsm = await jetstreamManager(nc);
  for await (const { config } of jsm.streams.list()) {
    if (config.name.startsWith('KV_')) continue;
    for await (const { name } of jsm.consumers.list(config.name)) await jsm.consumers.delete(config.name, name);
  }
  await nc.close();
}

const messagesOf = (running: Running) => running.stderr();

test('a machine that is full gives its batches back, and the other one takes them', { skip }, async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const objects = tree(40, { each: 20, size: 10_000 });
  const world = await openSharedWorld(t, { objects });
  const small = world.start([
    'mirror',
    'upyun://pics',
    '--to',
    disk.root,
    '--queue',
    world.nats.url,
    '--json',
    '--reserve',
    '100k',
  ]);
  await until('the full machine', () => messagesOf(small).includes('this machine is full'));
  await until('a job that waits', () => messagesOf(small).includes('no machine has space'));
  // It looks again now and then whether there is room, and is not called full meanwhile.
  await until('a status that says so', async () => {
    const { state, workers } = (await world.queued(['status', '--json'])).lines[0]!;
    return state === 'waiting' && (workers as { state: string }[]).every((worker) => worker.state === 'full');
  });
  const large = world.startMachine(1);
  for (const { result } of [small, large]) assert.equal(jobOf((await result).expectExit(0)).stored, 800);
  await assertSpread([disk.root, world.folderOf(1)], objects);
  assert.ok((await copiesIn([disk.root])).size > 20, 'the small disk has its share');
});

test('a machine whose disk has not a byte left ends when another machine has done the rest', { skip }, async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const objects = tree(40, { each: 20, size: 10_000 });
  const world = await openSharedWorld(t, { objects });
  const args = ['mirror', 'upyun://pics', '--to', disk.root, '--queue', world.nats.url, '--json', '--reserve', '100k'];
  const small = world.start(args);
  await until('the full machine', () => messagesOf(small).includes('this machine is full'));
  const filler = fillBytes(disk.root);
  const large = world.startMachine(1);
  for (const { result } of [large, small]) assert.equal(jobOf((await result).expectExit(0)).stored, 800);
  empty(filler);
  await assertSpread([disk.root, world.folderOf(1)], objects);
});

test('a machine that is full is ended, and joins again with a disk more, in any order', { skip }, async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const objects = tree(40, { each: 20, size: 10_000 });
  const world = await openSharedWorld(t, { objects });
  const args = ['mirror', 'upyun://pics', '--queue', world.nats.url, '--json', '--reserve', '100k', '--lease', '2s'];
  const small = world.start([...args, '--to', disk.root]);
  await until('the full machine', () => messagesOf(small).includes('this machine is full'));
  small.child.kill('SIGINT');
  (await small.result).expectExit(130);
  const both = world.start([...args, '--to', world.folderOf(0), '--to', disk.root]);
  const { stored, isComplete } = jobOf((await both.result).expectExit(0));
  assert.deepEqual([stored, isComplete], [800, true]);
  await assertSpread([disk.root, world.folderOf(0)], objects);
  const { workers } = (await world.queued(['status', '--json'])).lines[0]!;
  assert.equal((workers as unknown[]).length, 1, 'it is the same machine');
});

test('the first disk of a machine is full to the last byte: it works on with the other one', { skip }, async (t) => {
  for (const kind of ['tmpfs', 'ext4']) {
    const [first, second] = [
      kind === 'tmpfs' ? smallDisk(t, 'size=16m') : failingDisk(t, 16),
      smallDisk(t, 'size=16m'),
    ];
    if (first === undefined || second === undefined) return;
    const objects = tree(30);
    const world = await openSharedWorld(t, { objects });
    let letGo = () => {};
    const waitFor = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 100 });
    const to = [first, second].flatMap(({ root }) => ['--to', root]);
    const args = ['mirror', 'upyun://pics', ...to, '--queue', world.nats.url, '--json', '--reserve', '0'];
    const machine = world.start([...args, '--concurrency', '4', '--queue-parts', '5']);
    await until('some of it', () => world.server.counters.get >= 104);
    const filler = fillBytes(first.root);
    letGo();
    assert.equal(jobOf((await machine.result).expectExit(0)).stored, 900);
    empty(filler);
    await assertSpread([first.root, second.root], objects);
  }
});

test('a disk that is full in the middle of a batch leaves that batch to others, whole', { skip }, async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const objects = tree(60, { each: 20, size: 10_000 });
  const world = await openSharedWorld(t, { objects });
  // Without sizes nobody can tell before that it will not fit.
  const input = Object.keys(objects).join('\n');
  const args = (folder: string) => [
    'fetch',
    '--from',
    'upyun://pics',
    '--to',
    folder,
    '--queue',
    world.nats.url,
    '--json',
  ];
  const small = world.start([...args(disk.root), '--reserve', '100k'], { input });
  await until('the full machine', () => messagesOf(small).includes('this machine is full'));
  const large = world.start([...args(world.folderOf(1)), '--role', 'fetch']);
  for (const { result } of [small, large]) assert.equal(jobOf((await result).expectExit(0)).stored, 1_200);
  await assertSpread([disk.root, world.folderOf(1)], objects);
});

test('a machine that sleeps past its lease finds its batches done, and keeps none of them', { skip }, async (t) => {
  const objects = tree(10, { each: 40 });
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 40 } });
  const args = ['--lease', '1s', '--concurrency', '4'];
  const sleeper = world.startMachine(0, args);
  await until('something stored', () => world.server.counters.get > 20);
  sleeper.child.kill('SIGSTOP');
  const other = (await world.startMachine(1, args).result).expectExit(0);
  assert.equal(jobOf(other).isComplete, true);
  sleeper.child.kill('SIGCONT');
  (await sleeper.result).expectExit(0);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('a machine that was killed and comes back late takes away what another one has finished', { skip }, async (t) => {
  const objects = tree(10, { each: 40 });
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const args = ['--lease', '1s', '--concurrency', '4'];
  const killed = world.startMachine(0, args);
  await until('something stored', () => world.server.counters.get > 30);
  killed.child.kill('SIGKILL');
  await killed.result;
  (await world.startMachine(1, args).result).expectExit(0);
  const doubled = [...(await copiesIn([world.folderOf(0), world.folderOf(1)])).values()].filter(
    ({ length }) => length > 1,
  );
  assert.ok(doubled.length > 0, 'nothing was under way at the kill: this proves nothing');
  (await world.startMachine(0, args).result).expectExit(0);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('what lay in the folder before stays, whoever has it in the job', { skip }, async (t) => {
  const objects = tree(6);
  const world = await openSharedWorld(t, { objects });
  (await world.mirror('--include', 'f1/**')).expectExit(0);
  const old = world.start(['mirror', 'upyun://pics', '--to', world.to, '--queue', world.nats.url, '--json']);
  (await old.result).expectExit(0);
  assert.equal((await copiesIn([world.to])).size, 180);
});

test('while the queue is away what was taken is finished, and then it goes on', { skip }, async (t) => {
  const objects = tree(12);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const machine = world.startMachine(0, ['--concurrency', '4']);
  await until('something stored', () => world.server.counters.get > 40);
  await world.nats.kill();
  await until('the message', () => messagesOf(machine).includes('has not answered since'));
  await world.nats.start();
  assert.equal(jobOf((await machine.result).expectExit(0)).stored, 360);
  assert.match(messagesOf(machine), /answers again after/);
  await assertSpread([world.folderOf(0)], objects);
});

test('the first Ctrl-C finishes what was taken and leaves the rest to the others', { skip }, async (t) => {
  const objects = tree(30);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  const machine = world.startMachine(0, ['--concurrency', '4', '--queue-parts', '5']);
  await until('something stored', () => world.server.counters.get > 40);
  machine.child.kill('SIGINT');
  const { summary } = (await machine.result).expectExit(130);
  assert.equal((await copiesIn([world.folderOf(0)])).size, summary.stored, 'whole batches only');
  assert.ok(summary.stored > 0 && summary.stored < 900);
  const other = (await world.startMachine(1).result).expectExit(0);
  assert.equal(jobOf(other).stored, 900);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('many folders and a small queue: listers never wait for each other, and the queue keeps its limit', {
  skip,
}, async (t) => {
  const objects: Record<string, Buffer> = {};
  for (let a = 0; a < 12; a++)
    for (let b = 0; b < 12; b++)
      for (let c = 0; c < 4; c++) objects[`a${a}/b${b}/c${c}/x.jpg`] = bytesFor(`${a} ${b} ${c}`, 100);
  const world = await openSharedWorld(t, { objects });
  const listing = world.start(['list', 'upyun://pics', '--queue', world.nats.url, '--queue-parts', '20', '--json']);
  await until('the job', () => listing.stderr().includes('begun'));
  let before = -1;
  let peak = 0;
  // Until the listing has come to a stop, since nobody takes anything.
  while (before !== world.server.counters.list || before < 10) {
    before = world.server.counters.list;
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { pending } = (await world.queued(['status', '--json'])).lines[0] as { pending: number };
    peak = Math.max(peak, pending);
  }
  assert.ok(peak >= 15 && peak <= 20 + 16, `${peak} batches waited`);
  const fetching = world.startMachine(0, ['--role', 'fetch']);
  (await listing.result).expectExit(0);
  assert.equal(jobOf((await fetching.result).expectExit(0)).stored, 576);
  await assertSpread([world.folderOf(0)], objects);
});

test('whoever makes the consumers anew may be killed in between: the others make what is missing', {
  skip,
}, async (t) => {
  const objects = tree(20);
  const world = await openSharedWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 10 } });
  const machine = world.startMachine(0, ['--concurrency', '4', '--queue-parts', '5', '--list-concurrency', '1']);
  await until('something stored', () => world.server.counters.get > 40);
  await deleteConsumers(world.nats.url);
  assert.equal(jobOf((await machine.result).expectExit(0)).stored, 600);
  await assertSpread([world.folderOf(0)], objects);
});

test('a queue that is not there, or has no JetStream, is said to be so', { skip }, async (t) => {
  const world = await openSharedWorld(t, { objects: tree(1) });
  await world.nats.kill();
  const result = (await world.startMachine(0, ['--timeout', '1s']).result).expectExit(3);
  const error = result.events.find(({ event }) => event === 'error')!;
  assert.equal(error.code, 'ERR_QUEUE');
  assert.match(String(error.message), /check the address, and that the server runs/);
  mkdirSync(join(world.folder, 'x'));
  const status = await world.queued(['status', '--json']);
  assert.equal(status.code, 3);
});

test('status of a job that is complete: nothing is pending or leased, though a machine was killed, and its folder says where to ask', {
  skip,
}, async (t) => {
  const world = await openSharedWorld(t, { objects: manyObjects(3_000, { folder: 'f/' }) });
  const { folderOf, queued, run, startMachine } = world;
  const [first, second] = await startTogether(world, [1, 2]);
  first!.child.kill('SIGKILL');
  await first!.result;
  const again = startMachine(1);
  (await second!.result).expectExit(0);
  (await again.result).expectExit(0);
  const [status] = (await queued(['status', '--json'])).expectExit(0).lines;
  assert.deepEqual([status!.state, status!.pending, status!.leased], ['complete', 0, 0]);
  const local = (await run(['status', '--to', folderOf(1)])).expectExit(1);
  assert.match(local.stdout, /no job is kept in .*; it holds one machine's share of a shared job: .*status --queue/);
});
