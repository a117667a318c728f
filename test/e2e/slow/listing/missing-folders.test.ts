// A folder that its parent has just listed and that is answered with 404: a failure, unless it really is gone.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const TREE = { 'a/1.jpg': '1', 'a/b/2.jpg': '2', 'a/b/3.jpg': '3', 'z/4.jpg': '4', '5.jpg': '5' };
const { 'a/b/2.jpg': _2, 'a/b/3.jpg': _3, ...OTHERS } = TREE;

/** The listing of `a/b` is refused; `heads` what HEAD requests are answered with. */
function refuse({ server }: Pick<World, 'server'>, heads?: number) {
  server.faults.add({ match: { kind: 'list', directory: 'a/b' }, action: { gone: true } });
  if (heads !== undefined) server.faults.add({ match: { kind: 'head' }, action: { status: heads } });
}

const folderFailures = async (folder: string) =>
  (await readFailures(folder)).map(({ key, code, type }) => [key, code, type]);

for (const [name, heads] of [
  ['the server has it by HEAD', undefined],
  ['only its parent lists it', 404],
  ['the server knows no HEAD', 405],
] as const) {
  test(`not believed: ${name}`, async (t) => {
    const world = await openWorld(t, { objects: TREE });
    const { server, to, mirror, fetch, list, run } = world;
    refuse(world, heads);
    const result = (await mirror('--retries', '0')).expectExit(1);
    assert.deepEqual(result.counts, { listed: 4, stored: 3, skipped: 0, gone: 0, failed: 1 });
    assert.deepEqual(await folderFailures(to), [['a/b', 'ERR_LISTING', 'folder']]);
    await assertTree(to, OTHERS);
    const listed = (await list('--retries', '0', '--json')).expectExit(1);
    assert.equal(listed.summary.failed, 1);
    // Fed back it stays a failure, and is healed when the folder is given.
    const failures = () => createReadStream(join(to, '.sluice', 'failures.ndjson'));
    (await fetch(failures(), '--retries', '0')).expectExit(1);
    assert.deepEqual(await folderFailures(to), [['a/b', 'ERR_LISTING', 'folder']]);
    const verified = await run(['verify', 'upyun://pics', '--to', to, '--extra', '--retries', '0']);
    const reasons = verified
      .expectExit(1)
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line).reason);
    assert.deepEqual(reasons, ['unlisted']);
    server.faults.clear();
    (await fetch(failures())).expectExit(0);
    await assertTree(to, TREE);
  });
}

test('a 404 that passes costs nothing', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: TREE });
  server.faults.add({ match: { kind: 'list', directory: 'a/b' }, action: { gone: true }, times: 1 });
  (await mirror('--retries', '0')).expectExit(0);
  await assertTree(to, TREE);
});

/** The folder is deleted between the listing of its parent and its own. */
function deleteLater({ server, bucket }: Pick<World, 'server' | 'bucket'>) {
  let proceed = () => {};
  const waitFor = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  server.faults.add({ match: { kind: 'list', directory: 'a/b' }, action: { waitFor } });
  return async () => {
    await until('it is asked for', () => server.log.some(({ kind, key }) => kind === 'list' && /^a\/b\/?$/.test(key)));
    for (const key of ['a/b/2.jpg', 'a/b/3.jpg']) bucket.delete(key);
    bucket.deleteFolder('a/b/');
    proceed();
  };
}

test('what really is gone is told, and is no failure', async (t) => {
  const world = await openWorld(t, { objects: TREE });
  const { to, start, run } = world;
  const vanish = deleteLater(world);
  const { result } = start(['mirror', 'upyun://pics', '--to', to, '--json']);
  await vanish();
  assert.deepEqual((await result).expectExit(0).counts, { listed: 4, stored: 3, skipped: 0, gone: 1, failed: 0 });
  const gone = JSON.parse(await readFile(join(to, '.sluice', 'gone.ndjson'), 'utf8'));
  assert.deepEqual([gone.key, gone.type, gone.reason], ['a/b', 'folder', 'gone']);
  // As input it is a folder that is gone.
  const again = await run(['fetch', '--from', 'upyun://pics', '--to', to, '--json'], { input: JSON.stringify(gone) });
  assert.deepEqual(again.expectExit(0).counts, { listed: 1, stored: 0, skipped: 0, gone: 1, failed: 0 });
  (await run(['verify', 'upyun://pics', '--to', to])).expectExit(0);
});

test('for list it is neither a line nor a failure, and for verify no difference', async (t) => {
  const world = await openWorld(t, { objects: TREE });
  const vanish = deleteLater(world);
  const { result } = world.start(['list', 'upyun://pics', '--json']);
  await vanish();
  const listed = (await result).expectExit(0);
  assert.deepEqual(listed.keys.sort(), Object.keys(OTHERS).sort());
  assert.deepEqual([listed.summary.failed, listed.summary.gone], [0, 1]);
  world.server.faults.clear();
  (await world.mirror()).expectExit(0);
  for (const key of ['a/b/2.jpg', 'a/b/3.jpg'] as const) world.bucket.put(key, TREE[key]);
  const later = deleteLater(world);
  const before = world.server.counters.list;
  assert.ok(before > 0);
  world.server.log.length = 0;
  const verifying = world.start(['verify', 'upyun://pics', '--to', world.to]);
  await later();
  (await verifying.result).expectExit(0);
});

test('machines that share a job do not believe it either', async (t) => {
  const world = await openSharedWorld(t, { objects: TREE });
  refuse(world, 404);
  const results = await Promise.all([1, 2].map((machine) => world.startMachine(machine, ['--retries', '0']).result));
  const jobs = results.map((result) => result.expectExit(1).summary as unknown as { job: Record<string, number> });
  assert.deepEqual([jobs[0]!.job.failed, jobs[0]!.job.gone, jobs[0]!.job.stored], [1, 0, 3]);
});
