// Folders below a root: all that are missing are made, but never the root, nor through what is no folder.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { KnownFolders, makeFolders } from '../../../../src/sinks/thread/folders.js';
import { tempFolder } from '../../../support/disks/files.js';

test('makes what is missing, and what is there may be there', (t) => {
  const root = tempFolder(t);
  mkdirSync(join(root, 'a'));
  for (const isSynced of [false, true]) {
    makeFolders(root, 'a/b/c', isSynced);
    makeFolders(root, '.', isSynced);
  }
  assert.ok(statSync(join(root, 'a', 'b', 'c')).isDirectory());
});

test('a root that is not there is gone, and is not made again', (t) => {
  const root = join(tempFolder(t), 'root');
  for (const folder of ['.', 'a', 'a/b/c']) assert.throws(() => makeFolders(root, folder, false), { code: 'EGONE' });
  assert.equal(existsSync(root), false);
});

test('a file or a link to nothing in the way is said', (t) => {
  const root = tempFolder(t);
  writeFileSync(join(root, 'file'), 'x');
  symlinkSync('nowhere', join(root, 'link'));
  assert.throws(() => makeFolders(root, 'file', false), { code: 'EEXIST' });
  assert.throws(() => makeFolders(root, 'file/b', false), { code: 'ENOTDIR' });
  assert.throws(() => makeFolders(root, 'link/b', false), { code: 'EEXIST' });
});

test('what is known is not asked about again, and nothing is known for ever', (t) => {
  const root = tempFolder(t);
  const folders = new KnownFolders(root, { isSynced: false });
  folders.ensure('a/b');
  rmdirSync(join(root, 'a', 'b'));
  folders.ensure('a/b');
  assert.equal(existsSync(join(root, 'a', 'b')), false);
  for (let index = 0; index < 1_000; index++) folders.ensure(`c${index}`);
  folders.ensure('a/b');
  assert.equal(existsSync(join(root, 'a', 'b')), true);
});

test('where a path is too long, nothing of it is made', (t) => {
  const root = tempFolder(t);
  const folders = new KnownFolders(root, { isSynced: false });
  assert.throws(() => folders.ensure(Array(2_000).fill('deep').join('/')), { code: 'ENAMETOOLONG' });
  assert.deepEqual(readdirSync(root), []);
  writeFileSync(join(root, 'file'), '');
  for (const folder of ['file/b', 'file/b/c']) assert.throws(() => folders.ensure(folder), { code: 'ENOTDIR' });
});
