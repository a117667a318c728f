// A volume whose disk takes several names for one, as its marker says: whose file a file is.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../../src/errors.js';
import { NameRules } from '../../../../../src/model/names/name-rules.js';
import { clashPath, pathOf } from '../../../../../src/model/names/names.js';
import { openVolume, type Volume, type VolumeOptions } from '../../../../../src/sinks/disks/volume.js';
import { FOUND } from '../../../../../src/sinks/thread/messages.js';
import { filesBelow, tempFolder, writeTraits } from '../../../../support/disks/files.js';
import { ownBytes } from '../../../../support/source-stub.js';
import { rejection } from '../../../../support/waiting.js';

const TRAITS = { names: { folding: 'names', refused: '\\u{3a}' }, times: {} } as const;
const RULES = new NameRules(TRAITS.names);

const asideOf = (key: string) => clashPath(key, { folders: [], isFile: false, isOther: true }, RULES);

async function foldingVolume(
  t: TestContext,
  { root = tempFolder(t), ...options }: VolumeOptions & { root?: string } = {},
) {
  if (!existsSync(join(root, '.sluice'))) writeTraits(root, TRAITS);
  const volume = await openVolume(root, options);
  t.after(() => volume.close());
  return volume;
}

const put = (volume: Volume, key: string, text = key) => volume.store({ key, mtimeMs: 1_000_000 }, ownBytes(text));

async function look(volume: Volume, key: string, size = Buffer.byteLength(key)): Promise<number> {
  return (await volume.check([{ key, size, mtimeMs: 1_000_000 }])).found[0]!;
}

test('the first of several keys has the path, the others have one of their own, and all are found', async (t) => {
  const volume = await foldingVolume(t);
  const keys = ['a/Photo.jpg', 'a/photo.jpg', 'A/PHOTO.JPG'];
  const paths = [];
  for (const key of keys) paths.push((await put(volume, key)).path);
  assert.deepEqual(paths, [undefined, asideOf(keys[1]!), asideOf(keys[2]!)]);
  for (const key of keys) assert.equal(await look(volume, key), FOUND.present);
  assert.equal(await look(volume, 'a/pHoto.jpg'), FOUND.absent);
  const again = await foldingVolume(t, { root: volume.root, isReadOnly: true });
  for (const [index, key] of keys.entries()) {
    assert.equal(await look(again, key), FOUND.present);
    assert.equal((await again.inspect([key], false))[0]!.path, paths[index] ?? key);
  }
  const checked = await again.check(keys.map((key) => ({ key, size: undefined, mtimeMs: undefined })));
  assert.deepEqual(checked.paths, [
    [1, asideOf(keys[1]!)],
    [2, asideOf(keys[2]!)],
  ]);
});

test("both ways of removing take a key's own file", async (t) => {
  const volume = await foldingVolume(t);
  for (const key of ['B', 'b', 'C', 'c']) await put(volume, key);
  await volume.remove('b');
  await volume.removeSince(['C'], 0);
  await volume.remove('never');
  assert.deepEqual(filesBelow(volume.root), ['B', asideOf('c')].sort());
  // A key keeps what it once had.
  await put(volume, 'c');
  await put(volume, 'C');
  assert.deepEqual(filesBelow(volume.root), ['B', 'C', asideOf('c')].sort());
});

test('with --names refuse the second is a conflict, and a name that the disk does not take is unsafe', async (t) => {
  const volume = await foldingVolume(t, { names: 'refuse' });
  await put(volume, 'Photo');
  assert.equal((await rejection<TransferError>(put(volume, 'photo'))).code, 'ERR_PATH_CONFLICT');
  for (const key of ['a:b', '.SLUICE/x']) {
    const error = await rejection<TransferError>(put(volume, key));
    assert.deepEqual([error.code, error.verdict], ['ERR_UNSAFE_KEY', 'skip'], key);
    assert.equal(await look(volume, key), FOUND.absent);
  }
  assert.deepEqual(filesBelow(volume.root), ['Photo']);
});

