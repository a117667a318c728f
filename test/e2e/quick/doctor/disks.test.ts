// `doctor` and the destination: whether it can be used, and what lies there. It leaves everything as it was.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { checkup, everythingBelow, readCheckup } from '../../../support/cli/checkup.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';

const OBJECTS = manyObjects(10);
const SOURCE = 'upyun://pics';
/** Where /tmp is a layer of a container, or in memory, and where the disk of the tests is nearly full. */
const OF_THIS_MACHINE = ['warning disk-type', 'problem disk-space', 'warning disk-sync'];

function without(odd: readonly string[]): string[] {
  return odd.filter((one) => !OF_THIS_MACHINE.includes(one));
}

test('a copy lies there: it can go on, or it is one of another SOURCE, or of another variant', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { mirror, to, folder } = world;
  (await mirror()).expectExit(0);
  const before = everythingBelow(folder);
  const well = await checkup(world, [SOURCE, '--to', to]);
  assert.deepEqual(without(well.odd), []);
  assert.match(well.the('disk-state').message, /a copy lies there and can go on \(10\.0 kB of SOURCE are done\)/);
  assert.match(well.the('space').message, / 0 B of SOURCE are left/);
  assert.match(String(well.the('disk-place').data!.scratch), /\/out\/\.sluice\/tmp\/\d+-doctor-/);
  world.bucket.put('sub/x.jpg', 'xyz');
  const other = await checkup(world, [`${SOURCE}/sub`, '--to', to]);
  assert.deepEqual(without(other.odd), ['problem disk-state']);
  assert.match(
    other.the('disk-state').message,
    /holds another copy: SOURCE was upyun:\/\/pics and is now upyun:\/\/pics\/sub/,
  );
  assert.deepEqual(everythingBelow(folder), before);
});

test('a copy runs there', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, start, to } = world;
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  start(['mirror', SOURCE, '--to', to]);
  await until('an object is asked for', () => server.counters.get > 0);
  const { odd, the } = await checkup(world, ['--to', to]);
  assert.deepEqual(without(odd), ['warning disk-state']);
  assert.match(the('disk-state').message, /sluice mirror is running there \(process \d+\)/);
});

test('folders that cannot be used: each with its reason, none with a trace', async (t) => {
  const world = await openWorld(t);
  const { folder } = world;
  const [file, below, plain] = [join(folder, 'file'), join(folder, 'file', 'x'), join(folder, 'plain')];
  await writeFile(file, '');
  await mkdir(join(plain, 'inner'), { recursive: true });
  const before = everythingBelow(folder);
  for (const root of [file, below]) {
    const { the } = await checkup(world, ['--to', root]);
    assert.match(the('disk-place').message, new RegExp(`because ${file} is not a folder`));
  }
  const kernel = await checkup(world, ['--to', '/proc/sluice']);
  assert.match(kernel.the('disk-place').message, /belongs to the kernel/);
  const nested = await checkup(world, ['--to', plain, '--to', join(plain, 'inner')]);
  const texts = nested.checks.filter(({ check }) => check === 'disks');
  assert.deepEqual(
    texts.map(({ level }) => level),
    ['problem', 'warning'],
  );
  assert.match(texts[0]!.message, /inner: lies in .*plain/);
  assert.match(texts[1]!.message, /lie on the same device/);
  assert.deepEqual(everythingBelow(folder), before);
});

test('no permission is told as such', async (t) => {
  const world = await openWorld(t);
  const root = join(world.folder, 'locked');
  await mkdir(root);
  await chmod(root, 0o555);
  await chmod(world.folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  const prefix = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : undefined;
  const { the } = await checkup(world, ['--to', join(root, 'x')], prefix && { prefix });
  const { level, message, advice } = the('disk-place');
  assert.equal(level, 'problem');
  assert.match(message, new RegExp(`no permission to write in ${root}$`));
  assert.match(advice!, /owner/);
});

test('few open files, little memory', async (t) => {
  const { shell } = await openWorld(t);
  const low = readCheckup(await shell('ulimit -n 64; "$NODE" "$SLUICE" doctor --json'));
  assert.equal(low.the('open-files').level, 'warning');
  assert.match(low.the('open-files').message, /only 64 files, so a copy uses at most 2 connections instead of 256/);
  const least = readCheckup(await shell('ulimit -n 40; "$NODE" "$SLUICE" doctor --json'));
  assert.equal(least.the('open-files').level, 'problem');
  const lower = readCheckup(
    await shell(
      'ulimit -n 256; "$NODE" --max-old-space-size=64 --max-semi-space-size=1 "$SLUICE" doctor --buffer-size 900T --json',
    ),
  );
  assert.deepEqual(lower.odd, ['warning node', 'warning memory', 'warning open-files']);
  assert.match(lower.the('open-files').message, /only 256 files, so a copy uses at most 96 connections instead of 256/);
});

test('a flush that takes too long, and Ctrl-C in the middle of it: no file stays', async (t) => {
  const world = await openWorld(t);
  const { folder, start, to } = world;
  await mkdir(join(folder, 'bin'));
  // Other programs may have left gigabytes to flush.
  const begun = join(folder, 'begun');
  await writeFile(join(folder, 'bin', 'sync'), `#!/bin/sh\necho > ${begun}\nexec sleep 20\n`, { mode: 0o755 });
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  await mkdir(to);
  const late = await checkup(world, ['--to', to, '--timeout', '3s'], { env });
  assert.deepEqual(without(late.odd), ['problem disk-sync']);
  assert.match(late.the('disk-sync').message, /flushing the whole disk took more than 3 s/);
  assert.deepEqual(everythingBelow(to), []);

  await unlink(begun);
  const { child, result } = start(['doctor', '--to', to], { env });
  await until('the flush has begun', () => existsSync(begun));
  assert.notDeepEqual(everythingBelow(to), []);
  child.kill('SIGINT');
  (await result).expectExit(130);
  assert.deepEqual(everythingBelow(to), []);
});
