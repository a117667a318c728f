// The first minutes of a run: what never answers is told and ends it soon, what has answered is waited for.

import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { assertTree, failureCodes } from '../../../support/cli/tree.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';
import { httpProxy, tlsFront } from '../../../support/servers/tls.js';

const OBJECTS = manyObjects(40);

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Takes connections and says nothing. */
const silence = (t: TestContext) =>
  listening(
    t,
    createServer(() => {}),
  );

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const PLACES: Record<string, readonly [RegExp, (t: TestContext, endpoint: string) => Promise<string>]> = {
  'refuses connections': [/refuses connections/, async () => `http://127.0.0.1:${await closedPort()}`],
  'has no name': [
    /does not (know|answer for) the name no-such-host\.invalid/,
    async () => 'http://no-such-host.invalid',
  ],
  'speaks no TLS': [/does not speak TLS/, async (_t, endpoint) => endpoint.replace('http:', 'https:')],
  'speaks only TLS': [
    /[Dd]oes it want https/,
    async (t, endpoint) => (await tlsFront(t, endpoint)).replace('https:', 'http:'),
  ],
  'takes another version of TLS': [
    /refuses the TLS connection/,
    (t, endpoint) => tlsFront(t, endpoint, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
  ],
  'has a certificate that nobody knows': [/certificate is not trusted/, (t, endpoint) => tlsFront(t, endpoint)],
};

for (const [name, [reason, place]] of Object.entries(PLACES)) {
  test(`a --domain that ${name} ends mirror, fetch and verify: 3, the reason, nothing lost`, async (t) => {
    const { server, to, mirror, fetch, run } = await openWorld(t, { objects: OBJECTS });
    const domain = ['--domain', await place(t, server.endpoint), '--retries', '1'];
    const ended = (await mirror(...domain)).expectExit(3);
    const error = ended.events.find(({ event }) => event === 'error')!;
    assert.match(String(error.message), reason);
    assert.ok(['ERR_NO_CONTACT', 'ERR_TLS'].includes(String(error.code)), String(error.code));
    assert.equal(ended.summary.failed, 0, 'what was not had is not done, and has not failed');
    const keys = `${Object.keys(OBJECTS).join('\n')}\n`;
    assert.match((await fetch(keys, ...domain)).expectExit(3).stderr, reason);
    assert.deepEqual((await mirror()).expectExit(0).counts, {
      ...{ listed: 40, stored: 40, skipped: 0, gone: 0, failed: 0 },
    });
    await assertTree(to, OBJECTS);
    const verify = ['verify', '-', '--from', 'upyun://pics', '--to', to, '--checksum', ...domain];
    const lines = Object.keys(OBJECTS).map((key) => JSON.stringify({ key }));
    const { readdirSync, rmSync } = await import('node:fs');
    // Without the digests of the time of storing the source has to be asked.
    for (const file of readdirSync(`${to}/.sluice`))
      if (file.startsWith('digests')) rmSync(`${to}/.sluice/${file}`, { recursive: true });
    assert.match((await run(verify, { input: lines.join('\n') })).expectExit(3).stderr, reason);
  });

  test(`an --endpoint that ${name} ends list, mirror, fetch and verify`, async (t) => {
    const { server, to, run, mirror } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
    (await mirror()).expectExit(0);
    const endpoint = ['--endpoint', await place(t, server.endpoint), '--retries', '1'];
    for (const args of [
      ['list', 'upyun://pics'],
      ['mirror', 'upyun://pics', '--to', to],
      ['fetch', '--from', 'upyun://pics', '--to', to],
      ['verify', 'upyun://pics', '--to', to],
    ]) {
      const input = '{"key":"sub","type":"folder","code":"ERR_LISTING"}\n';
      const ended = (await run([...args, ...endpoint], { input })).expectExit(3);
      assert.match(ended.stderr, reason, args[0]);
    }
  });
}

test('a domain that has answered keeps its outage behaviour', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 30 } });
  const args = ['mirror', 'upyun://pics', '--to', to, '--json', '--domain', server.cdn('pics'), '--concurrency', '2'];
  const { result, stderr } = start([...args, '--retries', '0']);
  await until('some objects', () => server.counters.get >= 10);
  await server.stopListening();
  await until('that it is noticed', () => stderr().includes('has been unreachable since'));
  await server.listenAgain();
  assert.equal((await result).expectExit(0).summary.stored, 40);
});

test('a failures file that is fetched through a domain that was never reached keeps every line', async (t) => {
  const { server, to, mirror, shell } = await openWorld(t, { objects: OBJECTS });
  const fault = server.faults.add({ match: { kind: 'get' }, action: { status: 500 } });
  (await mirror('--retries', '0')).expectExit(1);
  server.faults.remove(fault);
  const script = `"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' --retries 0 --domain http://127.0.0.1:${await closedPort()} < '${to}/.sluice/failures.ndjson'`;
  (await shell(script)).expectExit(3);
  assert.equal(Object.keys(await failureCodes(to)).length, 40);
});

