// How far a job is: told while it runs and afterwards, from its files alone.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  type Answer,
  BARE,
  OBJECTS,
  startHanging,
  statusOf,
  textOf,
  untilStatus,
} from '../../../support/cli/asking.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readFailures } from '../../../support/cli/tree.js';

/** Changes one line of a journal, and nothing about its length. */
function damage(journal: string, pick: (line: string) => boolean): void {
  const lines = readFileSync(journal, 'utf8').split('\n');
  const index = lines.findIndex(pick);
  assert.notEqual(index, -1, 'a line to damage');
  lines[index] = lines[index]!.replace(/^./, (char) => (char === '0' ? '1' : '0'));
  writeFileSync(journal, lines.join('\n'));
}

test('no job: exit 1 and it says so, in a folder without one, without a folder, and where a file stands', async (t) => {
  const world = await openWorld(t);
  const { folder, to } = world;
  writeFileSync(join(folder, 'file'), '');
  assert.deepEqual(await statusOf(world, ['--to', folder], 1), { event: 'status', state: 'none' });
  assert.equal(await textOf(world, ['--to', folder], 1), `no job is kept in ${folder}\n`);
  assert.equal(await textOf(world, ['--to', to], 1), `no job is kept in ${to}, which is not there\n`);
  assert.match(await textOf(world, ['--to', 'file'], 1), /no job is kept in .*file\n/);
  assert.match(await textOf(world, ['--state', 'none'], 1), /no job is kept in .*none, which is not there\n/);
  assert.deepEqual(readdirSync(folder), ['file'], 'nothing was made');
});

test('files that cannot be read are an error, not the lack of a job', async (t) => {
  const { folder, run } = await openWorld(t);
  mkdirSync(join(folder, '.sluice', 'journal'), { recursive: true });
  const text = (await run(['status', '--to', folder], { env: BARE })).expectExit(3);
  assert.match(text.stderr, /^sluice: .*journal is a folder and must be a file; move it away \[ERR_VOLUME\]\n$/);
  const json = (await run(['status', '--to', folder, '--json'], { env: BARE })).expectExit(3);
  assert.equal(json.events[0]?.code, 'ERR_VOLUME');
  assert.equal(text.stdout + json.stdout, '');
});

test('a mirror that runs is running with its pid; killed, it is interrupted; complete, it is finished', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, mirror } = world;
  const { child, result, answer } = await startHanging(world);
  assert.deepEqual([answer.state, answer.pid, answer.command], ['running', child.pid, 'sluice mirror']);
  assert.ok(Date.parse(String(answer.runningSince)) <= Date.now());
  const { listed, isListingComplete, done, stored, left, leftBytes, bytes, source, runs, pass } = answer;
  assert.deepEqual(
    { listed, isListingComplete, done, stored, left, leftBytes, bytes, source, runs, pass },
    {
      ...{ listed: 35, isListingComplete: true, done: 30, stored: 30, left: 5, leftBytes: 5_000, bytes: 30_000 },
      ...{ source: 'upyun://pics', runs: 1, pass: 1 },
    },
  );
  assert.ok(Number(answer.objectsPerSecond) > 0 && Number(answer.secondsLeft) >= 0, JSON.stringify(answer));
  assert.ok(Number(answer.lastCheckpointAgeSeconds) >= 0);
  assert.match(await textOf(world, ['--to', to]), new RegExp(`^state +running, process ${child.pid} \\(sluice mirror`));

  child.kill('SIGKILL');
  await result;
  const killed = await statusOf(world, ['--to', to]);
  assert.deepEqual([killed.state, killed.pid, killed.done, killed.left], ['interrupted', undefined, 30, 5]);
  assert.match(await textOf(world, ['--to', to]), /^state +interrupted\n[\s\S]*left +5 objects, 5\.0 kB\n/);

  server.faults.clear();
  (await mirror()).expectExit(0);
  const finished = await statusOf(world, ['--to', to]);
  const { state, left: rest, secondsLeft, failuresByCode, problems } = finished;
  assert.deepEqual([state, finished.runs, finished.done, rest, secondsLeft], ['finished', 2, 35, 0, 0]);
  assert.deepEqual([failuresByCode, problems], [{}, []]);
  const [volume, ...others] = finished.volumes as Answer[];
  assert.deepEqual([volume?.path, volume?.state, others], [to, 'in', []]);
  assert.ok(Number(volume?.freeBytes) > 0);
});

