// Redirects between hosts of a list: each request is paced by the host that it goes to.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { deadPort, startHost, urlsOf } from '../../../support/servers/hosts.js';
import { serveWeb } from '../../../support/servers/urls.js';
import { deferred, until } from '../../../support/waiting.js';

const fetching = (world: World, ...more: string[]) => ['fetch', '--to', world.to, '--json', ...more];

/** Answers each path but those below /own with a redirect to the same path of another host. */
const leadingTo = (origin: string) => (path: string) => (path.startsWith('/own') ? undefined : `${origin}${path}`);

test('two hosts that redirect to a third one: it gets no more requests than one host may', async (t) => {
  const world = await openWorld(t);
  const areAsked = deferred();
  const target = await startHost(t, { before: ({ url }) => (url === '/0' ? undefined : areAsked.promise) });
  const hosts = [await startHost(t, { location: leadingTo(target.origin) })];
  hosts.push(await startHost(t, { location: leadingTo(target.origin) }));
  const input = hosts.flatMap(({ origin }) => urlsOf(origin, 40)).join('\n');
  const running = world.start(fetching(world, '--per-host', '2', '--concurrency', '16'), { input });
  await until(
    () => hosts.every(({ paths }) => paths.length === 40),
    'both hosts are asked for all, while the third one gives nothing',
  );
  areAsked.resolve();
  const { code, summary, stderr } = await running.result;
  assert.deepEqual([code, summary.stored], [0, 80], stderr);
  assert.ok(target.most() <= 2, `${target.most()} requests at once`);
});

test('where a host redirects to one that is down, only what leads there waits and fails', async (t) => {
  const world = await openWorld(t);
  const dead = `http://127.0.0.1:${await deadPort()}`;
  const host = await startHost(t, { location: leadingTo(dead) });
  const urls = [...urlsOf(host.origin, 3_000), ...urlsOf(`${host.origin}/own`, 100)];
  const args = fetching(world, '--per-host', '2', '--host-wait', '1s');
  const { code, summary, stderr } = await world.run(args, { input: urls.join('\n') });
  assert.deepEqual([code, summary.stored, summary.failed], [1, 100, 3_000], stderr);
  assert.ok(stderr.includes(`"message":"${dead} has not answered`), stderr);
  const failures = (await readFile(join(world.to, '.sluice/failures.ndjson'), 'utf8')).trimEnd().split('\n');
  for (const { url, code, error } of failures.map((line) => JSON.parse(line))) {
    assert.ok(url.startsWith(host.origin), 'the URL of the list');
    assert.deepEqual([code, error.includes(dead)], ['ERR_HOST_UNREACHABLE', true]);
  }
});

test('what is redirected to a host that comes back is fetched', async (t) => {
  const world = await openWorld(t);
  const port = await deadPort();
  const host = await startHost(t, { location: leadingTo(`http://127.0.0.1:${port}`) });
  const input = [...urlsOf(host.origin, 1_000), ...urlsOf(`${host.origin}/own`, 10)].join('\n');
  const running = world.start(fetching(world), { input });
  await until(() => running.stderr().includes('"code":"host-down"'), 'the target is down');
  const back = await startHost(t, { port });
  const { code, summary, stderr } = await running.result;
  assert.deepEqual([code, summary.stored], [0, 1_010], stderr);
  assert.equal(new Set(back.paths).size, 1_000);
});

test('the login of a URL goes to its own host only, also when the object is asked for elsewhere again', async (t) => {
  const world = await openWorld(t);
  const target = await serveWeb(t, { '/x': { status: 500 } });
  const host = await serveWeb(t, { '/x': { status: 302, headers: { location: `${target.origin}/x` } } });
  const input = `${host.origin.replace('//', '//me:pw@')}/x`;
  const running = world.start(fetching(world, '--retries', '2'), { input });
  await until(() => target.requests.length > 0, 'the target is asked');
  target.routes['/x'] = { body: 'x' };
  const { code, stderr } = await running.result;
  assert.equal(code, 0, stderr);
  assert.ok(host.requests.every(({ headers }) => headers.authorization !== undefined));
  assert.ok(target.requests.every(({ headers }) => headers.authorization === undefined));
});