test('a proxy that refuses connections, or its user, is named', async (t) => {
  const { to, server, run } = await openWorld(t, { objects: OBJECTS });
  const args = ['mirror', 'upyun://pics', '--to', to, '--retries', '0', '--domain', 'http://cdn.example.com'];
  const port = await closedPort();
  const NO_PROXY = '127.0.0.1';
  const ended = await run(args, { env: { NO_PROXY, HTTP_PROXY: `http://name:secretword@127.0.0.1:${port}` } });
  assert.match(ended.expectExit(3).stderr, new RegExp(`refuses connections.*proxy 127\\.0\\.0\\.1:${port}`));
  const { port: refusing } = await httpProxy(t, { refuses: true });
  const refused = await run(args, { env: { NO_PROXY, HTTP_PROXY: `http://name:secretword@127.0.0.1:${refusing}` } });
  assert.match(refused.expectExit(3).stderr, /407.*proxy/i);
  assert.doesNotMatch(ended.stderr + refused.stderr, /secretword/);
  assert.equal(server.counters.get, 0);
});

test('within 15 seconds it is said what is waited for, and Ctrl-C ends it at once', { timeout: 180_000 }, async (t) => {
  const { to, start } = await openWorld(t, { objects: OBJECTS });
  const origin = `http://127.0.0.1:${await silence(t)}`;
  const beganMs = performance.now();
  const runs = [
    ['list', 'upyun://pics', '--endpoint', origin],
    ['list', 'upyun://pics', '--endpoint', origin, '--json'],
    ['verify', 'upyun://pics', '--to', '.', '--endpoint', origin],
    ['mirror', 'upyun://pics', '--to', to, '--domain', origin],
  ].map((args) => start(args));
  for (const { stderr } of runs) await until('a word', () => stderr().includes('no answer yet from'));
  // (Four processes have to begin, on a machine that may be busy.)
  assert.ok(performance.now() - beganMs < 40_000);
  assert.match(runs[1]!.stderr(), /"event":"message","time":"[^"]+","level":"warn","message":"no answer yet from/);
  assert.match(runs[3]!.stderr(), /no answer yet from \S+, [\d.]+s after the first request \(--domain, for objects\)/);
  const stoppedMs = performance.now();
  for (const { child } of runs) child.kill('SIGINT');
  for (const { result } of runs) (await result).expectExit(130);
  // Their timeout is a minute.
  assert.ok(performance.now() - stoppedMs < 40_000);
});

test('a --queue that was never one ends soon, with the reason', {
  skip: skipWithoutNats(),
  timeout: 120_000,
}, async (t) => {
  const { to, start, run, nats } = await openSharedWorld(t, { objects: OBJECTS });
  const web = createHttpServer((_request, response) => void response.end('hello'));
  const table = [
    [`nats://127.0.0.1:${await closedPort()}`, /It refuses connections/],
    ['nats://no-such-host.invalid', /DNS of this machine does not (know|answer)/],
    [`nats://127.0.0.1:${await listening(t, web)}`, /A web server listens there/],
    [`nats://127.0.0.1:${await silence(t)}`, /is no NATS server/],
    [nats.url.replace('nats:', 'tls:'), /It does not speak TLS/],
  ] as const;
  const runs = table.map(([url, reason]) => ({
    reason,
    running: start(['mirror', 'upyun://pics', '--to', `${to}-${url.replace(/\W/g, '')}`, '--queue', url]),
  }));
  for (const { running, reason } of runs) assert.match((await running.result).expectExit(3).stderr, reason);
  for (const [url, reason] of table) assert.match((await run(['jobs', '--queue', url])).expectExit(3).stderr, reason);
});

test('Ctrl-C with nothing in flight ends at once, also with --queue', {
  skip: skipWithoutNats(),
  timeout: 120_000,
}, async (t) => {
  const world = await openSharedWorld(t, { objects: OBJECTS });
  const { nats, server, start, startMachine } = world;
  /** Half of the timeout would be ten minutes. */
  const patient = ['--timeout', '20m'];
  const silent = start([
    'mirror',
    'upyun://pics',
    '--to',
    world.to,
    '--queue',
    `nats://127.0.0.1:${await silence(t)}`,
    ...patient,
  ]);
  await until('the folder', async () => (await import('node:fs')).existsSync(world.to));
  silent.child.kill('SIGINT');
  (await silent.result).expectExit(130);

  const limited = startMachine(1, ['--rate', '0.001', ...patient]);
  await until('the first object', () => server.counters.get >= 1);
  limited.child.kill('SIGINT');
  (await limited.result).expectExit(130);

  const idle = startMachine(2, ['--role', 'fetch', '--job', 'other', ...patient]);
  await until('that it has joined', () => idle.stderr().includes('job other'));
  idle.child.kill('SIGINT');
  (await idle.result).expectExit(130);

  server.faults.add({
    match: { kind: 'get' },
    action: { status: { status: 429, code: 42900004, retryAfterSeconds: 600 } },
  });
  const banned = startMachine(3, patient);
  await until('the ban', () => (server.counters.statuses[429] ?? 0) > 0);
  banned.child.kill('SIGINT');
  (await banned.result).expectExit(130);

  const waiting = startMachine(4, ['--role', 'fetch', '--job', 'other', ...patient]);
  await until('that it has joined', () => waiting.stderr().includes('job other'));
  await nats.kill();
  await until('that it is noticed', () => waiting.stderr().includes('has not answered since'));
  waiting.child.kill('SIGINT');
  (await waiting.result).expectExit(130);
});
