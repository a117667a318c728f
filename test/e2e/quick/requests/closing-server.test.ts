// A server, or a proxy, that closes each connection after its answer and does not say so: no object is lost by it, even
// where nothing may be tried again.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 15 }, (_, folder) => manyObjects(100, { folder: `d${folder}/` })),
);

/** Stands before a server, or is a proxy to it. */
async function closingFront(t: TestContext, endpoint: string, end: (socket: Socket) => void): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  const sockets = new Set<Socket>();
  const front = createServer((req, res) => {
    const path = req.url!.replace(/^http:\/\/[^/]*/, '');
    const headers = { ...req.headers, connection: 'close' };
    const onward = request({ hostname, port, path, method: req.method, headers, agent: false }, (answer) => {
      const { connection: _connection, ...fields } = answer.headers;
      res.writeHead(answer.statusCode!, { ...fields, connection: 'keep-alive' });
      res.once('finish', () => end(req.socket));
      answer.pipe(res);
    });
    onward.on('error', () => req.socket.destroy());
    onward.end();
  });
  front.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    front.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

for (const way of ['the server', 'a proxy'] as const) {
  test(`${way} closes after each answer without a word: 1,500 of 1,500 with --retries 0`, async (t) => {
    const { server, to, run } = await openWorld(t, { objects: OBJECTS });
    const front = await closingFront(t, server.endpoint, (socket) => void setImmediate(() => socket.end()));
    const env = way === 'a proxy' ? { HTTP_PROXY: front } : { SLUICE_ENDPOINT: front };
    const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '0', '--page-size', '40'];
    const { counts, summary } = (await run(args, { env })).expectExit(0);
    assert.deepEqual(counts, { listed: 1_500, stored: 1_500, skipped: 0, gone: 0, failed: 0 });
    assert.equal((summary as { retries?: number }).retries ?? 0, 0, 'no attempt is counted');
    await assertTree(to, OBJECTS);
    const verified = await run(
      ['verify', 'upyun://pics', '--to', to, '--json', '--retries', '0', '--page-size', '40'],
      {
        env,
      },
    );
    assert.equal(verified.expectExit(0).summary.failed, 0);
  });
}
