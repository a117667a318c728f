// A volume's thread at work: what is stored is complete and in its place, what is wrong leaves nothing behind.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import type { Volume } from '../../../../src/sinks/disks/volume.js';
import type { FileSpec } from '../../../../src/sinks/sink.js';
import { FOUND } from '../../../../src/sinks/thread/messages.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { filesBelow, openFilesBelow, tempFiles, tempVolume } from '../../../support/disks/files.js';
import { ownBytes } from '../../../support/source-stub.js';
import { rejection } from '../../../support/waiting.js';

const MTIME_MS = Date.parse('2017-09-03T13:10:06.500Z');

async function* piecesOf(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

/** Both ways of storing: whole and in pieces. */
const WAYS: Record<string, (volume: Volume, file: FileSpec, text: string) => Promise<unknown>> = {
  store: (volume, file, text) => volume.store(file, ownBytes(text)),
  storeStream: (volume, file, text) => volume.storeStream(file, piecesOf(text.slice(0, 2), '', text.slice(2))),
};

for (const [way, put] of Object.entries(WAYS)) {
  test(`${way}: a file has its bytes, its time and its place, with the folders above it`, async (t) => {
    const volume = await tempVolume(t);
    const file = { key: '2017/中 文/a😀.jpg', mtimeMs: MTIME_MS, size: 5, md5: md5Hex('hello') };
    await put(volume, file, 'hello');
    const path = join(volume.root, file.key);
    assert.equal(readFileSync(path, 'utf8'), 'hello');
    assert.ok(Math.abs(statSync(path).mtimeMs - MTIME_MS) < 1);
    assert.deepEqual(tempFiles(volume.root), []);
  });

  test(`${way}: an empty body is an empty file`, async (t) => {
    const volume = await tempVolume(t);
    await put(volume, { key: 'empty', size: 0, md5: md5Hex('') }, '');
    assert.equal(statSync(join(volume.root, 'empty')).size, 0);
  });

  test(`${way}: replaces a file, and nothing of the old one shows before`, async (t) => {
    const volume = await tempVolume(t);
    await put(volume, { key: 'a' }, 'a long first version');
    await put(volume, { key: 'a' }, 'second');
    assert.equal(readFileSync(join(volume.root, 'a'), 'utf8'), 'second');
  });

  test(`${way}: wrong size, MD5 or etag leaves nothing behind, and the old file as it was`, async (t) => {
    const volume = await tempVolume(t);
    await put(volume, { key: 'old' }, 'old');
    const wrong: [Partial<FileSpec>, string][] = [
      [{ size: 6 }, 'ERR_SIZE'],
      [{ size: 5, md5: md5Hex('other') }, 'ERR_DIGEST'],
      [{ size: 5, listedMd5: md5Hex('other') }, 'ERR_ETAG'],
    ];
    for (const [spec, code] of wrong) {
      for (const key of ['new', 'old']) {
        const error = await rejection<TransferError>(put(volume, { key, ...spec }, 'hello'));
        assert.deepEqual([error.code, error.verdict], [code, 'retry']);
      }
    }
    assert.deepEqual(filesBelow(volume.root), ['old']);
    assert.equal(readFileSync(join(volume.root, 'old'), 'utf8'), 'old');
    assert.deepEqual(openFilesBelow(volume.root) ?? [], []);
  });

  test(`${way}: a folder or .sluice/tmp that is removed under the run is made again, but never the volume`, async (t) => {
    const volume = await tempVolume(t);
    await volume.mark({ id: 'one of its own', roots: [volume.root], createdAt: '' }, true);
    await put(volume, { key: 'a/b/one' }, 'one');
    rmSync(join(volume.root, 'a'), { recursive: true });
    await put(volume, { key: 'a/b/two' }, 'two');
    rmSync(join(volume.root, '.sluice', 'tmp'), { recursive: true });
    await put(volume, { key: 'a/b/three' }, 'three');
    assert.deepEqual(filesBelow(volume.root), ['a/b/three', 'a/b/two']);
    rmSync(join(volume.root, '.sluice'), { recursive: true });
    const unmounted = await rejection<TransferError>(put(volume, { key: 'a/b/four' }, 'four'));
    rmSync(volume.root, { recursive: true });
    const deleted = await rejection<TransferError>(put(volume, { key: 'a/b/five' }, 'five'));
    for (const error of [unmounted, deleted]) {
      assert.deepEqual([error.code, error.verdict], ['ERR_VOLUME_OUT', 'retry']);
      assert.match(error.message, /unmounted or deleted/);
    }
    assert.equal(existsSync(volume.root), false);
  });

  test(`${way}: a file where a folder is needed, and the other way round, is a conflict of refused names`, async (t) => {
    const volume = await tempVolume(t, { names: 'refuse' });
    await put(volume, { key: 'file' }, 'x');
    mkdirSync(join(volume.root, 'folder', 'full'), { recursive: true });
    for (const key of ['file/below', 'file/deep/below', 'folder', 'folder/full']) {
      const error = await rejection<TransferError>(put(volume, { key }, 'hello'));
      assert.deepEqual([error.code, error.verdict], ['ERR_PATH_CONFLICT', 'skip'], key);
    }
    assert.deepEqual(filesBelow(volume.root), ['file']);
  });

  test(`${way}: a name that is too long is refused for good where names are not escaped`, async (t) => {
    const volume = await tempVolume(t, { names: 'refuse' });
    for (const key of ['x'.repeat(256), `${'中'.repeat(86)}`, `${'d'.repeat(200)}/`.repeat(25).slice(0, -1)]) {
      const error = await rejection<TransferError>(put(volume, { key }, 'hello'));
      assert.deepEqual([error.code, error.verdict], ['ERR_NAME_TOO_LONG', 'skip']);
    }
    await put(volume, { key: 'x'.repeat(255) }, 'hello');
    assert.deepEqual(tempFiles(volume.root), []);
  });
}

test('storeStream gives the size, also over many pieces of odd lengths', async (t) => {
  const volume = await tempVolume(t);
  const piece = 'abcdefghij'.repeat(1_237);
  async function* many() {
    for (let index = 0; index < 100; index++) yield Buffer.from(piece);
  }
  const whole = piece.repeat(100);
  const stored = await volume.storeStream({ key: 'large', md5: md5Hex(whole), size: whole.length }, many());
  assert.deepEqual([stored.bytes, stored.md5, stored.path], [whole.length, md5Hex(whole), undefined]);
  assert.equal(readFileSync(join(volume.root, 'large'), 'utf8'), whole);
});

test('pieces that fail leave nothing behind, and their error is the one that is thrown', async (t) => {
  const volume = await tempVolume(t);
  const broken = new Error('the connection broke');
  async function* breaking() {
    yield Buffer.alloc(600_000);
    throw broken;
  }
  assert.equal(await rejection(volume.storeStream({ key: 'a' }, breaking())), broken);
  assert.deepEqual(filesBelow(volume.root), []);
  assert.deepEqual(openFilesBelow(volume.root) ?? [], []);
});

test('check knows size and age, and does not take anything but a file for one', async (t) => {
  const volume = await tempVolume(t);
  await volume.store({ key: 'a', mtimeMs: MTIME_MS }, ownBytes('hello'));
  mkdirSync(join(volume.root, 'folder'));
  symlinkSync('nowhere', join(volume.root, 'dangling'));
  const { absent, present, other } = FOUND;
  const questions: [string, number | undefined, number | undefined, number][] = [
    ['a', 5, MTIME_MS, present],
    ['a', 5, MTIME_MS - 60_000, present],
    ['a', 5, MTIME_MS + 2, other],
    ['a', 4, MTIME_MS, other],
    ['a', 5, undefined, present],
    ['a', undefined, MTIME_MS, present],
    ['a', undefined, undefined, other],
    ['b', 5, MTIME_MS, absent],
    ['folder', undefined, 0, absent],
    ['a/below', 5, 0, absent],
    ['dangling', 5, 0, absent],
    ['x'.repeat(300), 5, 0, absent],
    [`${'x'.repeat(300)}/y`, 5, 0, absent],
  ];
  const queries = questions.map(([key, size, mtimeMs]) => ({ key, size, mtimeMs }));
  assert.deepEqual(
    [...(await volume.check(queries)).found],
    questions.map(([, , , expected]) => expected),
  );
  assert.deepEqual([...(await volume.check([])).found], []);
});

test('a file that was made older or shorter is not taken for the right one', async (t) => {
  const volume = await tempVolume(t);
  await volume.store({ key: 'a', mtimeMs: MTIME_MS }, ownBytes('hello'));
  const query = { key: 'a', size: 5, mtimeMs: MTIME_MS };
  utimesSync(join(volume.root, 'a'), 1, 1);
  assert.deepEqual([...(await volume.check([query])).found], [FOUND.other]);
  utimesSync(join(volume.root, 'a'), new Date(), new Date());
  assert.deepEqual([...(await volume.check([query])).found], [1]);
  writeFileSync(join(volume.root, 'a'), 'hell');
  assert.deepEqual([...(await volume.check([query])).found], [FOUND.other]);
});

test('many at once are all stored', async (t) => {
  const volume = await tempVolume(t);
  const names = Array.from({ length: 500 }, (_, index) => `d${index % 7}/f${index}`);
  await Promise.all(names.map((key) => volume.store({ key, size: key.length }, ownBytes(key))));
  assert.deepEqual(filesBelow(volume.root), names.sort());
  assert.ok(existsSync(join(volume.root, '.sluice', 'tmp')));
});
