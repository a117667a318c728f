// An origin that goes away in the middle: the run waits and goes on by itself, and nothing counts as failed.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { journalIn, untilJob } from '../../../support/cli/jobs.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 30 }, (_, folder) => manyObjects(10, { folder: `d${String(folder).padStart(2, '0')}/` })),
) as Record<string, Buffer>;
const ALL = Object.keys(OBJECTS).length;

test('a server that is dead for 12 seconds in the middle of a mirror with --retries 2: exit 0, everything stored', {
  timeout: 90_000,
}, async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const { result, stderr } = start([
    'mirror',
    'upyun://pics',
    '--to',
    to,
    '--json',
    '--retries',
    '2',
    '--page-size',
    '5',
  ]);
  await until('the middle', () => server.counters.get >= 120);
  await server.stopListening();
  const deadMs = Date.now();
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  await until('the end of the 12 seconds', () => Date.now() - deadMs >= 12_000);
  await server.listenAgain();
  const ended = (await result).expectExit(0);
  const { listed, stored, failed } = ended.summary;
  assert.deepEqual([listed, stored, failed], [ALL, ALL, 0]);
  assert.match(ended.stderr, /answers again after \d+s/);
  await assertTree(to, OBJECTS);
  assert.deepEqual(await readFailures(to), []);
});

test('everything answered with 503 for a while, and --retries 0: nothing fails', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '0', '--concurrency', '4'];
  const fault = server.faults.add({ action: { status: 503 }, after: 100 });
  const { result, stderr } = start(args);
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  const asked = server.counters.total;
  await until('a few probes', () => server.counters.total >= asked + 3);
  server.faults.remove(fault);
  const ended = (await result).expectExit(0);
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [ALL, 0]);
  await assertTree(to, OBJECTS);
});

test('objects that cannot be had fail as usual, also when they are the last ones', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  const broken = ['d29/0008.jpg', 'd29/0009.jpg'];
  server.faults.add({ match: { kind: 'get', key: /^d29\/000[89]/ }, action: { status: 500 } });
  const ended = (await mirror('--retries', '2', '--concurrency', '4')).expectExit(1);
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [ALL - 2, 2]);
  const failures = await readFailures(to);
  assert.deepEqual(
    failures.map(({ key, attempts }) => [key, attempts]).sort(),
    broken.map((key) => [key, 3]),
  );
  for (const broke of broken)
    assert.equal(server.log.filter(({ kind, key }) => kind === 'get' && key === broke).length, 3);
});

test('what fails from the beginning is told, not waited for', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get' }, action: { resetBeforeHeaders: true } });
  const ended = (await mirror('--retries', '0')).expectExit(1);
  assert.deepEqual([ended.summary.failed, (await readFailures(to)).length], [ALL, ALL]);
});

test('Ctrl-C during an outage ends the run at once; the next one goes on', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '4']);
  await untilJob(journalIn(to), 'something', ({ knownTotals }) => knownTotals.settled >= 50);
  await server.stopListening();
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  child.kill('SIGINT');
  const ended = (await result).expectExit(130);
  assert.equal(ended.summary.failed, 0);
  await server.listenAgain();
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.stored, rest.summary.failed], [ALL, ALL, 0]);
  await assertTree(to, OBJECTS);
});

test('a listing waits, too', async (t) => {
  const { server, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'list' }, action: { delayMs: 50 } });
  const { result, stderr } = start(['list', 'upyun://pics', '--json', '--retries', '0', '--page-size', '5']);
  await until('the middle', () => server.counters.list >= 15);
  await server.stopListening();
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  await server.listenAgain();
  const ended = (await result).expectExit(0);
  assert.equal(ended.lines.length, ALL);
});
