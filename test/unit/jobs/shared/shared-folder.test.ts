// What a folder remembers of jobs with others: whether nothing lay there when a job began, also on disks that came later.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { SharedFolderState } from '../../../../src/jobs/shared/shared-folder.js';
import { tempFolder } from '../../../support/disks/files.js';

test('a disk that comes later and holds something makes the machine one that has files, for the rest of that job', (t) => {
  const folder = tempFolder(t);
  const [one, two, three] = ['one', 'two', 'three'].map((name) => join(folder, name)) as [string, string, string];
  for (const root of [one, two, three]) mkdirSync(root);
  const state = join(one, '.sluice', 'queue');
  const begin = (job: string, ...roots: string[]) => SharedFolderState.open(state, roots).begin(job).isFresh;
  assert.equal(begin('job', one), true);
  writeFileSync(join(one, 'stored by the job'), '');
  assert.equal(begin('job', one), true);
  assert.equal(begin('job', one, two), true, 'an empty disk more');
  writeFileSync(join(two, 'stored by the job'), '');
  writeFileSync(join(three, 'of an older copy'), '');
  assert.equal(begin('job', one, two, three), false);
  assert.equal(begin('job', one, two, three), false);
  assert.equal(begin('next', one, two, three), false);
});

test('what an older build has remembered counts', (t) => {
  const folder = tempFolder(t);
  const state = join(folder, '.sluice', 'queue');
  const first = SharedFolderState.open(state, [folder]);
  first.begin('job');
  const path = join(state, 'worker.json');
  const { roots, ...older } = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual(roots, [folder]);
  writeFileSync(path, JSON.stringify(older));
  writeFileSync(join(folder, 'stored by the job'), '');
  const again = SharedFolderState.open(state, [folder]);
  assert.deepEqual([again.name, again.begin('job').isFresh], [first.name, true]);
});
