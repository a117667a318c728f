// `list --state`: cut off by its reader, by a kill or by Ctrl-C, it goes on, and every line has come at least once.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { donePages, killWhen, runsOf, takeAsked, without } from '../../../support/cli/jobs.js';
import { readFailures } from '../../../support/cli/tree.js';

/** Long names: a pipe holds only few of their lines. */
const LONG = 'n'.repeat(200);
const FOLDERS = 40;
const OBJECTS = Object.assign(
  { 'root.jpg': 'root' },
  ...Array.from({ length: FOLDERS }, (_, index) =>
    manyObjects(50, { folder: `f${String(index).padStart(2, '0')}${LONG}/` }),
  ),
) as Record<string, Buffer>;
const KEYS = Object.keys(OBJECTS).sort();
const PAGE_SIZE = ['--page-size', '25'];

function stateIn({ folder }: World): string {
  return join(folder, 'listing.state');
}

/** Everything from the third dozen pages on hangs. */
function letListingHang({ server }: World): void {
  server.faults.add({ match: { kind: 'list' }, action: { stallBeforeHeaders: true }, after: 36 });
}

function startListing(world: World, ...args: string[]) {
  return world.start(['list', 'upyun://pics', '--state', stateIn(world), '--json', ...PAGE_SIZE, ...args]);
}

/** The rest, by the same command: with the lines that were printed before it is all of them. */
async function assertGoesOn(world: World, printed: readonly unknown[], earlier: readonly string[][] = []) {
  const { server } = world;
  server.faults.clear();
  const done = [...earlier.flat(), ...donePages(stateIn(world))];
  takeAsked(server);
  (await world.list('--quiet', ...PAGE_SIZE)).expectExit(0);
  const all = takeAsked(server).pages;
  const rest = (await startListing(world).result).expectExit(0);
  assert.deepEqual(takeAsked(server).pages, without(all, done), 'each page that was not done, once');
  assert.deepEqual([...new Set([...printed, ...rest.keys])].sort(), KEYS);
  assert.ok(rest.lines.length < KEYS.length || done.length === 0, 'what was done is not printed again');
  const { listed, skipped } = rest.summary;
  assert.deepEqual([listed, skipped, runsOf(rest)], [KEYS.length, KEYS.length, earlier.length + 2]);
}

/** Keys of whole lines; a kill may have cut the last one. */
function keysOf(stdout: string): string[] {
  return stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).key);
}

test('killed, the listing goes on with the pages that were not done', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  letListingHang(world);
  const running = startListing(world);
  const { stdout } = await killWhen(running, stateIn(world), ({ totals }) => totals.settled > 0);
  assert.ok(keysOf(stdout).length > 500);
  await assertGoesOn(world, keysOf(stdout));
});

test('killed at each checkpoint, with the lines in a file, it goes on from each of them', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder, shell } = world;
  server.faults.add({ match: { kind: 'list' }, action: { delayMs: 30 } });
  const command = `"$NODE" "$SLUICE" list upyun://pics --state listing.state ${PAGE_SIZE.join(' ')} >> lines`;
  const done: string[][] = [];
  for (const point of ['checkpoint.synced', 'journal.appended', 'checkpoint.taken']) {
    await shell(`SLUICE_CRASH_POINT=${point} ${command}; true`);
    done.push(donePages(stateIn(world)));
  }
  assert.deepEqual(done[0], []);
  assert.ok(done[1]!.length > 0 && done[2]!.length > 0);
  done.pop();
  await assertGoesOn(world, keysOf(readFileSync(join(folder, 'lines'), 'utf8')), done);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal}: 130, a summary, and the same command goes on`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    const { server } = world;
    server.faults.add({ match: { kind: 'list' }, action: { delayMs: 30 } });
    const { child, result } = startListing(world);
    await until('pages', () => server.counters.list >= 32);
    child.kill(signal);
    const interrupted = (await result).expectExit(130);
    assert.equal(interrupted.summary.listed, interrupted.lines.length);
    assert.ok(interrupted.lines.length < KEYS.length);
    await assertGoesOn(world, interrupted.keys);
  });
}

for (const lines of [5, 700]) {
  test(`a reader that leaves after ${lines} lines: what it has not read comes again`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    world.server.faults.add({ match: { kind: 'list' }, action: { delayMs: 30 } });
    const command = `"$NODE" "$SLUICE" list upyun://pics --state listing.state ${PAGE_SIZE.join(' ')} --quiet`;
    const { stdout } = (await world.shell(`${command} | head -n ${lines}`)).expectExit(0);
    assert.equal(keysOf(stdout).length, lines);
    // Nothing has failed.
    const { lines: answers } = await world.run(['status', '--state', 'listing.state', '--json']);
    assert.deepEqual(Object.keys(answers[0]!.lastRun as object), ['startedAt', 'endedAt', 'end']);
    assert.equal((answers[0]!.lastRun as { end: string }).end, 'interrupted');
    await assertGoesOn(world, keysOf(stdout));
  });
}

