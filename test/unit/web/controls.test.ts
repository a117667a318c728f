// Pause, resume and limits: what a change may say, and what it is answered.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ChangeBudget } from '../../../src/web/change-budget.js';
import { fakeWatch } from '../../support/web/fake-watch.js';
import { ask, change, openTestServer } from '../../support/web/web-client.js';

const BY = 'the dashboard, from 127.0.0.1';

test('each change reaches the run as it was sent', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  for (const body of ['{}', '', ' \n{ } ']) assert.equal((await change(server.url, 'pause', { body })).status, 200);
  assert.equal((await change(server.url, 'resume')).status, 200);
  const limits = { bytesPerSecond: 1024, objectsPerSecond: 0.5, listsPerSecond: null, concurrency: 4096 };
  const body = JSON.stringify(limits);
  assert.equal((await change(server.url, 'limits', { body })).status, 200);
  assert.equal((await change(server.url, 'limits', { body: '{"concurrency":null}' })).status, 200);
  assert.deepEqual(watch.asked, [
    ...[
      ['pause', BY],
      ['pause', BY],
      ['pause', BY],
    ],
    ['resume', BY],
    ['limits', limits, BY],
    ['limits', { concurrency: null }, BY],
  ]);
});

test('a change that is wrong changes nothing, and the answer says why', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  for (const [body, why] of [
    ['', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['[]', /must be a JSON object/],
    ['{"concurrency":', /must be a JSON object/],
    ['{}', /must name a limit: bytesPerSecond/],
    ['{"bwlimit":1}', /something else than bytesPerSecond/],
    ['{"concurrency":4,"x":1}', /something else/],
    ['{"__proto__":{"concurrency":4}}', /something else/],
    ['{"concurrency":"4"}', /concurrency: expected null, or a whole number from 1 to 4096/],
    ['{"concurrency":0}', /concurrency: expected/],
    ['{"concurrency":-1}', /concurrency: expected/],
    ['{"concurrency":1.5}', /concurrency: expected/],
    ['{"concurrency":4097}', /concurrency: expected/],
    ['{"concurrency":true}', /concurrency: expected/],
    ['{"bytesPerSecond":1023}', /bytesPerSecond: expected null, or a whole number from 1024/],
    ['{"bytesPerSecond":1e400}', /bytesPerSecond: expected/],
    ['{"objectsPerSecond":-1}', /objectsPerSecond: expected null, or a number from 0.001/],
    ['{"objectsPerSecond":0}', /objectsPerSecond: expected/],
    ['{"listsPerSecond":{}}', /listsPerSecond: expected/],
  ] as const) {
    const { status, text, headers } = await change(server.url, 'limits', { body });
    assert.equal(status, 400, body);
    assert.match(text, why, body);
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
  }
  assert.equal((await change(server.url, 'pause', { body: '{"for":"ever"}' })).status, 400);
  assert.equal((await change(server.url, 'pause', { body: 'x' })).status, 400);
  assert.equal(watch.asked.length, 0);
});

test('before the run begins there is nothing to change, and after its end neither', async (t) => {
  const server = await openTestServer(t);
  assert.equal((await change(server.url, 'pause')).status, 503);
  for (const path of ['/status.json', '/history.json', '/failures.json']) {
    const { status, headers } = await ask(server.url, path);
    assert.deepEqual([status, headers['retry-after']], [503, '2'], path);
  }
  assert.deepEqual(await healthOf(server.url), [200, 'ok\n']);
  const watch = fakeWatch();
  delete watch.controls;
  server.show(watch);
  for (const name of ['pause', 'resume', 'limits']) assert.equal((await change(server.url, name)).status, 409, name);
});

const healthOf = async (url: string) => {
  const { status, text } = await ask(url, '/healthz');
  return [status, text];
};

test('/healthz says when a run needs help, not when it is slow on purpose', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const ok = [
    ['starting', 'opening'],
    ['healthy', 'server'],
    ['throttled', 'paused'],
    ['limited', 'limit-bytes'],
    ['waiting-disk', 'slow'],
    ['waiting-queue', 'other-machines'],
    ['waiting-input', 'no-input'],
    ['finishing', 'flush'],
  ] as const;
  const bad = [
    ['unreachable', 'no-answer'],
    ['banned', 'banned'],
    ['stalled', 'silence'],
    ['waiting-disk', 'not-answering'],
    ['waiting-disk', 'all-full'],
    ['waiting-queue', 'away'],
  ] as const;
  for (const [state, reason] of ok) {
    watch.change = { health: { state, reason, sinceMs: 0 } };
    assert.deepEqual(await healthOf(server.url), [200, 'ok\n'], state);
  }
  for (const [state, reason] of bad) {
    const health = { state, reason, sinceMs: 0 };
    watch.change = { health };
    assert.deepEqual(await healthOf(server.url), [503, `${state}: ${reason}\n`]);
    watch.change = { health, isPaused: true };
    assert.deepEqual(await healthOf(server.url), [200, 'ok\n']);
    watch.change = { health, phase: 'ended' };
    assert.deepEqual(await healthOf(server.url), [200, 'ok\n']);
  }
});

test('a flood of changes fills neither the log nor the lines of the viewers', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const statuses = new Map<number, number>();
  for (let at = 0; at < 60; at++) {
    const { status, headers } = await change(server.url, at % 2 === 0 ? 'pause' : 'resume');
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 429) assert.equal(headers['retry-after'], '2');
  }
  assert.ok(statuses.get(429)! >= 20, JSON.stringify([...statuses]));
  assert.equal(watch.asked.length, statuses.get(200));
});

test('the budget of changes grows back with time, up to its measure', () => {
  let nowMs = 0;
  const budget = new ChangeBudget(() => nowMs);
  const spendAll = () => {
    let changes = 0;
    for (; !budget.isSpent; changes++) budget.spend();
    return changes;
  };
  assert.equal(spendAll(), 20);
  nowMs += 2_500;
  assert.equal(spendAll(), 2);
  nowMs += 500;
  assert.equal(spendAll(), 1);
  nowMs += 3_600_000;
  assert.equal(spendAll(), 20);
});
