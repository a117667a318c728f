// The page of a report whose every text is hostile, and whose every list is endless.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findJob } from '../../../../src/jobs/plan/job-place.js';
import { findExamples, findRenamed } from '../../../../src/jobs/report/examples.js';
import { htmlOf } from '../../../../src/jobs/report/html/page.js';
import { name } from '../../../../src/jobs/report/html/text.js';
import { reportedRuns, sizesOf, slowFoldersOf, troubleOf } from '../../../../src/jobs/report/known-runs.js';
import type { Report } from '../../../../src/jobs/report/report.js';
import { SlowFolders } from '../../../../src/jobs/run/account/slow-folders.js';
import { type LoggedRun, SIZE_BOUNDS } from '../../../../src/journal/runs/logged-run.js';
import { speak } from '../../../../src/texts/say.js';
import { checkPage, textOfPage } from '../../../support/report/reports.js';

const BAD = `</title><script>alert(1)</script><img src=http://evil onerror="x">'&\u202e\u0000\u0007\ud800\u2066 ${'长'.repeat(400)}`;

const at = '2026-01-01T00:00:00.000Z';

function hostileRun(): LoggedRun {
  const figures = {
    ...{ stored: 1, skipped: 0, gone: 0, failed: 0, excluded: 0, bytes: 10, retries: 0, outages: 1 },
    ...{ throttledMs: 0, unreachableMs: 0, codes: {}, checkedBy: {}, moreWaits: 3 },
    waits: [{ state: BAD, sinceMs: 0, ms: 5_000 }],
    slow: [{ folder: BAD, objects: 20, bytes: 10, ms: 40_000 }],
    sizes: SIZE_BOUNDS.map(() => 1).concat(1),
  };
  return {
    ...{
      command: BAD,
      pid: 1,
      host: BAD,
      startedAt: at,
      seenAt: at,
      endedAt: at,
      end: 'failed',
      code: BAD,
      message: BAD,
    },
    ...{ source: BAD, version: BAD, node: BAD, platform: BAD, options: { [BAD]: [BAD], limit: BAD }, figures },
  };
}

/** A report with this text in every place that takes one. */
function hostile(): Report {
  const run = hostileRun();
  const example = { key: BAD, type: BAD, message: BAD, attempts: 3 };
  const status: Report['status'] = {
    ...{
      event: 'status',
      state: 'interrupted',
      source: BAD,
      filters: { [BAD]: BAD },
      journal: BAD,
      checkedBy: { [BAD]: 1 },
    },
    ...{ volumes: [{ path: BAD, state: BAD, reason: BAD }], listed: 1, stored: 1, left: 0 },
  };
  return {
    ...{ event: 'report', form: 1, createdAt: at, versions: { sluice: BAD, node: BAD, platform: BAD }, status },
    ...{ source: BAD, folders: [BAD], options: run.options, problems: [BAD] },
    runs: { ...reportedRuns([run], status), earlier: 2, unrecorded: 1 },
    rate: { from: 'runs', points: [0, 1].map((atMs) => ({ atMs, objectsPerSecond: 0, bytesPerSecond: 0 })), gapMs: 0 },
    sizes: sizesOf([run], 50, 100),
    slowFolders: slowFoldersOf([run]),
    trouble: troubleOf([run]),
    failures: { count: 9, groups: [{ code: BAD, count: 9, examples: [example] }], more: 1, file: BAD, retry: BAD },
    gone: { count: 2, examples: [example], file: BAD },
    renamed: { count: 2, examples: [{ key: BAD, path: BAD, volume: BAD }], file: BAD, isAtLeast: true },
    verify: {
      ...{ startedAt: at, endedAt: at, end: 'finished', code: BAD, source: BAD, compared: 1, alike: 1, different: 0 },
      ...{ isChecksum: true, isExtra: true, isInput: true, isPartly: true, elsewhere: 1, bytes: 1 },
      ...{ reasons: { [BAD]: 1 }, comparedBy: { [BAD]: 1 } },
    } as NonNullable<Report['verify']>,
  };
}

