// A mirror that was cut off goes on where it was: only pages that were not done are listed again, and nothing twice.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { loadJob } from '../../../../src/journal/load.js';
import { bytesFor, manyObjects, takeFetched } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { donePages, journalIn, killWhen, runsOf, takeAsked, untilJob, without } from '../../../support/cli/jobs.js';
import { assertPartOf, assertTree, readFailures, readTree } from '../../../support/cli/tree.js';

/** 60 folders with 10 objects each. */
const FOLDERS = Object.assign(
  {},
  ...Array.from({ length: 60 }, (_, index) => manyObjects(10, { folder: `f${String(index).padStart(2, '0')}/` })),
) as Record<string, Buffer>;

const BUCKETS = [
  { what: 'many small folders', objects: FOLDERS, options: [], listsServed: 50 },
  { what: 'one flat folder', objects: manyObjects(600), options: ['--page-size', '50'], listsServed: 10 },
];

const sizeOf = (objects: [string, Buffer][]) => objects.reduce((sum, [, { length }]) => sum + length, 0);

/** All pages of the bucket, as an undisturbed listing asks for them. */
async function allPages({ server, list }: World, options: readonly string[]): Promise<string[]> {
  takeAsked(server);
  (await list('--quiet', ...options)).expectExit(0);
  return takeAsked(server).pages;
}

/** The next run stores what is missing, asks for nothing else, and lists what the journal does not call done. */
async function assertGoesOn(world: World, objects: Record<string, Buffer>, options: readonly string[]) {
  const { server, to, mirror } = world;
  server.faults.clear();
  const done = donePages(journalIn(to));
  const present = [...(await readTree(to)).keys()];
  await assertPartOf(to, objects);
  const pages = await allPages(world, options);
  const rest = (await mirror(...options)).expectExit(0);
  const asked = takeAsked(server);
  assert.deepEqual(asked.pages, without(pages, done), 'each page that was not done, once');
  assert.deepEqual(asked.keys, without(Object.keys(objects).sort(), present), 'each object that was not there, once');
  const { listed, stored, skipped } = rest.summary;
  const all = Object.keys(objects).length;
  assert.deepEqual([listed, stored + skipped, runsOf(rest)], [all, all, 2]);
  await assertTree(to, objects);
  return { again: asked.pages.length, pages: pages.length };
}

