// `status` tells what a run waits for while it goes on, and how the last one ended.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Answer, OBJECTS, startHanging, statusOf, textOf, untilStatus } from '../../../support/cli/asking.js';
import { openWorld, type Running, until, type World } from '../../../support/cli/harness.js';
import { runsOf } from '../../../support/cli/jobs.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const at = (world: World) => ['--to', world.to];
const runOf = async (world: World) => (await statusOf(world, at(world))).lastRun as Answer | undefined;
const waitsOf = ({ waiting = [] }: Answer) => (waiting as Answer[]).map(({ what, of }) => `${what} ${of ?? ''}`.trim());

test('finished, interrupted, killed, and ended by an error: each is told with its time and its reason', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, start, to, run } = world;
  const hanging = await startHanging(world);
  assert.equal((await statusOf(world, at(world))).lastRun, undefined, 'it goes on');
  hanging.child.kill('SIGKILL');
  await hanging.result;
  assert.equal((await runOf(world))?.end, 'killed');
  assert.match(await textOf(world, at(world)), /^last run +begun 20\S+, and its end was not recorded: killed/m);

  const interrupted = start(['mirror', 'upyun://pics', '--to', to, '--json', '--timeout', '1s']);
  await untilStatus(world, at(world), ({ pid }) => pid === interrupted.child.pid);
  interrupted.child.kill('SIGINT');
  (await interrupted.result).expectExit(130);
  assert.equal((await runOf(world))?.end, 'interrupted');
  assert.match(await textOf(world, at(world)), /^last run +interrupted 20/m);

  // Twice: it ends at once.
  const cut = start(['mirror', 'upyun://pics', '--to', to]);
  await untilStatus(world, at(world), ({ pid }) => pid === cut.child.pid);
  cut.child.kill('SIGINT');
  await until('the first one to be noted', () =>
    readFileSync(join(to, '.sluice', 'run.json'), 'utf8').includes('isInterrupted'),
  );
  cut.child.kill('SIGINT');
  (await cut.result).expectExit(130);
  assert.equal((await runOf(world))?.end, 'interrupted');

  server.faults.clear();
  const args = ['mirror', 'upyun://pics', '--to', to, '--json'];
  (await run(args, { env: { UPYUN_PASSWORD: 'mistyped' } })).expectExit(3);
  const failed = await runOf(world);
  assert.deepEqual([failed?.end, failed?.code], ['failed', 'ERR_AUTH']);
  assert.match(await textOf(world, at(world)), /^last run +failed 20\S+: .*credentials.* \[ERR_AUTH\]$/m);
  const note = readFileSync(join(to, '.sluice', 'run.json'), 'utf8');
  assert.ok(!note.includes('mistyped'));

  (await run(args)).expectExit(0);
  const { end, code, startedAt, endedAt } = (await runOf(world))!;
  assert.deepEqual([end, code], ['finished', undefined]);
  assert.ok(Date.parse(String(endedAt)) >= Date.parse(String(startedAt)));
  // Refused: it was no run of the job.
  (await run([...args, '--variant', '!s'])).expectExit(2);
  assert.equal((await runOf(world))?.end, 'finished');
});

test('a disk that is full is named as the reason', async (t) => {
  const disk = smallDisk(t, 'size=2m');
  if (disk === undefined) return;
  const objects = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`${index}.jpg`, Buffer.alloc(60_000, index)]),
  );
  const world = { ...(await openWorld(t, { objects })), to: disk.root };
  (await world.run(['mirror', 'upyun://pics', '--to', disk.root, '--reserve', '0', '--json'])).expectExit(3);
  const { end, code, message } = (await runOf(world))!;
  assert.deepEqual([end, code], ['failed', 'ERR_NO_SPACE']);
  assert.match(String(message), /no disk takes more files/);
});

test('in an outage: since when the server does not answer, and nothing of it any more when it does', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, start, to } = world;
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 30 } });
  const { result } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '2', '--page-size', '5']);
  await until('the middle', () => server.counters.get >= 8);
  const beforeMs = Date.now();
  await server.stopListening();
  const answer = await untilStatus(world, at(world), (answer) => waitsOf(answer).includes('outage objects'));
  const { since } = (answer.waiting as Answer[]).find(({ what }) => what === 'outage')!;
  assert.ok(Date.parse(String(since)) >= beforeMs - 1_000 && Date.parse(String(since)) <= Date.now());
  assert.match(await textOf(world, at(world)), /^waiting +the server does not answer \(objects\), since 20/m);
  await server.listenAgain();
  (await result).expectExit(0);
  const { waiting, lastRun } = await statusOf(world, at(world));
  assert.deepEqual([waiting, (lastRun as Answer).end], [undefined, 'finished']);
});

