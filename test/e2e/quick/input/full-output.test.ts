// stdout is a file on a disk that fills up: never a cut line, never exit code 0, and with a state no line is lost.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS = manyObjects(400, { folder: 'folder/' });

for (const kib of [4, 8, 16, 24]) {
  test(`a listing into ${kib} KiB ends with 3, whole lines only, and goes on with its state when there is room`, async (t) => {
    const disk = smallDisk(t, `size=${kib}k`);
    if (disk === undefined) return;
    const { folder, shell } = await openWorld(t, { objects: OBJECTS });
    const out = join(disk.root, 'out');
    const list = (redirect: string) =>
      shell(
        `exec "$NODE" "$SLUICE" list upyun://pics --page-size 25 --state '${join(folder, 'state')}' --json ${redirect} '${out}'`,
      );
    const full = (await list('>')).expectExit(3);
    assert.match(full.stderr, /ERR_OUTPUT.*ENOSPC/);
    const before = await readFile(out, 'utf8');
    assert.ok(before === '' || before.endsWith('\n'), 'no line is cut');
    disk.remount('size=1m');
    (await list('>>')).expectExit(0);
    const keys = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).key);
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(OBJECTS).sort());
  });
}

test('a short last write is a full disk, too: without a state, and for what verify prints', async (t) => {
  const disk = smallDisk(t, 'size=4k');
  if (disk === undefined) return;
  const { shell, to } = await openWorld(t, { objects: OBJECTS });
  const out = join(disk.root, 'out');
  // One chunk alone: no further write would meet the full disk.
  (await shell(`exec "$NODE" "$SLUICE" list upyun://pics --limit 90 > '${out}'`)).expectExit(3);
  (
    await shell(`mkdir '${to}' && exec "$NODE" "$SLUICE" verify upyun://pics --limit 90 --to '${to}' > '${out}'`)
  ).expectExit(3);
  assert.equal(await readFile(out, 'utf8'), '');
});

test('an answer that stdout does not take is no answer: status, its JSON, jobs and status of a queue', async (t) => {
  const { shell, mirror, nats, startMachine, to } = await openSharedWorld(t, { objects: { 'a.jpg': 'a' } });
  (await mirror()).expectExit(0);
  (await startMachine(1).result).expectExit(0);
  for (const command of [
    `status --to '${to}'`,
    `status --to '${to}' --json`,
    `jobs --queue ${nats.url}`,
    `status --queue ${nats.url} --json`,
  ]) {
    const full = (await shell(`exec "$NODE" "$SLUICE" ${command} > /dev/full`)).expectExit(3);
    assert.match(full.stderr, /stdout cannot be written: ENOSPC.*|ERR_OUTPUT/, command);
  }
});

test('a reader of status --watch that goes away ends it', async (t) => {
  const { shell, nats, server, startMachine } = await openSharedWorld(t, { objects: { 'a.jpg': 'a' } });
  server.faults.add({ match: { kind: 'get' }, action: { stallBeforeHeaders: true } });
  const { child, result } = startMachine(1);
  const watch = `until "$NODE" "$SLUICE" status --queue ${nats.url} > /dev/null; do sleep 0.1; done
    { "$NODE" "$SLUICE" status --queue ${nats.url} --watch; echo $? > code; } | head -n 1; exec cat code`;
  const { stdout } = (await shell(watch)).expectExit(0);
  assert.match(stdout, /^job .*\n0\n$/);
  child.kill('SIGKILL');
  await result;
});
