// SIGHUP, and a terminal that goes away: what was begun with nohup goes on, what was begun by hand ends in order.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type Running, until, type World } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { assertPartOf, assertTree, tempFiles } from '../../../support/cli/tree.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';
import { onTerminal, skipWithoutTerminals } from '../../../support/terminals.js';

const OBJECTS = manyObjects(60);
const skip = skipWithoutTerminals();

/** So slow that the middle of a run can be met. */
function slowWorld(t: test.TestContext): Promise<World> {
  return openWorld(t, { objects: OBJECTS, faults: [{ match: { kind: 'get' }, action: { delayMs: 100 } }] });
}

const SLOW = ['--concurrency', '4'];

/** Takes the terminal away. */
function hangUp({ child }: Running): void {
  child.stdin.end();
}

async function assertCompletes({ to, server, mirror }: World): Promise<void> {
  const requests = server.counters.get;
  const present = await assertPartOf(to, OBJECTS);
  assert.deepEqual(await tempFiles(to), []);
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual([rest.summary.stored, server.counters.get - requests], [60, 60 - present]);
  await assertTree(to, OBJECTS);
}

test('SIGHUP without a terminal and without a config file is ignored, again and again', async (t) => {
  const world = await slowWorld(t);
  const { server, to, start } = world;
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--json', ...SLOW]);
  await until('some objects', () => server.counters.get >= 8);
  for (let count = 0; count < 3; count++) child.kill('SIGHUP');
  assert.equal((await result).expectExit(0).summary.stored, 60);
  await assertTree(to, OBJECTS);
});

/** Sends the signal as soon as somebody listens to it, which is when it does not kill any more; 99 where nobody does. */
const AT_ONCE = `import { isMainThread } from "node:worker_threads";
const { on } = process;
let isHeard = !isMainThread;
process.on = function (name, listener) {
  on.call(this, name, listener);
  if (name === "SIGHUP") process.kill(process.pid, name);
  isHeard ||= name === "SIGHUP";
  return this;
};
process.once("exit", () => { if (!isHeard) process.exitCode = 99; });`;

test('SIGHUP at the first statement does not kill any command', async (t) => {
  const { to, run, folder, mirror } = await openWorld(t, { objects: manyObjects(3) });
  (await mirror()).expectExit(0);
  const file = join(folder, 'sluice.toml');
  writeFileSync(file, '');
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(AT_ONCE)}` };
  for (const [code, args] of [
    [0, ['list', 'upyun://pics']],
    [0, ['mirror', 'upyun://pics', '--to', to]],
    [0, ['mirror', 'upyun://pics', '--to', to, '--config', file]],
    [0, ['fetch', '--from', 'upyun://pics', '--to', to]],
    [0, ['verify', 'upyun://pics', '--to', to]],
    [0, ['verify', 'upyun://pics', '--to', to, '--config', file]],
    [0, ['status', '--to', to]],
    [0, ['help']],
    [2, ['jobs']],
    [2, ['forget']],
    [2, ['remove']],
  ] as const) {
    (await run(args, { env })).expectExit(code);
  }
});

test('nohup: the session ends, and the run goes on to its end', { skip }, async (t) => {
  const world = await slowWorld(t);
  const { server, to, folder, start } = world;
  const log = join(folder, 'log');
  const script = `nohup sh -c '"$NODE" "$SLUICE" mirror upyun://pics --to "${to}" --concurrency 4 --json; echo "code $?"' > '${log}' & wait`;
  const session = start([], { prefix: [...onTerminal('012'), 'bash', '-c', script], isInputOpen: true });
  await until('some objects', () => server.counters.get >= 8);
  hangUp(session);
  await session.result;
  await until('the end of the run', () => /^code /m.test(readFileSync(log, 'utf8')));
  assert.match(readFileSync(log, 'utf8'), /^code 0$/m);
  await assertTree(to, OBJECTS);
});

for (const command of ['mirror', 'list', 'verify', 'fetch'] as const) {
  test(`a terminal that goes away ends a ${command} in order: 130`, { skip }, async (t) => {
    const world = await slowWorld(t);
    const { server, to, start, mirror } = world;
    if (command === 'verify') (await mirror('--limit', '1')).expectExit(0);
    server.faults.add({ match: { kind: 'list' }, action: { delayMs: 100 } });
    const before = server.counters.total;
    const args = {
      mirror: ['mirror', 'upyun://pics', '--to', to, ...SLOW],
      list: ['list', 'upyun://pics', '--page-size', '5'],
      verify: ['verify', 'upyun://pics', '--to', to, '--page-size', '5'],
      fetch: ['fetch', '--from', 'upyun://pics', '--to', to],
    }[command];
    const run = start(args, { prefix: onTerminal('012'), isInputOpen: true });
    if (command === 'fetch') run.child.stdin.write('0000.jpg\n0001.jpg\n');
    await until('the middle', () => server.counters.total >= before + (command === 'fetch' ? 1 : 3));
    hangUp(run);
    (await run.result).expectExit(130);
    if (command === 'mirror') await assertCompletes(world);
  });
}

test('with --config a run goes on without its terminal, bars and all, and ends with its own code', {
  skip,
}, async (t) => {
  const world = await slowWorld(t);
  const { server, to, start, folder } = world;
  const file = join(folder, 'sluice.toml');
  writeFileSync(file, 'list-rate = 1000\n');
  const args = ['mirror', 'upyun://pics', '--to', to, '--config', file, ...SLOW];
  const run = start(args, { prefix: onTerminal('012'), isInputOpen: true });
  await until('some objects', () => server.counters.get >= 8);
  hangUp(run);
  (await run.result).expectExit(0);
  await assertTree(to, OBJECTS);
});

test('a session of its own gets no signal, and does without its terminal', { skip }, async (t) => {
  const world = await slowWorld(t);
  const { server, to, folder, start } = world;
  const code = join(folder, 'code');
  const script = `"$NODE" "$SLUICE" mirror upyun://pics --to "${to}" --concurrency 4; echo "code $?" > '${code}'`;
  const prefix = [...onTerminal('012'), 'setsid', '--wait', 'sh', '-c', script];
  const run = start([], { prefix, isInputOpen: true });
  await until('some objects', () => server.counters.get >= 8);
  hangUp(run);
  // setsid itself dies of the hangup.
  await run.result;
  await until('the end of the run', () => existsSync(code) && readFileSync(code, 'utf8').endsWith('\n'));
  assert.equal(readFileSync(code, 'utf8'), 'code 0\n');
  await assertTree(to, OBJECTS);
});

