// Limits, measured by the server: exact over seconds, without bursts, and separate for listings, objects and bytes.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects, takeRequests } from './contents.js';
import { openWorld, until, type World } from './harness.js';

/** What the server sent, in the order of its requests: times in seconds since the first one, and amounts. */
function timeline(world: World, kind: 'get' | 'list', amountOf: (bytes: number) => number) {
  const requests = takeRequests(world.server, kind);
  const first = requests[0]!.atMs;
  return requests.map(({ atMs, bytesSent }) => ({ at: (atMs - first) / 1000, amount: amountOf(bytesSent) }));
}

/** The mean over the time that it took, and the most that came within any one second. */
function measure(events: readonly { at: number; amount: number }[]) {
  const last = events.at(-1)!;
  const sum = events.reduce((all, { amount }) => all + amount, 0) - last.amount;
  const peak = Math.max(
    ...events.map(({ at }) =>
      events.filter((one) => one.at >= at && one.at < at + 1).reduce((all, { amount }) => all + amount, 0),
    ),
  );
  return { mean: sum / last.at, peak, seconds: last.at };
}

function assertLimited(events: readonly { at: number; amount: number }[], perSecond: number, largest = 1): void {
  const { mean, peak, seconds } = measure(events);
  const text = `${mean.toFixed(1)} a second over ${seconds.toFixed(1)} s, ${peak} within one; the limit is ${perSecond}`;
  // Longer than a few seconds it is exact; a machine that is busy with other things can only be slower.
  assert.ok(mean <= perSecond * 1.05 + largest / seconds, text);
  assert.ok(mean >= perSecond * 0.8, text);
  assert.ok(peak <= perSecond * 1.2 + 2 * largest, text);
}

test('--rate: requests for objects each second', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(200, { size: 10 }) });
  (await world.mirror('--rate', '50')).expectExit(0);
  assertLimited(
    timeline(world, 'get', () => 1),
    50,
  );
});

test('--list-rate: listing requests each second, and objects as fast as they can', async (t) => {
  const objects = Object.assign(
    {},
    ...Array.from({ length: 40 }, (_, folder) => manyObjects(3, { folder: `d${folder}/` })),
  );
  const world = await openWorld(t, { objects });
  (await world.mirror('--list-rate', '12')).expectExit(0);
  assertLimited(
    timeline(world, 'list', () => 1),
    12,
  );
});

test('--bwlimit: bytes each second, of small objects and of large ones', async (t) => {
  const large = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.bin`, bytesFor(name, 3_000_000)]));
  const mixed = await openWorld(t, { objects: { ...manyObjects(100, { size: 20_000 }), ...large } });
  const started = performance.now();
  (await mixed.mirror('--bwlimit', '2M', '--concurrency', '8')).expectExit(0);
  const seconds = (performance.now() - started) / 1000;
  // 11 MB less what is paid before the first second is over.
  assert.ok(seconds >= 11_000_000 / (2 * 1024 * 1024) - 1.2, `${seconds} s`);
  const small = await openWorld(t, { objects: manyObjects(400, { size: 20_000 }) });
  (await small.mirror('--bwlimit', '2M')).expectExit(0);
  assertLimited(
    timeline(small, 'get', (bytes) => bytes),
    2 * 1024 * 1024,
    20_000,
  );
});

test('a limit that makes no sense is refused', async (t) => {
  const { run, to } = await openWorld(t);
  for (const [option, value] of [
    ['--bwlimit', '25:00,1M'],
    ['--bwlimit', '10'],
    ['--rate', '0'],
    ['--list-rate', 'fast'],
  ] as const) {
    const refused = (await run(['mirror', 'upyun://pics', '--to', to, option, value])).expectExit(2);
    assert.match(refused.stderr, new RegExp(option));
  }
});

test('SIGHUP rereads the limits of the config file; a mistake in it changes nothing', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(300, { size: 10 }) });
  const { server, folder, to, start } = world;
  const file = join(folder, 'sluice.toml');
  writeFileSync(file, 'rate = 20\n');
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--config', file]);
  await until('the first ones', () => server.counters.get >= 10);
  writeFileSync(file, 'rate = fast\n');
  child.kill('SIGHUP');
  await until('the complaint', () => stderr().includes('was not taken'));
  writeFileSync(file, '# rate = 20\n');
  child.kill('SIGHUP');
  await until('the message', () => stderr().includes('limits reread: no limit of bytes/s, no limit of objects/s'));
  const beganMs = performance.now();
  (await result).expectExit(0);
  // 20 a second would take more than ten seconds.
  assert.ok(performance.now() - beganMs < 8_000);
  assert.equal(server.counters.get, 300);
});
