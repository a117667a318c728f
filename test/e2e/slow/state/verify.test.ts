// `sluice verify`: finds exactly what differs, names it so that `fetch` can mend it, and changes nothing itself.

import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { bytesFor, manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree, flipByte } from '../../../support/cli/tree.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS = {
  ...manyObjects(40, { folder: 'a/' }),
  ...manyObjects(40, { folder: 'b/c/' }),
  'd.jpg': bytesFor('d', 70_000),
};

/** A mirrored bucket on these volumes. */
async function mirrored(
  t: TestContext,
  volumes: readonly string[] = ['one'],
  objects: Record<string, Buffer> = OBJECTS,
) {
  const world = await openWorld(t, { objects });
  const roots = volumes.map((name) => join(world.folder, name));
  const to = roots.flatMap((root) => ['--to', root]);
  (await world.run(['mirror', 'upyun://pics', ...to, '--reserve', '0'])).expectExit(0);
  takeRequests(world.server);
  const verify = (...args: string[]) => world.run(['verify', 'upyun://pics', ...to, '--json', ...args]);
  return { world, roots, to, verify };
}

async function pathOn(roots: readonly string[], key: string): Promise<string> {
  for (const root of roots) if (await stat(join(root, key)).catch(() => undefined)) return join(root, key);
  throw new Error(`${key} is nowhere`);
}

const reasonsOf = (lines: Record<string, unknown>[]) =>
  Object.fromEntries(lines.map(({ key, reason }) => [key, reason]));

test('alike is 0 and nothing on stdout; no file is asked for, and none changes', async (t) => {
  const { world, roots, verify } = await mirrored(t);
  for (const extra of [[], ['--checksum'], ['--extra'], ['--checksum', '--extra']]) {
    const result = (await verify(...extra)).expectExit(0);
    assert.equal(result.stdout, '');
    const { listed, alike, different } = result.summary as never as Record<string, number>;
    assert.deepEqual([listed, alike, different], [81, 81, 0]);
  }
  assert.deepEqual(
    takeRequests(world.server).filter(({ kind }) => kind !== 'list'),
    [],
  );
  await assertTree(roots[0]!, OBJECTS);
});

test('--checksum finds exactly the three files in which a byte was flipped; without it nobody sees them; fetch mends them', async (t) => {
  const { world, roots, to, verify } = await mirrored(t, ['one', 'two']);
  const flipped = ['a/0007.jpg', 'b/c/0020.jpg', 'd.jpg'];
  for (const key of flipped) await flipByte(await pathOn(roots, key));
  assert.equal((await verify()).expectExit(0).stdout, '');
  const result = (await verify('--checksum')).expectExit(1);
  assert.deepEqual(reasonsOf(result.lines), Object.fromEntries(flipped.map((key) => [key, 'digest'])));
  assert.deepEqual(
    takeRequests(world.server).filter(({ kind }) => kind !== 'list'),
    [],
    'the source was not asked',
  );
  (await world.run(['fetch', '--from', 'upyun://pics', ...to, '--reserve', '0'], { input: result.stdout })).expectExit(
    0,
  );
  (await verify('--checksum', '--extra')).expectExit(0);
});

test('missing, another size, older: each with its reason, and fetch makes them alike', async (t) => {
  const { world, roots, to, verify } = await mirrored(t);
  await rm(join(roots[0]!, 'a/0001.jpg'));
  await truncate(join(roots[0]!, 'a/0002.jpg'), 10);
  await utimes(join(roots[0]!, 'a/0003.jpg'), 1_000_000_000, 1_000_000_000);
  const result = (await verify()).expectExit(1);
  assert.deepEqual(reasonsOf(result.lines), { 'a/0001.jpg': 'missing', 'a/0002.jpg': 'size', 'a/0003.jpg': 'older' });
  assert.deepEqual((result.summary as never as Record<string, unknown>).reasons, { missing: 1, size: 1, older: 1 });
  (await world.run(['fetch', '--from', 'upyun://pics', ...to], { input: result.stdout })).expectExit(0);
  (await verify()).expectExit(0);
  await assertTree(roots[0]!, OBJECTS);
});

