// What is not there: a failure when only a line has named it, and otherwise told in a list of its own.

import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { failureCodes, readFailures } from '../../../support/cli/tree.js';

const LISTED = '{"key":"missing.jpg","size":3,"mtime":"2017-09-03T13:10:06.000Z"}';
const goneFileIn = (folder: string) => join(folder, '.sluice', 'gone.ndjson');

interface GoneLine {
  key: string;
  size?: number;
  code: string;
  reason: string;
  error: string;
  time: string;
}

async function readGone(folder: string): Promise<GoneLine[]> {
  if (!existsSync(goneFileIn(folder))) return [];
  const text = await readFile(goneFileIn(folder), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const goneKeys = async (folder: string) => (await readGone(folder)).map(({ key }) => key).sort();

test('a bare key that is not found is a failure, and stays one when it is fed back', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  for (const missing of ['missing.jpg', '"missing.jpg"', '{"key":"missing.jpg"}']) {
    const result = (await fetch(`a.jpg\n${missing}\nno/such/folder.jpg\n`)).expectExit(1);
    assert.deepEqual(result.counts, { listed: 3, stored: 1, skipped: 0, gone: 0, failed: 2 });
    assert.deepEqual(await failureCodes(to), { 'missing.jpg': 'ERR_NOT_FOUND', 'no/such/folder.jpg': 'ERR_NOT_FOUND' });
    const told = result.events.filter(({ event }) => event === 'failure').map(({ key, code }) => [key, code]);
    assert.deepEqual(told.sort(), [
      ['missing.jpg', 'ERR_NOT_FOUND'],
      ['no/such/folder.jpg', 'ERR_NOT_FOUND'],
    ]);
    const again = (await fetch(createReadStream(join(to, '.sluice', 'failures.ndjson')))).expectExit(1);
    assert.equal(again.summary.failed, 2);
  }
  assert.match((await readFailures(to))[0]!.error, /no object has the key.*404/);
  assert.ok(!existsSync(goneFileIn(to)));
});

test('what a line of a listing names is gone when it is not found, and is told', async (t) => {
  const { to, fetch, run } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const lines = [LISTED, '{"key":"b","size":0}', '{"key":"c","mtime":"2017-09-03"}', 'a.jpg'];
  const result = (await fetch(lines.join('\n'))).expectExit(0);
  assert.deepEqual(result.counts, { listed: 4, stored: 1, skipped: 0, gone: 3, failed: 0 });
  assert.equal((result.summary as unknown as { goneFile: string }).goneFile, goneFileIn(to));
  assert.deepEqual(await goneKeys(to), ['b', 'c', 'missing.jpg']);
  const line = (await readGone(to)).find(({ key }) => key === 'missing.jpg')!;
  assert.deepEqual([line.size, line.code, line.reason], [3, 'ERR_NOT_FOUND', 'gone']);
  assert.match(line.error, /404/);
  assert.ok(Math.abs(Date.parse(line.time) - Date.now()) < 120_000);
  // It is input, too.
  const again = (await fetch(await readFile(goneFileIn(to)))).expectExit(0);
  assert.deepEqual(again.counts, { listed: 3, stored: 0, skipped: 0, gone: 3, failed: 0 });
  const plain = await run(['fetch', '--from', 'upyun://pics', '--to', to], { input: LISTED });
  assert.ok(
    plain.expectExit(0).stderr.includes(`objects that were listed and do not exist any more are in ${goneFileIn(to)}`),
  );
});

test('lines with a size whose keys have the form of another list are failures that say so, not gone', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const keys = ['/a.jpg', './a.jpg', '../a.jpg', 'https://img.example.com/a.jpg'];
  const lines = keys.map((key) => JSON.stringify({ key, size: 1, mtime: '2017-09-03' }));
  const result = (await fetch(lines.join('\n'))).expectExit(1);
  assert.deepEqual(result.counts, { listed: 4, stored: 0, skipped: 0, gone: 0, failed: 4 });
  assert.ok(!existsSync(goneFileIn(to)));
  for (const { code, error } of await readFailures(to)) {
    assert.equal(code, 'ERR_NOT_FOUND');
    assert.match(error, /keys do not begin with a slash or a dot: the key may be "a.jpg"|looks like a URL/);
  }
});

