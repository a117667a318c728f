// Several disks through the built command: everything is there once, a full disk hands over, and a lost one is noticed.

import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects, takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { readTree, tempFiles } from '../../../support/cli/tree.js';
import { filesBelow } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';

/** 40 folders with 10 objects each. */
const OBJECTS = Object.fromEntries(
  Array.from({ length: 400 }, (_, index) => [`d${index % 40}/${index}.jpg`, bytesFor(`${index}`, 100)]),
);

async function assertOnce(roots: readonly string[], expected: Record<string, Buffer | string>): Promise<number[]> {
  const trees = await Promise.all(roots.map(readTree));
  assert.deepEqual(trees.flatMap((tree) => [...tree.keys()]).sort(), Object.keys(expected).sort());
  for (const tree of trees) {
    for (const [key, bytes] of tree) assert.ok(bytes.equals(Buffer.from(expected[key]!)), key);
  }
  return trees.map(({ size }) => size);
}

test('two disks share the objects; the next run finds all of them, and mends each where it was', async (t) => {
  const { server, bucket, folder, run } = await openWorld(t, { objects: OBJECTS });
  const roots = [join(folder, 'one'), join(folder, 'two')] as const;
  const args = ['mirror', 'upyun://pics', '--json', '--to', roots[0], '--to', roots[1]];
  assert.equal((await run(args)).expectExit(0).summary.stored, 400);
  const sizes = await assertOnce(roots, OBJECTS);
  assert.ok(Math.min(...sizes) > 0, `${sizes}`);
  takeFetched(server);
  assert.equal((await run(args)).expectExit(0).summary.skipped, 400);
  assert.deepEqual(takeFetched(server), []);
  const changed: Record<string, Buffer | string> = { ...OBJECTS, 'd0/0.jpg': 'changed', 'd1/1.jpg': 'changed' };
  for (const key of ['d0/0.jpg', 'd1/1.jpg']) bucket.put(key, 'changed');
  assert.equal((await run(args)).expectExit(0).summary.stored, 2);
  assert.deepEqual(await assertOnce(roots, changed), sizes);
});

test('a disk that is not given, or not mounted, ends the run before anything is asked for', async (t) => {
  const { server, folder, run } = await openWorld(t, { objects: manyObjects(20) });
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const env = { SLUICE_TO: `${one}\n${two}` };
  (await run(['mirror', 'upyun://pics'], { env })).expectExit(0);
  takeFetched(server);
  const forgotten = (await run(['mirror', 'upyun://pics', '--to', one])).expectExit(3);
  assert.match(forgotten.stderr, new RegExp(`--to ${one} --to ${two} \\[ERR_VOLUME\\]`));
  await rename(two, `${two}-unplugged`);
  await mkdir(two);
  const unmounted = (await run(['mirror', 'upyun://pics'], { env })).expectExit(3);
  assert.match(unmounted.stderr, new RegExp(`${two} .*not mounted`));
  assert.deepEqual([takeFetched(server), filesBelow(two)], [[], []]);
});

test('a disk that becomes full hands over to the next one, and says so', async (t) => {
  const disk = smallDisk(t, 'size=3m');
  if (disk === undefined) return;
  const objects = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`d${index % 20}/${index}.jpg`, bytesFor(`${index}`, 200_000)]),
  );
  const { folder, run } = await openWorld(t, { objects });
  const large = join(folder, 'large');
  // The small one is full after a dozen objects, whatever its share of them.
  const args = ['mirror', 'upyun://pics', '--json', '--reserve', '0', '--to', large, '--to', disk.root];
  await mkdir(join(disk.root, '.sluice'), { recursive: true });
  const result = (await run(args)).expectExit(0);
  assert.equal(result.summary.stored, 60);
  await assertOnce([large, disk.root], objects);
  assert.deepEqual(await tempFiles(disk.root), []);
  assert.equal((await run(args)).expectExit(0).summary.skipped, 60);
});

