// What lies under a key: one look at the disk for each where nothing is unusual, and the right answer where something is.

import assert from 'node:assert/strict';
import fs, { mkdirSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { clashPath } from '../../../../src/model/names/names.js';
import { FileCheck } from '../../../../src/sinks/thread/file-check.js';
import { FOUND } from '../../../../src/sinks/thread/messages.js';
import { Paths } from '../../../../src/sinks/thread/paths.js';
import { tempFolder } from '../../../support/disks/files.js';

function checkIn(t: TestContext) {
  const root = tempFolder(t);
  const fileCheck = new FileCheck(root, { paths: new Paths(root, 'escape'), isThere: () => true });
  const check = (keys: readonly string[]) => {
    const any = new Float64Array(keys.length).fill(Number.NaN);
    return [...fileCheck.check({ keys, sizes: any.map(() => 1), mtimesMs: any }).found];
  };
  return { root, check };
}

/** Looks at the disk so far. */
function countLooks(t: TestContext): () => number {
  const looks = t.mock.method(fs, 'statSync');
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return () => looks.mock.callCount();
}

test('what is not there costs one look, whatever Node says of a file in the place of a folder', (t) => {
  const { root, check } = checkIn(t);
  mkdirSync(join(root, 'a'));
  const keys = ['a', 'b/c/d'].flatMap((folder) => Array.from({ length: 100 }, (_, index) => `${folder}/${index}`));
  const looks = countLooks(t);
  assert.deepEqual(new Set(check(keys)), new Set([FOUND.absent]));
  assert.ok(looks() <= keys.length + 2 * 4, `${looks()} looks for ${keys.length} keys`);
});

test('a file in the place of a folder is gone round, also for the first key of many and after others', (t) => {
  const { root, check } = checkIn(t);
  const aside = (key: string) => clashPath(key, { folders: [0], isFile: false });
  writeFileSync(join(root, 'f'), '');
  mkdirSync(join(root, aside('f/x'), '..'));
  writeFileSync(join(root, aside('f/x')), '1');
  const { absent, present } = FOUND;
  assert.deepEqual(check(['f/x', 'f/y']), [present, absent]);
  assert.deepEqual(check(['e/x', 'e/y', 'f/y', 'f/x', 'e/z']), [absent, absent, absent, present, absent]);
});

test('what has changed since is seen by the next question', (t) => {
  const { root, check } = checkIn(t);
  assert.deepEqual(check(['f/x', 'f/y']), [FOUND.absent, FOUND.absent]);
  writeFileSync(join(root, 'f'), '');
  const path = clashPath('f/x', { folders: [0], isFile: false });
  mkdirSync(join(root, path, '..'));
  writeFileSync(join(root, path), '1');
  assert.deepEqual(check(['f/x', 'f/y']), [FOUND.present, FOUND.absent]);
});
