// The index over a file of records: the same answers as a search of the whole file, in memory and out of it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { toTransferError } from '../../../../src/errors.js';
import { HashBuckets } from '../../../../src/lib/record-index/hash-buckets.js';
import { type HashIndexOptions, openHashIndex } from '../../../../src/lib/record-index/hash-index.js';
import { HASH_LOG_RECORD_BYTES, HashLog } from '../../../../src/lib/record-index/hash-log.js';
import { keyHash } from '../../../../src/lib/record-index/key-hash.js';
import { openFilesBelow, tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

/** Records with the hash of one of `variety` texts; the rest of each says its number. */
function makeRecords(count: number, recordBytes: number, variety: number): Buffer {
  const records = Buffer.alloc(count * recordBytes);
  for (let number = 0; number < count; number++) {
    const record = records.subarray(number * recordBytes, (number + 1) * recordBytes);
    record.set(keyHash(`text ${(number * 7) % variety}`));
    if (recordBytes > 8) record.writeUInt32LE(number, 8);
  }
  return records;
}

/** Every record whose hash is this one, by looking at them all. */
function search(records: Buffer, recordBytes: number, hash: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = 0; offset + recordBytes <= records.length; offset += recordBytes) {
    if (records.subarray(offset, offset + 8).equals(hash)) found.push(records.subarray(offset, offset + recordBytes));
  }
  return found;
}

const layout = fc.record({
  count: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 700 })),
  recordBytes: fc.constantFrom(8, 12, 32),
  // One hash only, few, more than a bucket holds, all different.
  variety: fc.constantFrom(1, 3, 30, 1_000_000),
  tailBytes: fc.nat({ max: 7 }),
});
/** From "one record at a time" over "several partitions" to "all in memory". */
const memoryLimitBytes = fc.constantFrom(0, 50, 4_000, 20_000, 2 ** 26);

test('finds what a search of the whole file finds, in its order, with any memory', async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'records');
  await fc.assert(
    fc.asyncProperty(layout, memoryLimitBytes, async ({ count, recordBytes, variety, tailBytes }, limitBytes) => {
      const records = makeRecords(count, recordBytes, variety);
      writeFileSync(path, Buffer.concat([records, Buffer.alloc(tailBytes, 1)]));
      const index = await openHashIndex(path, { recordBytes, tempFolder: folder, memoryLimitBytes: limitBytes });
      try {
        assert.equal(index.count, count);
        for (const text of ['text 0', 'text 1', 'text 2', 'text 29', 'text 700', 'absent']) {
          const expected = search(records, recordBytes, keyHash(text));
          assert.deepEqual(index.find(keyHash(text)), expected, text);
          assert.equal(index.has(keyHash(text)), expected.length > 0, text);
        }
      } finally {
        await index.close();
      }
    }),
    { numRuns: 100 },
  );
  assert.deepEqual([readdirSync(folder), openFilesBelow(folder) ?? []], [['records'], []]);
});

test('every record of a large file is found again, out of memory', async (t) => {
  const folder = tempFolder(t);
  const records = makeRecords(60_000, 12, 50_000);
  writeFileSync(join(folder, 'records'), records);
  const options = { recordBytes: 12, tempFolder: folder, memoryLimitBytes: 100_000 };
  const index = await openHashIndex(join(folder, 'records'), options);
  t.after(() => index.close());
  const foundNumbers = new Set<number>();
  for (let number = 0; number < 50_000; number++) {
    const hash = keyHash(`text ${number}`);
    for (const record of index.find(hash)) {
      assert.ok(record.subarray(0, 8).equals(hash));
      foundNumbers.add(record.readUInt32LE(8));
    }
  }
  assert.equal(foundNumbers.size, 60_000);
});

test('what is found stays as it is when more is looked up', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'records'), makeRecords(1_000, 12, 1_000));
  for (const limitBytes of [100, 2 ** 26]) {
    const options = { recordBytes: 12, tempFolder: folder, memoryLimitBytes: limitBytes };
    const index = await openHashIndex(join(folder, 'records'), options);
    const [record] = index.find(keyHash('text 7'));
    index.find(keyHash('text 14'));
    record!.fill(0, 8);
    assert.equal(index.find(keyHash('text 7'))[0]!.readUInt32LE(8), 1);
    await index.close();
  }
});

test('a file that is not there has no records; one that is none is an error', async (t) => {
  const tempPath = tempFolder(t);
  const options = { recordBytes: 8, tempFolder: tempPath };
  const index = await openHashIndex(join(tempPath, 'missing'), options);
  assert.deepEqual([index.count, index.find(keyHash('a')), index.has(keyHash('a'))], [0, [], false]);
  await index.close();
  assert.equal((await rejection<NodeJS.ErrnoException>(openHashIndex(tempPath, options))).code, 'EISDIR');
});

