// `--dashboard` and `--metrics` of a real run: its numbers, its controls, its end, and what happens when the address is taken.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Picture } from '../../../../src/events/picture/picture.js';
import { openWorld, type Running, until, type World } from '../../../support/cli/harness.js';
import { promtool, skipWithoutPromtool } from '../../../support/web/promtool.js';
import { ask, change, deadClient, view } from '../../../support/web/web-client.js';

const OBJECTS = 60;

/** Objects that come slowly enough to be watched. */
async function slowWorld(t: TestContext): Promise<World> {
  const names = Array.from({ length: OBJECTS }, (_, number) => `f/${String(number).padStart(4, '0')}.jpg`);
  const world = await openWorld(t, { objects: Object.fromEntries(names.map((name) => [name, `content of ${name}`])) });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 40 } });
  return world;
}

const COMMAND = ['mirror', 'upyun://pics', '--concurrency', '2'];
const args = (world: World, ...more: string[]) => [...COMMAND, '--to', world.to, ...more];

/** The address that the run has printed. */
async function urlOf({ stderr }: Running, kind = 'dashboard'): Promise<string> {
  const place = new RegExp(`${kind}(?:: |","[^\\n]*"url":")(http://[^\\s"]+)`);
  await until(`the address of ${kind}`, () => place.test(stderr()));
  return place.exec(stderr())![1]!;
}

const picture = async (url: string): Promise<Picture> => JSON.parse((await ask(url, '/status.json')).text);

test('a run can be watched, paused, changed, and seen to end', async (t) => {
  const world = await slowWorld(t);
  const log = join(world.folder, 'logs', 'log');
  const run = world.start(args(world, '--dashboard', '127.0.0.1:0', '--log-file', log));
  const url = await urlOf(run);
  await until('objects', async () =>
    (await ask(url, '/status.json')).status === 200 ? (await picture(url)).outcomes.stored > 3 : false,
  );
  const viewer = await view(url);
  assert.equal((await change(url, 'pause')).status, 200);
  // What is under way ends; then the server is asked for nothing more.
  await until('the pause', async () => {
    const { isPaused, health, requests } = await picture(url);
    return isPaused && health.state === 'paused' && requests.objects === 0;
  });
  const before = world.server.counters.get;
  await until('three more pictures', () => viewer.of('picture').filter((one) => (one as Picture).isPaused).length > 3);
  assert.equal(world.server.counters.get, before);
  assert.equal((await picture(url)).outcomes.stored, before, 'what was under way is stored');
  assert.equal((await ask(url, '/healthz')).text, 'ok\n');
  const limits = await change(url, 'limits', { body: '{"objectsPerSecond":30,"concurrency":1}' });
  assert.deepEqual(JSON.parse(limits.text).limits, { objectsPerSecond: 30, concurrency: 1 });
  assert.equal((await change(url, 'resume')).status, 200);
  assert.match((await ask(url, '/metrics')).text, /^sluice_limit_objects_per_second 30$/m);
  (await run.result).expectExit(0);
  await until('the end of the answer', () => viewer.isOver);
  assert.deepEqual(viewer.events.at(-1), ['end', {}]);
  const last = viewer.of('picture').at(-1) as Picture;
  assert.deepEqual([last.phase, last.outcomes.stored], ['ended', OBJECTS]);
  const written = readFileSync(log, 'utf8');
  for (const seen of [run.stderr(), written]) {
    assert.match(seen, /paused by the dashboard, from 127\.0\.0\.1/);
    assert.match(seen, /limits changed by the dashboard, from 127\.0\.0\.1: --rate 30, --concurrency 1/);
    assert.match(seen, /resumed by the dashboard/);
  }
  assert.ok(written.includes(`"event":"dashboard"`) && written.includes(url));
});

test('promtool finds nothing wrong with the metrics of a real run', { skip: skipWithoutPromtool() }, async (t) => {
  const world = await slowWorld(t);
  world.server.faults.add({ match: { kind: 'get', key: /0003/ }, action: { status: 403 } });
  const run = world.start(args(world, '--metrics', '127.0.0.1:0', '--retries', '0'));
  const url = await urlOf(run, 'metrics');
  let text = '';
  await until('a failure among the metrics', async () => {
    text = (await ask(url, '/metrics')).text;
    return /^sluice_failures_total\{code="ERR_\w+"\} 1$/m.test(text);
  });
  assert.deepEqual(promtool(['check', 'metrics'], text), { status: 0, output: '' });
  const count = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  // Objects are counted by their size when they are stored, and answers when they come.
  assert.equal(
    count(/^sluice_object_size_bytes_count (\d+)$/m),
    count(/^sluice_objects_total\{status="stored"\} (\d+)$/m),
  );
  assert.ok(count(/^sluice_first_byte_seconds_count (\d+)$/m) > 0);
  (await run.result).expectExit(1);
});

