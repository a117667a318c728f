// Digests found again: the right one or none, whatever has happened to the log.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { openDigestIndex } from '../../../../src/sinks/digests/digest-index.js';
import { DigestLog } from '../../../../src/sinks/digests/digest-log.js';
import { md5Hex } from '../../../fakes/buckets/digest.js';
import { openFilesBelow, tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

interface Stored {
  readonly key: string;
  readonly content: string;
  readonly mtimeMs: number;
}

const KEYS = ['a', 'b', '中/😀.jpg', ''];
const CONTENTS = ['one', 'two', 'three'];
const TIMES_MS = [0, 999, 1_000, 1_504_444_206_500, -1];

const stored = fc.record({
  key: fc.constantFrom(...KEYS),
  content: fc.constantFrom(...CONTENTS),
  mtimeMs: fc.constantFrom(...TIMES_MS),
});
const files = fc.array(stored, { maxLength: 40 });
/** From "nothing fits" to "everything does". */
const memoryLimitBytes = fc.constantFrom(1, 100, 1_000, 2 ** 26);

function write(path: string, all: readonly Stored[]): void {
  const log = new DigestLog(path);
  for (const { key, content, mtimeMs } of all) log.add(key, md5Hex(content), mtimeMs);
  log.close();
}

/** The index has to answer every question as a search of this list from behind does. */
async function assertFinds(path: string, all: readonly Stored[], limitBytes: number): Promise<void> {
  const index = await openDigestIndex([path], { tempFolder: join(path, '..'), memoryLimitBytes: limitBytes });
  try {
    for (const key of [...KEYS, 'never stored']) {
      for (const mtimeMs of [...TIMES_MS, 5_000]) {
        const seconds = Math.floor(mtimeMs / 1_000);
        const last = all.findLast((file) => file.key === key && Math.floor(file.mtimeMs / 1_000) === seconds);
        assert.equal(index.find(0, key, mtimeMs), last && md5Hex(last.content), `${key} at ${mtimeMs}`);
      }
    }
  } finally {
    await index.close();
  }
}

function logPath(t: TestContext): string {
  return join(tempFolder(t), 'digests');
}

test('the last digest for a key and a second is found, and no other version is', async (t) => {
  const path = logPath(t);
  await fc.assert(
    fc.asyncProperty(files, memoryLimitBytes, async (all, limitBytes) => {
      rmSync(path, { force: true });
      write(path, all);
      await assertFinds(path, all, limitBytes);
    }),
    { numRuns: 200 },
  );
});

test('a changed byte makes one record disappear and touches no other', async (t) => {
  const path = logPath(t);
  const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(files, change, memoryLimitBytes, async (all, { at, by }, limitBytes) => {
      fc.pre(all.length > 0);
      rmSync(path, { force: true });
      write(path, all);
      const bytes = readFileSync(path);
      const offset = at % bytes.length;
      bytes[offset]! ^= by;
      writeFileSync(path, bytes);
      await assertFinds(path, all.toSpliced(Math.floor(offset / 32), 1), limitBytes);
    }),
    { numRuns: 300 },
  );
});

test('a log that was cut anywhere keeps what is whole, and what is added later is found', async (t) => {
  const path = logPath(t);
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), files, memoryLimitBytes, async (all, at, later, limitBytes) => {
      fc.pre(all.length > 0);
      rmSync(path, { force: true });
      write(path, all);
      const sizeBytes = at % (32 * all.length);
      truncateSync(path, sizeBytes);
      const whole = all.slice(0, Math.floor(sizeBytes / 32));
      await assertFinds(path, whole, limitBytes);
      write(path, later);
      await assertFinds(path, [...whole, ...later], limitBytes);
    }),
    { numRuns: 200 },
  );
});

test('zeros, which a power cut may leave, are no record', async (t) => {
  const path = logPath(t);
  write(path, [{ key: 'a', content: 'one', mtimeMs: 0 }]);
  writeFileSync(path, Buffer.alloc(320), { flag: 'a' });
  await assertFinds(path, [{ key: 'a', content: 'one', mtimeMs: 0 }], 1);
});

test('each volume has its own digests, and one without a log has none', async (t) => {
  const folder = tempFolder(t);
  const paths = ['first', 'missing', 'third'].map((name) => join(folder, name));
  write(paths[0]!, [{ key: 'a', content: 'one', mtimeMs: 0 }]);
  write(paths[2]!, [{ key: 'a', content: 'three', mtimeMs: 0 }]);
  for (const limitBytes of [1, undefined]) {
    const index = await openDigestIndex(paths, { tempFolder: folder, memoryLimitBytes: limitBytes });
    const found = paths.map((_, volume) => index.find(volume, 'a', 0));
    await index.close();
    assert.deepEqual(found, [md5Hex('one'), undefined, md5Hex('three')]);
  }
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});

test('when one log cannot be read, the others are closed', async (t) => {
  const folder = tempFolder(t);
  write(join(folder, 'first'), [{ key: 'a', content: 'one', mtimeMs: 0 }]);
  const opening = openDigestIndex([join(folder, 'first'), folder], { tempFolder: folder, memoryLimitBytes: 1 });
  assert.equal((await rejection<NodeJS.ErrnoException>(opening)).code, 'EISDIR');
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});