test('a listing that is finished begins anew', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  for (const _ of [1, 2]) {
    const listed = (await startListing(world).result).expectExit(0);
    assert.deepEqual([...listed.keys].sort(), KEYS);
    assert.equal(runsOf(listed), 1);
  }
  assert.equal(takeAsked(world.server).pages.filter((page) => page === ' ').length, 2);
});

test('another SOURCE or filter is refused with 2, and both are named; --restart lists anew', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { run, server } = world;
  letListingHang(world);
  await killWhen(startListing(world), stateIn(world), ({ totals }) => totals.settled > 0);
  server.faults.clear();
  takeAsked(server);
  const state = ['--state', stateIn(world)];
  const other = (await run(['list', 'upyun://pics/f01', ...state])).expectExit(2);
  assert.match(other.stderr, /SOURCE was upyun:\/\/pics and is now upyun:\/\/pics\/f01; give/);
  const filtered = (await run(['list', 'upyun://pics', ...state, '--include', '*.png'])).expectExit(2);
  assert.match(filtered.stderr, /--include was not given and is now \*\.png; give the options of that job/);
  assert.deepEqual(takeAsked(server).pages, []);
  const anew = (await startListing(world, '--restart').result).expectExit(0);
  assert.deepEqual([...anew.keys].sort(), KEYS);
  assert.equal(runsOf(anew), 1);
});

test('folders that could not be listed in the first run are in --failures after the last one, once', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder } = world;
  const path = join(folder, 'failures.ndjson');
  const options = ['--failures', path, '--retries', '0', '--list-concurrency', '1'];
  const ill = { match: { kind: 'list', directory: `f03${LONG}` }, action: { status: 500 } } as const;
  server.faults.add(ill);
  letListingHang(world);
  const running = startListing(world, ...options);
  const { stdout } = await killWhen(running, stateIn(world), ({ totals }) => totals.failed === 1);
  assert.ok(!existsSync(path), 'it is written at the end');
  server.faults.clear();
  const rest = (await startListing(world, ...options).result).expectExit(1);
  assert.deepEqual([rest.summary.failed, rest.summary.listed], [1, KEYS.length - 50 + 1]);
  const failures = await readFailures(folder, path);
  assert.deepEqual(
    failures.map(({ key, type, code }) => [key, type, code]),
    [[`f03${LONG}`, 'folder', 'ERR_LISTING']],
  );
  const printed = new Set([...keysOf(stdout), ...rest.keys]);
  assert.deepEqual([...printed].sort(), without(KEYS, Object.keys(manyObjects(50, { folder: `f03${LONG}/` }))));
});

test('two listings with one state at the same time: the second is refused with the pid of the first', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  letListingHang(world);
  const first = startListing(world);
  await until('the first to be underway', () => first.stdout().includes('\n'));
  const refused = (await startListing(world).result).expectExit(3);
  assert.match(refused.stderr, new RegExp(`process ${first.child.pid} \\(sluice list, started 20`));
  assert.equal(refused.stdout, '');
  first.child.kill('SIGKILL');
  await first.result;
});
