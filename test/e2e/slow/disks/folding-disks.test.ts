// Disks that take Photo.jpg and photo.jpg for one file: no object overwrites another, and each is found again.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { DEFAULT_MTIME_SECONDS } from '../../../fakes/buckets/memory-bucket.js';
import { takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { type OddKind, oddDisk } from '../../../support/disks/odd-disks.js';

const KINDS: OddKind[] = ['ntfs', 'exfat'];

/** All of one size, so that nothing but the content tells them apart. */
const CLASHING: Record<string, string> = {
  'Photo.jpg': 'photo-1',
  'photo.jpg': 'photo-2',
  'PHOTO.JPG': 'photo-3',
  'Ärger/Süß.png': 'wide-01',
  'ärger/SÜß.png': 'wide-02',
  σοφός: 'greek-1',
  ΣΟΦΌΣ: 'greek-2',
  'é.jpg': 'compose',
  'e\u0301.jpg': 'decompo',
  'A/x.jpg': 'folder1',
  'a/X.jpg': 'folder2',
  'a/y.jpg': 'folder3',
  Both: 'a-file0',
  'both/x.jpg': 'below-1',
  'BOTH/x.jpg': 'below-2',
  'BOTH/X.jpg': 'below-3',
  '.sluice/x': 'own-001',
  '.SLUICE/x': 'own-002',
  '.Sluice/tmp/X': 'own-003',
  'a//b': 'escape1',
  'A//B': 'escape2',
  'plain/one.jpg': 'plain-1',
};

const REFUSED: Record<string, string> = {
  'a:b.jpg': 'colon-1',
  'A:B.jpg': 'colon-2',
  'back\\slash': 'slashes',
  'what?*<>|"': 'windows',
  'folder:1/x': 'in-fold',
  'tab\tbell\u0007': 'control',
  CON: 'device1',
  'dot.': 'ending1',
  'blank ': 'ending2',
};

interface Line {
  key: string;
  path?: string;
  volume: string;
  md5?: string;
}

const readLines = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** By what the manifest says of each: the bytes of every object are where they are said to be. */
function assertStored(manifest: string, objects: Record<string, string>): void {
  const last = new Map(readLines(manifest).map((line) => [line.key, line]));
  assert.deepEqual([...last.keys()].sort(), Object.keys(objects).sort());
  for (const [key, { volume, path }] of last) {
    assert.equal(readFileSync(join(volume, path ?? key), 'utf8'), objects[key], key);
  }
}

const flags = (root: string) => ['mirror', 'upyun://pics', '--to', root, '--json'];

for (const kind of KINDS) {
  const open = async (t: TestContext, objects: Record<string, string>) => {
    const disk = oddDisk(t, kind);
    return disk && { disk, ...(await openWorld(t, { objects })) };
  };

  test(`${kind}: keys that the disk takes for one are all stored, skipped by the next pass, and verified`, async (t) => {
    const world = await open(t, CLASHING);
    if (world === undefined) return;
    const { disk, run, server, folder } = world;
    const manifest = join(folder, 'manifest');
    const count = Object.keys(CLASHING).length;
    const first = (await run([...flags(disk.root), '--manifest', manifest])).expectExit(0);
    assert.deepEqual(first.counts, { listed: count, stored: count, skipped: 0, gone: 0, failed: 0 });
    assertStored(manifest, CLASHING);
    takeFetched(server);
    for (const again of [() => {}, () => disk.remount()]) {
      again();
      const second = (await run(flags(disk.root))).expectExit(0);
      assert.deepEqual(second.counts, { listed: count, stored: 0, skipped: count, gone: 0, failed: 0 });
      assert.deepEqual(takeFetched(server), []);
    }
    assertStored(manifest, CLASHING);
    for (const more of [[], ['--checksum'], ['--extra', '--checksum']]) {
      const verified = (await run(['verify', 'upyun://pics', '--to', disk.root, '--json', ...more])).expectExit(0);
      assert.equal(verified.counts.skipped, count);
    }
    const lines = readFileSync(manifest);
    (await run(['verify', '-', '--to', disk.root, '--checksum', '--json'], { input: lines })).expectExit(0);
    const dry = (await run([...flags(disk.root), '--dry-run'])).expectExit(0);
    assert.equal(dry.counts.skipped, count);
  });

  test(`${kind}: a newer version replaces its own file and no other`, async (t) => {
    const world = await open(t, { 'Photo.jpg': 'first-1', 'photo.jpg': 'first-2' });
    if (world === undefined) return;
    const { disk, run, bucket, folder } = world;
    const manifest = join(folder, 'manifest');
    (await run(flags(disk.root))).expectExit(0);
    const mtimeSeconds = DEFAULT_MTIME_SECONDS + 60;
    bucket.put('photo.jpg', { body: 'newer-2', mtimeSeconds });
    bucket.put('Photo.jpg', { body: 'newer-1', mtimeSeconds });
    bucket.put('PHOTO.jpg', 'third-3');
    assert.equal((await run([...flags(disk.root), '--manifest', manifest])).expectExit(0).counts.stored, 3);
    assertStored(manifest, { 'Photo.jpg': 'newer-1', 'photo.jpg': 'newer-2', 'PHOTO.jpg': 'third-3' });
    assert.equal(filesIn(disk.root).length, 3);
  });

  test(`${kind}: what the disk refuses in a name is escaped, and read back`, async (t) => {
    const world = await open(t, REFUSED);
    if (world === undefined) return;
    const { disk, run, folder, bucket } = world;
    const manifest = join(folder, 'manifest');
    const count = Object.keys(REFUSED).length;
    assert.equal((await run([...flags(disk.root), '--manifest', manifest])).expectExit(0).counts.stored, count);
    assertStored(manifest, REFUSED);
    assert.equal((await run(flags(disk.root))).expectExit(0).counts.skipped, count);
    bucket.delete('a:b.jpg');
    const verified = (await run(['verify', 'upyun://pics', '--to', disk.root, '--extra'])).expectExit(1);
    const extra = verified.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      extra.map(({ key, reason }) => [key.toLowerCase(), reason]),
      [['a:b.jpg', 'extra']],
    );
  });

  test(`${kind}: with --names refuse the second of two is a conflict, and nothing is overwritten`, async (t) => {
    const world = await open(t, { 'Photo.jpg': 'photo-1', 'photo.jpg': 'photo-2', '.SLUICE/x': 'own' });
    if (world === undefined) return;
    const { disk, run, server } = world;
    for (const stored of [1, 0]) {
      const result = (await run([...flags(disk.root), '--names', 'refuse'])).expectExit(1);
      assert.deepEqual([result.counts.stored, result.counts.failed], [stored, 2]);
      assert.match(result.stderr + result.stdout, /ERR_PATH_CONFLICT/);
      assert.match(result.stderr + result.stdout, /ERR_UNSAFE_KEY/);
    }
    assert.equal(filesIn(disk.root).length, 1);
    assert.ok(['photo-1', 'photo-2'].includes(readFileSync(join(disk.root, 'photo.jpg'), 'utf8')));
    takeFetched(server);
  });

  test(`${kind}: a user's file is never overwritten, nor taken for an object`, async (t) => {
    const world = await open(t, { 'Photo.jpg': 'photo-1', 'dir/x.jpg': 'dir-001' });
    if (world === undefined) return;
    const { disk, run } = world;
    writeFileSync(join(disk.root, 'photo.jpg'), 'user-01');
    mkdirSync(join(disk.root, 'DIR'));
    writeFileSync(join(disk.root, 'DIR', 'X.JPG'), 'user-02');
    assert.equal((await run(flags(disk.root))).expectExit(0).counts.stored, 2);
    assert.equal((await run(flags(disk.root))).expectExit(0).counts.skipped, 2);
    assert.equal(readFileSync(join(disk.root, 'photo.jpg'), 'utf8'), 'user-01');
    assert.equal(readFileSync(join(disk.root, 'dir', 'x.jpg'), 'utf8'), 'user-02');
    const extra = await run(['verify', 'upyun://pics', '--to', disk.root, '--extra']);
    assert.equal(extra.expectExit(1).stdout.match(/"extra"/g)?.length, 2);
  });

  test(`${kind}: what an earlier build has stored is adopted where its digest proves it`, async (t) => {
    const objects = { 'Photo.jpg': 'photo-1', 'photo.jpg': 'photo-2', 'plain.jpg': 'plain-1' };
    const world = await open(t, { 'Photo.jpg': objects['Photo.jpg'], 'plain.jpg': objects['plain.jpg'] });
    if (world === undefined) return;
    const { disk, run, server, bucket, folder } = world;
    (await run(flags(disk.root))).expectExit(0);
    forgetOwners(disk.root);
    const verify = ['verify', 'upyun://pics', '--to', disk.root, '--json'];
    (await run(verify)).expectExit(0);
    bucket.put('photo.jpg', objects['photo.jpg']);
    // It has the size, and a time that is not older: but it is not that object.
    assert.equal((await run(verify)).expectExit(1).counts.failed, 1);
    takeFetched(server);
    const manifest = join(folder, 'manifest');
    const second = (await run([...flags(disk.root), '--manifest', manifest])).expectExit(0);
    assert.deepEqual([second.counts.stored, second.counts.skipped], [1, 2]);
    assert.deepEqual(takeFetched(server), ['photo.jpg']);
    const third = (await run(flags(disk.root))).expectExit(0);
    assert.equal(third.counts.skipped, 3);
    (await run([...verify, '--checksum', '--extra'])).expectExit(0);
    assert.equal(readFileSync(join(disk.root, 'PHOTO.JPG'), 'utf8'), 'photo-1');
  });
}

