// The markers: what tells a disk that is not mounted, or one that was forgotten, from a new folder.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { openVolumes, type VolumesOptions } from '../../../../src/sinks/disks/volumes.js';
import { type Marker, markerPath, readMarkers, rootsProblem } from '../../../../src/sinks/state/marker.js';
import { openedVolumes, tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

const TRUE: VolumesOptions = { syncCommand: ['true'] };

/** Opens and closes volumes of these names below a folder, as a run does. */
async function use(folder: string, names: readonly string[], options: VolumesOptions = {}): Promise<void> {
  const volumes = await openVolumes(
    names.map((name) => join(folder, name)),
    { ...TRUE, ...options },
  );
  await volumes.close();
}

async function refusal(folder: string, names: readonly string[]): Promise<string> {
  const error = await rejection<TransferError>(use(folder, names));
  assert.deepEqual([error.code, error.verdict], ['ERR_VOLUME', 'fatal'], error.message);
  return error.message;
}

const markerOf = (folder: string, name: string): Marker =>
  JSON.parse(readFileSync(markerPath(join(folder, name)), 'utf8'));

test('the first use marks every folder with an id of its own and the names of all', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a', 'b']);
  const [a, b] = [markerOf(folder, 'a'), markerOf(folder, 'b')];
  assert.notEqual(a.id, b.id);
  for (const marker of [a, b]) {
    assert.match(marker.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(marker.roots, [join(folder, 'a'), join(folder, 'b')]);
    assert.ok(Math.abs(Date.now() - Date.parse(marker.createdAt)) < 60_000);
  }
  await use(folder, ['a', 'b']);
  assert.deepEqual([markerOf(folder, 'a'), markerOf(folder, 'b')], [a, b]);
});

test('a volume that is missing from --to is named, with the command that has all of them', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a', 'b']);
  for (const given of [['a'], ['b'], ['a', 'c']]) {
    const missing = given[0] === 'a' ? 'b' : 'a';
    const message = await refusal(folder, given);
    assert.match(message, new RegExp(`${join(folder, missing)} holds another and is missing from --to`));
    assert.match(message, new RegExp(`--to ${join(folder, 'a')} --to ${join(folder, 'b')}`));
  }
  assert.equal(existsSync(join(folder, 'c')), false);
});

test('a folder that its siblings know and that has no marker is a disk that is not mounted', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a', 'b']);
  for (const name of ['a', 'b']) {
    renameSync(join(folder, name), join(folder, 'elsewhere'));
    mkdirSync(join(folder, name));
    const message = await refusal(folder, ['a', 'b']);
    assert.match(message, new RegExp(`^${join(folder, name)} .*not mounted.* a second time`));
    rmSync(join(folder, name), { recursive: true });
    renameSync(join(folder, 'elsewhere'), join(folder, name));
  }
  await use(folder, ['a', 'b']);
});

test('new disks may be added when all old ones are given, the first one first', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a']);
  const { id } = markerOf(folder, 'a');
  assert.match(await refusal(folder, ['b', 'a']), new RegExp(`give --to ${join(folder, 'a')} first`));
  await use(folder, ['a', 'b']);
  assert.equal(markerOf(folder, 'a').id, id);
  await use(folder, ['a', 'b', 'c']);
  const all = ['a', 'b', 'c'].map((name) => join(folder, name));
  for (const name of ['a', 'b', 'c']) assert.deepEqual(markerOf(folder, name).roots, all);
  assert.match(await refusal(folder, ['a', 'b']), /c holds another/);
  assert.match(await refusal(folder, ['b', 'a', 'c']), / first: the state of the copy lies there/);
  // The others may change places: they are known by their ids.
  await use(folder, ['a', 'c', 'b']);
});

test('volumes that moved, all of them, are the same volumes', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a']);
  renameSync(join(folder, 'a'), join(folder, 'a2'));
  await use(folder, ['a2']);
  await use(folder, ['a2', 'b']);
  renameSync(join(folder, 'a2'), join(folder, 'a3'));
  assert.match(await refusal(folder, ['a3']), /missing from --to/);
  renameSync(join(folder, 'b'), join(folder, 'b3'));
  await use(folder, ['a3', 'b3']);
  assert.deepEqual(markerOf(folder, 'b3').roots, [join(folder, 'a3'), join(folder, 'b3')]);
});

test('a restart takes the folders as they are given, and marks them anew', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a', 'b']);
  const { id } = markerOf(folder, 'b');
  await use(folder, ['b'], { isRestart: true });
  assert.deepEqual(markerOf(folder, 'b').roots, [join(folder, 'b')]);
  assert.equal(markerOf(folder, 'b').id, id);
  await use(folder, ['b']);
});

test('a dry run is held to the markers, too, and changes none', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a', 'b']);
  const error = await rejection<TransferError>(use(folder, ['a'], { isReadOnly: true }));
  assert.equal(error.code, 'ERR_VOLUME');
  await use(folder, ['a', 'b', 'c'], { isReadOnly: true });
  assert.equal(existsSync(join(folder, 'c')), false);
  assert.equal(markerOf(folder, 'a').roots.length, 2);
});

test('a run that is killed while it marks leaves nothing that looks like a lost disk', () => {
  const marker = (id: string, roots: string[]): Marker => ({ id, roots, createdAt: '' });
  const states = [
    [
      { root: '/a', marker: marker('1', []) },
      { root: '/b', marker: undefined },
    ],
    [
      { root: '/a', marker: undefined },
      { root: '/b', marker: marker('2', []) },
    ],
    [
      { root: '/a', marker: marker('1', ['/a', '/b']) },
      { root: '/b', marker: marker('2', []) },
    ],
    [
      { root: '/a', marker: marker('1', []) },
      { root: '/b', marker: marker('2', ['/a', '/b']) },
    ],
    [
      { root: '/a', marker: marker('1', ['/a']) },
      { root: '/b', marker: marker('2', []) },
    ],
  ];
  for (const known of states) assert.equal(rootsProblem(known), undefined, JSON.stringify(known));
});

test('one folder that cannot be used leaves no marker in the others', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), 'x');
  await refusal(folder, ['a', 'file']);
  assert.equal(existsSync(markerPath(join(folder, 'a'))), false);
  await use(folder, ['a', 'b']);
});

test('a folder that cannot be marked leaves no marker that names it', async (t) => {
  const folder = tempFolder(t);
  const inTheWay = `${markerPath(join(folder, 'b'))}.new`;
  mkdirSync(inTheWay, { recursive: true });
  await refusal(folder, ['a', 'b']);
  rmSync(inTheWay, { recursive: true });
  await use(folder, ['a', 'b']);
});

test('a marker that cannot be read is said, and is not overwritten', async (t) => {
  const folder = tempFolder(t);
  await use(folder, ['a']);
  writeFileSync(markerPath(join(folder, 'a')), '{"id":');
  assert.match(await refusal(folder, ['a']), /volume\.json cannot be read/);
  assert.equal(readFileSync(markerPath(join(folder, 'a')), 'utf8'), '{"id":');
});

test('the facts can be read without a thread', async (t: TestContext) => {
  const folder = tempFolder(t);
  const volumes = await openedVolumes(t, [join(folder, 'a')]);
  const known = await readMarkers([volumes.roots[0]!, join(folder, 'b')]);
  assert.deepEqual(known, [
    { root: volumes.roots[0], marker: markerOf(folder, 'a') },
    { root: join(folder, 'b'), marker: undefined },
  ]);
});