test('no text of a report becomes HTML, runs, or turns other text around, in any language', async () => {
  for (const language of ['en', 'zh'] as const) {
    await speak(language);
    const page = htmlOf(hostile());
    checkPage(page);
    assert.ok(!page.includes('<script') && !page.includes('<img'));
    assert.ok(textOfPage(page).includes('\\u202e\\u0000\\u0007\\ud800\\u2066'));
  }
  await speak('en');
});

test('what a run that was killed has noted is the least that it has done', () => {
  const report = hostile();
  const { endedAt: _endedAt, end: _end, code: _code, ...run } = hostileRun();
  const status = { event: 'status', state: 'interrupted', source: BAD, filters: {}, runs: 2 } as const;
  const noted = { ...run, startedAt: '2025-12-31T23:59:00.000Z' };
  const runs = reportedRuns([noted, { ...run, seenAt: '2026-01-01T00:00:00.040Z' }], status);
  assert.deepEqual(
    runs.known.map(({ end, seconds, stored, outages }) => [end, seconds, stored, outages]),
    [
      ['killed', 60, 1, 1],
      ['killed', undefined, undefined, undefined],
    ],
  );
  const text = textOfPage(htmlOf({ ...report, runs }));
  assert.ok(/≥ 1m killed.*≥ 1 ≥ 0 ≥ 0 ≥ 0 ≥ 10 B.* unknown killed.*( unknown){5} /.test(text));
});

test('a name is cut by its width on the screen, with the whole in its title', () => {
  assert.equal(name('short'), '<bdi class="name">short</bdi>');
  assert.equal(name('长'.repeat(10), 9), `<bdi class="name" title="${'长'.repeat(10)}">长长长长…</bdi>`);
  assert.equal(name('a\u202eb'), '<bdi class="name">a\\u202eb</bdi>');
  assert.equal(name('👩\u200d👧'), '<bdi class="name">👩\u200d👧</bdi>', 'a joined picture stays one');
});

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), 'sluice-examples-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, '.sluice'));
  return { root, place: findJob({ folder: root }) };
}

test('of ninety thousand failures a few are shown, the count is of all, and memory stays bounded', async (t) => {
  const { root, place: found } = place(t);
  const file = join(root, '.sluice', 'failures.ndjson');
  const output = createWriteStream(file);
  const count = 90_000;
  for (let at = 0; at < count; at++) {
    const code = at % 30_000 === 29_999 ? 'ERR_SIZE' : 'ERR_SERVER';
    const line = `${JSON.stringify({ key: `folder/${'k'.repeat(200)}/${at}`, error: 'm'.repeat(100), code, attempts: 5 })}\n`;
    if (!output.write(line)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'close');
  const codes = {
    ERR_SERVER: count - 3,
    ERR_SIZE: 3,
    ...Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`X${at}`, 1])),
  };
  const wanted = { codes, gone: 0, failuresFile: file, goneFile: undefined, job: undefined };
  const { most, result } = await memoryOf(() => findExamples(found, wanted));
  const { groups, more } = result;
  assert.deepEqual(
    groups.slice(0, 2).map((one) => [one.code, one.count, one.examples.length]),
    [
      ['ERR_SERVER', count - 3, 5],
      ['ERR_SIZE', 3, 3],
    ],
  );
  assert.equal(groups.reduce((sum, one) => sum + one.count, 0) + more, count + 100);
  assert.ok(groups.length <= 40);
  assert.ok(most < 12_000_000, `${most} bytes of memory for a file of 35 MB`);
});

test('examples keep no more of long lines than they show, and names that are counted are not kept', async (t) => {
  const { root, place: found } = place(t);
  const state = join(root, '.sluice');
  const lines = (count: number, line: (at: number) => object) =>
    Array.from({ length: count }, (_, at) => `${JSON.stringify(line(at))}\n`).join('');
  const error = 'm'.repeat(1_000_000);
  writeFileSync(
    join(state, 'failures.ndjson'),
    lines(20, (at) => ({ key: `${at}${error}`, error: `${at}${error}`, code: 'ERR_SERVER' })),
  );
  writeFileSync(
    join(state, 'names.ndjson'),
    lines(6_000, (at) => ({ key: `${at}/${'k'.repeat(4_000)}`, path: 'p' })),
  );
  const wanted = { codes: { ERR_SERVER: 20 }, gone: 0, failuresFile: undefined, goneFile: undefined, job: undefined };
  const { left, result } = await memoryOf(() => Promise.all([findExamples(found, wanted), findRenamed(root)]));
  const [{ groups }, { count }] = result;
  assert.deepEqual([groups[0]!.examples.length, groups[0]!.examples[0]!.message!.length, count], [5, 600, 6_000]);
  assert.ok(left < 5_000_000, `${left} bytes for a few examples`);
  const names = await memoryOf(() => findRenamed(root));
  assert.ok(names.most < 12_000_000, `${names.most} bytes for the digests of 6,000 names`);
});

