// The report of a job with all that can happen to one: its numbers are those of the journal, and it opens without anything.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadJob } from '../../../../src/journal/load.js';
import { statusOf } from '../../../support/cli/asking.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { readFailures } from '../../../support/cli/tree.js';
import { LATER, pageOf, reportOf, textOfPage } from '../../../support/report/reports.js';
import { LONG, threeRuns } from '../../../support/report/three-runs.js';

/** Without what changes from moment to moment: the age of the checkpoint, and the free space. */
function lasting({ lastCheckpointAgeSeconds: _age, volumes, ...status }: Record<string, unknown>) {
  const disks = (volumes as { path: string; state: string }[]).map(({ path, state }) => ({ path, state }));
  return { ...status, volumes: disks };
}

test('two disks, three runs, failures, gone and renamed objects: the numbers are those of the journal and of status', async (t) => {
  const { world, folders } = await threeRuns(t);
  const disk = folders[1]!;
  const status = await statusOf(world, ['--to', disk]);
  const report = await reportOf(world, folders);
  assert.deepEqual(lasting({ ...report.status }), lasting(status));

  const { state } = loadJob(join(disk, '.sluice', 'journal'));
  const { stored, skipped, gone, failed, bytes, codes } = state!.knownTotals;
  assert.deepEqual({ stored, skipped, gone, failed }, { stored: 36, skipped: 0, gone: 1, failed: 3 });
  assert.deepEqual(report.sum, {
    ...{ of: 'job', listed: 40, stored, skipped, gone, failed, excluded: 0, open: 0, beyondLimit: 0, bytes },
    difference: 0,
  });
  assert.equal(report.failures.count, failed);
  assert.deepEqual(Object.fromEntries(report.failures.groups.map(({ code, count }) => [code, count])), codes);
  const listed = (await readFailures(disk)).map(({ key }) => key);
  const named = report.failures.groups.flatMap(({ examples }) => examples.map(({ key }) => key));
  assert.deepEqual([...named].sort(), [...listed].sort());
  assert.deepEqual(
    report.gone.examples.map(({ key }) => key),
    ['c/gone.jpg'],
  );
  assert.deepEqual([report.renamed.count, report.renamed.examples[0]?.key], [1, LONG]);

  assert.deepEqual(
    report.runs.known.map(({ end }) => end),
    ['killed', 'interrupted', 'finished'],
  );
  assert.equal(report.runs.known[0]!.stored, undefined, 'it was killed before it noted what it had stored');
  assert.equal(report.runs.unrecorded, 0);
  assert.ok(Number(report.runs.known.at(-1)?.stored) >= 5, 'what hung before');
  assert.equal(report.options?.retries, 1);
  assert.deepEqual(report.options?.to, [disk, folders[3]]);
  assert.equal(report.folders.length, 2);
  assert.equal(report.sizes.known + report.sizes.unknown, stored);
  assert.ok(report.slowFolders.length > 0 && report.slowFolders.every(({ ms }) => ms > 0));
  assert.equal(report.problems.length, 0);

  // The command that the report names does what it says.
  const retry = report.failures.retry!;
  world.server.faults.clear();
  (await world.shell(retry.replace(/^sluice /, '"$NODE" "$SLUICE" '))).expectExit(0);
  const after = await reportOf(world, folders);
  assert.deepEqual([after.sum?.failed, after.sum?.stored, after.sum?.difference], [0, 39, 0]);
  assert.deepEqual([after.status.mended, after.failures.groups], [3, []]);
  assert.deepEqual(after.runs.known.map(({ command }) => command).slice(-1), ['fetch']);
});

