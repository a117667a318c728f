// A run that does not move says why, helps itself, and does not stay for ever; a signal asks it what it is doing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { journalIn, untilJob } from '../../../support/cli/jobs.js';
import { assertTree } from '../../../support/cli/tree.js';
import { sabotage } from '../../../support/sabotage/sabotage.js';
import { rawServer } from '../../../support/servers/raw-server.js';

/** The fields that are looked at here. */
interface Snapshot {
  progress: { found: number; stored: number };
  requests: { request: string; phase: string; receivedBytes: number; expectedBytes: number; seconds: number }[];
  volumes: { root: string; state: string; waiting: number }[];
  memory: { rss: number };
  limits: { connections: number; connectionsInUse: number };
  objects: { inside: number };
  queue: { parts: number; unsettledParts: number; unretiredPages: number };
}

const OBJECTS = manyObjects(60);
const OPTIONS = ['--concurrency', '4', '--stall', '800ms', '--timeout', '50s'];

test('a server that accepts and says nothing: told, connections made anew, and the run goes on by itself', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  const silence = server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 20 });
  const { result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--json', ...OPTIONS]);
  await until('the stall', () => stderr().includes('stalled:'));
  server.faults.remove(silence);
  const ended = (await result).expectExit(0);
  assert.match(
    ended.stderr,
    /nothing has moved for .*s \(1 of 3\): 4 requests are under way, the oldest GET \/pics\/\d+\.jpg \(sent, 0 B received, for .*s\); .*out has nothing to do/,
  );
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [60, 0]);
  await assertTree(to, OBJECTS);
});

test('three times in a row: 3, with the state kept', async (t) => {
  const { server, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true }, after: 20 });
  const { result } = start(['mirror', 'upyun://pics', '--to', to, '--json', ...OPTIONS]);
  const ended = (await result).expectExit(3);
  assert.equal(ended.events.filter(({ message }) => String(message).startsWith('stalled:')).length, 3);
  assert.deepEqual(
    ended.events.filter(({ event }) => event === 'error').map(({ code }) => code),
    ['ERR_STALLED'],
  );
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [20, 0]);
  server.faults.clear();
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.stored], [60, 60]);
  await assertTree(to, OBJECTS);
});

test('a listing that hangs is a stall, too; a reader of stdout that takes its time is none', async (t) => {
  const { server, start } = await openWorld(t, { objects: manyObjects(20_000, { size: 1 }) });
  const slow = start(['list', 'upyun://pics', '--page-size', '1000', '--stall', '1s', '--json']);
  slow.child.stdout.pause();
  await until('that the pipe is full', () => server.counters.list >= 5 && server.counters.activeLists === 0);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  assert.ok(server.counters.list < 20, 'it waits for its reader, with less than all pages listed');
  slow.child.stdout.resume();
  const ended = (await slow.result).expectExit(0);
  assert.doesNotMatch(ended.stderr, /stalled/);
  server.faults.add({ match: { kind: 'list' }, action: { stallBeforeHeaders: true } });
  const hanging = (await start(['list', 'upyun://pics', '--stall', '300ms', '--json']).result).expectExit(3);
  assert.match(hanging.stderr, /ERR_STALLED/);
});

test('a disk whose thread does not come back: told, and the run ends with its state kept', async (t) => {
  const { folder, to, start, mirror } = await openWorld(t, { objects: OBJECTS });
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const { cli, env: plan } = sabotage('sinks/thread/files VolumeFiles.store hang 21');
  // Whoever opens a pipe that nobody writes into waits in the kernel, as on a disk that does not answer.
  const env = { ...plan, SLUICE_SABOTAGE_PIPE: pipe };
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--stall', '400ms', '--durability', 'none'];
  const ended = await start(args, { cli, env }).result;
  assert.match(ended.stderr, /\(3 of 3\).*out has \d+ to do, the oldest store for/);
  assert.match(ended.stderr, /ERR_STALLED/);
  // Node before 22.15 cannot end a process one of whose threads is in the kernel; then it is killed.
  if ('execve' in process) ended.expectExit(3);
  else assert.equal(ended.signal, 'SIGKILL');
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.failed], [60, 0]);
  await assertTree(to, OBJECTS);
});

test('a socket that is half closed, before the answer and amid it, and one byte a second: an attempt each', async (t) => {
  const { to, fetch } = await openWorld(t);
  const body = 'x'.repeat(1_000);
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n';
  const { origin } = await rawServer(t, (socket, number) => {
    // The other half stays open: whoever waits for that to close waits for ever.
    if (number === 1) socket.end();
    else if (number === 2) socket.end(`${head}xxx`);
    else if (number === 3) {
      socket.write(head);
      const timer = setInterval(() => socket.write('x'), 1_000);
      socket.once('close', () => clearInterval(timer));
    } else socket.write(`${head}${body}`);
  });
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const ended = (await fetch(keys.join('\n'), '--domain', origin, '--timeout', '2s')).expectExit(0);
  assert.deepEqual([ended.summary.stored, (ended.summary as unknown as { retries: number }).retries], [5, 3]);
  await assertTree(to, Object.fromEntries(keys.map((key) => [key, body])));
});

test('SIGUSR2 shows what everyone is doing, and disturbs nothing', async (t) => {
  for (const isJson of [true, false]) {
    const { server, to, start } = await openWorld(t, { objects: OBJECTS });
    const silence = server.faults.add({ match: { kind: 'get' }, action: { stallAfterBytes: 10 }, after: 20 });
    const args = ['mirror', 'upyun://pics', '--to', to, '--concurrency', '4', '--timeout', '3s'];
    const { child, result, stderr } = start([...args, ...(isJson ? ['--json'] : [])]);
    await untilJob(journalIn(to), 'that it hangs', ({ knownTotals }) => knownTotals.settled === 20);
    await until('requests', () => server.counters.activeGets === 4);
    child.kill('SIGUSR2');
    await until('the snapshot', () => stderr().includes('snapshot'));
    server.faults.remove(silence);
    const ended = (await result).expectExit(0);
    if (!isJson) {
      // First what an operator wants.
      assert.match(
        ended.said,
        /^snapshot at .*\n {2}(?:starting|healthy).*\n {2}[\d,]+ files\/s, [\d.]+ k?B\/s; 4 requests in flight, the oldest for \d+ s\n {2}progress: /m,
      );
      assert.match(
        ended.said,
        / requests: 4\n +request GET \/pics\/\d+\.jpg, phase body, seconds [\d.]+, receivedBytes 10, expectedBytes 1,000/,
      );
      continue;
    }
    const [snapshot] = ended.events.filter(({ event }) => event === 'snapshot') as unknown as Snapshot[];
    const { progress, requests, volumes, memory, limits, objects, queue } = snapshot!;
    assert.deepEqual([progress.found, progress.stored, requests.length], [60, 20, 4]);
    const { request, phase, receivedBytes, expectedBytes, seconds } = requests[0]!;
    assert.match(request, /^GET \/pics\/\d+\.jpg$/);
    assert.deepEqual([phase, receivedBytes, expectedBytes], ['body', 10, 1_000]);
    assert.ok(seconds >= 0 && memory.rss > 10_000_000);
    assert.deepEqual([volumes[0]!.root, volumes[0]!.state, volumes[0]!.waiting], [to, 'in', 0]);
    assert.deepEqual([limits.connections, limits.connectionsInUse], [4, 4]);
    assert.ok(objects.inside >= 4 && objects.inside <= 40, `${objects.inside} inside`);
    assert.deepEqual([queue.parts, queue.unsettledParts, queue.unretiredPages], [0, 1, 1]);
  }
});
