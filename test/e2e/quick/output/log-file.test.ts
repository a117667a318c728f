// --log-file: all that happens, whole lines, no secret, whatever happens to the run and to the file.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import type { JsonEvent } from '../../../support/cli/result.js';
import { assertNoSecrets } from '../../../support/cli/secrets.js';

/** The lines of a log from the oldest file on; each of them has to be a whole event with a time and a level. */
function eventsOf(path: string): JsonEvent[] {
  const folder = join(path, '..');
  const name = path.slice(folder.length + 1);
  const files = readdirSync(folder).filter((one) => one.startsWith(name) && !one.endsWith('.lock'));
  const events = files
    .sort()
    .toReversed()
    .flatMap((one) => readFileSync(join(folder, one), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as JsonEvent);
  for (const event of events) {
    assert.deepEqual(Object.keys(event).slice(0, 3), ['event', 'time', 'level'], JSON.stringify(event));
    assert.match(String(event.time), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  return events;
}

const kindsOf = (events: readonly JsonEvent[]) => [...new Set(events.map(({ event }) => event))];
const logIn = ({ folder }: World) => join(folder, 'logs', 'sluice.log');
const mirror = (world: World, ...more: string[]) => [
  ...['mirror', 'upyun://pics', '--to', world.to, '--log-file', logIn(world), ...more],
];

test('with --quiet the log has the start, messages, progress, states, failures and the summary', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(60) });
  world.server.faults.add({ match: { kind: 'get', key: /00[01]\d\.jpg/ }, action: { status: 403 } });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 60 } });
  const args = ['--quiet', '--retries', '0', '--concurrency', '4', '--progress-interval', '200ms'];
  const ended = (await world.run(mirror(world, ...args))).expectExit(1);
  assert.doesNotMatch(ended.stderr, /listed|objects found/);
  const events = eventsOf(logIn(world));
  const expected = ['start', 'message', 'state', 'failure', 'progress', 'failures', 'summary'];
  assert.deepEqual(kindsOf(events).sort(), expected.sort());
  const { message, args: given, source, to } = events[0] as unknown as Record<string, string>;
  assert.match(message!, /^sluice \d+\.\d+\.\d+ starts: mirror$/);
  assert.deepEqual([given, source, to], [mirror(world, ...args), 'upyun://pics', [world.to]]);
  const counted = events.filter(({ event }) => event === 'failures');
  assert.equal(
    counted.reduce((sum, { failed }) => sum + Number(failed), 10),
    20,
  );
  assert.equal(events.at(-1)!.event, 'summary');
  assert.equal(events.at(-1)!.failed, 20);
});

test('the log is rotated, and a second run appends to it', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(40) });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 40 } });
  const args = ['--concurrency', '2', '--progress-interval', '20ms', '--log-rotate', '4k'];
  (await world.run(mirror(world, ...args))).expectExit(0);
  (await world.run(mirror(world, ...args))).expectExit(0);
  const folder = join(logIn(world), '..');
  const files = readdirSync(folder).filter((name) => !name.endsWith('.lock'));
  assert.ok(files.length > 2 && files.length <= 10, files.join());
  for (const name of files) assert.ok(statSync(join(folder, name)).size <= 4096, name);
  assert.equal(eventsOf(logIn(world)).filter(({ event }) => event === 'summary').length, 2);
});

test('a log that cannot be written, or is in use, is wrong usage: exit 2 before any request', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(3) });
  const { server, folder, to, run, start } = world;
  mkdirSync(join(folder, 'a-folder'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const wrong: [string[], RegExp][] = [
    [['--log-file', join(folder, 'a-folder')], /--log-file .*a-folder: this is a folder/],
    [['--log-file', join(folder, 'pipe')], /--log-file: .*pipe cannot be written: it is a device or a pipe/],
    [['--log-file', '/proc/log'], /--log-file \/proc\S*: /],
    [
      ['--log-file', join(folder, 'f'), '--failures', join(folder, 'f')],
      /--log-file: .*f is also the file of --failures/,
    ],
  ];
  for (const [args, message] of wrong) {
    const refused = (await run(['mirror', 'upyun://pics', '--to', to, ...args])).expectExit(2);
    assert.match(refused.stderr, message);
  }
  assert.equal(server.counters.total, 0);
  assert.ok(!existsSync(join(folder, 'pipe.lock')));
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  const first = start(mirror(world));
  await until('the first run', () => server.counters.activeGets > 0);
  const other = ['mirror', 'upyun://pics', '--to', `${to}-2`, '--log-file', logIn(world), '--json'];
  const second = (await run(other)).expectExit(2);
  assert.match(second.stderr, new RegExp(`--log-file: .*in use by process ${first.child.pid} `));
});

