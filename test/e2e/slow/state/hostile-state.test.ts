// Files that are not what they are taken for, disks that are not the ones they were, and servers that want to fill a disk.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { pathOf } from '../../../../src/model/names/names.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readFailures, readTree } from '../../../support/cli/tree.js';

const OBJECTS = manyObjects(30, { folder: 'a/' });
const STATE_FILES = [
  'lock',
  'journal',
  'journal.new',
  'job-failures.ndjson',
  'volume.json',
  'volume.json.new',
  'digests',
];

for (const name of [...STATE_FILES, 'names.ndjson', 'failures.ndjson']) {
  test(`a link or a pipe in place of .sluice/${name} is refused at once, and nothing is written through it`, async (t) => {
    const { folder, to, run } = await openWorld(t, { objects: OBJECTS });
    const victim = join(folder, 'victim');
    await writeFile(victim, 'precious');
    await mkdir(join(to, '.sluice'), { recursive: true });
    const path = join(to, '.sluice', name);
    for (const place of [() => symlink(victim, path), async () => void execFileSync('mkfifo', [path])]) {
      await place();
      for (const command of ['mirror', 'verify']) {
        const result = (await run([command, 'upyun://pics', '--to', to, '--json'])).expectExit(3);
        assert.match(result.stderr, new RegExp(`ERR_VOLUME.*${name.replaceAll('.', '\\.')} is a (symbolic link|pipe)`));
      }
      await rm(path);
    }
    assert.equal(await readFile(victim, 'utf8'), 'precious');
  });
}

test('status refuses what no run would begin with, at once and by its name', async (t) => {
  const { server, folder, to, mirror, list, run } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { key: 'a/0003.jpg' }, action: { status: 403 } });
  (await mirror()).expectExit(1);
  const inFolder = ['volume.json', 'run.json', 'failures.ndjson', 'job-failures.ndjson', 'retried.ndjson', 'journal'];
  const state = join(folder, 'state');
  (await list('--state', state)).expectExit(0);
  const places = [
    ...inFolder.map((name) => [join(to, '.sluice', name), ['--to', to]] as const),
    ...['.run', '.failures', ''].map((name) => [`${state}${name}`, ['--state', state]] as const),
  ];
  for (const [path, which] of places) {
    await rm(path, { force: true });
    for (const make of [
      () => symlink('/dev/zero', path),
      () => mkdir(path),
      async () => void execFileSync('mkfifo', [path]),
    ]) {
      await make();
      const result = (await run(['status', ...which])).expectExit(3);
      assert.match(result.stderr, /is a (symbolic link|folder|pipe, socket or device) and must be a file/);
      await rm(path, { recursive: true });
    }
    // What is not there hides nothing else.
    if (path !== state && !path.endsWith('journal')) (await run(['status', ...which])).expectExit(0);
  }
});

test('.sluice itself as a link is refused before anything is made behind it', async (t) => {
  const { folder, to, mirror } = await openWorld(t, { objects: OBJECTS });
  await mkdir(join(folder, 'elsewhere'));
  await mkdir(to);
  await symlink(join(folder, 'elsewhere'), join(to, '.sluice'));
  (await mirror()).expectExit(3);
  assert.deepEqual([...(await readTree(join(folder, 'elsewhere'))).keys()], []);
});

test('list --state takes no file that holds something else, and none of its companions either', async (t) => {
  const { folder, list } = await openWorld(t, { objects: OBJECTS });
  const file = join(folder, 'thesis.txt');
  for (const [victim, code] of [
    ['', 2],
    ['.failures', 2],
    ['.reserve.0', 2],
    ['.lock', 3],
  ] as const) {
    await writeFile(`${file}${victim}`, 'my thesis');
    (await list('--state', file)).expectExit(code);
    assert.equal(await readFile(`${file}${victim}`, 'utf8'), 'my thesis');
    await rm(`${file}${victim}`);
  }
  (await list('--state', file)).expectExit(0);
});

test('another disk mounted in the place of one that the job has stored to is refused', async (t) => {
  const { server, folder, start, run } = await openWorld(t, {
    objects: { ...OBJECTS, ...manyObjects(30, { folder: 'b/' }), ...manyObjects(30, { folder: 'c/' }) },
  });
  const volumes = [join(folder, 'one'), join(folder, 'two')];
  const args = ['mirror', 'upyun://pics', ...volumes.flatMap((volume) => ['--to', volume]), '--reserve', '0', '--json'];
  server.faults.add({ match: { kind: 'get' }, after: 40, action: { stallBeforeHeaders: true } });
  const { child, result } = start(args);
  await until('some objects', () => server.counters.get > 40);
  child.kill('SIGKILL');
  await result;
  server.faults.clear();
  const marker = JSON.parse(await readFile(join(volumes[1]!, '.sluice/volume.json'), 'utf8'));
  await rename(volumes[1]!, `${volumes[1]}-away`);
  await mkdir(join(volumes[1]!, '.sluice'), { recursive: true });
  const other = { ...marker, id: '00000000-0000-4000-8000-000000000000' };
  await writeFile(join(volumes[1]!, '.sluice/volume.json'), JSON.stringify(other));
  const refused = (await run(args)).expectExit(3);
  assert.match(refused.stderr, /two is not the disk that this job has stored to/);
  await rm(volumes[1]!, { recursive: true });
  await rename(`${volumes[1]}-away`, volumes[1]!);
  assert.equal((await run(args)).expectExit(0).summary.listed, 90);
});

test('a server that folds a folder ".." of the bucket itself is noticed: nothing is stored twice', async (t) => {
  const { bucket, to, mirror } = await openWorld(t, { objects: { 'x.jpg': 'x', '../x.jpg': 'x' } });
  const page = bucket.page;
  // As a proxy would: what lies above the bucket is the bucket.
  bucket.page = (directory, query) => page(directory.replace(/^(\.\.\/)+/, ''), query);
  (await mirror()).expectExit(1);
  assert.deepEqual([...(await readTree(to)).keys()], ['x.jpg']);
  assert.deepEqual(
    (await readFailures(to)).map(({ key, code }) => [key, code]),
    [['..', 'ERR_UNSAFE_KEY']],
  );
});

test('verify --names refuse finds a tree that was stored so, and looks for nothing outside of it', async (t) => {
  const key = '%~x.txt';
  const { folder, to, run, mirror } = await openWorld(t, { objects: { [key]: 'x', 'n.txt': 'n', '../outside': 'o' } });
  await writeFile(join(folder, 'outside'), 'o');
  (await mirror('--names', 'refuse')).expectExit(1);
  const verify = (...more: string[]) => run(['verify', 'upyun://pics', '--to', to, '--extra', ...more]);
  const refuse = (await verify('--names', 'refuse')).expectExit(1);
  assert.deepEqual(
    refuse.lines.map((line) => [line.key, line.reason]),
    [['../outside', 'missing']],
  );
  await rm(to, { recursive: true });
  (await mirror()).expectExit(0);
  assert.ok((await readTree(to)).has(pathOf(key)));
  (await verify()).expectExit(0);
});
