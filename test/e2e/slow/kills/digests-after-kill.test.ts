// After a kill and a resume all that is stored can be verified: each line of the manifest, and each file, has its MD5.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { readTree } from '../../../support/cli/tree.js';
import { random } from '../../../support/random.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const OBJECTS: Record<string, Buffer> = {
  'a//b': bytesFor('ab', 20),
  c: bytesFor('c', 30),
  'c/d': bytesFor('cd', 40),
  ...Object.assign({}, ...Array.from({ length: 6 }, (_, folder) => manyObjects(12, { folder: `f${folder}/` }))),
};

const POINTS = [
  ...[
    'store.written:9',
    'store.named:1',
    'store.renamed:1',
    'store.renamed:9',
    'store.digested:2',
    'store.digested:30',
  ],
  ...['note.written:1', 'note.written:2', 'checkpoint.begun:1', 'checkpoint.synced:1', 'checkpoint.taken:1'],
];

/** For more of them: SLUICE_KILL_SEEDS=4,5,6. */
const SEEDS = (process.env.SLUICE_KILL_SEEDS ?? '1').split(',').map(Number);

const md5Of = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

interface Line {
  key: string;
  size: number;
  md5?: string;
  volume: string;
  path?: string;
}

function linesOf(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The manifest, and the logs of the disks alone, know the content of every object. */
async function assertVerifiable(
  { run }: World,
  { to, objects, manifests = ['m'] }: { to: readonly string[]; objects: Record<string, Buffer>; manifests?: string[] },
) {
  const text = manifests.map((path) => readFileSync(path, 'utf8')).join('');
  const last = new Map<string, Line>();
  for (const line of manifests.flatMap(linesOf)) {
    assert.match(line.md5 ?? 'none', /^[0-9a-f]{32}$/, `${line.key} has a line without an MD5`);
    last.set(line.key, line);
  }
  for (const [key, body] of Object.entries(objects)) {
    assert.equal(last.get(key)?.md5, md5Of(body), `the last line of ${key}`);
    assert.equal(last.get(key)?.size, body.length);
    const { volume, path = key } = last.get(key)!;
    assert.ok(existsSync(join(volume, path)), `${key} lies where its line says`);
  }
  const folders = to.flatMap((folder) => ['--to', folder]);
  // Nobody is asked: no source is named.
  for (const input of [text, Object.keys(objects).join('\n')]) {
    const result = (await run(['verify', '-', ...folders, '--checksum', '--json'], { input })).expectExit(0);
    assert.equal(result.summary.listed, Object.keys(objects).length);
  }
}

for (const point of POINTS) {
  test(`killed at ${point}: each line and each file has its MD5 after the resume`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    const to = ['one', 'two'].map((name) => join(world.folder, name));
    const manifest = join(world.folder, 'm');
    const args = ['mirror', 'upyun://pics', '--to', to[0]!, '--to', to[1]!, '--reserve', '0', '--page-size', '5'];
    args.push('--concurrency', '6', '--manifest', manifest, '--json');
    const killed = await world.run(args, { env: { SLUICE_CRASH_POINT: point } });
    assert.equal(killed.signal, 'SIGKILL', 'the point was reached');
    (await world.run(args)).expectExit(0);
    await assertVerifiable(world, { to, objects: OBJECTS, manifests: [manifest] });
  });
}

test('killed at the first file of a later pass: its new content has a line, too', async (t) => {
  const objects = manyObjects(40);
  const world = await openWorld(t, { objects });
  const manifest = join(world.folder, 'm');
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--page-size', '5', '--manifest', manifest, '--json'];
  (await world.run(args)).expectExit(0);
  for (const key of Object.keys(objects)) {
    objects[key] = bytesFor(`${key} again`, objects[key]!.length);
    world.bucket.put(key, { body: objects[key]!, mtimeSeconds: 1_600_000_001 });
  }
  const killed = await world.run(args, { env: { SLUICE_CRASH_POINT: 'store.renamed:1' } });
  assert.equal(killed.signal, 'SIGKILL', 'the point was reached');
  (await world.run(args)).expectExit(0);
  await assertVerifiable(world, { to: [world.to], objects, manifests: [manifest] });
});

