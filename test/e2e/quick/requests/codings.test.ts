// A transfer coding that is not understood: what comes in it is no object, no listing and no error, direct or by a proxy.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { readTree } from '../../../support/cli/tree.js';

const BODY = '5\r\nhello\r\n0\r\n\r\n';
const CODINGS = ['gzip', 'identity', 'chunked, gzip', 'gzip, chunked', 'cow', '', 'chunked, chunked', 'Chunked;x=1'];

/** Answers each request with that head and a body in chunks, then closes. */
async function answering(t: TestContext, head: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.end(`${head}\r\nConnection: close\r\n\r\n${BODY}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

for (const way of ['direct', 'by a proxy'] as const) {
  test(`an object in a coding that is not understood is not stored, ${way}`, async (t) => {
    for (const coding of CODINGS) {
      for (const more of ['', '\r\nContent-Length: 15']) {
        const world = await openWorld(t);
        const url = await answering(t, `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}${more}`);
        const env = way === 'direct' ? { SLUICE_ENDPOINT: url } : { HTTP_PROXY: url };
        const args = ['fetch', '--from', 'upyun://pics', '--to', world.to, '--json', '--retries', '0'];
        const { counts } = (await world.run(args, { input: 'bare.jpg\n', env })).expectExit(1);
        assert.deepEqual(counts, { listed: 1, stored: 0, skipped: 0, gone: 0, failed: 1 }, coding);
        assert.equal((await readTree(world.to)).size, 0);
        const failures = readFileSync(join(world.to, '.sluice', 'failures.ndjson'), 'utf8');
        assert.match(failures, /ERR_PROTOCOL/);
        if (more === '') assert.match(failures, /Transfer-Encoding/);
      }
    }
  });

  test(`a listing, or a refusal, in a coding that is not understood is neither, ${way}`, async (t) => {
    for (const status of ['200 OK', '404 Not Found', '401 Unauthorized']) {
      const world = await openWorld(t);
      const url = await answering(t, `HTTP/1.1 ${status}\r\nTransfer-Encoding: gzip`);
      const env = way === 'direct' ? { SLUICE_ENDPOINT: url } : { HTTP_PROXY: url };
      const result = (await world.run(['list', 'upyun://pics', '--retries', '0'], { env })).expectExit(3);
      assert.match(result.stderr, /Transfer-Encoding is "gzip".*ERR_LIST_ROOT/, status);
      assert.equal(result.stdout, '');
    }
  });
}
