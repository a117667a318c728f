// Limits, measured by the server: exact over seconds, without bursts, and separate for listings, objects and bytes.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { observeRates } from '../../../support/cli/rates.js';

test('--rate: requests for objects each second', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(200, { size: 10 }) });
  const observer = observeRates(t, world.server);
  (await world.mirror('--rate', '50')).expectExit(0);
  observer.assertLimited(50, { kind: 'get' });
});

test('--list-rate: listing requests each second, and objects as fast as they can', async (t) => {
  const objects = Object.assign(
    {},
    ...Array.from({ length: 40 }, (_, folder) => manyObjects(3, { folder: `d${folder}/` })),
  );
  const world = await openWorld(t, { objects });
  const observer = observeRates(t, world.server);
  (await world.mirror('--list-rate', '12')).expectExit(0);
  observer.assertLimited(12, { kind: 'list' });
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
  const observer = observeRates(t, small.server);
  (await small.mirror('--bwlimit', '2M')).expectExit(0);
  observer.assertLimited(2 * 1024 * 1024, { kind: 'get', amountOf: (bytes) => bytes, largest: 20_000 });
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
  // With that it would take longer than any run may take here.
  writeFileSync(file, 'rate = 1\n');
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', to, '--config', file]);
  await until('the first ones', () => server.counters.get >= 2);
  writeFileSync(file, 'rate = fast\n');
  child.kill('SIGHUP');
  await until('the complaint', () => stderr().includes('the limits stay as they are'));
  writeFileSync(file, '# rate = 1\n');
  child.kill('SIGHUP');
  await until('the message', () => stderr().includes('limits reread: no limit of bytes/s, no limit of objects/s'));
  (await result).expectExit(0);
  assert.equal(server.counters.get, 300);
});