test('a fetch of nothing that is gone leaves the list as it is, one of other things keeps it beside', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  (await fetch(LISTED)).expectExit(0);
  const result = (await fetch('a.jpg')).expectExit(0);
  assert.equal((result.summary as { goneFile?: string }).goneFile, undefined);
  assert.deepEqual(await goneKeys(to), ['missing.jpg']);
  (await fetch('{"key":"other","size":1}')).expectExit(0);
  assert.deepEqual(await goneKeys(to), ['other']);
  assert.match(await readFile(`${goneFileIn(to)}.previous`, 'utf8'), /missing\.jpg/);
});

test('a dry run writes no list, and one without anything gone makes none', async (t) => {
  const { to, fetch, mirror } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  (await mirror()).expectExit(0);
  (await fetch(LISTED, '--dry-run')).expectExit(0);
  assert.ok(!existsSync(goneFileIn(to)));
});

const vanish = ({ server }: Pick<World, 'server'>, key: string | RegExp) =>
  server.faults.add({ match: { kind: 'get', key }, action: { gone: true } });

test('status counts what is gone and names the list; the next pass makes it anew', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(20) });
  const { to, mirror, run } = world;
  const fault = vanish(world, /000[12]\.jpg/);
  const result = (await mirror()).expectExit(0);
  assert.deepEqual(result.counts, { listed: 20, stored: 18, skipped: 0, gone: 2, failed: 0 });
  assert.deepEqual(await goneKeys(to), ['0001.jpg', '0002.jpg']);
  const status = JSON.parse((await run(['status', '--to', to, '--json'])).expectExit(0).stdout);
  assert.deepEqual([status.gone, status.goneFile, status.failuresFile], [2, goneFileIn(to), undefined]);
  assert.ok((await run(['status', '--to', to])).stdout.includes(goneFileIn(to)));
  world.server.faults.remove(fault);
  const healed = (await mirror()).expectExit(0);
  assert.deepEqual([healed.summary.gone, healed.summary.stored], [0, 2]);
  assert.ok(!existsSync(goneFileIn(to)), 'nothing is gone by this pass');
});

test('a job of several runs names each object once, whatever was killed when', async (t) => {
  const objects = manyObjects(60);
  const world = await openWorld(t, { objects });
  const { server, to, start, mirror, run } = world;
  vanish(world, /00[0-4]5\.jpg/);
  const stalled = server.faults.add({ match: { kind: 'get', key: '0052.jpg' }, action: { stallBeforeHeaders: true } });
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
    const { child, result } = start([
      'mirror',
      'upyun://pics',
      '--to',
      to,
      '--json',
      '--timeout',
      '2s',
      '--retries',
      '0',
    ]);
    await until('the last page', () => server.counters.activeGets === 1);
    const counts = async () => JSON.parse((await run(['status', '--to', to, '--json'])).stdout).gone === 5;
    await until('five are known to be gone', counts);
    child.kill(signal);
    await result;
  }
  const status = JSON.parse((await run(['status', '--to', to, '--json'])).expectExit(0).stdout);
  assert.equal(status.gone, 5);
  assert.match(await readFile(status.goneFile, 'utf8'), /0045\.jpg/);
  server.faults.remove(stalled);
  const result = (await mirror('--page-size', '10')).expectExit(0);
  assert.deepEqual(result.counts, { listed: 60, stored: 55, skipped: 0, gone: 5, failed: 0 });
  assert.deepEqual(await goneKeys(to), ['0005.jpg', '0015.jpg', '0025.jpg', '0035.jpg', '0045.jpg']);
  assert.deepEqual(await failureCodes(to), {});
});