for (const { what, objects, options, listsServed } of BUCKETS) {
  test(`killed at 75 % of ${what}: only the pages that remain are listed`, async (t) => {
    const world = await openWorld(t, { objects });
    const { server, to, start } = world;
    server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 450 });
    server.faults.add({ match: { kind: 'list' }, action: { stallBeforeHeaders: true }, after: listsServed });
    const running = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '8', ...options]);
    // All that was served is stored, and the journal knows.
    await killWhen(running, journalIn(to), ({ knownTotals }) => knownTotals.settled === 450);
    const { again, pages } = await assertGoesOn(world, objects, options);
    // Of those 450 objects the last few leave their pages incomplete.
    assert.ok(again <= pages / 4 + 2, `${again} of ${pages} pages were listed again`);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} in ${what}: 130 and a summary; the same command goes on from there`, async (t) => {
      const world = await openWorld(t, { objects });
      const { server, to, start } = world;
      server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
      const { child, result } = start([
        'mirror',
        'upyun://pics',
        '--to',
        to,
        '--json',
        '--concurrency',
        '8',
        ...options,
      ]);
      await until('objects', () => server.counters.get >= 200);
      child.kill(signal);
      const interrupted = (await result).expectExit(130);
      const { listed, stored } = interrupted.summary;
      assert.deepEqual([stored, runsOf(interrupted)], [listed, 1]);
      assert.equal((await readTree(to)).size, stored);
      const { again, pages } = await assertGoesOn(world, objects, options);
      assert.ok(again < pages, 'what was done is not listed again');
    });
  }
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`what was there before the job is skipped, what a run stored that ended by ${signal} is stored`, async (t) => {
    const { server, to, start, mirror, fetch } = await openWorld(t, { objects: manyObjects(200) });
    const before = Array.from({ length: 40 }, (_, index) => `{"key":"${String(index * 5).padStart(4, '0')}.jpg"}`);
    (await fetch(before.join('\n'))).expectExit(0);
    server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 100 });
    const running = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '8', '--timeout', '1s']);
    await untilJob(journalIn(to), 'what was served', ({ knownTotals }) => knownTotals.stored === 100);
    running.child.kill(signal);
    await running.result;
    server.faults.clear();
    const rest = (await mirror()).expectExit(0);
    assert.deepEqual(rest.counts, { listed: 200, stored: 160, skipped: 40, gone: 0, failed: 0 });
    assert.equal(
      rest.summary.bytes,
      sizeOf(Object.entries(manyObjects(200)).filter(([key]) => Number.parseInt(key, 10) % 5)),
    );
  });
}

test('after a sync that failed nothing is believed that was not synced, and a manifest of another name is no reason to', async (t) => {
  for (const [mark, more] of [
    ['unsynced', []],
    ['harmless', ['--manifest', 'other.ndjson']],
  ] as const) {
    const { server, to, start, mirror } = await openWorld(t, { objects: FOLDERS });
    server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 300 });
    const running = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '8']);
    await killWhen(running, journalIn(to), ({ knownTotals }) => knownTotals.settled === 300);
    const { state } = loadJob(journalIn(to));
    await writeFile(join(to, '.sluice', mark), '');
    server.faults.clear();
    const lists = server.counters.list;
    const rest = (await mirror(...more)).expectExit(0);
    assert.deepEqual([rest.summary.listed, rest.summary.stored], [600, 600]);
    // Folders that nobody had come to, and all pages that were open, noted or not.
    const fresh = 61 - state!.frontier.lastPage;
    assert.equal(server.counters.list - lists, fresh + state!.uncommitted.size);
    assert.equal(existsSync(join(to, '.sluice', 'unsynced')), false);
  }
});

test('a second SIGINT ends the run at once with 130, and the next one completes the copy', async (t) => {
  const world = await openWorld(t, { objects: FOLDERS });
  const { server, to, start } = world;
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 300 });
  const running = start(['mirror', 'upyun://pics', '--to', to, '--concurrency', '8']);
  await untilJob(journalIn(to), 'a checkpoint', ({ totals }) => totals.settled >= 200);
  running.child.kill('SIGINT');
  await until('the first to be noticed', () => running.stderr().includes('interrupted'));
  running.child.kill('SIGINT');
  (await running.result).expectExit(130);
  const { again, pages } = await assertGoesOn(world, FOLDERS, []);
  assert.ok(again < pages, 'what was done is not listed again');
});

test('--limit counts the objects of all runs of the job, and they are the same ones', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: manyObjects(300) });
  const options = ['--limit', '100', '--page-size', '20', '--concurrency', '8'];
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 65 });
  const running = start(['mirror', 'upyun://pics', '--to', to, ...options]);
  await killWhen(running, journalIn(to), ({ totals }) => totals.settled >= 40);
  server.faults.clear();
  // The page of which a part is there comes later than those behind it, if they are asked for.
  server.faults.add({ match: { kind: 'list' }, action: { delayMs: 500 }, times: 1 });
  takeFetched(server);
  const present = (await readTree(to)).size;
  const rest = (await mirror(...options)).expectExit(0);
  assert.deepEqual([rest.summary.listed, runsOf(rest)], [100, 2]);
  await assertTree(to, manyObjects(100));
  assert.equal(takeFetched(server).length, 100 - present);
});

test('failures of pages that were done are listed once and count, however often the job is cut off', async (t) => {
  const objects = { ...manyObjects(20, { folder: 'a/' }), ...manyObjects(20, { folder: 'b/' }) };
  const { server, to, start, mirror } = await openWorld(t, { objects });
  const args = ['mirror', 'upyun://pics', '--to', to, '--concurrency', '4', '--retries', '0'];
  server.faults.add({ match: { kind: 'get', key: /^a\/000[37]/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get', key: /^b/ }, action: { stallBeforeHeaders: true } });
  // Otherwise the objects of b may take all connections first, for ever.
  server.faults.add({ match: { kind: 'list', directory: 'b' }, action: { stallBeforeHeaders: true }, times: 1 });
  const isFirstDone = ({ totals }: { totals: { settled: number } }) => totals.settled === 20;
  await killWhen(start(args), journalIn(to), isFirstDone);
  await killWhen(start(args), journalIn(to), ({ runs }) => runs === 2);
  server.faults.clear();
  server.faults.add({ match: { kind: 'get', key: 'b/0001.jpg' }, action: { status: 403 } });
  const rest = (await mirror('--retries', '0')).expectExit(1);
  assert.deepEqual(rest.counts, { listed: 40, stored: 37, skipped: 0, gone: 0, failed: 3 });
  assert.equal(runsOf(rest), 3);
  const failed = (await readFailures(to)).map(({ key }) => key);
  assert.deepEqual(failed.sort(), ['a/0003.jpg', 'a/0007.jpg', 'b/0001.jpg']);
});

test('the run after a finished job is a new pass: it fetches what changed, and counts its runs anew', async (t) => {
  const objects = manyObjects(30, { folder: 'd/' });
  const { server, bucket, to, start, mirror } = await openWorld(t, { objects });
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 10 });
  await killWhen(start(['mirror', 'upyun://pics', '--to', to]), journalIn(to), ({ found }) => found === 30);
  server.faults.clear();
  assert.equal(runsOf((await mirror()).expectExit(0)), 2);
  const larger = bytesFor('larger', 1_001);
  const newer = bytesFor('newer', 1_000);
  bucket.put('d/0004.jpg', larger);
  bucket.put('d/0005.jpg', { body: newer, mtimeSeconds: 1_500_000_000 });
  takeFetched(server);
  const pass = (await mirror()).expectExit(0);
  assert.deepEqual(pass.counts, { listed: 30, stored: 2, skipped: 28, gone: 0, failed: 0 });
  assert.equal(runsOf(pass), 1);
  assert.deepEqual(takeFetched(server), ['d/0004.jpg', 'd/0005.jpg']);
  await assertTree(to, { ...objects, 'd/0004.jpg': larger, 'd/0005.jpg': newer });
});

test('without its .sluice folder the copy is still known: nothing is fetched twice, whatever its name', async (t) => {
  const odd = { 'x//y': 'xy', c: 'a file', 'c/d': 'in a folder', [`${'n'.repeat(300)}.jpg`]: 'long', '../up': 'up' };
  const { server, to, mirror } = await openWorld(t, { objects: { ...manyObjects(40, { folder: 'd/' }), ...odd } });
  const first = (await mirror()).expectExit(0);
  assert.equal(first.summary.stored, 45);
  const before = await readTree(to);
  await rm(join(to, '.sluice'), { recursive: true });
  takeFetched(server);
  const second = (await mirror()).expectExit(0);
  assert.deepEqual(second.counts, { listed: 45, stored: 0, skipped: 45, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), []);
  assert.deepEqual([...(await readTree(to)).keys()].sort(), [...before.keys()].sort());
});