const COMPLAINTS: [string, object, string[]][] = [
  ['throttle objects', { status: 429 }, []],
  ['ban objects', { status: { status: 429, code: 42900004, retryAfterSeconds: 200 } }, []],
  ['limit bytes', { delayMs: 1 }, ['--bwlimit', '2k']],
];

for (const [wait, action, args] of COMPLAINTS) {
  test(`waiting for the reason "${wait}" is told with the reason`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    world.server.faults.add({ match: { kind: 'get' }, action: action as never });
    const running = world.start(['mirror', 'upyun://pics', '--to', world.to, '--json', '--retries', '9', ...args]);
    const answer = await untilStatus(world, at(world), (answer) => waitsOf(answer).includes(wait));
    const told = (answer.waiting as Answer[]).find(({ what }) => what === wait.split(' ')[0])!;
    assert.ok(Date.parse(String(told.since)) <= Date.now());
    if (wait.startsWith('ban')) assert.ok(Date.parse(String(told.until)) > Date.now());
    await stop(running);
  });
}

async function stop({ child, result }: Running): Promise<void> {
  child.kill('SIGKILL');
  await result;
}

test('a server that takes requests and says nothing: since when nothing moves', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const hanging = await startHanging(world);
  const answer = await untilStatus(world, at(world), (answer) => waitsOf(answer).includes('silence'));
  assert.equal(answer.state, 'running');
  await stop(hanging);
});

test('a list with a state, and a fetch into the folder of a job, tell of theirs', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { folder } = world;
  (await world.list('--state', 'state', '--json')).expectExit(0);
  assert.equal(((await statusOf(world, ['--state', 'state'])).lastRun as Answer).end, 'finished');
  assert.ok(existsSync(join(folder, 'state.run')));

  (await world.mirror()).expectExit(0);
  (await world.fetch('a/0001.jpg\n')).expectExit(0);
  const { lastRun, lastFetch } = await statusOf(world, at(world));
  assert.deepEqual([(lastRun as Answer).end, (lastFetch as Answer).end], ['finished', 'finished']);
  assert.match(await textOf(world, at(world)), /^last fetch +finished 20/m);
  const { child, result } = world.start(['fetch', '--from', 'upyun://pics', '--to', world.to], { isInputOpen: true });
  await untilStatus(world, at(world), ({ pid, lastFetch }) => pid === child.pid && lastFetch === undefined);
  child.kill('SIGKILL');
  await result;
  assert.equal(((await statusOf(world, at(world))).lastFetch as Answer).end, 'killed');
});

test('no note, one of a run before, or one that makes no sense: nothing is said', async (t: TestContext) => {
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.mirror()).expectExit(0);
  const path = join(world.to, '.sluice', 'run.json');
  const note = JSON.parse(readFileSync(path, 'utf8'));
  const others = ['', '{', 'null', '{"pid":"x"}', JSON.stringify({ ...note, waits: [7] }), 'x'.repeat(100_000)];
  for (const text of [...others, JSON.stringify({ ...note, run: 0, startedAt: '2020-01-01T00:00:00.000Z' })]) {
    writeFileSync(path, text);
    assert.equal(await runOf(world), undefined, text.slice(0, 50));
  }
  rmSync(path);
  assert.equal(await runOf(world), undefined);
  (await world.mirror()).expectExit(0);
});

test('a run that does not come to what an earlier one has settled tells as much of the job as status does', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, to, start, run } = world;
  server.faults.add({ match: { kind: 'get', key: /b\/0004/ }, action: { stallBeforeHeaders: true } });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--json']);
  await untilStatus(world, ['--to', to], ({ done }) => done === 34);
  child.kill('SIGKILL');
  await result;
  server.faults.clear();
  await server.stopListening();
  const ended = (await run(['mirror', 'upyun://pics', '--to', to, '--json'])).expectExit(3);
  const { done, stored } = await statusOf(world, ['--to', to]);
  assert.deepEqual([ended.summary.listed, ended.summary.stored, runsOf(ended)], [34, 34, 2]);
  assert.deepEqual([done, stored], [34, 34]);
  await server.listenAgain();
  const whole = (await run(['mirror', 'upyun://pics', '--to', to, '--json'])).expectExit(0);
  assert.deepEqual([whole.summary.listed, whole.summary.stored, runsOf(whole)], [35, 35, 3]);
});