test('kill -9 leaves whole lines, a second Ctrl-C the line that says so', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(40) });
  const { server, start } = world;
  server.faults.add({ match: { kind: 'get' }, action: { stallAfterBytes: 10 }, after: 10 });
  const killed = start(mirror(world, '--progress-interval', '1ms'));
  await until('some lines', () => killed.stderr().split('\n').length > 200);
  killed.child.kill('SIGKILL');
  await killed.result;
  assert.ok(kindsOf(eventsOf(logIn(world))).includes('progress'));
  const { child, result, stderr } = start(mirror(world));
  await until('hanging bodies', () => server.counters.activeGets > 0);
  child.kill('SIGINT');
  await until('the first to be noticed', () => stderr().includes('interrupted'));
  child.kill('SIGINT');
  (await result).expectExit(130);
  const events = eventsOf(logIn(world));
  // A thread may be writing the line while the process, at its end, writes it again.
  const said = events.filter(({ code }) => code === 'interrupted').length;
  assert.ok(said === 1 || said === 2, JSON.stringify(events.at(-1)));
});

test('no secret is in the log of failing runs: not of the environment, not of a proxy, not in the start', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(12) });
  const { server, run } = world;
  const actions = [
    { resetBeforeHeaders: true },
    { status: 500 },
    { okWithHtml: true },
    { wrongBytes: true },
    { status: 403 },
  ];
  for (const [at, action] of actions.entries())
    server.faults.add({ match: { kind: 'get', key: `000${at}.jpg` }, action });
  (await run(mirror(world, '--retries', '1'))).expectExit(1);
  const env = { HTTP_PROXY: 'http://name:secretword@127.0.0.1:1', SLUICE_QUEUE_PASSWORD: 'queueword' };
  (await run(mirror(world, '--restart', '--retries', '0'), { env })).expectExit(3);
  (await run(mirror(world, '--queue', 'nats://127.0.0.1:1', '--timeout', '1s', '--user', 'me'), { env })).expectExit(3);
  server.faults.add({ match: { kind: 'list' }, action: { status: 401 } });
  (await run(mirror(world, '--restart'))).expectExit(3);
  const text = readFileSync(logIn(world), 'utf8');
  assert.ok(['ERR_AUTH', 'ERR_QUEUE', 'ERR_NO_CONTACT'].filter((code) => text.includes(code)).length >= 2, text);
  assertNoSecrets(text, 'the log');
  assert.doesNotMatch(text, /secretword|queueword|name:/);
});

test('a log of people has the time of their zone, JSON has UTC', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(3) });
  const ended = (await world.run(mirror(world), { env: { TZ: 'Asia/Shanghai' } })).expectExit(0);
  const [first] = ended.stderr.split(' ');
  assert.match(first!, /\+08:00$/);
  const [start] = eventsOf(logIn(world));
  assert.ok(Math.abs(Date.parse(first!) - Date.parse(String(start!.time))) < 60_000, `${first} ${start!.time}`);
});

test('the log never takes the place of a file that the job writes or reads, nor of a copied object', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(3) });
  const { folder, to, run, server } = world;
  const [log, real] = [join(folder, 'log'), join(folder, 'real')];
  mkdirSync(real);
  symlinkSync(real, join(folder, 'link'));
  writeFileSync(join(real, 'list'), '');
  linkSync(join(real, 'list'), join(folder, 'hard'));
  writeFileSync(join(folder, 'c.json'), '{}');
  const wrong: [string[], RegExp][] = [
    [['--log-file', log, '--failures', `${log}.1`], /of --failures/],
    [['--log-file', log, '--manifest', `${log}.lock`], /of --manifest/],
    [['--log-file', join(folder, 'link', 'f'), '--failures', join(real, 'f')], /of --failures/],
    [['--log-file', join(folder, 'hard'), '--manifest', join(real, 'list')], /of --manifest/],
    [['--log-file', join(folder, 'c.json'), '--config', join(folder, 'c.json')], /of --config/],
    [['--log-file', join(to, 'run.log')], /lies in .*, the folder of the copy/],
    [['--log-file', join(to, '.sluice', 'journal')], /lies in .*, the folder of the copy/],
  ];
  for (const [args, message] of wrong) {
    const refused = (await run(['mirror', 'upyun://pics', '--to', to, ...args])).expectExit(2);
    assert.match(refused.stderr, message);
  }
  assert.equal(server.counters.total, 0);
  assert.equal(readFileSync(join(folder, 'c.json'), 'utf8'), '{}');
});

test('behind a symbolic link the log is rotated beside its target', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(3) });
  const { folder, to, run } = world;
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real', 'log'), `${'x'.repeat(5_000)}\n`);
  symlinkSync(join(folder, 'real', 'log'), join(folder, 'log'));
  const args = ['--log-file', join(folder, 'log'), '--log-rotate', '4k'];
  (await run(['mirror', 'upyun://pics', '--to', to, ...args])).expectExit(0);
  assert.deepEqual(readdirSync(join(folder, 'real')), ['log', 'log.1', 'log.lock']);
  assert.ok(lstatSync(join(folder, 'log')).isSymbolicLink());
  assert.equal(eventsOf(join(folder, 'log')).at(-1)!.event, 'summary');
});