test('a terminal that gave the keys and is gone is no end of the input', { skip }, async (t) => {
  const { server, to, start } = await slowWorld(t);
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json'];
  const run = start(args, { prefix: onTerminal('0'), isInputOpen: true });
  run.child.stdin.write('0000.jpg\n0001.jpg\n');
  await until('the objects', () => server.counters.get === 2);
  hangUp(run);
  const ended = (await run.result).expectExit(3);
  assert.ok(ended.events.some(({ code }) => code === 'ERR_INPUT'));
});

test('verify rereads its limits', async (t) => {
  const { server, folder, to, start, mirror } = await openWorld(t, { objects: manyObjects(200, { size: 10 }) });
  (await mirror()).expectExit(0);
  const file = join(folder, 'sluice.toml');
  // Without the end of that limit it would take minutes.
  writeFileSync(file, 'list-rate = 0.05\n');
  const before = server.counters.list;
  const args = ['verify', 'upyun://pics', '--to', to, '--config', file, '--page-size', '10'];
  const { child, result, stderr } = start(args);
  await until('the first page', () => server.counters.list > before);
  writeFileSync(file, '');
  child.kill('SIGHUP');
  await until('the message', () => stderr().includes('limits reread: '));
  (await result).expectExit(0);
});

test('remove, when the terminal that it asks is gone, or says no more: nothing is removed', {
  skip: skip || skipWithoutNats(),
}, async (t) => {
  const { start, nats, startMachine, queued } = await openSharedWorld(t, { objects: manyObjects(3) });
  (await startMachine(0).result).expectExit(0);
  const remove = () =>
    start(['remove', '--queue', nats.url, '--job', 'pics'], { prefix: onTerminal('012'), isInputOpen: true });
  const gone = remove();
  await until('the question', () => gone.stdout().includes('[y/N]'));
  hangUp(gone);
  (await gone.result).expectExit(130);
  const ended = remove();
  await until('the question', () => ended.stdout().includes('[y/N]'));
  ended.child.stdin.write('\u0004');
  assert.match((await ended.result).expectExit(0).stdout, /nothing was removed/);
  const stopped = remove();
  await until('the question', () => stopped.stdout().includes('[y/N]'));
  stopped.child.stdin.write('\u0003');
  (await stopped.result).expectExit(130);
  assert.match((await queued(['jobs'])).expectExit(0).stdout, /^pics: /);
});
