// The manifest: every stored object has a whole line, on the platter before its page is committed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { Manifest, type ManifestEntry } from '../../../../src/events/lists/manifest.js';
import { isBadLine, isScopeLine, parseLine } from '../../../../src/model/line.js';
import { openFilesBelow, tempFolder } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { rejection } from '../../../support/waiting.js';

const MD5 = '0123456789abcdef0123456789abcdef';

function entry(key: string, more: Partial<ManifestEntry> = {}): ManifestEntry {
  return { key, size: 3, mtimeMs: 1_000, etag: undefined, md5: MD5, volume: '/disk', path: undefined, ...more };
}

const lineOf = (key: string) =>
  `{"key":"${key}","size":3,"mtime":"1970-01-01T00:00:01.000Z","md5":"${MD5}","volume":"/disk"}`;

/** Closed even if the test fails. */
function opened(t: TestContext, path: string): Manifest {
  const manifest = Manifest.open(path);
  t.after(() => manifest.close().catch(() => {}));
  return manifest;
}

test('writes a line for each object, in a folder that it makes, and appends to what is there', async (t) => {
  const path = join(tempFolder(t), 'deep', 'manifest');
  const first = opened(t, path);
  await first.record(entry('a'));
  await first.close();
  const second = opened(t, path);
  await second.record(entry('b'));
  await second.close();
  assert.equal(readFileSync(path, 'utf8'), `${lineOf('a')}\n${lineOf('b')}\n`);
});

test('a line says all that is known, and `verify` and `fetch` can read it, whatever the key', async (t) => {
  const path = join(tempFolder(t), 'manifest');
  const manifest = opened(t, path);
  const keys = ['a', 'ü \u2028\u202e', 'with "quotes" and \\', 'line\nfeed'];
  for (const key of keys) await manifest.record(entry(key, { etag: 'tag', path: `%~${key}`, mtimeMs: undefined }));
  await manifest.close();
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    keys.map((key) => ({ key, size: 3, etag: 'tag', md5: MD5, volume: '/disk', path: `%~${key}` })),
  );
  for (const [index, text] of lines.entries()) {
    const parsed = parseLine(text);
    assert.ok(parsed !== undefined && !isBadLine(parsed) && !isScopeLine(parsed));
    assert.deepEqual([parsed.key, parsed.size, parsed.md5], [keys[index], 3, MD5]);
  }
});

test('a flush puts everything before it into the file', async (t) => {
  const path = join(tempFolder(t), 'manifest');
  const manifest = opened(t, path);
  await manifest.flush();
  for (let round = 1; round <= 3; round++) {
    for (let count = 0; count < 500; count++) void manifest.record(entry(`key${count}`));
    await manifest.flush();
    assert.equal(readFileSync(path, 'utf8').split('\n').length, round * 500 + 1);
  }
});

test('a line that a kill cut off goes when the file is opened again; whole lines stay', async (t) => {
  const path = join(tempFolder(t), 'manifest');
  const whole = `${lineOf('a')}\n${lineOf('b')}\n`;
  for (const torn of ['', '{', lineOf('c').slice(0, -1), 'x'.repeat(60_000)]) {
    writeFileSync(path, whole + torn);
    const manifest = opened(t, path);
    assert.equal(readFileSync(path, 'utf8'), whole);
    await manifest.record(entry('d'));
    await manifest.close();
    assert.equal(readFileSync(path, 'utf8'), `${whole}${lineOf('d')}\n`);
  }
});

test('makes whoever records wait while the disk is behind, and forgets nothing', async (t) => {
  const path = join(tempFolder(t), 'manifest');
  const manifest = opened(t, path);
  let waited = 0;
  for (let count = 0; count < 3_000; count++) {
    const wait = manifest.record(entry(`key${count}`));
    if (wait !== undefined) waited++;
    await wait;
  }
  await manifest.close();
  assert.ok(waited > 0);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 3_001);
});

test('a full disk is a fatal error that names the cause, at every call from then on', async (t) => {
  const disk = smallDisk(t, 'size=16k');
  if (disk === undefined) return;
  const manifest = opened(t, join(disk.root, 'manifest'));
  for (let count = 0; count < 500; count++) manifest.record(entry(`key${count}`))?.catch(() => {});
  for (const attempt of [() => manifest.flush(), () => manifest.flush(), () => manifest.close()]) {
    const error = await rejection<TransferError>(attempt());
    assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
    assert.match(error.message, /cannot be written: ENOSPC.*Free some space there, or give another file/);
  }
  assert.throws(() => manifest.record(entry('late')), { code: 'ERR_STATE' });
});

test('a pipe takes it as well: nothing is looked for in it, and nothing synced', async (t) => {
  const path = join(tempFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  let text = '';
  const reader = createReadStream(path, 'utf8').on('data', (piece) => (text += piece));
  const ended = new Promise<void>((resolve) => reader.once('close', resolve));
  const manifest = opened(t, path);
  await manifest.record(entry('a'));
  await manifest.flush();
  await manifest.close();
  await ended;
  assert.equal(text, `${lineOf('a')}\n`);
});

test('what somebody else appends meanwhile is not overwritten', async (t) => {
  const path = join(tempFolder(t), 'manifest');
  const manifest = opened(t, path);
  await manifest.record(entry('a'));
  await manifest.flush();
  appendFileSync(path, 'another\n');
  await manifest.record(entry('b'));
  await manifest.close();
  assert.equal(readFileSync(path, 'utf8'), `${lineOf('a')}\nanother\n${lineOf('b')}\n`);
});

test('a place where no file can be is a fatal error', (t) => {
  const folder = tempFolder(t);
  assert.throws(() => Manifest.open(folder), { code: 'ERR_STATE' });
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});
