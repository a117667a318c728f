// What can be seen of a run, and of a job when its run is over: the numbers are those of the summary, and of `status`.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { summaryOf } from '../../../../src/jobs/run/run-io.js';
import { openJobWatch } from '../../../../src/jobs/status/job-watch.js';
import { statusOf } from '../../../support/cli/asking.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { startWatched } from '../../../support/cli/watched.js';
import { deferred, rejection, until } from '../../../support/waiting.js';

const VERSION = { version: '1.2.3' };
const historyIn = (to: string) => join(to, '.sluice', 'history.ndjson');

test('a picture has the numbers of the run, while it works and at its end', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(40) });
  const { server, to } = world;
  server.faults.add({ match: { kind: 'get', key: /000[0-2]/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get', key: /0010/ }, action: { status: 500 }, times: 2 });
  const gate = deferred();
  server.faults.add({ match: { kind: 'get', key: /0039/ }, action: { waitFor: gate.promise } });
  const { watch, end } = await startWatched(t, world, ['mirror', 'upyun://pics', '--to', to, '--bwlimit', '50M']);
  await until(() => watch.picture().progress.done === 39, 'all objects but one');
  const during = watch.picture();
  assert.deepEqual(
    [during.phase, during.command, during.source, during.to, during.version, during.isPaused, during.end],
    ['running', 'mirror', 'upyun://pics', [to], '1.2.3', false, undefined],
  );
  assert.deepEqual([during.requests.objects, during.requests.listings], [1, 0]);
  assert.ok(during.requests.objectsLimit >= 1);
  assert.deepEqual(during.limits.bytesPerSecond, 50 * 1024 * 1024);
  assert.deepEqual(during.requests.retriesByCode, { ERR_FORBIDDEN_OBJECT: 3, ERR_SERVER: 2 });
  gate.resolve();
  const ended = await end;
  const summary = summaryOf(ended);
  const picture = watch.picture();
  const { stored, skipped, gone, failed } = summary;
  assert.deepEqual([stored, failed], [37, 3]);
  assert.deepEqual(picture.outcomes, { stored, skipped, gone, failed, excluded: 0 });
  assert.deepEqual([picture.codes, picture.checkedBy], [{ ERR_FORBIDDEN_OBJECT: 3 }, summary.checkedBy]);
  assert.deepEqual([picture.progress.bytes, picture.progress.done], [summary.bytes, summary.listed]);
  assert.deepEqual([picture.phase, picture.end?.state, watch.controls], ['ended', 'finished', undefined]);
  assert.equal(picture.runs, 1);
  assert.equal(picture.journalBytes, statSync(join(to, '.sluice', 'journal')).size);
  assert.ok(picture.checkpointAtMs! >= picture.startedAtMs);
  const [volume] = picture.volumes;
  assert.deepEqual([volume?.root, volume?.state], [to, 'in']);
  assert.ok(volume!.freeBytes! > 0 && volume!.totalBytes! >= volume!.freeBytes!);
  // Answers of listings and objects, and all sizes of what is stored.
  const { p50, p90, p99 } = picture.requests.latencyMs!;
  assert.ok(p50 > 0 && p50 <= p90 && p90 <= p99);
  const { sizeBytes, latencySeconds } = watch.distributions;
  const count = (counts: ArrayLike<number>) => Array.from(counts).reduce((sum, one) => sum + one, 0);
  assert.deepEqual([count(sizeBytes.counts), sizeBytes.sum], [stored, summary.bytes]);
  assert.equal(count(latencySeconds.counts), server.log.filter(({ status }) => status > 0).length);
});

test('the last failures have their reason and what to do, the newest first', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(120) });
  world.server.faults.add({ match: { kind: 'get' }, action: { status: 403 } });
  const { watch, end, events } = await startWatched(t, world, ['mirror', 'upyun://pics', '--to', world.to]);
  const keys: string[] = [];
  events.on(['failure'], ({ key }) => {
    keys.push(key);
    return undefined;
  });
  await end;
  const failures = watch.failures();
  assert.deepEqual(
    failures.map(({ key }) => key),
    keys.slice(-100).reverse(),
  );
  const [{ code, verdict, message, advice, atMs }] = failures as [(typeof failures)[0]];
  assert.deepEqual([code, verdict], ['ERR_FORBIDDEN_OBJECT', 'skip']);
  assert.match(message, /403/);
  assert.ok(advice!.length > 10 && Math.abs(Date.now() - atMs) < 600_000);
  // By its files, the job has the same.
  const ofJob = (await openJobWatch({ folder: world.to }, VERSION)).failures();
  assert.deepEqual(
    ofJob.map(({ key, message: text }) => [key, text]),
    failures.map(({ key, message: text }) => [key, text]),
  );
});

