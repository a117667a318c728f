// Names on a disk: every key has a place, whatever stands there already, and is found in it again.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { TransferError } from '../../../../../src/errors.js';
import { clashPath, pathOf } from '../../../../../src/model/names/names.js';
import type { Volume } from '../../../../../src/sinks/disks/volume.js';
import { FOUND } from '../../../../../src/sinks/thread/messages.js';
import { md5Hex } from '../../../../fakes/buckets/digest.js';
import { filesBelow, tempFiles, tempVolume } from '../../../../support/disks/files.js';
import { ownBytes } from '../../../../support/source-stub.js';
import { rejection } from '../../../../support/waiting.js';

const put = (volume: Volume, key: string, text = key) => volume.store({ key, mtimeMs: 1_000 }, ownBytes(text));

const namesOf = ({ root }: Volume): [string, string][] => {
  const path = join(root, '.sluice', 'names.ndjson');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.pop(), '', 'whole lines only');
  return lines.map((line) => {
    const { key, path, volume } = JSON.parse(line);
    assert.equal(volume, root);
    return [key, path];
  });
};

async function isFound(volume: Volume, key: string): Promise<boolean> {
  const { found } = await volume.check([{ key, size: Buffer.byteLength(key), mtimeMs: 1_000 }]);
  return found[0] === FOUND.present;
}

test('a key that is no path has an escaped one, which is recorded and found', async (t) => {
  const volume = await tempVolume(t);
  const keys = ['../x', '/abs', 'a//b', 'e/', '.sluice/tmp/x', 'nul\0', `${'n'.repeat(300)}.jpg`, '%~x', 'plain/one'];
  for (const key of keys) {
    const { path } = await put(volume, key);
    assert.equal(path, key === 'plain/one' ? undefined : pathOf(key));
  }
  assert.deepEqual(filesBelow(volume.root), keys.map((key) => pathOf(key)).sort());
  assert.deepEqual(
    namesOf(volume),
    keys.slice(0, -1).map((key) => [key, pathOf(key)]),
  );
  for (const key of keys) assert.ok(await isFound(volume, key), key);
});

const ORDERS: [string, string[], Record<string, string>][] = [
  ['the file first', ['a', 'a/b', 'a/c/d'], { 'a/b': '%~a%~d/b', 'a/c/d': '%~a%~d/c/d' }],
  ['the folder first', ['a/b', 'a', 'a/c/d'], { a: '%~a%~f' }],
  ['a file further down', ['a/b/c', 'a/b/c/d/e', 'a/b'], { 'a/b/c/d/e': 'a/b/%~c%~d/d/e', 'a/b': 'a/%~b%~f' }],
  ['two files on the way', ['a', 'a/b', 'a/b/c'], { 'a/b': '%~a%~d/b', 'a/b/c': '%~a%~d/%~b%~d/c' }],
];

for (const [name, keys, expected] of ORDERS) {
  test(`a key that is a file and a folder at once is both: ${name}`, async (t) => {
    const volume = await tempVolume(t);
    for (const key of keys) assert.equal((await put(volume, key)).path, expected[key], key);
    assert.deepEqual(filesBelow(volume.root), keys.map((key) => expected[key] ?? key).sort());
    for (const key of keys) assert.ok(await isFound(volume, key), key);
    // Stored again they stay where they are.
    for (const key of [...keys].reverse()) await put(volume, key);
    assert.equal(filesBelow(volume.root).length, keys.length);
    assert.deepEqual(namesOf(volume).slice(0, Object.keys(expected).length), Object.entries(expected));
    const [clashed] = Object.keys(expected);
    await volume.remove(clashed!);
    assert.deepEqual([await isFound(volume, clashed!), filesBelow(volume.root).length], [false, keys.length - 1]);
  });

  test(`where names are refused the second of them is a conflict: ${name}`, async (t) => {
    const volume = await tempVolume(t, { names: 'refuse' });
    await put(volume, keys[0]!);
    const error = await rejection<TransferError>(put(volume, keys[1]!));
    assert.equal(error.code, 'ERR_PATH_CONFLICT');
    assert.deepEqual([filesBelow(volume.root), await isFound(volume, keys[1]!)], [[keys[0]], false]);
  });
}