test('--extra names files that the source does not have, on every disk, and leaves them', async (t) => {
  const { world, roots, verify } = await mirrored(t, ['one', 'two']);
  await writeFile(join(roots[0]!, 'mine.txt'), 'mine');
  await mkdir(join(roots[1]!, 'deep/er'), { recursive: true });
  await writeFile(join(roots[1]!, 'deep/er/mine.txt'), 'mine');
  world.bucket.delete('d.jpg');
  const result = (await verify('--extra')).expectExit(1);
  assert.deepEqual(reasonsOf(result.lines), { 'mine.txt': 'extra', 'deep/er/mine.txt': 'extra', 'd.jpg': 'extra' });
  assert.equal(await readFile(join(roots[0]!, 'mine.txt'), 'utf8'), 'mine');
  assert.equal((await verify()).expectExit(0).stdout, '', 'only when it is asked for');
});

test('names that were changed are found under their paths, and are not extra', async (t) => {
  const long = `${'长'.repeat(120)}.jpg`;
  const objects = {
    'x/../y': Buffer.from('dots'),
    [`l/${long}`]: Buffer.from('long'),
    c: Buffer.from('file'),
    'c/d': Buffer.from('below'),
  };
  const { roots, verify } = await mirrored(t, ['one'], objects);
  (await verify('--checksum', '--extra')).expectExit(0);
  const names = (await readFile(join(roots[0]!, '.sluice/names.ndjson'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { path } = names.find(({ key }) => key === `l/${long}`);
  await flipByte(join(roots[0]!, path));
  const result = (await verify('--checksum')).expectExit(1);
  assert.deepEqual(
    result.lines.map(({ key, reason }) => [key, reason]),
    [[`l/${long}`, 'digest']],
  );
  assert.equal(result.lines[0]!.path, path);
});

test('lines on stdin instead of a listing: a manifest binds by its MD5, a bare key by being there', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { to, run, folder } = world;
  const manifest = join(folder, 'manifest.ndjson');
  (await run(['mirror', 'upyun://pics', '--to', to, '--manifest', manifest])).expectExit(0);
  const input = await readFile(manifest, 'utf8');
  assert.equal(input.trim().split('\n').length, 81);
  await rm(join(to, '.sluice'), { recursive: true });
  takeRequests(world.server);
  const env = { UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };
  const verify = (lines: string, ...args: string[]) =>
    run(['verify', '-', '--to', to, '--json', ...args], { input: lines, env });
  (await verify(input, '--checksum', '--extra')).expectExit(0);
  (await verify('d.jpg\n')).expectExit(0);
  const missing = (await verify('d.jpg\nnowhere.jpg\n{bad\n')).expectExit(1);
  assert.deepEqual(missing.lines.map(({ reason }) => reason).sort(), ['missing', 'unusable']);
  await flipByte(join(to, 'd.jpg'));
  assert.deepEqual(reasonsOf((await verify(input, '--checksum')).expectExit(1).lines), { 'd.jpg': 'digest' });
  const unknown = (await verify('d.jpg\n', '--checksum')).expectExit(1);
  assert.deepEqual(reasonsOf(unknown.lines), { 'd.jpg': 'unverified' });
  assert.deepEqual(takeRequests(world.server), [], 'no request was made');
});

test('where no MD5 is recorded the source is asked, and its body where no header tells', async (t) => {
  for (const digest of ['etag', 'none'] as const) {
    const { world, roots, verify } = await mirrored(t);
    world.server.object.digest = digest;
    await rm(join(roots[0]!, '.sluice/digests'));
    (await verify('--checksum')).expectExit(0);
    await flipByte(join(roots[0]!, 'd.jpg'));
    assert.deepEqual(reasonsOf((await verify('--checksum')).expectExit(1).lines), { 'd.jpg': 'digest' });
  }
});

test('a folder that cannot be listed differs, a SOURCE that cannot be is fatal, a DIR that is not there is usage', async (t) => {
  const { world, roots, verify } = await mirrored(t);
  world.server.faults.add({ match: { kind: 'list', directory: 'b/c' }, action: { status: 500 } });
  const result = (await verify('--retries', '0')).expectExit(1);
  assert.deepEqual(
    result.lines.map(({ key, reason, type }) => [key, reason, type]),
    [['b/c', 'unlisted', 'folder']],
  );
  world.server.faults.clear();
  world.server.faults.add({ match: { kind: 'list' }, action: { status: 500 } });
  (await verify('--retries', '0')).expectExit(3);
  world.server.faults.clear();
  await rename(roots[0]!, `${roots[0]}-away`);
  (await verify()).expectExit(2);
});

test('a key that lies on two disks is told as one too many', async (t) => {
  const { roots, verify } = await mirrored(t, ['one', 'two']);
  const path = await pathOn(roots, 'd.jpg');
  const other = roots.find((root) => !path.startsWith(`${root}/`))!;
  await writeFile(join(other, 'd.jpg'), await readFile(path));
  const { mtime } = await stat(path);
  await utimes(join(other, 'd.jpg'), mtime, mtime);
  const result = (await verify('--extra')).expectExit(1);
  assert.deepEqual(reasonsOf(result.lines), { 'd.jpg': 'extra' });
});

test('a damaged record of MD5s never makes a wrong file pass', async (t) => {
  const { roots, verify } = await mirrored(t);
  const log = join(roots[0]!, '.sluice/digests');
  const whole = await readFile(log);
  await flipByte(join(roots[0]!, 'd.jpg'));
  for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 5)) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1 << (at % 8);
    await writeFile(log, at % 2 === 0 ? damaged : whole.subarray(0, at));
    assert.deepEqual(
      reasonsOf((await verify('--checksum')).expectExit(1).lines),
      { 'd.jpg': 'digest' },
      `damaged at ${at}`,
    );
  }
});

