// `sluice dashboard`: the page of a job that has ended, or that another process works on. It changes nothing.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Picture } from '../../../../src/events/picture/picture.js';
import { openWorld, type Running, until } from '../../../support/cli/harness.js';
import { ask, change, view } from '../../../support/web/web-client.js';

const objects = Object.fromEntries(Array.from({ length: 30 }, (_, number) => [`f/${number}.jpg`, `content ${number}`]));

async function urlOf({ stderr }: Running): Promise<string> {
  const place = /http:\/\/127\.0\.0\.1:\d+\//;
  await until('the address', () => place.test(stderr()));
  return place.exec(stderr())![0];
}

const picture = async (url: string): Promise<Picture> => JSON.parse((await ask(url, '/status.json')).text);

/** Names and times of all files of the job. */
function filesOf(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .sort()
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`);
}

test('a job that has ended is shown by its files, until a signal comes', async (t) => {
  const world = await openWorld(t, { objects });
  world.server.faults.add({ match: { kind: 'get', key: /\/7\.jpg/ }, action: { status: 403 } });
  (await world.mirror('--retries', '0')).expectExit(1);
  const before = filesOf(world.to);
  const asked = world.server.counters.total;
  const run = world.start(['dashboard', '--to', world.to, '--dashboard', '127.0.0.1:0']);
  const url = await urlOf(run);
  const { phase, outcomes, codes } = await picture(url);
  assert.equal(phase, 'ended');
  assert.deepEqual([outcomes.stored, outcomes.failed], [29, 1]);
  const [code] = Object.keys(codes);
  const failures = JSON.parse((await ask(url, '/failures.json')).text);
  assert.deepEqual([failures.length, failures[0].key, failures[0].code], [1, 'f/7.jpg', code]);
  for (const name of ['pause', 'resume', 'limits']) assert.equal((await change(url, name)).status, 409, name);
  assert.match((await ask(url, '/metrics')).text, /^sluice_objects_total\{status="stored"\} 29$/m);
  assert.match((await ask(url, '/metrics')).text, /^sluice_running 0$/m);
  assert.equal((await ask(url, '/healthz')).text, 'ok\n');
  const viewer = await view(url);
  await until('a picture', () => viewer.of('picture').length > 0);
  run.child.kill('SIGTERM');
  (await run.result).expectExit(0);
  assert.deepEqual(viewer.events.at(-1), ['end', {}]);
  assert.deepEqual(filesOf(world.to), before);
  assert.equal(world.server.counters.total, asked);
});

test('a job of another process is shown while it runs, and has no controls here', async (t) => {
  const world = await openWorld(t, { objects });
  const slow = world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 200 } });
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--concurrency', '1'];
  const mirror = world.start(args);
  await until('some objects', () => world.server.counters.get > 3);
  const run = world.start(['dashboard', '--to', world.to, '--dashboard', '127.0.0.1:0', '--json']);
  const url = await urlOf(run);
  assert.equal((await picture(url)).phase, 'running');
  assert.equal((await change(url, 'pause')).status, 409);
  world.server.faults.remove(slow);
  (await mirror.result).expectExit(0);
  await until('that the end is seen', async () => (await picture(url)).phase === 'ended');
  run.child.kill('SIGINT');
  const { stderr } = (await run.result).expectExit(0);
  const [line] = stderr.split('\n');
  assert.deepEqual(Object.keys(JSON.parse(line!)), ['event', 'time', 'level', 'url']);
});

test('where there is no job, or the place is missing, nothing is opened', async (t) => {
  const world = await openWorld(t, { objects });
  const none = (await world.run(['dashboard', '--to', world.to])).expectExit(1);
  assert.match(none.stderr, /no job is kept in/);
  const json = (await world.run(['dashboard', '--to', world.to, '--json'])).expectExit(1);
  assert.equal(JSON.parse(json.stderr).event, 'error');
  // A fetch has no job: one line says so.
  mkdirSync(join(world.to, '.sluice'), { recursive: true });
  const at = '2026-01-01T00:00:00.000Z';
  writeFileSync(
    join(world.to, '.sluice', 'fetch-run.json'),
    JSON.stringify({ pid: 1, startedAt: at, endedAt: at, waits: [], end: 'finished' }),
  );
  const fetched = (await world.run(['dashboard', '--to', world.to])).expectExit(1);
  assert.match(fetched.stderr, /^sluice: no job is kept in \S+ \[ERR_CONFIG\]$/m);
  assert.match((await world.run(['dashboard'])).expectExit(2).stderr, /--to: missing/);
  assert.match((await world.run(['dashboard', '--to', 'a', '--state', 'b'])).expectExit(2).stderr, /only one of them/);
});