test('of two disks only one folds: each object is found on either', async (t) => {
  const disk = oddDisk(t, 'ntfs');
  const other = oddDisk(t, 'ext4');
  if (disk === undefined || other === undefined) return;
  const folders = Array.from({ length: 12 }, (_, number) => `d${number}`);
  const names = ['Photo.jpg', 'photo.jpg', 'PHOTO.jpg'];
  const objects = Object.fromEntries(
    folders.flatMap((folder) => names.map((name) => [`${folder}/${name}`, `${folder} ${name}`.padEnd(20)])),
  );
  const { run, server, folder, bucket } = await openWorld(t, { objects });
  const manifest = join(folder, 'manifest');
  const both = ['--to', other.root, '--to', disk.root, '--json'];
  const mirror = ['mirror', 'upyun://pics', ...both];
  const count = Object.keys(objects).length;
  assert.equal((await run([...mirror, '--manifest', manifest])).expectExit(0).counts.stored, count);
  assertStored(manifest, objects);
  const aside = readLines(manifest).filter(({ path }) => path !== undefined);
  assert.ok(aside.length > 0 && aside.every(({ volume }) => volume === disk.root), `${aside.length} aside`);
  assert.equal(filesIn(other.root).length + filesIn(disk.root).length, count);
  takeFetched(server);
  assert.equal((await run(mirror)).expectExit(0).counts.skipped, count);
  assert.deepEqual(takeFetched(server), []);
  assert.equal(
    (await run(['verify', 'upyun://pics', ...both, '--checksum', '--extra'])).expectExit(0).counts.skipped,
    count,
  );
  // What is old on one disk and present on the other is removed there, and nothing else.
  const [{ key, path }] = aside as [Line];
  const newer = objects[key]!.toUpperCase();
  const mtimeSeconds = DEFAULT_MTIME_SECONDS + 60;
  bucket.put(key, { body: newer, mtimeSeconds });
  mkdirSync(join(other.root, dirname(key)), { recursive: true });
  writeFileSync(join(other.root, key), newer);
  utimesSync(join(other.root, key), mtimeSeconds, mtimeSeconds);
  assert.equal((await run(mirror)).expectExit(0).counts.skipped, count);
  assert.equal(existsSync(join(disk.root, path!)), false);
  assert.equal(filesIn(other.root).length + filesIn(disk.root).length, count);
});