test('a hundred viewers that never read hold up nothing', async (t) => {
  const world = await slowWorld(t);
  const run = world.start(args(world, '--dashboard', '127.0.0.1:0', '--json'));
  const url = await urlOf(run);
  const request = `GET /events HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`;
  const dead = await Promise.all(Array.from({ length: 100 }, () => deadClient(url, request)));
  t.after(() => dead.forEach((socket) => void socket.destroy()));
  const alive = await view(url);
  const result = (await run.result).expectExit(0);
  assert.equal(result.summary.stored, OBJECTS);
  assert.equal((alive.of('picture').at(-1) as Picture).outcomes.stored, OBJECTS);
  assert.deepEqual(alive.events.at(-1), ['end', {}]);
  assert.equal(world.server.counters.get, OBJECTS);
});

test('list, fetch and verify can be watched, too', async (t) => {
  const world = await slowWorld(t);
  world.server.faults.clear();
  (await world.mirror()).expectExit(0);
  world.server.faults.add({ match: { kind: 'list' }, action: { delayMs: 300 } });
  for (const command of [
    ['list', 'upyun://pics', '--page-size', '30'],
    ['verify', 'upyun://pics', '--to', world.to, '--page-size', '30'],
  ]) {
    const run = world.start([...command, '--dashboard', '127.0.0.1:0', '--metrics', '127.0.0.1:0']);
    const viewer = await view(await urlOf(run));
    (await run.result).expectExit(0);
    const pictures = viewer.of('picture') as Picture[];
    assert.ok(pictures.length > 0 && pictures.every((one) => one.command === command[0]), command[0]);
    assert.equal(pictures.at(-1)!.outcomes.skipped, OBJECTS);
  }
});

test('an address that is in use ends the command before it copies anything', async (t) => {
  const world = await slowWorld(t);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const log = join(world.folder, 'logs', 'log');
  for (const option of ['--dashboard', '--metrics']) {
    const result = await world.run(args(world, option, `127.0.0.1:${port}`, '--log-file', log));
    result.expectExit(2);
    assert.match(
      result.stderr,
      new RegExp(`${option}: 127\\.0\\.0\\.1:${port} cannot be used: another program listens`),
    );
    assert.match(readFileSync(log, 'utf8'), /another program listens/);
  }
  (await world.run(args(world, '--dashboard', '203.0.113.9:8000'))).expectExit(2);
  const json = await world.run(args(world, '--dashboard', `127.0.0.1:${port}`, '--json'));
  json.expectExit(2);
  assert.match(json.stderr, /"code":"ERR_CONFIG"/);
  assert.equal(world.server.counters.total, 0);
});

test('dashboard and metrics at one address are one server, at two they are two', async (t) => {
  const world = await slowWorld(t);
  const one = world.start(args(world, '--dashboard', '127.0.0.1:0', '--metrics'));
  await urlOf(one);
  assert.doesNotMatch(one.stderr(), /metrics: /);
  (await one.result).expectExit(0);
  world.server.faults.clear();
  world.server.faults.add({ match: { kind: 'list' }, action: { delayMs: 500 } });
  const two = world.start(args(world, '--dashboard', '127.0.0.1:0', '--metrics', 'localhost:0'));
  const page = await urlOf(two);
  const metrics = await urlOf(two, 'metrics');
  assert.notEqual(new URL(page).port, new URL(metrics).port);
  assert.match(metrics, /\/metrics$/);
  assert.equal((await ask(metrics, '/metrics')).status, 200);
  assert.equal((await change(metrics, 'pause')).status, 404);
  (await two.result).expectExit(0);
});

test('--quiet and SLUICE_DASHBOARD: only a port that the user cannot know is printed', async (t) => {
  const world = await slowWorld(t);
  world.server.faults.clear();
  const quiet = await world.run(args(world, '--quiet'), { env: { SLUICE_DASHBOARD: '127.0.0.1:0' } });
  assert.match(quiet.expectExit(0).stderr, /^\S+ INFO +dashboard: http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const none = await world.run(args(world, '--quiet'), { env: { SLUICE_DASHBOARD: 'false' } });
  assert.equal(none.expectExit(0).stderr, '');
});