test('failures are told by code, with the file that lists them', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, mirror } = world;
  server.faults.add({ match: { kind: 'get', key: /a\/000[12]/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get', key: /b\/0003/ }, action: { status: 500 } });
  server.faults.add({ match: { kind: 'get', key: /b\/0004/ }, action: { gone: true } });
  (await mirror('--retries', '0', '--exclude', '0000.jpg')).expectExit(1);
  const answer = await statusOf(world, ['--to', to]);
  const { state, stored, gone, failed, excluded, filters } = answer;
  assert.deepEqual([state, stored, gone, failed, excluded], ['finished', 29, 1, 3, 2]);
  assert.deepEqual(filters, { exclude: '0000.jpg' });
  assert.deepEqual(answer.failuresByCode, { ERR_FORBIDDEN_OBJECT: 2, ERR_SERVER: 1 });
  assert.equal(answer.failuresFile, join(to, '.sluice', 'failures.ndjson'));
  assert.equal((await readFailures(to, String(answer.failuresFile))).length, 3);
  assert.match(await textOf(world, ['--to', to]), /failed +2 ERR_FORBIDDEN_OBJECT, 1 ERR_SERVER\n/);
});

test('after a kill the failures of what is done are listed in the file that is named', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to } = world;
  server.faults.add({ match: { kind: 'get', key: /a\/000[12]/ }, action: { status: 403 } });
  const { child, result, answer } = await startHanging(world);
  // What is done is told at once, and listed with the next checkpoint.
  const file = String(answer.failuresFile);
  await until('the checkpoint that lists them', () => readFileSync(file, 'utf8').split('\n').length > 2);
  child.kill('SIGKILL');
  await result;
  const { failed, failuresFile } = await statusOf(world, ['--to', to]);
  assert.equal(failed, 2);
  const listed = await readFailures(to, String(failuresFile));
  assert.deepEqual(listed.map(({ key }) => key).sort(), ['a/0001.jpg', 'a/0002.jpg']);
});

test('asked about another disk of the job it finds the first one; one that is not there is named', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { folder, to, mirror } = world;
  (await mirror()).expectExit(0);
  const other = join(folder, 'other');
  mkdirSync(join(other, '.sluice'), { recursive: true });
  writeFileSync(join(other, '.sluice', 'volume.json'), JSON.stringify({ id: 'x', roots: [to, other] }));
  const { state, source, journal } = await statusOf(world, ['--to', other]);
  assert.deepEqual([state, source, journal], ['finished', 'upyun://pics', join(to, '.sluice', 'journal')]);

  rmSync(to, { recursive: true });
  const lost = await statusOf(world, ['--to', other], 1);
  assert.equal(lost.state, 'none');
  assert.match(String(lost.problems), /other is kept in .*out, which is not there/);
});

test('a job of several disks is told from each of them, and a disk that is not mounted is missing', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const roots = ['one', 'two', 'three'].map((name) => join(world.folder, name));
  const disks = roots.flatMap((root) => ['--to', root]);
  (await world.run(['mirror', 'upyun://pics', ...disks, '--json'])).expectExit(0);
  // As a mount point is without its disk.
  rmSync(join(roots[1]!, '.sluice'), { recursive: true });
  for (const args of [['--to', roots[0]!], ['--to', roots[2]!], disks]) {
    const { state, done, volumes } = await statusOf(world, args);
    assert.deepEqual([state, done], ['finished', 35]);
    const told = (volumes as Answer[]).map(({ path, state }) => [path, state]);
    assert.deepEqual(told, [
      [roots[0], 'in'],
      [roots[1], 'missing'],
      [roots[2], 'in'],
    ]);
  }
});

test('damage in the middle of the journal is said; one that cannot be used at all is no job', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { to, mirror } = world;
  (await mirror()).expectExit(0);
  const journal = join(to, '.sluice', 'journal');
  damage(journal, (line) => line.includes('"t":"page"'));
  const damaged = await statusOf(world, ['--to', to]);
  assert.match(String(damaged.problems), /journal: \d+ damaged place/);
  assert.match(await textOf(world, ['--to', to]), /problem +.*journal: \d+ damaged place/);

  damage(journal, (line) => line.includes('"t":"job"'));
  const lost = await statusOf(world, ['--to', to], 1);
  assert.equal(lost.state, 'none');
  assert.match(String(lost.problems), /is damaged and cannot be used/);
  writeFileSync(journal, 'no journal');
  assert.match(await textOf(world, ['--to', to], 1), /^no job is kept in [\s\S]*problem +.* cannot be used/);
});

test('a list with a state is told by its file, while a mirror is asked for by its folder', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.list('--state', 'state', '--json')).expectExit(0);
  const { state, listed, done, skipped, volumes, source } = await statusOf(world, ['--state', 'state']);
  assert.deepEqual([state, listed, done, skipped, volumes], ['finished', 35, 35, 35, []]);
  assert.equal(source, 'upyun://pics');
});

test('a fetch works in the folder, but it is not the job', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, start, mirror } = world;
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json'];
  const first = start(args, { isInputOpen: true });
  await untilStatus(world, ['--to', to], ({ pid }) => pid === first.child.pid);
  assert.match(
    await textOf(world, ['--to', to], 1),
    /^no job is kept in .*; in use by process \d+ \(sluice fetch, since/,
  );
  first.child.stdin.end();
  (await first.result).expectExit(0);

  (await mirror()).expectExit(0);
  assert.ok(server.counters.get > 0);
  const second = start(args, { isInputOpen: true });
  await untilStatus(world, ['--to', to], ({ pid }) => pid === second.child.pid);
  assert.match(await textOf(world, ['--to', to]), /^state +finished; in use by process \d+ \(sluice fetch/);
  second.child.stdin.end();
  (await second.result).expectExit(0);
});
