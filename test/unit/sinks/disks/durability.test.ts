// What a power cut may not take: the order in which a file, its folders and the records about it reach the platter.

import assert from 'node:assert/strict';
import fs, { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { openDigestIndex } from '../../../../src/sinks/digests/digest-index.js';
import { clearDoubts } from '../../../../src/sinks/disks/barrier.js';
import type { VolumeEvent } from '../../../../src/sinks/disks/health.js';
import type { Volumes } from '../../../../src/sinks/disks/volumes.js';
import { VolumeFiles } from '../../../../src/sinks/thread/files.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { filesBelow, linkTarget, openedVolumes, tempFolder, tempVolumes } from '../../../support/disks/files.js';
import { ownBytes } from '../../../support/source-stub.js';
import { rejection } from '../../../support/waiting.js';

/** What the code under test asks of the disk, in order, with paths relative to the root. */
function watchDisk(t: TestContext, root: string): string[] {
  const calls: string[] = [];
  const relative = (path: unknown) =>
    String(path)
      .replace(root, '')
      .replace(/^\/\.sluice\/tmp\/.*/, '/temp') || '/';
  const watch = (name: 'fsyncSync' | 'renameSync' | 'mkdirSync', describe: (...args: unknown[]) => string) => {
    const original = fs[name] as (...args: unknown[]) => unknown;
    t.mock.method(fs, name, (...args: unknown[]) => {
      calls.push(describe(...args));
      return original(...args);
    });
  };
  watch('fsyncSync', (fd) => `sync ${relative(linkTarget(`/proc/self/fd/${fd}`))}`);
  watch('renameSync', (_from, to) => `rename ${relative(to)}`);
  watch('mkdirSync', (path) => `mkdir ${relative(path)}`);
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return calls;
}

function filesIn(t: TestContext, isEachSynced: boolean) {
  const root = tempFolder(t);
  const namesFile = join(root, '.sluice', 'names.ndjson');
  const files = new VolumeFiles({
    language: 'en',
    root,
    isReadOnly: false,
    names: 'escape',
    namesFile,
    isEachSynced,
    shared: undefined,
  });
  t.after(() => files.close());
  files.temps.prepare();
  return { root, files };
}

test('file: the bytes before the name, then each new folder in its parent, and the name in its folder', (t) => {
  if (!existsSync('/proc/self/fd')) return t.skip('this system does not tell which file a number is');
  const { root, files } = filesIn(t, true);
  const calls = watchDisk(t, root);
  files.store({ key: 'a/b/c' }, ownBytes('x'), '');
  assert.deepEqual(calls, ['sync /temp', 'mkdir /a', 'sync /', 'mkdir /a/b', 'sync /a', 'rename /a/b/c', 'sync /a/b']);
  calls.length = 0;
  files.store({ key: 'a/b/d' }, ownBytes('x'), '');
  assert.deepEqual(calls, ['sync /temp', 'rename /a/b/d', 'sync /a/b']);
});

test('barrier and none: nothing is synced for a file', (t) => {
  const { root, files } = filesIn(t, false);
  const calls = watchDisk(t, root);
  files.store({ key: 'a/b' }, ownBytes('x'), '');
  assert.deepEqual(
    calls.filter((call) => call.startsWith('sync')),
    [],
  );
});

/** A `sync` of the test's own, which writes down what it was asked for. */
function recordingSync(t: TestContext) {
  const folder = tempFolder(t);
  const command = join(folder, 'sync');
  const log = join(folder, 'log');
  const be = (exit: string) => writeFileSync(command, `#!/bin/sh\necho "$1 $2" >> '${log}'\n${exit}\n`);
  be('exit 0');
  chmodSync(command, 0o700);
  const asked = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
  return { command: [command, '-f'] as [string, ...string[]], asked, be };
}

test('a barrier syncs each of its volumes once, and the first one where names were recorded', async (t) => {
  const { command, asked } = recordingSync(t);
  const volumes = await tempVolumes(t, { count: 3, syncCommand: command });
  const [first, second, third] = volumes.roots;
  assert.deepEqual(asked(), ['-f /dev/null'], 'only whether it can');
  await volumes.flush([2, 1, 2]);
  assert.deepEqual(asked().slice(1).sort(), [`-f ${second}`, `-f ${third}`]);
  await volumes.put({ key: 'a//b' }, ownBytes('x'), 1);
  await volumes.flush([1]);
  assert.deepEqual(asked().slice(3).sort(), [`-f ${first}`, `-f ${second}`]);
  await volumes.flush([]);
});

test('a barrier that fails is an error that names the disk', async (t) => {
  const { command, be } = recordingSync(t);
  const volumes = await tempVolumes(t, { count: 2, syncCommand: command });
  be('echo "Input/output error" >&2; exit 1');
  const error = await rejection<TransferError>(volumes.flush([1]));
  assert.deepEqual(
    [error.code, error.message],
    ['ERR_DISK', `${volumes.roots[1]} could not be synced: Input/output error`],
  );
  be('exit 0');
  // The system tells of lost writes once: whoever asks next hears that all is well.
  assert.match((await rejection(volumes.flush([1]))).message, /a sync of an earlier run failed/);
  await volumes.flush([0]);
  clearDoubts(volumes.roots);
  await volumes.flush([1]);
});

test('a barrier proves nothing about a disk that is not there', async (t) => {
  const volumes = await tempVolumes(t);
  const [root] = volumes.roots as [string];
  await volumes.flush([0]);
  renameSync(join(root, '.sluice'), join(root, 'elsewhere'));
  assert.match((await rejection(volumes.flush([0]))).message, /unmounted or deleted/);
  renameSync(join(root, 'elsewhere'), join(root, '.sluice'));
  await volumes.flush([0]);
});

test('without sync -f each file is synced on its own, and that is said once', async (t) => {
  for (const syncCommand of [['false'], ['/no/such/command']] as [string, ...string[]][]) {
    const events: VolumeEvent[] = [];
    const volumes = await tempVolumes(t, { count: 2, syncCommand, onEvent: (event) => void events.push(event) });
    assert.deepEqual(
      events.map(({ state }) => state),
      ['durability'],
    );
    await volumes.put({ key: 'a' }, ownBytes('x'), -1);
    await volumes.flush([0, 1]);
  }
});

for (const durability of ['none', 'file'] as const) {
  test(`${durability}: a barrier runs no command`, async (t) => {
    const { command, asked } = recordingSync(t);
    const volumes = await tempVolumes(t, { durability, syncCommand: command });
    await volumes.flush([0]);
    assert.deepEqual(asked(), []);
  });
}

test('the real sync does it', async (t) => {
  const folder = tempFolder(t);
  const volumes: Volumes = await openedVolumes(t, [join(folder, 'a')], { syncCommand: ['sync', '-f'] });
  await volumes.put({ key: 'a' }, ownBytes('x'), -1);
  await volumes.flush([0]);
});

test('the MD5 of everything that is stored can be looked up after a barrier, with and without a listed time', async (t) => {
  const volumes = await tempVolumes(t, { count: 2 });
  const keys = Array.from({ length: 100 }, (_, index) => `d${index}/f`);
  const stored = await Promise.all(
    keys.map((key, index) => volumes.put({ key, mtimeMs: index % 2 ? index * 1_000 : undefined }, ownBytes(key), -1)),
  );
  await volumes.flush([0, 1]);
  const paths = volumes.roots.map((root) => join(root, '.sluice', 'digests'));
  const index = await openDigestIndex(paths, { tempFolder: tempFolder(t) });
  t.after(() => index.close());
  for (const [place, { volume, md5, mtimeMs }] of stored.entries()) {
    const key = keys[place]!;
    assert.equal(md5, md5Hex(key));
    // What is remembered of the time and what the disk says agree.
    const onDiskMs = fs.statSync(join(volumes.roots[volume]!, key)).mtimeMs;
    assert.ok(Math.abs(onDiskMs - mtimeMs) < 1, `${onDiskMs} and ${mtimeMs}`);
    for (const timeMs of [mtimeMs, onDiskMs]) assert.equal(index.find(volume, key, timeMs), md5, key);
  }
  assert.equal(volumes.roots.flatMap((root) => filesBelow(root)).length, keys.length);
  for (const path of paths) rmSync(path);
});
