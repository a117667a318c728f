// A gateway in front of the API whose backend is away answers 404 to everything: nothing of that is gone.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const OBJECTS = { ...manyObjects(30, { folder: 'a/' }), ...manyObjects(10, { folder: 'b/' }) };
const PAGE = '<html><body>default backend - 404</body></html>';

interface Gateway {
  readonly origin: string;
  /** What is answered with 404 without asking the backend. */
  isAway: (req: IncomingMessage) => boolean | Promise<boolean>;
}

async function openGateway(t: TestContext, backend: string): Promise<Gateway> {
  const { hostname, port } = new URL(backend);
  const forward = (req: IncomingMessage, res: ServerResponse) => {
    const { method, url: path, headers } = req;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    onward.end();
  };
  const server = createServer(async (req, res) => {
    if (!(await gateway.isAway(req))) return forward(req, res);
    res.writeHead(404, { 'content-type': 'text/html' }).end(req.method === 'HEAD' ? undefined : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway: Gateway = { origin, isAway: () => false };
  return gateway;
}

const isObject = ({ url = '' }: IncomingMessage) => url.endsWith('.jpg');
const goneList = (to: string) => join(to, '.sluice', 'gone.ndjson');

test('404 to everything in the middle of a run is an outage, and what it hit is fetched when it is over', async (t) => {
  const objects = manyObjects(40);
  const { server, to, start } = await openWorld(t, { objects });
  const gateway = await openGateway(t, server.endpoint);
  let served = 0;
  gateway.isAway = async (req) => {
    if (isObject(req)) served++;
    if (served <= 5) return false;
    await until('an object on the disk', () => existsSync(to) && readdirSync(to).some((name) => name.endsWith('.jpg')));
    return true;
  };
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--concurrency', '4'];
  const { result, stderr } = start(args, { env: { SLUICE_ENDPOINT: gateway.origin } });
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  gateway.isAway = () => false;
  const ended = (await result).expectExit(0);
  assert.deepEqual([ended.summary.stored, ended.summary.gone, ended.summary.failed], [40, 0, 0]);
  assert.ok(!existsSync(goneList(to)));
  await assertTree(to, objects);
});

test('where it never was of any use the objects are failures that say so', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: manyObjects(40) });
  const gateway = await openGateway(t, server.endpoint);
  let isListed = false;
  gateway.isAway = (req) => {
    isListed ||= isObject(req);
    return isListed;
  };
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '0'];
  const result = (await run(args, { env: { SLUICE_ENDPOINT: gateway.origin } })).expectExit(1);
  assert.deepEqual([result.summary.gone, result.summary.failed], [0, 40]);
  for (const { code, error } of await readFailures(to)) {
    assert.equal(code, 'ERR_SERVER');
    assert.match(error, /HTTP 404\. The API did not send this: it does not list SOURCE either/);
  }
});

test('a server without codes that lists its bucket is believed: one short listing for what is gone', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  const gateway = await openGateway(t, server.endpoint);
  gateway.isAway = ({ url = '' }) => url.endsWith('/a/0003.jpg');
  const result = (await mirror('--endpoint', gateway.origin)).expectExit(0);
  assert.deepEqual([result.summary.stored, result.summary.gone], [39, 1]);
  assert.ok(existsSync(goneList(to)));
  const lists = takeRequests(server, 'list');
  assert.deepEqual([lists.length, lists.filter(({ headers }) => headers['x-list-limit'] === '1').length], [4, 1]);
});

test('a domain that answers 404, and an API that only a gateway answers for: nothing is gone', async (t) => {
  const { server, fetch } = await openWorld(t, { objects: OBJECTS });
  const gateway = await openGateway(t, server.endpoint);
  gateway.isAway = () => true;
  server.faults.add({ match: { view: 'cdn' }, action: { gone: true } });
  const line = '{"key":"a/0003.jpg","size":5,"mtime":"2017-07-14T02:40:00Z"}';
  const options = ['--endpoint', gateway.origin, '--domain', server.cdn('pics'), '--retries', '0'];
  const result = (await fetch(line, ...options)).expectExit(1);
  assert.equal(result.summary.gone, 0);
});
