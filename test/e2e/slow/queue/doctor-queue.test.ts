// `doctor` and the queue between machines.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import test from 'node:test';
import { whatListens } from '../../../../src/queue/nats/connection/what-listens.js';
import { say } from '../../../../src/texts/say.js';
import { checkup } from '../../../support/cli/checkup.js';
import { openWorld } from '../../../support/cli/harness.js';
import { skipWithoutNats, startNatsServer } from '../../../support/servers/nats-server.js';

test('the queue answers with its version; one that is gone, or is none, is a problem with advice', {
  skip: skipWithoutNats(),
}, async (t) => {
  // An address of its own: another test may listen at this port of 127.0.0.1 as soon as this server is killed.
  const server = await startNatsServer(t, { host: '127.0.66.1' });
  const world = await openWorld(t);
  const well = await checkup(world, ['--queue', server.url]);
  assert.deepEqual(well.odd, []);
  assert.match(well.the('queue').message, /answers: NATS 2\.\d+\.\d+, JetStream is on and stores 0 B/);
  await server.kill();
  const gone = await checkup(world, ['--queue', server.url]);
  assert.deepEqual(gone.odd, ['problem queue']);
  assert.match(gone.the('queue').message, /refuses connections/);
  assert.equal(await whatListens(server.url), say.queue.unusable.refused);
  const rude = createTcpServer((socket) => void socket.destroy());
  await once(rude.listen(0, '127.0.0.1'), 'listening');
  t.after(() => rude.close());
  const { port: rudePort } = rude.address() as AddressInfo;
  const closing = await checkup(world, ['--queue', `nats://127.0.0.1:${rudePort}`]);
  assert.match(
    closing.the('queue').message,
    /closes the connection before the first line\. What listens there is no NATS/,
  );
  const { port } = new URL(world.server.endpoint);
  const other = await checkup(world, ['--queue', `nats://127.0.0.1:${port}`]);
  assert.match(other.the('queue').message, /A web server listens there/);
});