test('a hash log tells which texts were added', async (t) => {
  const folder = tempFolder(t);
  const log = new HashLog(join(folder, 'seen'));
  for (let number = 0; number < 10_000; number++) log.add(`dir/${number}`);
  log.close();
  const options = { recordBytes: HASH_LOG_RECORD_BYTES, tempFolder: folder, memoryLimitBytes: 4_096 };
  const index = await openHashIndex(join(folder, 'seen'), options);
  t.after(() => index.close());
  for (let number = 0; number < 10_000; number++) assert.ok(index.has(keyHash(`dir/${number}`)));
  for (let number = 0; number < 1_000; number++) assert.ok(!index.has(keyHash(`other/${number}`)));
});

/** A signal that is raised when it is asked for the nth time. */
function raisedAt(count: number): AbortSignal {
  let left = count;
  const throwIfAborted = () => {
    if (--left === 0) throw new Error('raised');
  };
  return { throwIfAborted } as AbortSignal;
}

test('building ends between any two pieces, and leaves nothing behind', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'records'), makeRecords(500, 8, 500));
  for (const limitBytes of [1_000, 4_000]) {
    const options: HashIndexOptions = { recordBytes: 8, tempFolder: folder, memoryLimitBytes: limitBytes };
    for (let count = 1, isBuilt = false; !isBuilt; count++) {
      assert.ok(count < 500, 'it is never built');
      const opening = openHashIndex(join(folder, 'records'), { ...options, signal: raisedAt(count) });
      const index = await opening.catch((error: Error) => assert.equal(error.message, 'raised'));
      await index?.close();
      isBuilt = index !== undefined;
      assert.ok(!isBuilt || count > 4, 'the signal was hardly looked at');
      assert.deepEqual([readdirSync(folder), openFilesBelow(folder) ?? []], [['records'], []]);
    }
  }
});

test('a temporary file is open as long as the index, has no name, and is not made where it cannot be', async (t) => {
  const [folder, tempPath] = [tempFolder(t), tempFolder(t)];
  const path = join(folder, 'records');
  writeFileSync(path, makeRecords(500, 8, 500));
  const index = await openHashIndex(path, { recordBytes: 8, tempFolder: tempPath, memoryLimitBytes: 1_000 });
  assert.deepEqual([readdirSync(tempPath), openFilesBelow(tempPath)?.length ?? 1], [[], 1]);
  await index.close();
  assert.deepEqual(openFilesBelow(tempPath) ?? [], []);
  const missing = { recordBytes: 8, tempFolder: join(tempPath, 'missing'), memoryLimitBytes: 1_000 };
  assert.equal((await rejection<NodeJS.ErrnoException>(openHashIndex(path, missing))).code, 'ENOENT');
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});

test('a file that fits into memory needs no temporary file', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'records'), makeRecords(500, 8, 500));
  const options = { recordBytes: 8, tempFolder: join(folder, 'missing'), memoryLimitBytes: 4_000 };
  const index = await openHashIndex(join(folder, 'records'), options);
  assert.ok(index.has(keyHash('text 499')));
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});

test('the table of buckets takes less than 0.1 byte a record, and a bucket has about 128 of them', () => {
  for (const count of [1_000, 12_345, 1_000_000, 30_000_000]) {
    const buckets = new HashBuckets(count);
    assert.ok(buckets.starts.byteLength - 8 <= 0.1 * count, `${buckets.starts.byteLength} bytes for ${count}`);
    assert.ok(count / buckets.count < 256, `${buckets.count} buckets for ${count}`);
    assert.equal(buckets.bucketOf(2 ** 32 - 1), buckets.count - 1);
  }
});

test('a file that becomes shorter meanwhile is an error, not an answer', async (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'records');
  writeFileSync(path, makeRecords(500, 8, 500));
  const throwIfAborted = () => writeFileSync(path, makeRecords(10, 8, 500));
  const options = { recordBytes: 8, tempFolder: folder, memoryLimitBytes: 1_000 };
  const opening = openHashIndex(path, { ...options, signal: { throwIfAborted } as unknown as AbortSignal });
  const error = await rejection<NodeJS.ErrnoException>(opening);
  assert.equal(error.code, 'ERR_SHORT_FILE');
  assert.doesNotMatch(error.message, /\.sluice|run the command/i, 'the index knows no job');
  const { code, message } = toTransferError(error);
  assert.equal(code, 'ERR_DISK');
  assert.ok(message.startsWith(error.message) && /\.sluice\?.*Run the same command again/.test(message), message);
});

for (const kind of ['equal', 'spread']) {
  test(`a file of ${kind} hashes sixty times the limit is built and read in little memory`, (t) => {
    const script = fileURLToPath(new URL('./index-memory-script.js', import.meta.url));
    const child = spawnSync(process.execPath, [script, tempFolder(t), kind], { encoding: 'utf8', timeout: 60_000 });
    assert.deepEqual([child.stderr, child.status], ['', 0]);
    const { foundCount, grownBytes } = JSON.parse(child.stdout) as { foundCount: number; grownBytes: number };
    assert.equal(foundCount, kind === 'equal' ? 2_000_000 : 1);
    assert.ok(grownBytes < 2_000_000 * 32 * 0.5, `${grownBytes} bytes more than before`);
  });
}
