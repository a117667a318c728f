// A bucket that is larger than the disks: said before anything is fetched, with the time when they will be full.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS = manyObjects(100, { size: 100_000 });
const TOO_MUCH = /the disks will not hold all of it: by the bucket's own count (\d[\d.]* \w+) are still to be stored/;

test('more than fits: said before the first object, then when the disks are full, in progress and status, too', async (t) => {
  const disk = smallDisk(t, 'size=8m');
  if (disk === undefined) return;
  const { server, start, run } = await openWorld(t, { objects: OBJECTS });
  const slow = ['--bwlimit', '500k', '--reserve', '0', '--progress-interval', '500ms'];
  const held = server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  // As far away as a server may be.
  server.faults.add({ match: { kind: 'usage' }, action: { delayMs: 1_000 }, times: 1 });
  const early = start(['mirror', 'upyun://pics', '--to', disk.root, '--json', ...slow]);
  await until('the first request', () => server.counters.get > 0);
  const [usage, first] = (['usage', 'get'] as const).map((kind) => server.log.find((one) => one.kind === kind)!);
  assert.ok(first!.atMs - usage!.atMs >= 900, 'the answer was waited for');
  await until('the word', () => TOO_MUCH.test(early.stderr()));
  assert.equal(TOO_MUCH.exec(early.stderr())?.[1], '10.0 MB');
  early.child.kill('SIGKILL');
  await early.result;
  server.faults.remove(held);
  const { child, result, stderr } = start(['mirror', 'upyun://pics', '--to', disk.root, '--json', ...slow]);
  await until('a rate', () => stderr().includes('the disks are full at 2'));
  assert.match(stderr(), TOO_MUCH);
  await until('progress', () => /"event":"progress".*"secondsUntilFull":/.test(stderr()));
  const status = (await run(['status', '--to', disk.root, '--json'])).expectExit(0).lines[0]!;
  assert.ok(Number(status.secondsUntilFull) > 0, JSON.stringify(status));
  child.kill('SIGINT');
  (await result).expectExit(130);
});

test('nothing is said where it fits, where part of it is wanted, or where nobody knows', async (t) => {
  const disk = smallDisk(t, 'size=16m');
  if (disk === undefined) return;
  const { server, run, bucket, folder } = await openWorld(t, { objects: OBJECTS });
  const to = ['--to', disk.root, '--reserve', '0'];
  const silent = async (...args: string[]) => {
    const { stderr } = (await run(['mirror', ...args])).expectExit(0);
    assert.doesNotMatch(stderr, /the disks/);
  };
  await silent('upyun://pics', ...to);
  // What is there already needs no room: a second pass has but 6 MB left, and 10 MB are in the bucket.
  await silent('upyun://pics', ...to);
  await silent('upyun://pics', ...to, '--restart');
  bucket.put('b/1.jpg', Buffer.alloc(1_000));
  server.faults.add({ match: { kind: 'usage' }, action: { stallBeforeHeaders: true } });
  await silent('upyun://pics', ...to);
  server.faults.clear();
  const small = smallDisk(t, 'size=4m');
  const other = ['--to', small!.root, '--reserve', '0'];
  await silent('upyun://pics', ...other, '--limit', '3');
  await silent('upyun://pics', ...other, '--include', '000[12].jpg', '--restart');
  await silent('upyun://pics/b', '--to', join(small!.root, 'b'), '--reserve', '0');
  assert.ok(folder);
});

test('a second pass for which there is no room says so', async (t) => {
  const disk = smallDisk(t, 'size=16m');
  if (disk === undefined) return;
  const { run, bucket } = await openWorld(t, { objects: OBJECTS });
  const args = ['mirror', 'upyun://pics', '--to', disk.root, '--reserve', '0'];
  (await run(args)).expectExit(0);
  for (let index = 0; index < 100; index++) bucket.put(`more/${index}.jpg`, Buffer.alloc(100_000, index));
  const { stderr } = (await run(args)).expectExit(3);
  assert.equal(TOO_MUCH.exec(stderr)?.[1], '10.0 MB');
});