/** Without garbage: the most that was in use while it worked, and what its result has. */
async function memoryOf<Result>(work: () => Promise<Result>): Promise<{ most: number; left: number; result: Result }> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, used() - before);
  }, 20);
  const result = await work();
  clearInterval(timer);
  return { most, left: used() - before, result };
}

test('a failure that a fetch has fixed since is no example, and one that failed in another way is none of its code', async (t) => {
  const { root, place: found } = place(t);
  const state = join(root, '.sluice');
  const failure = (key: string) => `${JSON.stringify({ key, error: 'x', code: 'ERR_SERVER', attempts: 1 })}\n`;
  const gone = (key: string) => `${JSON.stringify({ key, error: 'x', code: 'ERR_NOT_FOUND', reason: 'gone' })}\n`;
  writeFileSync(join(state, 'failures.ndjson'), ['a', 'b', 'c', 'd', 'e'].map(failure).join(''));
  writeFileSync(join(state, 'gone.ndjson'), ['g', 'h'].map(gone).join(''));
  const retried = [
    { job: 'j', run: 1, key: 'a', status: 'stored' },
    { job: 'j', run: 1, key: 'b', status: 'failed', code: 'ERR_SIZE' },
    { job: 'other', run: 1, key: 'c', status: 'stored' },
    { job: 'j', run: 1, key: 'd', status: 'failed', code: 'ERR_SERVER' },
    { job: 'j', run: 1, key: 'e', status: 'gone' },
    { job: 'j', run: 1, key: 'g', status: 'gone' },
    { job: 'j', run: 1, key: 'h', status: 'stored' },
  ];
  writeFileSync(join(state, 'retried.ndjson'), retried.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const wanted = { codes: { ERR_SERVER: 3 }, gone: 2, failuresFile: undefined, goneFile: undefined, job: 'j' };
  const { groups, gone: stillGone } = await findExamples(found, wanted);
  assert.deepEqual(
    groups[0]?.examples.map(({ key }) => key),
    ['c', 'd'],
  );
  assert.deepEqual(
    stillGone.map(({ key }) => key),
    ['g'],
  );
});

test('renamed objects are counted once, however often they were stored, and beyond a limit as at least', async (t) => {
  const { root } = place(t);
  const file = join(root, '.sluice', 'names.ndjson');
  const line = (key: string) => `${JSON.stringify({ key, path: `${key}~`, volume: root })}\n`;
  writeFileSync(file, `${line('a')}${line('a')}${line('b')}{"key":"torn`);
  const few = await findRenamed(root);
  assert.deepEqual([few.count, few.isAtLeast, few.examples.length], [2, false, 2]);
  writeFileSync(file, Array.from({ length: 60_000 }, (_, at) => line(`k${at}`)).join(''));
  const many = await findRenamed(root);
  assert.deepEqual([many.count, many.isAtLeast, many.examples.length], [50_000, true, 20]);
});

test('slow folders among more than can be followed: the slow ones are kept, and quick ones are forgotten', () => {
  const folders = new SlowFolders();
  for (let at = 0; at < 20_000; at++) {
    for (let object = 0; object < 10; object++) folders.add(`quick${at}/${object}`, 100, 1);
    if (at % 1_000 === 0) for (let object = 0; object < 10; object++) folders.add(`slow/${at}-${object}`, 100, 900);
  }
  folders.add('once/x', 1, 5_000);
  const [first, ...rest] = folders.slowest;
  assert.deepEqual(first, { folder: 'slow', objects: 200, bytes: 20_000, ms: 180_000 });
  assert.ok(
    rest.every(({ folder }) => folder !== 'once'),
    'one slow answer is no slow folder',
  );
  assert.equal(rest.length, 9);
});