test('a single disk that is full → 3, and what was stored is whole', async (t) => {
  const disk = smallDisk(t, 'size=3m');
  if (disk === undefined) return;
  const objects = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`${index}.jpg`, bytesFor(`${index}`, 200_000)]),
  );
  const { run } = await openWorld(t, { objects });
  const args = ['mirror', 'upyun://pics', '--to', disk.root, '--reserve', '0'];
  const result = (await run(args)).expectExit(3);
  assert.match(result.stderr, /sluice: [^\n]*no disk takes more files[^\n]*[Ff]ree some space[^\n]*\[ERR_NO_SPACE\]/);
  for (const [key, bytes] of await readTree(disk.root)) assert.ok(bytes.equals(objects[key]!), key);
  assert.deepEqual(await tempFiles(disk.root), []);
  disk.remount('size=30m');
  (await run(args)).expectExit(0);
  await assertOnce([disk.root], objects);
});

test('a disk without inodes → 3, too', async (t) => {
  const disk = smallDisk(t, 'size=30m,nr_inodes=40');
  if (disk === undefined) return;
  const { run } = await openWorld(t, { objects: manyObjects(100) });
  const result = (await run(['mirror', 'upyun://pics', '--to', disk.root, '--reserve', '0'])).expectExit(3);
  assert.match(result.stderr, /\[ERR_NO_SPACE\]/);
  assert.ok((await readTree(disk.root)).size > 20);
});

for (const point of ['store.written', 'store.named', 'store.renamed', 'store.digested']) {
  test(`killed at ${point}, the next run completes the copy, and no file is there without a record of its name`, async (t) => {
    const keys = Array.from({ length: 40 }, (_, index) => `d//${index}.jpg`);
    const objects = Object.fromEntries(keys.map((key) => [key, key]));
    const { to, fetch, start } = await openWorld(t, { objects });
    const input = keys
      .map((key) => JSON.stringify({ key, size: key.length, mtime: '2017-09-03T13:10:06Z' }))
      .join('\n');
    const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json'];
    const killed = await start(args, { input, env: { SLUICE_CRASH_POINT: `${point}:7` } }).result;
    assert.equal(killed.signal, 'SIGKILL');
    const lines = (await readFile(join(to, '.sluice', 'names.ndjson'), 'utf8')).trimEnd().split('\n');
    const recorded = new Set(lines.map((line) => JSON.parse(line).path));
    for (const path of (await readTree(to)).keys()) assert.ok(recorded.has(path), path);
    assert.equal((await fetch(input)).expectExit(0).summary.failed, 0);
    const tree = await readTree(to);
    assert.deepEqual([...tree.values()].map(String).sort(), [...keys].sort());
    assert.deepEqual(await tempFiles(to), []);
  });
}

test('the advice after a failure names every disk', async (t) => {
  const { server, folder, run } = await openWorld(t, { objects: manyObjects(5) });
  server.faults.add({ match: { kind: 'get', key: '0002.jpg' }, action: { status: 403 } });
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const result = (await run(['mirror', 'upyun://pics', '--to', one, '--to', two])).expectExit(1);
  assert.match(result.stderr, new RegExp(`fetch --from upyun://pics --to ${one} --to ${two} < `));
});

test('fetch is done only when a barrier has put everything on the platter: one sync for each disk', async (t) => {
  const { folder, run } = await openWorld(t, { objects: manyObjects(5) });
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const be = async (exit: string) => {
    await writeFile(join(bin, 'sync'), `#!/bin/sh\necho "$@" >> ${folder}/asked\n${exit}\n`);
    await chmod(join(bin, 'sync'), 0o700);
  };
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const fetch = (...args: string[]) =>
    run(['fetch', '--from', 'upyun://pics', '--to', one, '--to', two, ...args], {
      input: '0000.jpg\n0001.jpg\n',
      env: { PATH: `${bin}:${process.env.PATH}` },
    });
  await be('exit 0');
  (await fetch()).expectExit(0);
  const asked = (await readFile(join(folder, 'asked'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual([asked[0], ...asked.slice(1).sort()], ['-f /dev/null', `-f ${one}`, `-f ${two}`]);
  await be('case "$2" in /dev/null) exit 0;; esac; echo "Input/output error" >&2; exit 1');
  assert.match((await fetch()).expectExit(3).stderr, /could not be synced: Input\/output error \[ERR_DISK\]/);
  (await fetch('--durability', 'none')).expectExit(0);
  await be('exit 1');
  assert.match((await fetch()).expectExit(0).stderr, /Sluice syncs each file on its own/);
});