test('a log of MD5s that is lost with the machine costs one look at each file, and is whole again', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--json', '--manifest', 'm', '--page-size', '5'];
  await world.run(args, { env: { SLUICE_CRASH_POINT: 'store.digested:40' } });
  truncateSync(join(world.to, '.sluice', 'digests'), 0);
  (await world.run(args)).expectExit(0);
  const known = linesOf(join(world.folder, 'm'));
  assert.deepEqual(
    known.filter(({ md5 }) => md5 === undefined),
    [],
  );
});

for (const seed of SEEDS) {
  test(`killed at random, in a first pass and in later ones that replace objects (seed ${seed})`, async (t) => {
    const next = random(seed);
    const objects = { ...OBJECTS };
    const world = await openWorld(t, { objects });
    const { server, bucket, folder } = world;
    const to = [join(folder, 'one')];
    const manifest = join(folder, 'm');
    const args = ['mirror', 'upyun://pics', '--to', to[0]!, '--page-size', '4', '--concurrency', '8', '--json'];
    args.push('--manifest', manifest);
    server.faults.add({ match: { kind: 'get' }, action: { delayMs: 5 } });
    for (let pass = 1; pass <= 3; pass++) {
      for (let kill = 0; kill < 3; kill++) {
        const { child, result } = world.start(args);
        const target = server.counters.get + 1 + Math.floor(next() * 25);
        let hasEnded = false;
        child.once('exit', () => {
          hasEnded = true;
        });
        await until('the moment of the kill', () => hasEnded || server.counters.get >= target);
        child.kill('SIGKILL');
        await result;
      }
      (await world.run(args)).expectExit(0);
      await assertVerifiable(world, { to, objects, manifests: [manifest] });
      for (const key of Object.keys(objects).filter(() => next() < 0.4)) {
        objects[key] = bytesFor(`${key} ${pass}`, objects[key]!.length + (next() < 0.5 ? 1 : 0));
        bucket.put(key, { body: objects[key]!, mtimeSeconds: 1_600_000_000 + pass });
      }
    }
  });
}

const skip = skipWithoutNats();

for (const point of ['store.renamed:20', 'store.digested:7', 'commit.settled', 'commit.synced:2', 'commit.entered']) {
  test(`a machine of a shared job, killed at ${point}`, { skip }, async (t) => {
    const world = await openSharedWorld(t, { objects: OBJECTS });
    const manifests = [0, 1].map((machine) => join(world.folder, `m${machine}.ndjson`));
    const args = (machine: number) => ['--lease', '1s', '--concurrency', '4', '--manifest', manifests[machine]!];
    await world.startMachine(0, args(0), { env: { SLUICE_CRASH_POINT: point } }).result;
    (await world.startMachine(0, args(0)).result).expectExit(0);
    (await world.startMachine(1, args(1)).result).expectExit(0);
    const trees = await Promise.all([0, 1].map((machine) => readTree(world.folderOf(machine))));
    for (const [machine, tree] of trees.entries()) {
      if (tree.size === 0) continue;
      const lines = linesOf(manifests[machine]!);
      const mine = new Set(lines.map(({ key }) => key));
      assert.deepEqual(
        lines.filter(({ md5 }) => md5 === undefined),
        [],
      );
      const objects = Object.fromEntries(Object.entries(OBJECTS).filter(([key]) => mine.has(key)));
      assert.equal(tree.size, mine.size, 'a line for each file');
      await assertVerifiable(world, { to: [world.folderOf(machine)], objects, manifests: [manifests[machine]!] });
    }
  });
}
