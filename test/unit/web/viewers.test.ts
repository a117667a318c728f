// Who watches live: all share one picture a second, and one that does not read costs nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Picture } from '../../../src/events/picture/picture.js';
import { until } from '../../support/waiting.js';
import { failure, fakeWatch } from '../../support/web/fake-watch.js';
import { ask, change, deadClient, openTestServer, view } from '../../support/web/web-client.js';

const atOf = (data: unknown) => (data as Picture).atMs;

test('a viewer gets the picture at once and then each second, and failures only when they have changed', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const viewer = await view(server.url);
  await until(() => viewer.of('picture').length >= 3, 'three pictures');
  assert.deepEqual(viewer.of('failures'), [watch.failures()]);
  const times = viewer.of('picture').map(atOf);
  assert.deepEqual(
    times,
    [...times].sort((one, other) => one - other),
  );
  watch.recent = [failure('b.jpg'), ...watch.recent];
  await until(() => viewer.of('failures').length === 2, 'the failure');
  assert.deepEqual(viewer.of('failures')[1], watch.recent);
});

test('one picture is made for all viewers, and none while there is no viewer', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  assert.equal(watch.pictures, 0);
  const viewers = await Promise.all(Array.from({ length: 20 }, () => view(server.url)));
  await until(() => viewers.every((viewer) => viewer.of('picture').length >= 3), 'pictures');
  const shared = viewers.map((viewer) => new Set(viewer.of('picture').map(atOf)));
  const common = [...shared[0]!].filter((at) => shared.every((own) => own.has(at)));
  assert.ok(common.length >= 2, 'the same pictures');
  assert.ok(watch.pictures <= 20 + 2 + Math.max(...shared.map(({ size }) => size)), `${watch.pictures} pictures`);
});

test('a viewer that comes before the run begins sees it begin', async (t) => {
  const server = await openTestServer(t);
  const viewer = await view(server.url);
  assert.equal(viewer.events.length, 0);
  server.show(fakeWatch());
  await until(() => viewer.of('picture').length > 0, 'a picture');
});

test('a change on one page is seen on the others at once', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const viewer = await view(server.url);
  watch.controls = {
    ...watch.controls!,
    pause: () => {
      watch.change = { isPaused: true };
    },
  };
  const reply = await change(server.url, 'pause');
  assert.equal(JSON.parse(reply.text).isPaused, true);
  await until(() => viewer.of('picture').some((data) => (data as Picture).isPaused), 'the pause');
});

test('the last picture comes before the end, and nothing stays open', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const viewers = await Promise.all([view(server.url), view(server.url)]);
  watch.change = { phase: 'ended' };
  await server.close();
  await until(() => viewers.every(({ isOver }) => isOver), 'the end of the answers');
  for (const viewer of viewers) {
    assert.deepEqual(viewer.events.at(-1), ['end', {}]);
    assert.equal((viewer.of('picture').at(-1) as Picture).phase, 'ended');
  }
  assert.equal(server.viewers, 0);
  assert.equal((await ask(server.url, '/healthz')).status, 0);
});

test('what a client has not finished does not hold up the end', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  const half = await deadClient(server.url, 'GET /status.json HTTP/1.1\r\nHost: ');
  let isClosed = false;
  half.resume().on('close', () => {
    isClosed = true;
  });
  // Its bytes are there before it is asked again.
  assert.equal((await ask(server.url, '/status.json')).status, 200);
  await server.close();
  await until(() => isClosed, 'that the connection ends', 4_000);
});

test('no more than 200 viewers', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  const viewers = await Promise.all(Array.from({ length: 200 }, () => view(server.url)));
  assert.equal(server.viewers, 200);
  assert.equal((await ask(server.url, '/events')).status, 503);
  assert.equal((await ask(server.url, '/status.json')).status, 200);
  await until(() => viewers.every((viewer) => viewer.of('picture').length > 0), 'a picture for each');
});
