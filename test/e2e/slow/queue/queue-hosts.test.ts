// Hosts that can be cut off: one from the queue but not from the bucket, one the other way round.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { assertSpread, jobOf, openSharedWorld } from '../../../support/cli/shared.js';
import { type Host, type Line, makeHost } from '../../../support/servers/namespaces.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();
const TIMEOUT_MS = 120_000;

async function twoHosts(t: TestContext) {
  const hosts: Host[] = [];
  for (const number of [1, 2]) {
    const host = await makeHost(t, number);
    if (host === undefined) return undefined;
    hosts.push(host);
  }
  const objects: Record<string, Buffer> = Object.assign(
    {},
    ...Array.from({ length: 20 }, (_, index) => manyObjects(40, { folder: `f${index}/` })),
  );
  const faults = [{ match: { kind: 'get' as const }, action: { delayMs: 40 } }];
  const world = await openSharedWorld(t, { objects, faults, host: '0.0.0.0', nats: { host: '0.0.0.0' } });
  const bucketPort = new URL(world.server.endpoint).port;
  const start = (host: Host, machine: number) =>
    world.start(
      [
        ...['mirror', 'upyun://pics', '--to', world.folderOf(machine), '--json', '--concurrency', '4'],
        ...['--queue', `nats://${host.addresses.queue}:${world.nats.port}`, '--lease', '2s', '--timeout', '3s'],
        ...['--endpoint', `http://${host.addresses.bucket}:${bucketPort}`],
      ],
      { prefix: host.prefix, timeoutMs: TIMEOUT_MS },
    );
  return { hosts: hosts as [Host, Host], world, objects, start };
}

async function cutDuring(t: TestContext, line: Line): Promise<void> {
  const setting = await twoHosts(t);
  if (setting === undefined) return;
  const { hosts, world, objects, start } = setting;
  const cut = start(hosts[0], 0);
  const other = start(hosts[1], 1);
  const early = [cut, other].map(async ({ result }) => assert.fail(`ended too early: ${(await result).stderr}`));
  await Promise.race([until('both at work', () => world.server.counters.get > 80), ...early]);
  hosts[0].cut(line);
  // The other one does all that is left, what the first had taken included.
  assert.equal(jobOf((await other.result).expectExit(0)).isComplete, true);
  hosts[0].mend(line);
  const result = (await cut.result).expectExit(0);
  assert.equal(jobOf(result).stored, Object.keys(objects).length);
  await assertSpread([0, 1].map(world.folderOf), objects);
}

test('a host that is cut off from the queue, but not from the bucket', { skip, timeout: TIMEOUT_MS }, (t) =>
  cutDuring(t, 'queue'),
);

test('a host that is cut off from the bucket, but not from the queue', { skip, timeout: TIMEOUT_MS }, (t) =>
  cutDuring(t, 'bucket'),
);
