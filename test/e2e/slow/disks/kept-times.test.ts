// Times that a disk cannot keep, finer or in other years than it knows, count as what it has made of them.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { takeFetched } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { type OddKind, oddDisk } from '../../../support/disks/odd-disks.js';

const MTIMES = [
  '2017-09-03T12:50:07.999Z',
  '2017-09-03T12:50:07.001Z',
  '2017-09-03T12:50:06.500Z',
  '1969-12-31T23:59:55.250Z',
  '1950-06-01T00:00:00Z',
  '1850-06-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '-100000-01-01T00:00:00Z',
  '1979-12-31T23:59:58.5Z',
  '2038-01-19T03:14:08.125Z',
  '2106-02-07T06:28:16Z',
  '2108-01-01T00:00:00Z',
  '2446-05-10T22:38:56Z',
  '2500-01-01T00:00:00.001Z',
  '+010000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
];

const objects = Object.fromEntries(MTIMES.map((_, index) => [`d${index % 3}/${index}.jpg`, `content-${index}`]));
const keys = Object.keys(objects);

function linesOf(change: (mtime: string, index: number) => string = (mtime) => mtime): string {
  return keys
    .map((key, index) => JSON.stringify({ key, size: objects[key]!.length, mtime: change(MTIMES[index]!, index) }))
    .map((line) => `${line}\n`)
    .join('');
}

/** `here` = whatever disk temporary files lie on. */
for (const kind of ['here', 'ntfs', 'exfat', 'ext4'] as const) {
  test(`${kind}: what was stored with any time is alike, in every pass, with its digest`, async (t) => {
    const disk = kind === 'here' ? undefined : oddDisk(t, kind satisfies OddKind);
    if (kind !== 'here' && disk === undefined) return;
    const { folder, run, server, bucket } = await openWorld(t, { objects });
    const to = disk?.root ?? join(folder, 'out');
    const fetch = (input: string) => run(['fetch', '--from', 'upyun://pics', '--to', to, '--json'], { input });
    assert.equal((await fetch(linesOf())).expectExit(0).counts.stored, keys.length);
    takeFetched(server);
    for (const again of [() => {}, () => disk?.remount()]) {
      again();
      assert.equal((await fetch(linesOf())).expectExit(0).counts.skipped, keys.length);
      assert.deepEqual(takeFetched(server), []);
      for (const more of [[], ['--checksum']]) {
        // Without a SOURCE only the recorded digests can tell.
        const verified = await run(['verify', '-', '--to', to, '--json', ...more], { input: linesOf() });
        assert.equal(verified.expectExit(0).counts.skipped, keys.length);
      }
    }
    // A newer version is still seen where the disk can tell the times apart.
    const newer = linesOf((mtime, index) => (index < 3 ? '2017-09-03T12:50:10.000Z' : mtime));
    const stale = await run(['verify', '-', '--to', to, '--json'], { input: newer });
    assert.equal(stale.expectExit(1).counts.failed, 3);
    for (const key of keys.slice(0, 3)) bucket.put(key, objects[key]!.toUpperCase());
    assert.equal((await fetch(newer)).expectExit(0).counts.stored, 3);
    assert.deepEqual(takeFetched(server), keys.slice(0, 3).sort());
    (await run(['verify', '-', '--to', to, '--checksum', '--json'], { input: newer })).expectExit(0);
  });
}

test('a listed time in the year 10000 is fetched once', async (t) => {
  const mtimeSeconds = 253_402_300_800;
  const { mirror, run, to } = await openWorld(t, { objects: { 'a.jpg': { body: 'a', mtimeSeconds } } });
  assert.equal((await mirror()).expectExit(0).counts.stored, 1);
  assert.equal((await mirror()).expectExit(0).counts.skipped, 1);
  (await run(['verify', 'upyun://pics', '--to', to, '--checksum', '--json'])).expectExit(0);
});

test('an mtime without a zone is UTC, whatever the zone of the machine', async (t) => {
  const { run, folder } = await openWorld(t, { objects: { a: '1', b: '2', c: '3', d: '4' } });
  const input = ['2017-09-03T13:10:06', '2017-09-03 13:10:06.5', '2017-09-03', '2017-09-03T13:10:06Z']
    .map((mtime, index) => `${JSON.stringify({ key: 'abcd'[index], mtime })}\n`)
    .join('');
  for (const TZ of ['Asia/Shanghai', 'America/New_York']) {
    const target = join(folder, TZ.replace('/', '-'));
    const options = { input, env: { TZ } };
    (await run(['fetch', '--from', 'upyun://pics', '--to', target, '--json'], options)).expectExit(0);
    const mtimes = ['a', 'b', 'c', 'd'].map((key) => statSync(join(target, key)).mtime.toISOString());
    assert.deepEqual(mtimes, [
      '2017-09-03T13:10:06.000Z',
      '2017-09-03T13:10:06.500Z',
      '2017-09-03T00:00:00.000Z',
      '2017-09-03T13:10:06.000Z',
    ]);
  }
});
