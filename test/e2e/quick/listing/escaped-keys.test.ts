// Keys that are no paths, with their names escaped as they are by default: each is stored inside DIR, found again by the
// next run, and recorded with the name that it has.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { keyOf, pathOf } from '../../../../src/model/names/names.js';
import { memoryBucket } from '../../../fakes/buckets/memory-bucket.js';
import { takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readTree, tempFiles } from '../../../support/cli/tree.js';

const BODY = 'evil';
const KEYS = [
  ...['../x', '/etc/x', 'a//b', 'a/../b', './a', 'a/.', 'folder/', '.sluice/names.ndjson', '%~x'],
  ...['nul\0byte', `${'n'.repeat(300)}.jpg`, `${'图'.repeat(100)}/x.jpg`, `${`${'d'.repeat(200)}/`.repeat(20)}x.jpg`],
];

async function namesIn(to: string): Promise<{ key: string; path: string; volume: string }[]> {
  const text = await readFile(join(to, '.sluice', 'names.ndjson'), 'utf8');
  assert.match(text, /\n$/);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every key from the input is stored inside DIR under its escaped name, recorded, and skipped by the next run', async (t) => {
  const bucket = memoryBucket({ 'good.jpg': 'good' });
  for (const key of KEYS) bucket.put(key, BODY);
  const { server, folder, to, fetch } = await openWorld(t, { buckets: { pics: bucket } });
  const input = ['good.jpg', ...KEYS].map((key) => JSON.stringify({ key, mtime: '2017-09-03T13:10:06Z', size: 4 }));
  const first = (await fetch(input.join('\n'))).expectExit(0);
  assert.deepEqual(first.counts, { listed: KEYS.length + 1, stored: KEYS.length + 1, skipped: 0, gone: 0, failed: 0 });
  const expected = Object.fromEntries(KEYS.map((key) => [pathOf(key), BODY]));
  await assertTree(to, { 'good.jpg': 'good', ...expected });
  assert.deepEqual(await readdir(folder), ['out']);
  const names = await namesIn(to);
  assert.deepEqual(names.map(({ key, path }) => [key, path]).sort(), KEYS.map((key) => [key, pathOf(key)]).sort());
  assert.ok(names.every(({ volume }) => volume === to));
  takeFetched(server);
  const second = (await fetch(input.join('\n'))).expectExit(0);
  assert.deepEqual([second.summary.skipped, takeFetched(server)], [KEYS.length + 1, []]);
});

test('only an empty key and one that is not valid Unicode have no name', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  (await fetch('{"key":"lone \\ud83d surrogate"}\na.jpg\n')).expectExit(1);
  assert.deepEqual(await failureCodes(to), { 'lone \ud83d surrogate': 'ERR_UNSAFE_KEY' });
});

test('a hostile listing stays inside DIR and outside of .sluice', async (t) => {
  const bucket = memoryBucket({ 'good.jpg': 'good' });
  for (const key of ['.sluice/tmp/x', '.sluice/names.ndjson', '.sluice/volume.json']) bucket.put(key, 'evil');
  const { folder, to, mirror } = await openWorld(t, { buckets: { pics: bucket } });
  assert.equal((await mirror()).expectExit(0).summary.stored, 4);
  const evil = ['%~.sluice/tmp/x', '%~.sluice/names.ndjson', '%~.sluice/volume.json'];
  await assertTree(to, { 'good.jpg': 'good', ...Object.fromEntries(evil.map((path) => [path, 'evil'])) });
  assert.deepEqual((await readdir(join(to, '.sluice'))).sort(), [
    'digests',
    'failures.ndjson',
    'job-failures.ndjson',
    'journal',
    'lock',
    'names.ndjson',
    ...[0, 1, 2, 3].map((piece) => `reserve.${piece}`),
    'run.json',
    'runs.ndjson',
    'source.json',
    'tmp',
    'volume.json',
  ]);
  assert.deepEqual(await readdir(folder), ['out']);
});

for (const order of ['files-first', 'mixed'] as const) {
  test(`a key that is a file and a folder at once is both (${order})`, async (t) => {
    const objects = { same: 'file', 'same/inner.jpg': 'inner', 'same/deep/er.jpg': 'deep', 'other.jpg': 'other' };
    const { server, to, mirror } = await openWorld(t, { objects, list: { order } });
    assert.equal((await mirror('--concurrency', '1')).expectExit(0).summary.stored, 4);
    const tree = await readTree(to);
    // Which of them came first has the plain name; the others' names say whose they are.
    const found = Object.fromEntries([...tree].map(([path, body]) => [keyOf(path), body.toString()]));
    assert.deepEqual(found, objects);
    takeFetched(server);
    assert.equal((await mirror()).expectExit(0).summary.skipped, 4);
    assert.deepEqual(takeFetched(server), []);
    assert.deepEqual(await tempFiles(to), []);
  });
}