test('the page needs nothing else, shows hostile keys harmlessly, and says the same in Chinese', async (t) => {
  const { world, folders } = await threeRuns(t);
  const page = await pageOf(world, folders);
  const text = textOfPage(page);
  assert.match(text, /Yes\. Each of the 40 objects listed is in exactly one of these counts/);
  assert.match(text, /3 objects failed/);
  // The key in its place, with what turns text around made visible.
  assert.ok(text.includes(`a/<img src=x onerror=alert(1)>"'&\\u202egpj.exe`), text);
  assert.ok(page.includes(`title="${LONG}"`), 'the whole long key');
  assert.match(text, /killed: its end was not recorded( unknown){5}/);
  assert.match(text, /3 objects failed, so the copy is not complete/);
  assert.match(text, /sluice fetch --from upyun:\/\/pics --to \S+disk1 --to \S+disk2 < \S+failures\.ndjson/);
  const own = readFileSync(join(world.folder, 'end', 'report.html'), 'utf8');
  assert.match(textOfPage(own), /Yes\. Each of the 40 objects/, 'the report at the end of the run');
  const chinese = await pageOf(world, [...folders, '--lang', 'zh']);
  assert.match(textOfPage(chinese), /对得上。列出的 40 个对象各计入其中一项/);
});

test('a job of an older build: what it did not record is unknown, and never 0', async (t) => {
  const { world, folders } = await threeRuns(t);
  const state = join(folders[1]!, '.sluice');
  for (const name of ['runs.ndjson', 'run-now.json', 'verify.json']) rmSync(join(state, name), { force: true });
  const report = await reportOf(world, folders);
  assert.equal(report.sum?.difference, 0);
  // The note of the last run is as old as `status`.
  assert.deepEqual(
    report.runs.known.map(({ end, stored }) => [end, stored]),
    [['finished', undefined]],
  );
  assert.equal(report.runs.unrecorded, 2);
  assert.deepEqual([report.sizes.known, report.sizes.unknown], [0, 36]);
  assert.deepEqual(
    [report.trouble.outages, report.options, report.verify, report.rate.from],
    [undefined, undefined, undefined, 'unknown'],
  );
  const text = textOfPage(await pageOf(world, folders));
  assert.match(text, /Of 2 more runs of the job nothing is recorded/);
  assert.match(text, /Rate over time Unknown/);
  assert.match(text, /Options of the last run Unknown/);
  assert.match(text, /sluice verify\) Unknown/);
});

test('a newer build, a damaged file, a link and a folder in the place of its files do no harm', async (t) => {
  const { world, folders, mirror } = await threeRuns(t);
  const state = join(folders[1]!, '.sluice');
  const file = join(state, 'runs.ndjson');
  const lines = readFileSync(file, 'utf8');
  const newer = lines.replace('"command":"mirror"', '"command":"mirror","later":{"of":["a newer build"]}');
  writeFileSync(file, `\0\0\n{"command":"mirror"}\n${newer}{"torn`);
  writeFileSync(join(state, 'history.ndjson'), '{"atMs":"x"}\n{"atMs":1,"objectsPerSecond":-1,"bytesPerSecond":0}\n{');
  const report = await reportOf(world, folders);
  assert.deepEqual(
    report.runs.known.map(({ end }) => end),
    ['killed', 'interrupted', 'finished'],
  );
  assert.equal(report.rate.from, 'runs');
  rmSync(file);
  symlinkSync('/dev/zero', file);
  assert.equal((await world.run(['report', ...folders, '--json'])).code, 3, 'as for status: a link is refused');
  rmSync(file);
  mkdirSync(file);
  assert.equal((await world.run(['report', ...folders, '--json'])).code, 3);
  rmSync(file, { recursive: true });
  (await world.run([...mirror, '--restart'])).expectExit(1);
});

