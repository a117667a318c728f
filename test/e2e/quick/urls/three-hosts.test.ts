// One host is dead, in one of three ways, one is slow, and one is fine: the run ends right, also after a kill.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { deadPort, startHost, urlsOf } from '../../../support/servers/hosts.js';
import { deferred, until } from '../../../support/waiting.js';

/** Accepts connections, and never gives a whole answer. */
async function badPort(t: TestContext, onRequest: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => onRequest(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const DEAD: Record<string, (t: TestContext) => Promise<number>> = {
  'refuses connections': () => deadPort(),
  'never answers': (t) => badPort(t, () => {}),
  'dies half-way': (t) =>
    badPort(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf');
      setImmediate(() => socket.destroy());
    }),
};

for (const [way, open] of Object.entries(DEAD)) {
  test(`a host that ${way}, a slow one and a fine one, killed and resumed: only the dead one fails`, async (t) => {
    const world = await openWorld(t);
    const port = await open(t);
    const isFineDone = deferred();
    const fine = await startHost(t);
    const slow = await startHost(t, { before: () => isFineDone.promise });
    const lists = [urlsOf(`http://127.0.0.1:${port}`, 5), urlsOf(slow.origin, 10), urlsOf(fine.origin, 50)];
    const input = lists.flat().join('\n');
    const args = ['fetch', '--to', world.to, '--json', '--host-wait', '2s', '--timeout', '1s', '--retries', '1'];
    const first = world.start([...args.slice(0, -4), '--retries', '1'], { input });
    await until(() => fine.paths.length === 50 && slow.now() > 0, 'the fine host has given everything');
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    isFineDone.resolve();
    const { code, summary, stderr } = await world.run(args, { input });
    assert.deepEqual([code, summary.stored + summary.skipped, summary.failed], [1, 60, 5], stderr);
    for (const [host, count] of [
      [slow.port, 10],
      [fine.port, 50],
    ] as const)
      assert.equal((await readdir(join(world.to, `127.0.0.1:${host}`))).length, count);
    const failures = (await readFile(join(world.to, '.sluice/failures.ndjson'), 'utf8')).trimEnd().split('\n');
    const rows = failures.map((line) => JSON.parse(line) as { url: string; code: string; error: string });
    assert.deepEqual(rows.map(({ url }) => url).sort(), lists[0]);
    for (const { code, error } of rows) assert.ok(code.startsWith('ERR_') && error.includes(`127.0.0.1:${port}`));
  });
}
