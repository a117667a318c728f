// What a mirror does about files that are there, old, new, changed or in the way.

import assert from 'node:assert/strict';
import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { DEFAULT_MTIME_SECONDS } from '../../../fakes/buckets/memory-bucket.js';
import { bytesFor, manyObjects, takeFetched, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readTree, tempFiles } from '../../../support/cli/tree.js';

test('stored files carry the listed mtime', async (t) => {
  const objects = {
    'small.jpg': { body: 'small', mtimeSeconds: 1_234_567_890 },
    'empty.jpg': { body: '', mtimeSeconds: 1 },
    'large.bin': { body: bytesFor('large', 3_000_000), mtimeSeconds: 1_600_000_001 },
  };
  const { to, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  for (const [key, { mtimeSeconds }] of Object.entries(objects)) {
    assert.equal((await stat(join(to, key))).mtimeMs, mtimeSeconds * 1000, key);
  }
});

test('a file older than the listed object is fetched again, a newer one of the same size is not', async (t) => {
  const objects = manyObjects(10);
  const { server, to, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  takeRequests(server);
  await utimes(join(to, '0003.jpg'), 1_000_000_000, 1_000_000_000);
  await utimes(join(to, '0004.jpg'), DEFAULT_MTIME_SECONDS + 60, DEFAULT_MTIME_SECONDS + 60);
  const again = (await mirror()).expectExit(0);
  assert.deepEqual(again.counts, { listed: 10, stored: 1, skipped: 9, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), ['0003.jpg']);
  assert.equal((await stat(join(to, '0003.jpg'))).mtimeMs, DEFAULT_MTIME_SECONDS * 1000);
});

test('what is new or changed at the source is fetched, and what was deleted there stays on the disk', async (t) => {
  const objects = manyObjects(10);
  const { server, bucket, to, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  takeRequests(server);
  bucket.put('new/file.jpg', 'new');
  bucket.put('0001.jpg', 'other size');
  bucket.put('0002.jpg', { body: bytesFor('other bytes', 1_000), mtimeSeconds: DEFAULT_MTIME_SECONDS + 1 });
  bucket.delete('0009.jpg');
  const again = (await mirror()).expectExit(0);
  assert.deepEqual(again.counts, { listed: 10, stored: 3, skipped: 7, gone: 0, failed: 0 });
  assert.deepEqual(takeFetched(server), ['0001.jpg', '0002.jpg', 'new/file.jpg']);
  await assertTree(to, {
    ...objects,
    'new/file.jpg': 'new',
    '0001.jpg': 'other size',
    '0002.jpg': bytesFor('other bytes', 1_000),
  });
});

test('an empty bucket and a bucket of empty folders end well with nothing stored', async (t) => {
  for (const folders of [[], ['a', 'b/c/d', '空']]) {
    const { to, mirror } = await openWorld(t, { folders });
    const result = (await mirror()).expectExit(0);
    assert.deepEqual(result.counts, { listed: 0, stored: 0, skipped: 0, gone: 0, failed: 0 });
    assert.equal((await readTree(to)).size, 0);
  }
});

test('a prefix in SOURCE is a folder, is left out of the paths and takes nothing from its neighbours', async (t) => {
  const objects = { '2017/a.jpg': 'a', '2017/09/b.jpg': 'b', '2017x.jpg': 'x', '20170/c.jpg': 'c', 'd.jpg': 'd' };
  const { to, run } = await openWorld(t, { objects });
  for (const source of ['upyun://pics/2017', 'upyun://pics/2017/']) {
    (await run(['mirror', source, '--to', to])).expectExit(0);
    await assertTree(to, { 'a.jpg': 'a', '09/b.jpg': 'b' });
  }
});

test('files of the user are left alone, and one that is in the way is not replaced', async (t) => {
  const { to, mirror } = await openWorld(t, { objects: { 'a/b.jpg': 'b', 'c.jpg': 'c', 'd/e.jpg': 'e' } });
  await mkdir(join(to, 'c.jpg'), { recursive: true });
  await writeFile(join(to, 'c.jpg', 'mine.txt'), 'mine');
  await writeFile(join(to, 'a'), 'mine too');
  const result = (await mirror('--names', 'refuse')).expectExit(1);
  assert.deepEqual(result.counts, { listed: 3, stored: 1, skipped: 0, gone: 0, failed: 2 });
  assert.deepEqual(await failureCodes(to), { 'a/b.jpg': 'ERR_PATH_CONFLICT', 'c.jpg': 'ERR_PATH_CONFLICT' });
  const mine = { a: 'mine too', 'c.jpg/mine.txt': 'mine' };
  await assertTree(to, { ...mine, 'd/e.jpg': 'e' });
  // Where names are escaped, what is in the way stays as well, and the objects lie beside it.
  assert.equal((await mirror()).expectExit(0).summary.stored, 2);
  await assertTree(to, { ...mine, 'd/e.jpg': 'e', '%~a%~d/b.jpg': 'b', '%~c.jpg%~f': 'c' });
  assert.deepEqual(await tempFiles(to), []);
});

test('the readable summary shows balanced stats, and a command that mends the failures as it stands', async (t) => {
  const objects: Record<string, Buffer | string> = { ...manyObjects(5), 'ill.jpg': 'ill' };
  const { server, folder, run, shell } = await openWorld(t, { objects });
  const fault = server.faults.add({ match: { kind: 'get', key: 'ill.jpg' }, action: { status: 500 } });
  server.faults.add({ match: { kind: 'get', key: '0002.jpg' }, action: { gone: true } });
  const to = join(folder, "it's a $folder");
  const result = (await run(['mirror', 'upyun://pics', '--to', to, '--retries', '0'])).expectExit(1);
  assert.match(result.stderr, /6 listed = 4 stored \+ 0 skipped \+ 1 gone \+ 1 failed/);
  assert.equal(result.stdout, '');

  server.faults.remove(fault);
  const [advice] = /sluice fetch .*/.exec(result.stderr) ?? [];
  (await shell(`sluice() { "$NODE" "$SLUICE" "$@"; }\n${advice}`)).expectExit(0);
  const { '0002.jpg': _, ...rest } = objects;
  await assertTree(to, rest);
});
