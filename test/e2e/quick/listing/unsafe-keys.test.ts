// Keys that would leave DIR or hit its .sluice folder, from the input and from a hostile listing: nothing is touched. With
// `--names refuse` they fail; what becomes of them otherwise is in escaped-keys.test.ts.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { Bucket } from '../../../fakes/buckets/bucket.js';
import { memoryBucket } from '../../../fakes/buckets/memory-bucket.js';
import { takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readFailures, tempFiles } from '../../../support/cli/tree.js';

/** What a run keeps in .sluice, and nothing else. */
const ROOM = [0, 1, 2, 3].map((piece) => `reserve.${piece}`);
const STATE = [
  'digests',
  'failures.ndjson',
  'fetch-run.json',
  'lock',
  ...ROOM,
  'runs.ndjson',
  'source.json',
  'tmp',
  'volume.json',
];
const OF_JOB = ['job-failures.ndjson', 'journal', 'run.json'];
const JOB = [...STATE.filter((name) => name !== 'fetch-run.json'), ...OF_JOB].sort();
const REFUSE = ['--names', 'refuse'];

const UNSAFE = [
  '../x',
  '/etc/x',
  'a//b',
  'a/../b',
  'a/..',
  './a',
  'a/./b',
  'a/.',
  'nul\0byte',
  '.sluice/tmp/x',
  '.sluice/failures.ndjson',
  '.sluice',
  'folder/',
  '/',
  '..',
  '.',
];

test('unsafe keys in the input fail with ERR_UNSAFE_KEY, touch nothing and cost no request', async (t) => {
  // The server has them all: it would be happy to serve.
  const bucket = memoryBucket({ 'good.jpg': 'good' });
  for (const key of UNSAFE) if (key !== '') bucket.put(key, 'evil');
  const { server, folder, to, fetch } = await openWorld(t, { buckets: { pics: bucket } });
  const lines = [...UNSAFE.map((key) => JSON.stringify({ key, size: 4 })), '{"key":"lone \\ud83d surrogate"}'];
  const result = (await fetch([...lines, 'good.jpg'].join('\n'), ...REFUSE)).expectExit(1);
  assert.equal(result.summary.stored, 1);
  assert.equal(result.summary.failed, UNSAFE.length + 1);
  assert.deepEqual([...new Set(Object.values(await failureCodes(to)))], ['ERR_UNSAFE_KEY']);
  assert.deepEqual((await readFailures(to)).map(({ key }) => key).sort(), [...UNSAFE, 'lone \ud83d surrogate'].sort());
  assert.deepEqual(takeFetched(server), ['good.jpg']);
  await assertTree(to, { 'good.jpg': 'good' });
  assert.deepEqual(await readdir(folder), ['out']);
  assert.deepEqual((await readdir(join(to, '.sluice'))).sort(), STATE);
  assert.deepEqual(await tempFiles(to), []);
});

test('bare unsafe keys are no better', async (t) => {
  const { folder, to, fetch } = await openWorld(t, { objects: { '../x': 'evil', '/etc/x': 'evil', '..': 'evil' } });
  const result = (await fetch('../x\n/etc/x\n..\n.sluice/tmp/y\n', ...REFUSE)).expectExit(1);
  assert.equal(result.summary.failed, 4);
  assert.deepEqual(await failureCodes(to), {
    '../x': 'ERR_BAD_LINE',
    '/etc/x': 'ERR_BAD_LINE',
    '..': 'ERR_UNSAFE_KEY',
    '.sluice/tmp/y': 'ERR_UNSAFE_KEY',
  });
  assert.deepEqual(await readdir(folder), ['out']);
});

test('a hostile listing cannot write outside DIR or into .sluice, and its good names are stored', async (t) => {
  const good = { 'good.jpg': 'good', 'a/good.jpg': 'good too', 'a/.sluice/fine.jpg': 'not ours', '.sluice2': 'fine' };
  const evil = ['../x', '..', 'a/../b', './a', 'a/./b', 'a/.', 'nul\0byte', '.sluice/tmp/x', '.sluice/names.ndjson'];
  const bucket = memoryBucket(good);
  for (const key of evil) bucket.put(key, 'evil');
  const { folder, to, mirror } = await openWorld(t, { buckets: { pics: bucket } });
  const result = (await mirror(...REFUSE)).expectExit(1);
  assert.equal(result.summary.stored, 4);
  assert.deepEqual([...new Set(Object.values(await failureCodes(to)))], ['ERR_UNSAFE_KEY']);
  await assertTree(to, {
    'good.jpg': 'good',
    'a/good.jpg': 'good too',
    'a/.sluice/fine.jpg': 'not ours',
    '.sluice2': 'fine',
  });
  assert.deepEqual(await readdir(folder), ['out']);
  assert.deepEqual((await readdir(join(to, '.sluice'))).sort(), JOB);
});