test('with a history the chart is of its minutes, and the result of a comparison is shown', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(10) });
  (await world.mirror()).expectExit(0);
  const from = Date.now();
  const points = [0, 1, 2, 10, 11].map((minute) => ({
    atMs: from + minute * 60_000,
    objectsPerSecond: minute === 10 ? 77 : 5,
    bytesPerSecond: 5_000,
    requests: 3,
  }));
  const history = [{ atMs: 1_000, objectsPerSecond: 900, bytesPerSecond: 1 }, ...points];
  writeFileSync(join(world.to, '.sluice', 'history.ndjson'), history.map((one) => `${JSON.stringify(one)}\n`).join(''));
  rmSync(join(world.to, '0003.jpg'));
  (await world.run(['verify', 'upyun://pics', '--to', world.to, '--checksum', '--json'])).expectExit(1);
  const report = await reportOf(world, ['--to', world.to], { env: LATER });
  assert.equal(report.rate.from, 'history');
  assert.deepEqual(
    report.rate.points.map(({ objectsPerSecond }) => objectsPerSecond),
    [5, 5, 5, 77, 5],
  );
  const { compared, alike, different, reasons, isChecksum, end } = report.verify!;
  assert.deepEqual(
    { compared, alike, different, reasons, isChecksum, end },
    {
      ...{ compared: 10, alike: 9, different: 1, reasons: { missing: 1 }, isChecksum: true, end: 'finished' },
    },
  );
  const page = await pageOf(world, ['--to', world.to], LATER);
  assert.match(textOfPage(page), /objects per second: at most 77\/s/);
  assert.equal(page.match(/<polyline class="one"/g)?.length, 2, 'no line over the pause');
});

test('a fetch without a job has a report of its own counts', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(4) });
  world.server.faults.add({ match: { kind: 'get', key: '0001.jpg' }, action: { status: { status: 403 } } });
  const end = join(world.folder, 'fetch.json');
  (await world.fetch('0000.jpg\n0001.jpg\n0002.jpg\n', '--report', end)).expectExit(1);
  const report = JSON.parse(readFileSync(end, 'utf8'));
  const { of, listed, stored, failed, difference } = report.sum;
  assert.deepEqual(
    { of, listed, stored, failed, difference },
    { of: 'run', listed: 3, stored: 2, failed: 1, difference: 0 },
  );
  assert.deepEqual(
    report.failures.groups.map(({ code }: { code: string }) => code),
    ['ERR_FORBIDDEN_OBJECT'],
  );
  assert.deepEqual((await reportOf(world, ['--to', world.to])).sum, report.sum);
});

test('where it goes: a file of its own, never a folder, and never among the copied files', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(2) });
  const { run, to, folder } = world;
  assert.match((await run(['report', '--to', to])).expectExit(1).stdout, /nothing to report/);
  (await world.mirror()).expectExit(0);
  (await run(['report', '--to', to])).expectExit(0);
  assert.ok(existsSync(join(folder, 'report.html')));
  (await run(['report', '--to', to, '-o', '-'])).expectExit(0).stdout.startsWith('<!DOCTYPE html>');
  (await run(['report', '--to', to, '-o', 'r.json'])).expectExit(0);
  assert.equal(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')).event, 'report');
  mkdirSync(join(folder, 'folder.html'));
  for (const [file, why] of [
    ['folder.html', /is a folder/],
    [join(to, 'report.html'), /lies in .*, the folder of the copy/],
    ['report.txt', /must end in \.html or \.json/],
  ] as const) {
    const result = (await run(['report', '--to', to, '-o', file])).expectExit(2);
    assert.match(result.stderr, why);
    const early = await world.mirror('--report', file);
    assert.match(early.expectExit(2).stderr, why);
  }
  assert.match((await world.mirror('--dry-run', '--report', 'x.html')).expectExit(2).stderr, /dry run/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.part')),
    [],
  );
});

test('a report that cannot be written is a warning: the exit code is still that of the run', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(2) });
  // A full device takes the open, and no byte.
  symlinkSync('/dev/full', join(world.folder, 'full.html'));
  const result = (await world.mirror('--report', 'full.html')).expectExit(0);
  const told = result.events.find(({ code }) => code === 'no-report');
  assert.equal(told?.level, 'warn');
  assert.match(String(told?.message), /full\.html cannot be written: the disk is full/);
  assert.equal(result.events.at(-1)?.event, 'summary', 'the summary stays the last line');
  (await world.run(['report', '--to', world.to, '-o', 'full.html'])).expectExit(3);
});
