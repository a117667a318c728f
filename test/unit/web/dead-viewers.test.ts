// Viewers that never read: each holds one picture at most, none holds up the others, and after a while they are dropped.

import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import test from 'node:test';
import { Viewers } from '../../../src/web/viewers.js';
import { until } from '../../support/waiting.js';
import { fakeWatch } from '../../support/web/fake-watch.js';
import { deadClient, view } from '../../support/web/web-client.js';

const DEAD = 30;
/** As of a job with many machines, so that the buffers of the system are soon full. */
const SOURCE = `upyun://${'x'.repeat(256 * 1024)}`;
/** So many pictures in a row may be missed. */
const MISSED = 30;

test('a viewer that never reads holds one picture at most, and is dropped after 30', async (t) => {
  const watch = fakeWatch({ source: SOURCE });
  const viewers = new Viewers({ watch: () => watch, redact: (text) => text, hasPage: true, onDefect: assert.ifError });
  const answers: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    viewers.add(response);
    answers.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const dead: Socket[] = [];
  for (let number = 0; number < DEAD; number++)
    dead.push(await deadClient(url, 'GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'));
  t.after(() => dead.forEach((socket) => void socket.destroy()));
  await until(() => viewers.size === DEAD, 'the dead viewers');
  const alive = await view(url);
  const one = JSON.stringify(watch.picture()).length + 4_096;

  // Each picture is made for all of them, and the one that reads gets it.
  let ticks = 0;
  let behindSince: number | undefined;
  while (viewers.size > 1) {
    watch.pictures = ticks;
    viewers.tick();
    ticks++;
    await until(() => answers.at(-1)!.writableLength === 0, `that picture ${ticks} is read`);
    const waiting = answers.map(({ writableLength }) => writableLength);
    assert.ok(Math.max(...waiting) <= one, `${Math.max(...waiting)} bytes wait for one viewer`);
    if (behindSince === undefined && waiting.filter((bytes) => bytes > 0).length === DEAD) behindSince = ticks;
    assert.ok(behindSince === undefined || ticks <= behindSince + MISSED + 1, 'they are not dropped');
    assert.ok(ticks < 500, 'the buffers are never full');
  }
  assert.ok(
    behindSince !== undefined && ticks >= behindSince + MISSED - 5,
    `dropped ${ticks - behindSince!} pictures later`,
  );
  await until(() => alive.of('picture').length >= ticks + 1, 'each picture for the one that reads', 10_000);
  assert.equal(alive.isOver, false);

  // The end waits for none of them.
  viewers.end();
  await until(() => alive.isOver, 'the end');
  assert.deepEqual(alive.events.at(-1), ['end', {}]);
});
