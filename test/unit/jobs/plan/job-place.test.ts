// Where the files of a job are looked for, from one of its disks; and what is seen of the disks themselves.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { failuresFileOf, findJob } from '../../../../src/jobs/plan/job-place.js';
import { lookAtVolumes } from '../../../../src/jobs/status/job-volumes.js';
import { tempFolder } from '../../../support/disks/files.js';

function write(path: string, text = ''): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function mark(root: string, roots: readonly string[]): void {
  write(join(root, '.sluice', 'volume.json'), JSON.stringify({ id: 'x', roots }));
}

test('the first of several folders keeps the job, whichever of them is named', (t) => {
  const [one, two] = ['one', 'two'].map((name) => join(tempFolder(t), name)) as [string, string];
  for (const root of [one, two]) mark(root, [one, two]);
  for (const folder of [one, two]) {
    const { path, journal, lock, problems } = findJob({ folder });
    assert.deepEqual([path, journal, problems], [one, join(one, '.sluice', 'journal'), []]);
    assert.equal(lock, join(one, '.sluice', 'lock'));
  }
});

test('a folder that was moved, or is named by a link, is where its own job is', (t) => {
  const folder = join(tempFolder(t), 'moved');
  mark(folder, ['/was/here/one', '/was/here/two']);
  write(join(folder, '.sluice', 'journal'));
  assert.equal(findJob({ folder }).path, folder);
  const link = join(tempFolder(t), 'link');
  symlinkSync(folder, link);
  mark(folder, [folder]);
  assert.equal(findJob({ folder: link }).path, link);
});

test('a first folder that is not there is named', (t) => {
  const [one, two] = ['one', 'two'].map((name) => join(tempFolder(t), name)) as [string, string];
  mark(two, [one, two]);
  const { path, problems } = findJob({ folder: two });
  assert.equal(path, one);
  assert.match(problems.join(), /two is kept in .*one, which is not there: is its disk not mounted/);
});

test('a marker that is damaged or empty leaves the folder as it is, and damage is said', (t) => {
  const folder = tempFolder(t);
  for (const [text, expected] of [
    ['{"id":', 1],
    ['{"id":"x","roots":[1]}', 1],
    ['{"id":"x","roots":[]}', 0],
  ] as const) {
    write(join(folder, '.sluice', 'volume.json'), text);
    const { path, problems } = findJob({ folder });
    assert.deepEqual([path, problems.length], [folder, expected], text);
  }
});

test('of a list everything lies beside its state', () => {
  const { journal, lock, jobFailures, failures } = findJob({ file: '/x/state' });
  assert.deepEqual(
    [journal, lock, jobFailures, failures],
    ['/x/state', '/x/state.lock', '/x/state.failures', undefined],
  );
});

test('the list of failures of an earlier run is not taken for that of this one', (t) => {
  const folder = tempFolder(t);
  const place = findJob({ folder });
  assert.equal(failuresFileOf(place, 1_800_000_000_000), undefined);
  write(place.jobFailures);
  writeFileSync(place.failures!, '');
  assert.equal(failuresFileOf(place, 1_000), place.jobFailures, 'nothing is named in an empty one');
  writeFileSync(place.failures!, '{"key":"a"}\n');
  const setTime = (seconds: number) => utimesSync(place.failures!, seconds, seconds);
  setTime(1_800_000_000);
  assert.equal(failuresFileOf(place, 1_800_000_000_100), place.failures);
  assert.equal(failuresFileOf(place, 1_800_000_060_000), place.jobFailures);
});

test('disks are told with their room, the state that the job noted, and missing ones as missing', async (t) => {
  const folder = tempFolder(t);
  const roots = ['in', 'full', 'unmounted', 'gone'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const root of roots.slice(0, 2)) mkdirSync(join(root, '.sluice'), { recursive: true });
  mkdirSync(roots[2]);
  const records = [{ t: 'volume', root: roots[1], state: 'full', reason: 'no space' } as const];
  const volumes = await lookAtVolumes(roots, records);
  assert.deepEqual(
    volumes.map(({ path, state }) => [path, state]),
    [
      [roots[0], 'in'],
      [roots[1], 'full'],
      [roots[2], 'missing'],
      [roots[3], 'missing'],
    ],
  );
  assert.ok(volumes[0]!.freeBytes! > 0);
  assert.equal(volumes[1]!.reason, 'no space');
  assert.match(volumes[2]!.reason!, /not mounted/);
  assert.ok(!('freeBytes' in volumes[3]!));
});
