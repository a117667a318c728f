// Lists of URLs of several hosts, of which one is dead, slow, or throttles: the others do not notice.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { deadPort, startHost, urlsOf } from '../../../support/servers/hosts.js';
import { deferred, until } from '../../../support/waiting.js';

const fetching = (world: World, ...more: string[]) => ['fetch', '--to', world.to, '--json', ...more];

async function storedOf(world: World, port: number): Promise<string[]> {
  const names = await readdir(join(world.to, `127.0.0.1:${port}`)).catch(() => []);
  return names.sort();
}

async function failuresOf(world: World): Promise<{ url: string; code: string }[]> {
  const text = await readFile(join(world.to, '.sluice/failures.ndjson'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `${index}`).sort();

for (const order of ['sorted', 'interleaved'] as const) {
  test(`three hosts, one dead and one slow, ${order}: the others are fetched first, and only the dead one fails`, async (t) => {
    const world = await openWorld(t);
    const dead = await deadPort();
    const isFineDone = deferred();
    const fine = await startHost(t);
    const slow = await startHost(t, { before: () => isFineDone.promise });
    // More than the objects that may be in memory at once.
    const lists = [urlsOf(`http://127.0.0.1:${dead}`, 20_000), urlsOf(slow.origin, 100), urlsOf(fine.origin, 300)];
    const urls =
      order === 'sorted'
        ? lists.flat()
        : lists[0]!.flatMap((url, index) =>
            [url, lists[1]![index], lists[2]![index]].filter((one) => one !== undefined),
          );
    const args = fetching(world, '--per-host', '4', '--host-wait', '1s');
    const running = world.start(args, { input: `${urls.join('\n')}\n` });
    await until(
      () => fine.paths.length === 300,
      'the fine host has given everything, while the slow one gives nothing',
    );
    isFineDone.resolve();
    const { code, summary, stderr } = await running.result;
    assert.equal(code, 1, stderr);
    assert.deepEqual([summary.stored, summary.failed], [400, 20_000]);
    assert.equal((summary as { hostOutages?: number }).hostOutages, 1);
    assert.deepEqual(await storedOf(world, fine.port), names(300));
    assert.deepEqual(await storedOf(world, slow.port), names(100));
    const failures = await failuresOf(world);
    assert.deepEqual(failures.map(({ url }) => url).sort(), [...lists[0]!].sort());
    assert.deepEqual([...new Set(failures.map((failure) => failure.code))], ['ERR_HOST_UNREACHABLE']);
    for (const host of [fine, slow]) assert.ok(host.most() <= 4, `${host.most()} requests at once`);
    assert.equal(slow.paths.length, 100, 'asked once for each');
    assert.match(stderr, /"code":"host-given-up"/);
    assert.ok(!(await readdir(join(world.to, '.sluice/tmp'))).some((name) => name.endsWith('aside')));
  });
}

test('a host that comes back is fetched, and nothing fails', async (t) => {
  const world = await openWorld(t);
  const port = await deadPort();
  const fine = await startHost(t);
  const urls = [...urlsOf(`http://127.0.0.1:${port}`, 200), ...urlsOf(fine.origin, 50)];
  const running = world.start(fetching(world), { input: `${urls.join('\n')}\n` });
  await until(() => running.stderr().includes('"code":"host-down"'), 'the host is down');
  const back = await startHost(t, { port });
  const { code, summary, stderr } = await running.result;
  assert.equal(code, 0, stderr);
  assert.equal(summary.stored, 250);
  assert.match(stderr, /"code":"host-up"/);
  assert.equal(new Set(back.paths).size, 200);
});

test('a throttle of one host is its own: another one is asked by as many requests as before', async (t) => {
  const world = await openWorld(t);
  let inBusy = 0;
  const busy = await startHost(t, {
    before: async () => {
      inBusy++;
      await new Promise((resolve) => setImmediate(resolve));
    },
    status: () => (inBusy-- > 2 ? 429 : 200),
  });
  // Each group of four is answered when it is complete: with fewer at once the run would never end.
  let group: (() => void)[] = [];
  let answered = 0;
  const fine = await startHost(t, {
    // It must have answered before it gets more than one.
    before: ({ url }) =>
      url === '/0'
        ? undefined
        : new Promise<void>((go) => {
            group.push(go);
            if (group.length < 4) return;
            answered += group.length;
            for (const one of group) one();
            group = [];
          }),
  });
  const urls = [`${fine.origin}/0`, ...urlsOf(busy.origin, 200), ...urlsOf(fine.origin, 401).slice(1)];
  const args = fetching(world, '--per-host', '4', '--concurrency', '8');
  const { code, summary, stderr } = await world.run(args, { input: `${urls.join('\n')}\n` });
  assert.equal(code, 0, stderr);
  assert.equal(summary.stored, 601);
  assert.equal(answered, 400);
  assert.equal(fine.most(), 4);
});

test('killed in the middle, the same list goes on: nothing is fetched twice, and nothing is missing', async (t) => {
  const world = await openWorld(t);
  const port = await deadPort();
  const fine = await startHost(t);
  const held = deferred();
  const slow = await startHost(t, { before: ({ url }) => (url === '/0' ? undefined : held.promise) });
  const urls = [...urlsOf(`http://127.0.0.1:${port}`, 4_000), ...urlsOf(slow.origin, 40), ...urlsOf(fine.origin, 300)];
  const lines = urls.map((url) => JSON.stringify({ url, size: new URL(url).pathname.length }));
  const input = `${lines.join('\n')}\n`;
  const first = world.start(fetching(world), { input });
  await until(() => fine.paths.length === 300 && slow.now() > 0 && fine.now() === 0, 'the fine host is done');
  await until(() => first.stderr().includes('"code":"host-down"'), 'the dead host is known to be down');
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  held.resolve();
  const storedBefore = await storedOf(world, fine.port);
  await startHost(t, { port });
  const { code, summary, stderr } = await world.run(fetching(world), { input });
  assert.equal(code, 0, stderr);
  assert.equal(summary.stored + summary.skipped, 4_340);
  assert.deepEqual(await storedOf(world, fine.port), names(300));
  assert.equal((await storedOf(world, port)).length, 4_000);
  assert.equal(fine.paths.length, 300 + (300 - storedBefore.length), 'only what was not stored is asked for again');
  assert.equal((await readdir(join(world.to, '.sluice/tmp'))).length, 0);
});

test('two thousand hosts: a bounded number of them is open at once', async (t) => {
  const world = await openWorld(t);
  // All of 127.0.0.0/8 is this machine.
  const server = await startHost(t, { address: '0.0.0.0' });
  const hosts = Array.from({ length: 2_000 }, (_, index) => `127.1.${index >> 8}.${index & 255}`);
  const urls = hosts.map((host) => `http://${host}:${server.port}/x`);
  const args = fetching(world, '--max-hosts', '16');
  const { code, summary, stderr } = await world.run(args, { input: `${urls.join('\n')}\n` });
  assert.equal(code, 0, stderr);
  assert.equal(summary.stored, 2_000);
  // A connection that Sluice has closed may still be open here for a moment.
  assert.ok(server.mostAddresses() <= 32, `${server.mostAddresses()} hosts at once`);
});

test('where no host answers, the run ends with the reason', async (t) => {
  const world = await openWorld(t);
  const urls = [await deadPort(), await deadPort()].flatMap((port) => urlsOf(`http://127.0.0.1:${port}`, 3));
  const args = fetching(world, '--host-wait', '1s');
  const { code, stderr } = await world.run(args, { input: `${urls.join('\n')}\n` });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /ERR_NO_CONTACT/);
});

test('where only a dead host has objects left, that is the state of this host, and no outage of the run', async (t) => {
  const world = await openWorld(t);
  const port = await deadPort();
  const fine = await startHost(t);
  const input = [...urlsOf(fine.origin, 20), ...urlsOf(`http://127.0.0.1:${port}`, 20)].join('\n');
  const running = world.start(fetching(world), { input });
  await until(() => running.stderr().includes('"reason":"hosts"'), 'the run says what it waits for');
  assert.match(running.stderr(), new RegExp(`RETRYING: .*1 of 2 hosts unreachable \\(127\\.0\\.0\\.1:${port} since`));
  await startHost(t, { port });
  const { code, summary, stderr } = await running.result;
  assert.deepEqual([code, summary.stored], [0, 40], stderr);
  const { hostOutages, outages = 0 } = summary as { hostOutages?: number; outages?: number };
  assert.deepEqual([hostOutages, outages], [1, 0]);
  assert.ok(!stderr.includes('"state":"unreachable"'), stderr);
});

test('URLs with a login for a host that is dead hold up no other host, and no file has the login', async (t) => {
  const world = await openWorld(t);
  const port = await deadPort();
  const fine = await startHost(t);
  const dead = urlsOf(`http://me:Hidden-5ecret@127.0.0.1:${port}`, 20_000);
  const running = world.start(fetching(world), { input: [...dead, ...urlsOf(fine.origin, 100)].join('\n') });
  await until(() => fine.paths.length === 100, 'the fine host is asked for all, while the other one is dead');
  const aside = (await readdir(join(world.to, '.sluice/tmp'))).filter((name) => name.includes('aside'));
  for (const name of aside) {
    const text = await readFile(join(world.to, '.sluice/tmp', name), 'utf8').catch(() => '');
    assert.doesNotMatch(text, /Hidden|bWU6SGlkZGVu/);
  }
  const back = await startHost(t, { port });
  const { code, summary, stderr } = await running.result;
  assert.deepEqual([code, summary.stored], [0, 20_100], stderr.slice(0, 2_000));
  assert.equal(new Set(back.paths).size, 20_000);
});
