// The consumers of a job: machines that make them, and make them anew, at the same moment.

import assert from 'node:assert/strict';
import test from 'node:test';
import { repairConsumers, resetConsumers } from '../../../../../src/queue/nats/connection/consumers.js';
import { ensureStreams } from '../../../../../src/queue/nats/connection/layout.js';
import { QueueConnection } from '../../../../../src/queue/nats/connection/queue-connection.js';
import { joinJob } from '../../../../../src/queue/nats/job/shared-job.js';
import { skipWithoutNats, startNatsServer } from '../../../../support/servers/nats-server.js';

const skip = skipWithoutNats();
const LEASE_MS = 2_000;
const ROUNDS = 8;

test('machines that make consumers and remove them at the same time do not fail over each other', {
  skip,
}, async (t) => {
  const server = await startNatsServer(t);
  const access = { servers: [server.url] };
  const connect = () =>
    QueueConnection.connect({ access, connectTimeoutMs: 10_000, signal: new AbortController().signal });
  const [first, second, third] = [await connect(), await connect(), await connect()];
  t.after(() => Promise.all([first, second, third].map((nats) => nats.close())));
  const identity = { source: 'upyun://x', filters: {} };
  const join = { name: 'x', identity, kind: 'listing', isKindFree: false, leaseMs: LEASE_MS } as const;
  const { names } = await joinJob(first, join);
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all([
      resetConsumers(first, names, LEASE_MS),
      resetConsumers(second, names, LEASE_MS),
      ensureStreams(second, names, LEASE_MS),
      ensureStreams(third, names, LEASE_MS),
    ]);
  }
  const repair = () => repairConsumers(first, names, { affinity: ['m1'], leaseMs: LEASE_MS });
  assert.equal(await repair(), true, 'one of a machine with affinity was missing');
  assert.equal(await repair(), false);
});