test('a job that has ended has the numbers of status, over all its runs', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(30) });
  const { server, to } = world;
  const refused = server.faults.add({ match: { kind: 'get', key: /000[0-3]/ }, action: { status: 403 } });
  (await world.mirror()).expectExit(1);
  server.faults.remove(refused);
  (await world.mirror('--limit', '30', '--restart')).expectExit(0);
  const watch = await openJobWatch({ folder: to }, VERSION);
  const status = await statusOf(world, ['--to', to]);
  const { outcomes, codes, progress, checkedBy, ...picture } = watch.picture();
  const told = (name: string) => status[name] ?? 0;
  assert.deepEqual(outcomes, {
    ...{ stored: told('stored'), skipped: told('skipped'), gone: told('gone') },
    ...{ failed: told('failed'), excluded: told('excluded') },
  });
  assert.deepEqual([codes, checkedBy], [status.failuresByCode, status.checkedBy]);
  assert.deepEqual([progress.done, progress.bytes, progress.share], [status.done, status.bytes, 1]);
  assert.deepEqual([picture.phase, picture.end?.state, picture.runs], ['ended', 'finished', status.runs]);
  assert.equal(picture.startedAtMs, Date.parse(String(status.startedAt)));
  assert.equal(picture.checkpointAtMs, Date.parse(String(status.lastCheckpoint)));
  assert.equal(watch.controls, undefined);
});

test('the history outlives the run, and the next run goes on with it', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(20) });
  const args = ['mirror', 'upyun://pics', '--to', world.to];
  const first = await startWatched(t, world, args);
  first.watch.controls!.pause('a test');
  await until(() => first.states.includes('paused'), 'the pause');
  const sinceMs = performance.now();
  await until(() => performance.now() - sinceMs > 1_100, 'a second to tell of');
  first.watch.controls!.resume('a test');
  await first.end;
  const [point] = first.watch.history().day;
  assert.ok(point!.bytesPerSecond > 0 && point!.objectsPerSecond > 0);
  assert.equal(readFileSync(historyIn(world.to), 'utf8').trim().split('\n').length, 1);
  assert.deepEqual((await openJobWatch({ folder: world.to }, VERSION)).history().day, [point]);
  const again = await startWatched(t, world, args);
  await again.end;
  assert.deepEqual(again.watch.history().day[0], point);
  assert.ok(!existsSync(`${historyIn(world.to)}.new`));
});

test('nothing is kept without a watch, of a dry run, and where a program says so', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(2) });
  await world.mirror();
  const dry = await startWatched(t, world, ['mirror', 'upyun://pics', '--to', `${world.to}2`, '--dry-run']);
  await dry.end;
  assert.ok(!existsSync(historyIn(world.to)) && !existsSync(`${world.to}2`));
});

test('a link in the place of the history is said before anything is written, as for all files of the job', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(2) });
  await world.mirror();
  const target = join(world.folder, 'target');
  writeFileSync(target, 'mine');
  symlinkSync(target, historyIn(world.to));
  const { end } = await startWatched(t, world, ['mirror', 'upyun://pics', '--to', world.to]);
  assert.equal((await end).failure?.code, 'ERR_VOLUME');
  assert.equal(readFileSync(target, 'utf8'), 'mine');
  assert.equal((await rejection<{ code: string }>(openJobWatch({ folder: world.to }, VERSION))).code, 'ERR_VOLUME');
});

test('a folder without a job has no watch', async (t) => {
  const world = await openWorld(t, {});
  const { code, message } = await rejection<Error & { code: string }>(openJobWatch({ folder: world.to }, VERSION));
  assert.equal(code, 'ERR_CONFIG');
  assert.match(message, /no job/);
  (await world.run(['fetch', '--from', 'upyun://pics', '--to', world.to], { input: '' })).expectExit(0);
  const fetched = await rejection<Error & { code: string }>(openJobWatch({ folder: world.to }, VERSION));
  assert.match(fetched.message, /^no job is kept in \S+$/, 'one line, also where a fetch has stored');
});

test('each command can be watched', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(8) });
  const { to } = world;
  (await world.mirror()).expectExit(0);
  const verify = await startWatched(t, world, ['verify', 'upyun://pics', '--to', to]);
  await verify.end;
  assert.deepEqual([verify.watch.picture().command, verify.watch.picture().outcomes.skipped], ['verify', 8]);
  const before = existsSync(historyIn(to));
  assert.equal(before, false, 'a comparison writes nothing');
  const list = await startWatched(t, world, ['list', 'upyun://pics'], { output: process.stderr });
  await list.end;
  const { command, outcomes, volumes, to: folders } = list.watch.picture();
  assert.deepEqual([command, outcomes.skipped, volumes, folders], ['list', 8, [], []]);
});