test('a folder of the user is gone round, a link to a folder is followed, a link to nothing is a conflict', async (t) => {
  const volume = await tempVolume(t);
  mkdirSync(join(volume.root, 'folder', 'of the user'), { recursive: true });
  symlinkSync('nowhere', join(volume.root, 'dangling'));
  symlinkSync('folder', join(volume.root, 'link'));
  assert.equal((await put(volume, 'folder')).path, '%~folder%~f');
  assert.equal((await rejection<TransferError>(put(volume, 'dangling/x'))).code, 'ERR_PATH_CONFLICT');
  assert.equal((await put(volume, 'link/x')).path, undefined);
  for (const key of ['folder', 'link/x']) assert.ok(await isFound(volume, key), key);
});

test('a path that is too long as a whole is one name at the top', async (t) => {
  const volume = await tempVolume(t);
  const key = `${'d'.repeat(200)}/`.repeat(30).slice(0, -1);
  assert.match((await put(volume, key)).path!, /^%~%~p[0-9a-f]{40}$/);
  assert.ok(await isFound(volume, key));
  const other = `${key}/x`;
  mkdirSync(join(volume.root, pathOf(other)));
  assert.equal((await put(volume, other)).path, clashPath(other, { folders: [], isFile: true }));
  assert.ok(await isFound(volume, other));
});

test('half a line at the end of the record is ended before more comes', async (t) => {
  const volume = await tempVolume(t);
  const path = join(volume.root, '.sluice', 'names.ndjson');
  writeFileSync(path, '{"key":"torn');
  await put(volume, 'a//b');
  const [torn, line] = readFileSync(path, 'utf8').split('\n');
  assert.deepEqual([torn, JSON.parse(line!).key], ['{"key":"torn', 'a//b']);
});

test('a record that cannot be written ends the run, and the file does not come into being', async (t) => {
  const volume = await tempVolume(t);
  mkdirSync(join(volume.root, '.sluice', 'names.ndjson'));
  const error = await rejection<TransferError>(put(volume, 'a//b'));
  assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
  assert.match(
    error.message,
    /names\.ndjson cannot be written: it is a folder, not a file .EISDIR, open.; .*free some space or repair the disk, then run again/,
  );
  assert.deepEqual([filesBelow(volume.root), tempFiles(volume.root)], [[], []]);
  rmSync(join(volume.root, '.sluice', 'names.ndjson'), { recursive: true });
  assert.equal((await put(volume, 'a//b')).path, 'a/%~/b');
});

test('inspect gives path, size, time and MD5 of each key, and says what is absent or unreadable', async (t) => {
  const volume = await tempVolume(t);
  await volume.store({ key: 'plain', mtimeMs: 5_000 }, ownBytes('hello'));
  await volume.store({ key: 'a//b', mtimeMs: 6_000 }, ownBytes('x'.repeat(2_500_000)));
  await put(volume, 'plain/below');
  mkdirSync(join(volume.root, 'folder'));
  const keys = ['plain', 'a//b', 'plain/below', 'missing', 'folder'];
  const files = await volume.inspect(keys, true);
  assert.deepEqual(
    files.map(({ state, path, size }) => [state, path, size]),
    [
      ['present', 'plain', 5],
      ['present', 'a/%~/b', 2_500_000],
      ['present', '%~plain%~d/below', 11],
      ['absent', 'missing', 0],
      ['absent', 'folder', 0],
    ],
  );
  assert.deepEqual([files[0]!.mtimeMs, files[0]!.md5], [5_000, '5d41402abc4b2a76b9719d911017c592']);
  assert.equal(files[1]!.md5, md5Hex('x'.repeat(2_500_000)));
  assert.equal((await volume.inspect(['plain'], false))[0]!.md5, undefined);
});