test('machines that share a job have a list each, and a bare key fails there too', async (t) => {
  const world = await openSharedWorld(t, { objects: manyObjects(30) });
  const { folderOf, startMachine, queued } = world;
  vanish(world, /000[123]\.jpg/);
  const results = await Promise.all([1, 2].map((machine) => startMachine(machine).result));
  for (const result of results) result.expectExit(0);
  const keys = (await Promise.all([1, 2].map((machine) => goneKeys(folderOf(machine))))).flat();
  assert.deepEqual(keys.sort(), ['0001.jpg', '0002.jpg', '0003.jpg']);
  assert.equal(
    results.reduce((sum, { summary }) => sum + summary.gone, 0),
    3,
  );
  const args = ['fetch', '--from', 'upyun://pics', '--to', folderOf(3), '--json', '--job', 'some'];
  const fetched = (await queued(args, { input: `never.jpg\n./x\n${LISTED}\n0009.jpg\n` })).expectExit(1);
  assert.deepEqual(fetched.counts, { listed: 4, stored: 1, skipped: 0, gone: 1, failed: 2 });
  assert.deepEqual(await failureCodes(folderOf(3)), { 'never.jpg': 'ERR_NOT_FOUND', './x': 'ERR_BAD_LINE' });
  assert.deepEqual(await goneKeys(folderOf(3)), ['missing.jpg']);
});

test('a machine that comes back to a shared job keeps what its lists have named', async (t) => {
  const world = await openSharedWorld(t, { objects: { ...manyObjects(20, { folder: 'a/' }), 'z.jpg': 'z' } });
  const { server, folderOf, startMachine } = world;
  vanish(world, 'a/0001.jpg');
  server.faults.add({ match: { kind: 'get', key: 'a/0002.jpg' }, action: { status: 403 } });
  const stalled = server.faults.add({ match: { kind: 'get', key: 'z.jpg' }, action: { stallBeforeHeaders: true } });
  const first = startMachine(1);
  await until('the folder is done', async () => {
    const status = await world.queued(['status', '--json']);
    return JSON.parse(status.stdout).gone === 1;
  });
  first.child.kill('SIGKILL');
  await first.result;
  server.faults.remove(stalled);
  const again = (await startMachine(1).result).expectExit(1);
  assert.deepEqual(again.counts, { listed: 21, stored: 19, skipped: 0, gone: 1, failed: 1 });
  assert.deepEqual(await goneKeys(folderOf(1)), ['a/0001.jpg']);
  assert.deepEqual(await failureCodes(folderOf(1)), { 'a/0002.jpg': 'ERR_FORBIDDEN_OBJECT' });
});

test('what verify calls extra is no failure of the source, fed to fetch, and neither is a gone object without size and time', async (t) => {
  const { to, fetch, mirror, run } = await openWorld(t, { objects: { 'a.jpg': 'a', 'b.jpg': 'b' } });
  (await mirror()).expectExit(0);
  await rm(join(to, 'a.jpg'));
  await writeFile(join(to, 'own.txt'), 'mine');
  const differ = (await run(['verify', 'upyun://pics', '--to', to, '--extra'])).expectExit(1).stdout;
  assert.deepEqual(
    differ
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).reason)
      .sort(),
    ['extra', 'missing'],
  );
  const mended = (await fetch(differ)).expectExit(0);
  assert.deepEqual(mended.counts, { listed: 2, stored: 1, skipped: 0, gone: 1, failed: 0 });
  assert.deepEqual(await goneKeys(to), ['own.txt']);
  assert.equal(await readFile(join(to, 'own.txt'), 'utf8'), 'mine');
  const again = (await fetch(await readFile(goneFileIn(to)))).expectExit(0);
  assert.deepEqual(again.counts, { listed: 1, stored: 0, skipped: 0, gone: 1, failed: 0 });
  const dry = (await fetch(differ, '--dry-run')).expectExit(0);
  assert.match(dry.stdout, /^\{"key":"own\.txt","reason":"extra"\}$/m);
});
