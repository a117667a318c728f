// What ends a run: exit 3, one clear line on stderr, and with --json still a summary.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertPartOf, assertTree, tempFiles } from '../../../support/cli/tree.js';

test('a wrong password ends each command with 3 and exactly one clear line', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: manyObjects(3), password: 'another one' });
  const commands = [
    ['list', 'upyun://pics'],
    ['mirror', 'upyun://pics', '--to', to],
    ['fetch', '--from', 'upyun://pics', '--to', to],
  ];
  for (const args of commands) {
    const result = (await run(args, { input: '0000.jpg\n0001.jpg\n' })).expectExit(3);
    const destination = args[0] === 'list' ? '' : `upyun://pics → ${to}\n`;
    assert.ok(result.said.startsWith(destination), result.said);
    const error = result.said.slice(destination.length);
    assert.match(error, /^sluice: [^\n]*credentials[^\n]*UPYUN_PASSWORD[^\n]*\[ERR_AUTH\]\n$/);
    assert.equal(result.stdout, '');
  }
  assert.ok(takeRequests(server).length <= 7, 'and it does not go on trying');
});

const FATAL: Record<string, readonly [source: string, code: string]> = {
  'no such bucket': ['upyun://nothing-here', 'ERR_BUCKET'],
  'no such folder': ['upyun://pics/nothing/here', 'ERR_BUCKET'],
  'an object as SOURCE': ['upyun://pics/0000.jpg', 'ERR_BUCKET'],
};

for (const [name, [source, code]] of Object.entries(FATAL)) {
  test(`${name} → 3, an error that names SOURCE, and a summary of nothing`, async (t) => {
    const { to, run } = await openWorld(t, { objects: manyObjects(3) });
    const json = (await run(['mirror', source, '--to', to, '--json', '--quiet'])).expectExit(3);
    assert.deepEqual(
      json.events.map(({ event }) => event),
      ['error', 'summary'],
    );
    assert.equal(json.events[0]?.code, code);
    assert.match(String(json.events[0]?.message), /SOURCE/);
    assert.equal(json.summary.listed, 0);
  });
}

test('401 in the middle of a run → 3; what was stored is whole, and the next run goes on from there', async (t) => {
  const objects = manyObjects(100);
  const { server, to, mirror } = await openWorld(t, { objects });
  const fault = server.faults.add({
    match: { kind: 'get' },
    action: { status: { status: 401, code: 40100006 } },
    after: 40,
  });
  const broken = (await mirror('--concurrency', '4')).expectExit(3);
  assert.ok(broken.events.some(({ event, code }) => event === 'error' && code === 'ERR_AUTH'));
  const stored = await assertPartOf(to, objects);
  assert.ok(stored > 0 && stored <= 40, `${stored} stored`);
  assert.ok(server.counters.get < 60, `${server.counters.get} requests`);
  assert.deepEqual(await tempFiles(to), []);

  server.faults.remove(fault);
  const requests = server.counters.get;
  const rest = (await mirror()).expectExit(0);
  assert.deepEqual(rest.counts, { listed: 100, stored: 100, skipped: 0, gone: 0, failed: 0 });
  assert.equal(server.counters.get - requests, 100 - stored, 'nothing that is there is fetched again');
  await assertTree(to, objects);
});

test('401 in the middle of the listing → 3, for list too, and what was printed is whole lines', async (t) => {
  const { server, list } = await openWorld(t, { objects: manyObjects(100) });
  server.faults.add({ match: { kind: 'list' }, action: { status: 401 }, after: 3 });
  const result = (await list('--page-size', '10')).expectExit(3);
  assert.equal(result.lines.length, 30);
  assert.match(result.stderr, /\[ERR_AUTH\]/);
});

test('a writer that holds stdin open does not keep a fatal error from ending the run', async (t) => {
  const { to, start } = await openWorld(t, { password: 'another one' });
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json'];
  const { child, result } = start(args, { isInputOpen: true });
  child.stdin.write('{"key":"a.jpg"}\nb.jpg\n');
  (await result).expectExit(3);
});

test('a full device behind stdout is an error, not a closed pipe', async (t) => {
  const { shell } = await openWorld(t, { objects: manyObjects(3) });
  const result = await shell('test -c /dev/full || exit 99; "$NODE" "$SLUICE" list upyun://pics > /dev/full');
  if (result.code === 99) return t.skip('no /dev/full here');
  assert.match(result.expectExit(3).stderr, /\[ERR_OUTPUT\]/);
});

test('a destination that cannot be used → 3 before any object is asked for', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: manyObjects(3) });
  await mkdir(to);
  await writeFile(join(to, '.sluice'), 'a file of somebody else');
  const result = (await run(['mirror', 'upyun://pics', '--to', to])).expectExit(3);
  assert.match(result.said, /^sluice: [^\n]*\.sluice[^\n]*\[ERR_VOLUME\]\n$/);
  assert.equal(server.counters.get, 0);
  await assertTree(to, { '.sluice': 'a file of somebody else' });
});
