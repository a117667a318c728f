// The failures file itself: rewritten by each run, and put wherever it is wanted.

import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { failureCodes, readTree } from '../../../support/cli/tree.js';

test('each run rewrites the failures file and keeps what it replaces', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: manyObjects(5) });
  const fault = server.faults.add({ match: { kind: 'get', key: '0002.jpg' }, action: { status: 500 } });
  (await mirror('--retries', '0')).expectExit(1);
  assert.deepEqual(await failureCodes(to), { '0002.jpg': 'ERR_SERVER' });
  server.faults.remove(fault);
  (await mirror()).expectExit(0);
  assert.deepEqual(await failureCodes(to), {});
  assert.match(await readFile(join(to, '.sluice', 'failures.ndjson.previous'), 'utf8'), /0002\.jpg/);
});

test('--failures puts the failures file elsewhere', async (t) => {
  const { server, folder, to, mirror } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ match: { kind: 'get', key: '0001.jpg' }, action: { status: 500 } });
  const path = join(folder, 'made', 'for it', 'failed.ndjson');
  (await mirror('--retries', '0', '--failures', path)).expectExit(1);
  assert.match(await readFile(path, 'utf8'), /^\{"key":"0001\.jpg".*\}\n$/);
  assert.equal((await readTree(to)).size, 2);
});

test('a failures file behind a symbolic link is written where the link points, and the link stays', async (t) => {
  const { server, folder, mirror } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ match: { kind: 'get', key: '0001.jpg' }, action: { status: 500 } });
  await mkdir(join(folder, 'elsewhere'));
  const [real, link] = [join(folder, 'elsewhere', 'failed.ndjson'), join(folder, 'link.ndjson')];
  await writeFile(real, '');
  await symlink(real, link);
  (await mirror('--retries', '0', '--failures', link)).expectExit(1);
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.match(await readFile(real, 'utf8'), /^\{"key":"0001\.jpg".*\}\n$/);
});

test('failures may go into a pipe', async (t) => {
  const { server, to, folder, shell } = await openWorld(t, { objects: manyObjects(3) });
  server.faults.add({ match: { kind: 'get', key: '0001.jpg' }, action: { status: 500 } });
  const mirror = `"$NODE" "$SLUICE" mirror upyun://pics --to '${to}' --retries 0 --failures pipe --quiet`;
  (await shell(`mkfifo pipe || exit 99; cat pipe > copy & ${mirror}; code=$?; wait; exit $code`)).expectExit(1);
  assert.match(await readFile(join(folder, 'copy'), 'utf8'), /^\{"key":"0001\.jpg".*\}\n$/);
  assert.deepEqual((await readdir(folder)).sort(), ['copy', 'out', 'pipe']);
});