test("a file that is nobody's is not believed, not removed and not overwritten", async (t) => {
  const volume = await foldingVolume(t);
  writeFileSync(join(volume.root, 'user.jpg'), 'user.jpg');
  utimesSync(join(volume.root, 'user.jpg'), 2_000, 2_000);
  assert.equal(await look(volume, 'user.jpg'), FOUND.absent);
  await volume.remove('user.jpg');
  await volume.removeSince(['user.jpg'], 0);
  assert.equal((await volume.inspect(['user.jpg'], true))[0]!.state, 'absent');
  assert.equal((await put(volume, 'user.jpg', 'object')).path, asideOf('user.jpg'));
  assert.equal(readFileSync(join(volume.root, 'user.jpg'), 'utf8'), 'user.jpg');
});

test("what an earlier build has stored is its object's when content and time are those that were written down", async (t) => {
  const root = tempFolder(t);
  const before = await openVolume(root);
  await put(before, 'Mine');
  await put(before, 'mended');
  await put(before, 'moved');
  await before.close();
  writeTraits(root, TRAITS);
  writeFileSync(join(root, 'mended'), 'MENDED');
  utimesSync(join(root, 'mended'), 1_000, 1_000);
  utimesSync(join(root, 'moved'), 5_000, 5_000);
  const reader = await foldingVolume(t, { root, isReadOnly: true });
  const expected = { Mine: FOUND.present, mine: FOUND.absent, mended: FOUND.absent, moved: FOUND.absent };
  for (const [key, found] of Object.entries(expected)) assert.equal(await look(reader, key), found, key);
  assert.equal(existsSync(join(root, '.sluice', 'owners')), false);
  const writer = await foldingVolume(t, { root });
  // An older version of its own is replaced, too.
  assert.equal(await look(writer, 'Mine', 99), FOUND.other);
  for (const key of ['Mine', 'mine', 'mended']) await put(writer, key);
  assert.deepEqual(filesBelow(root), ['Mine', asideOf('mine'), 'mended', asideOf('mended'), 'moved'].sort());
});

test('without its record a file is adopted by its digest', async (t) => {
  const volume = await foldingVolume(t);
  for (const key of ['X', 'x', 'y/z']) await put(volume, key);
  await volume.close();
  rmSync(join(volume.root, '.sluice', 'owners'));
  const again = await foldingVolume(t, { root: volume.root });
  for (const key of ['X', 'x', 'y/z']) assert.equal(await look(again, key), FOUND.present);
  for (const key of ['X', 'x', 'y/z']) await put(again, key);
  assert.deepEqual(filesBelow(volume.root), ['X', asideOf('x'), 'y/z'].sort());
});

test("files and folders that stand in each other's way do so under any name", async (t) => {
  const volume = await foldingVolume(t);
  const keys = ['a', 'a/b', 'A/B', 'a/c', 'D/e', 'D', 'd', 'a:b', 'A:B', '.SLUICE/x', '.sluice/x'];
  const texts = new Map<string, string>();
  for (const key of keys) texts.set((await put(volume, key)).path ?? key, key);
  assert.equal(texts.size, keys.length);
  assert.equal(new Set([...texts.keys()].map((path) => RULES.fold(path))).size, keys.length, 'no two fold to one');
  for (const [path, text] of texts) assert.equal(readFileSync(join(volume.root, path), 'utf8'), text);
  for (const key of keys) assert.equal(await look(volume, key), FOUND.present, key);
  assert.equal(pathOf('a:b', RULES), '%~a%3Ab');
});

test('a folder in the place of a file is gone round', async (t) => {
  const volume = await foldingVolume(t);
  mkdirSync(join(volume.root, 'f'));
  assert.equal((await put(volume, 'f')).path, '%~f%~f');
  assert.equal(await look(volume, 'f'), FOUND.present);
});