for (const point of ['store.written', 'store.claimed', 'store.named', 'store.renamed', 'store.digested']) {
  test(`ntfs, killed at ${point}: nothing lost, nothing overwritten, nothing twice`, async (t) => {
    const disk = oddDisk(t, 'ntfs');
    if (disk === undefined) return;
    const { run, folder } = await openWorld(t, { objects: CLASHING });
    const manifest = join(folder, 'manifest');
    const args = [...flags(disk.root), '--manifest', manifest];
    for (const passage of [1, 2, 3]) {
      const killed = await run(args, { env: { SLUICE_CRASH_POINT: `${point}:${passage}` } });
      assert.equal(killed.signal, 'SIGKILL');
    }
    (await run(args)).expectExit(0);
    assertStored(manifest, CLASHING);
    assert.equal(filesIn(disk.root).length, Object.keys(CLASHING).length);
    const verify = ['verify', 'upyun://pics', '--to', disk.root, '--checksum', '--extra', '--json'];
    (await run(verify)).expectExit(0);
  });
}

/** As a build did not write them that knew nothing of such disks. */
function forgetOwners(root: string): void {
  rmSync(join(root, '.sluice', 'owners'));
  const path = join(root, '.sluice', 'volume.json');
  const { traits: _, ...marker } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, `${JSON.stringify(marker)}\n`);
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\/\.sluice(?:\/|$)/i.test(entry.parentPath))
    .map(({ name }) => name);
}
