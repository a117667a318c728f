// A transfer coding that is not understood: what comes in it is no object, no listing and no error, direct or by a proxy.

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { readFailures, readTree } from '../../../support/cli/tree.js';

const BODY = '5\r\nhello\r\n0\r\n\r\n';
const CODINGS = ['gzip', 'identity', 'chunked, gzip', 'gzip, chunked', 'cow', '', 'chunked, chunked', 'Chunked;x=1'];

/** Answers each request with the head that it asks for and a body in chunks, then closes. */
async function answering(t: TestContext, headFor: (request: string) => string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (request) => {
      socket.end(`${headFor(String(request))}\r\nConnection: close\r\n\r\n${BODY}`);
    });
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
    const heads = CODINGS.flatMap((coding) =>
      ['', '\r\nContent-Length: 15'].map((more) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}${more}`),
    );
    const asked = new Set<number>();
    const world = await openWorld(t);
    const url = await answering(t, (request) => {
      // A server that has never answered is another error.
      if (request.includes('/good.jpg ')) return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked';
      const number = Number(/\/(\d+)\.jpg /.exec(request)![1]);
      asked.add(number);
      return heads[number]!;
    });
    const env = way === 'direct' ? { SLUICE_ENDPOINT: url } : { HTTP_PROXY: url };
    const args = ['fetch', '--from', 'upyun://pics', '--to', world.to, '--json', '--retries', '0'];
    args.push('--concurrency', '1');
    const input = `good.jpg\n${heads.map((_, number) => `${number}.jpg\n`).join('')}`;
    const { counts } = (await world.run(args, { input, env })).expectExit(1);
    assert.deepEqual(counts, { listed: 17, stored: 1, skipped: 0, gone: 0, failed: 16 });
    assert.equal(asked.size, 16, 'each was answered in its coding');
    assert.deepEqual([...(await readTree(world.to)).keys()], ['good.jpg']);
    const failures = await readFailures(world.to);
    assert.equal(failures.length, 16);
    for (const { key, code, error } of failures) {
      const head = heads[Number.parseInt(key, 10)]!;
      assert.equal(code, 'ERR_PROTOCOL', head);
      if (!head.includes('Content-Length')) assert.match(error, /Transfer-Encoding/, head);
    }
  });

  test(`a listing, or a refusal, in a coding that is not understood is neither, ${way}`, async (t) => {
    for (const status of ['200 OK', '404 Not Found', '401 Unauthorized']) {
      const world = await openWorld(t);
      const url = await answering(t, () => `HTTP/1.1 ${status}\r\nTransfer-Encoding: gzip`);
      const env = way === 'direct' ? { SLUICE_ENDPOINT: url } : { HTTP_PROXY: url };
      const result = (await world.run(['list', 'upyun://pics', '--retries', '0'], { env })).expectExit(3);
      assert.match(result.stderr, /Transfer-Encoding is "gzip".*ERR_LIST_ROOT/, status);
      assert.equal(result.stdout, '');
    }
  });
}
