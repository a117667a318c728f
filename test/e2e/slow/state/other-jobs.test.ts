// A job that is not finished is not mixed up with another one: both are named, and --restart decides.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { journalIn, killWhen, runsOf, takeAsked } from '../../../support/cli/jobs.js';
import { assertTree } from '../../../support/cli/tree.js';

const OBJECTS = { ...manyObjects(20, { folder: 'a/' }), ...manyObjects(5, { folder: 'b/' }) };

/** A job of which everything is stored but one folder was not listed. */
async function leaveUnfinished({ server, to, start }: World, ...options: string[]): Promise<void> {
  const rule = server.faults.add({ match: { kind: 'list', directory: 'z' }, action: { stallBeforeHeaders: true } });
  const running = start(['mirror', 'upyun://pics', '--to', to, ...options]);
  await killWhen(running, journalIn(to), ({ totals }) => totals.settled === 25);
  server.faults.remove(rule);
  takeAsked(server);
}

const openUnfinished = async (t: Parameters<typeof openWorld>[0], ...options: string[]) => {
  const world = await openWorld(t, { objects: OBJECTS, folders: ['z'] });
  await leaveUnfinished(world, ...options);
  return world;
};

const OTHERS: [string, string[], RegExp][] = [
  ['SOURCE', ['upyun://pics/a'], /SOURCE was upyun:\/\/pics and is now upyun:\/\/pics\/a;/],
  ['--include', ['upyun://pics', '--include', '*.png'], /--include was \*\.jpg and is now \*\.png;/],
  [
    '--exclude',
    ['upyun://pics', '--include', '*.jpg', '--exclude', 'b/**'],
    /--exclude was not given and is now b\/\*\*;/,
  ],
  ['--limit', ['upyun://pics', '--include', '*.jpg', '--limit', '7'], /--limit was not given and is now 7;/],
  ['--variant', ['upyun://pics', '--include', '*.jpg', '--variant', '!s'], /--variant was not given and is now !s;/],
  ['--names', ['upyun://pics', '--include', '*.jpg', '--names', 'refuse'], /--names was escape and is now refuse;/],
];

test('a command with another SOURCE or filter is refused with 2, and both values are named', async (t) => {
  const { server, to, run } = await openUnfinished(t, '--include', '*.jpg');
  for (const [what, args, expected] of OTHERS) {
    const refused = (await run(['mirror', ...args.slice(0, 1), '--to', to, ...args.slice(1)])).expectExit(2);
    assert.match(refused.stderr, expected, what);
    assert.match(refused.stderr, /an unfinished job with other options is kept in .*--restart/, what);
  }
  assert.deepEqual(takeAsked(server), { pages: [], keys: [] }, 'nothing was asked for');
  const rest = (await run(['mirror', 'upyun://pics', '--to', to, '--include', '*.jpg', '--json'])).expectExit(0);
  assert.deepEqual([rest.summary.stored, runsOf(rest)], [25, 2], 'the job itself is as it was');
});

test('what does not decide which objects are wanted may be another', async (t) => {
  const { to, mirror } = await openUnfinished(t);
  const rest = (await mirror('--concurrency', '3', '--retries', '1', '--page-size', '7')).expectExit(0);
  assert.deepEqual([rest.summary.stored, runsOf(rest)], [25, 2]);
  await assertTree(to, OBJECTS);
});

test('--restart begins anew: all is listed, what is stored stays and is skipped', async (t) => {
  const { server, to, mirror } = await openUnfinished(t);
  const anew = (await mirror('--restart')).expectExit(0);
  assert.deepEqual(anew.counts, { listed: 25, stored: 0, skipped: 25, gone: 0, failed: 0 });
  assert.equal(runsOf(anew), 1);
  assert.deepEqual(takeAsked(server), { pages: [' ', 'a ', 'b ', 'z '], keys: [] });
  await assertTree(to, OBJECTS);
});

test('--restart takes another SOURCE, too', async (t) => {
  const { to, run } = await openUnfinished(t);
  const args = ['mirror', 'upyun://pics/b', '--to', to, '--json'];
  (await run(args)).expectExit(2);
  assert.equal((await run([...args, '--restart'])).expectExit(0).summary.stored, 5);
});

test('a finished job does not stand in the way of one with other filters; another SOURCE has to be meant', async (t) => {
  const { to, mirror, run } = await openWorld(t, { objects: OBJECTS });
  (await mirror()).expectExit(0);
  const fewer = (await mirror('--include', 'a/**')).expectExit(0);
  assert.deepEqual([fewer.summary.skipped, runsOf(fewer)], [20, 1]);
  const args = ['mirror', 'upyun://pics/b', '--to', to, '--json', '--limit', '3'];
  (await run(args)).expectExit(2);
  const other = (await run([...args, '--restart'])).expectExit(0);
  assert.deepEqual([other.summary.stored, runsOf(other)], [3, 1]);
  const added = ['0000.jpg', '0001.jpg', '0002.jpg'].map((name) => [name, OBJECTS[`b/${name}`]!]);
  await assertTree(to, { ...OBJECTS, ...Object.fromEntries(added) });
});

test('a SOURCE that is wrong, or may not be read, leaves nothing that the right one has to fight', async (t) => {
  const { to, run, mirror } = await openWorld(t, { objects: OBJECTS });
  const from = (source: string, env = {}) => run(['mirror', source, '--to', to, '--json'], { env });
  (await from('upyun://pisc')).expectExit(3);
  (await from('upyun://pics/nowhere')).expectExit(3);
  (await from('upyun://pics', { UPYUN_PASSWORD: 'mistyped' })).expectExit(3);
  const right = (await mirror()).expectExit(0);
  assert.deepEqual([right.summary.stored, right.summary.failed], [25, 0]);
  await assertTree(to, OBJECTS);
});