test('an object whose name is .sluice is refused while its neighbours are stored', async (t) => {
  const { to, mirror } = await openWorld(t, { objects: { '.sluice': 'evil', 'a.jpg': 'a' } });
  assert.equal((await mirror(...REFUSE)).expectExit(1).summary.stored, 1);
  assert.deepEqual(await failureCodes(to), { '.sluice': 'ERR_UNSAFE_KEY' });
});

for (const key of ['a//b', '/etc/x', 'a/']) {
  test(`a listing with an empty name (of the key ${key}) loses that name only`, async (t) => {
    const { folder, to, mirror } = await openWorld(t, {
      objects: { [key]: 'evil', 'a/good.jpg': 'good', 'b.jpg': 'b' },
    });
    const result = (await mirror('--retries', '0', ...REFUSE)).expectExit(1);
    assert.deepEqual(result.counts, { listed: 3, stored: 2, skipped: 0, gone: 0, failed: 1 });
    assert.deepEqual(Object.values(await failureCodes(to)), ['ERR_UNSAFE_KEY']);
    await assertTree(to, { 'a/good.jpg': 'good', 'b.jpg': 'b' });
    assert.deepEqual(await readdir(folder), ['out']);
  });
}

test('names with slashes in a listing row are refused', async (t) => {
  const bucket = memoryBucket({ 'good.jpg': 'good' });
  const row = { isFolder: false, size: 4, mtimeSeconds: 1_478_701_618 };
  const names = ['../../evil', '/tmp/evil', 'a/b', '..\\..\\evil'];
  const hostile: Bucket = {
    ...{ find: bucket.find.bind(bucket), hasFolder: bucket.hasFolder.bind(bucket), usageBytes: () => 0 },
    page: () => ({ items: [...names.map((name) => ({ ...row, name })), { ...row, name: 'good.jpg' }] }),
  };
  const { folder, to, mirror } = await openWorld(t, { buckets: { pics: hostile } });
  const result = (await mirror(...REFUSE)).expectExit(1);
  // A backslash is a letter like any other, and that object does not exist.
  assert.deepEqual(result.counts, { listed: 5, stored: 1, skipped: 0, gone: 1, failed: 3 });
  await assertTree(to, { 'good.jpg': 'good' });
  assert.deepEqual(await readdir(folder), ['out']);
});

test('a name longer than the disk allows fails with ERR_NAME_TOO_LONG, one of 255 bytes is stored', async (t) => {
  const objects = { ['n'.repeat(255)]: 'fits', ['图'.repeat(85)]: 'fits', 'ok.jpg': 'ok' };
  const tooLong = [`${'n'.repeat(256)}`, '图'.repeat(86), `${'d'.repeat(300)}/x.jpg`];
  const all = { ...objects, ...Object.fromEntries(tooLong.map((key) => [key, 'too long'])) };
  const { to, mirror } = await openWorld(t, { objects: all });
  assert.equal((await mirror(...REFUSE)).expectExit(1).summary.stored, 3);
  assert.deepEqual(await failureCodes(to), Object.fromEntries(tooLong.map((key) => [key, 'ERR_NAME_TOO_LONG'])));
  await assertTree(to, objects);
  assert.deepEqual(await tempFiles(to), []);
});

test('a key that is a file and a folder at once: one is stored, the others fail with ERR_PATH_CONFLICT', async (t) => {
  const objects = { same: 'file', 'same/inner.jpg': 'inner', 'other.jpg': 'other' };
  for (const order of ['files-first', 'mixed'] as const) {
    const { to, mirror } = await openWorld(t, { objects, list: { order } });
    for (const stored of [2, 0]) {
      const result = (await mirror(...REFUSE)).expectExit(1);
      assert.equal(result.summary.stored, stored);
      assert.deepEqual(Object.values(await failureCodes(to)), ['ERR_PATH_CONFLICT']);
    }
    assert.deepEqual(await tempFiles(to), []);
    assert.equal(await readFile(join(to, 'other.jpg'), 'utf8'), 'other');
  }
});

test('what lies in DIR/.sluice survives keys that aim at it', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { '.sluice/mine': 'evil' } });
  await mkdir(join(to, '.sluice'), { recursive: true });
  await writeFile(join(to, '.sluice', 'mine'), 'mine');
  (await fetch('{"key":".sluice/mine"}\n', ...REFUSE)).expectExit(1);
  assert.equal(await readFile(join(to, '.sluice', 'mine'), 'utf8'), 'mine');
});