test('where a folder could not be listed nothing is reported as extra, and that is said', async (t) => {
  const { world, roots, verify } = await mirrored(t);
  await writeFile(join(roots[0]!, 'mine.txt'), 'mine');
  world.server.faults.add({ match: { kind: 'list', directory: 'b/c' }, action: { status: 500 } });
  const result = (await verify('--retries', '0', '--extra')).expectExit(1);
  assert.deepEqual(reasonsOf(result.lines), { 'b/c': 'unlisted' });
  assert.match(result.stderr, /reports no local file as extra/);
});

test('a disk that goes away meanwhile ends the comparison: what lay on it is not called missing', async (t) => {
  const { world, roots, to } = await mirrored(t, ['one', 'two']);
  const stall = world.server.faults.add({ match: { kind: 'list', directory: 'b' }, action: { delayMs: 1_000 } });
  const { result } = world.start(['verify', 'upyun://pics', ...to, '--json']);
  await until('the folder that waits', () => world.server.counters.activeLists > 0 && stall !== undefined);
  await until('the listing of b', () => takeRequests(world.server).some(({ key }) => key.startsWith('b')));
  await rename(roots[1]!, `${roots[1]}-away`);
  const ended = (await result).expectExit(3);
  assert.match(ended.stderr, /ERR_VOLUME.*two is not the same folder any more/);
});

test('on a disk without any room verify works elsewhere or says what it has no room for', async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const world = await openWorld(t, { objects: OBJECTS });
  const to = ['--to', disk.root];
  (await world.run(['mirror', 'upyun://pics', ...to, '--reserve', '0'])).expectExit(0);
  const verify = (env = {}) => world.run(['verify', 'upyun://pics', ...to, '--extra', '--checksum', '--json'], { env });
  (await verify()).expectExit(0);
  fill(join(disk.root, 'filler'));
  // The system's folder for such files has room.
  assert.deepEqual(reasonsOf((await verify()).expectExit(1).lines), { filler: 'extra' });
  const full = (await verify({ TMPDIR: disk.root })).expectExit(3);
  assert.match(full.stderr, /"code":"ERR_STATE".*no space for what verify cannot keep in memory.*ENOSPC/);
});

/** Takes all room that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(file);
  }
}

test('a comparison that is interrupted says that it is not complete', async (t) => {
  const { world, verify, to } = await mirrored(t);
  world.server.faults.add({ match: { kind: 'list', directory: 'b/c' }, action: { stallBeforeHeaders: true } });
  const lists = world.server.counters.list;
  const { child, result } = world.start(['verify', 'upyun://pics', ...to, '--timeout', '1s']);
  await until('the listing', () => world.server.counters.list >= lists + 4);
  child.kill('SIGINT');
  const ended = (await result).expectExit(130);
  assert.match(ended.stderr, /interrupted; only what was compared so far is reported/);
  world.server.faults.clear();
  (await verify()).expectExit(0);
});
