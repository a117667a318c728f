// The token of a dashboard that other machines can reach: it opens everything, so it is shown once, and nowhere else.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { ask, change } from '../../../support/web/web-client.js';

const TOKEN = 'token-from-a-file-of-the-test';

async function slowWorld(t: TestContext): Promise<World> {
  const names = Array.from({ length: 40 }, (_, number) => `f/${number}.jpg`);
  const world = await openWorld(t, { objects: Object.fromEntries(names.map((name) => [name, name])) });
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 50 } });
  return world;
}

test('a token made at random stands in one line of stderr, and in no log, argument or answer', async (t) => {
  const world = await slowWorld(t);
  const log = join(world.folder, 'logs', 'log');
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--concurrency', '1', '--log-file', log];
  const { child, result, stderr } = world.start([...args, '--dashboard', '0.0.0.0:0', '--metrics', ':0']);
  const link = /dashboard: http:\/\/[^\s/]+:(\d+)\/#token=([\w-]{32})\n/;
  await until('the link', () => link.test(stderr()) && /metrics: /.test(stderr()));
  const [, port, token] = link.exec(stderr())!;
  const url = `http://127.0.0.1:${port}/`;
  assert.equal((await ask(url, '/status.json')).status, 401);
  const headers = { authorization: `Bearer ${token}` };
  await until('the run', async () => (await ask(url, '/status.json', { headers })).status === 200);
  assert.equal((await change(url, 'pause')).status, 401);
  for (const path of ['/status.json', '/failures.json', '/history.json', '/metrics', '/', '/nothing']) {
    const answer = await ask(url, path, { headers });
    assert.ok(!`${answer.text}${JSON.stringify(answer.headers)}`.includes(token!), path);
  }
  if (process.platform === 'linux') {
    for (const file of ['cmdline', 'environ'])
      assert.ok(!readFileSync(`/proc/${child.pid}/${file}`, 'utf8').includes(token!), file);
  }
  (await result).expectExit(0);
  // The metrics have the same one: it is shown with each of the two addresses.
  assert.equal(stderr().split(token!).length - 1, 2);
  assert.ok(!readFileSync(log, 'utf8').includes(token!));
});

test('a token of a file is not printed at all, and is needed on 127.0.0.1, too', async (t) => {
  const world = await slowWorld(t);
  const file = join(world.folder, 'token');
  writeFileSync(file, `${TOKEN}\n`);
  const log = join(world.folder, 'logs', 'log');
  for (const json of [[], ['--json']]) {
    const args = [
      'mirror',
      'upyun://pics',
      '--to',
      world.to,
      '--restart',
      '--concurrency',
      '4',
      '--log-file',
      log,
      ...json,
    ];
    const { result, stderr } = world.start([...args, '--dashboard', '127.0.0.1:0', '--dashboard-token-file', file]);
    const place = /http:\/\/127\.0\.0\.1:\d+\//;
    await until('the address', () => place.test(stderr()));
    const [url] = place.exec(stderr())!;
    assert.equal((await ask(url, '/healthz')).status, 401);
    assert.equal((await ask(url, '/healthz', { headers: { authorization: `Bearer ${TOKEN}` } })).status, 200);
    assert.equal((await ask(url, '/healthz', { headers: { authorization: 'Bearer x' } })).status, 401);
    (await result).expectExit(0);
    for (const seen of [stderr(), readFileSync(log, 'utf8')]) assert.ok(!seen.includes(TOKEN));
  }
});

test('wrong tokens and addresses are problems that show no token', async (t) => {
  const world = await slowWorld(t);
  const short = join(world.folder, 'short');
  writeFileSync(short, 'tiny-secret');
  const absent = join(world.folder, 'absent');
  for (const [args, why] of [
    [['--dashboard', '--dashboard-token-file', short], /--dashboard-token-file: a token has 16 to 256/],
    [['--dashboard', '--dashboard-token-file', absent], /--dashboard-token-file .*ENOENT/],
    [['--dashboard-token-file', short], /needs --dashboard or --metrics/],
    [['--dashboard', ':0', '--json'], /--dashboard: other machines can reach/],
    [['--dashboard', '0'], /--dashboard: expected HOST:PORT/],
    [['--dashboard=photos'], /--dashboard: expected HOST:PORT/],
  ] as const) {
    const { stderr } = (await world.run(['mirror', 'upyun://pics', '--to', world.to, ...args])).expectExit(2);
    assert.match(stderr, why);
    assert.doesNotMatch(stderr, /tiny-secret/);
  }
  assert.equal(world.server.counters.total, 0);
});
