// Bodies that lie in memory which both threads see: stored where they are, and the memory comes back whatever happens.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { Arena } from '../../../../src/lib/md5/arena.js';
import { tempVolume } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

const MIB = 1024 * 1024;

async function open(t: TestContext, bytes = 8 * MIB) {
  const arena = new Arena(bytes);
  const volume = await tempVolume(t, { arena });
  return { arena, volume, ownBytes: arena.usedBytes, read: (key: string) => readFileSync(join(volume.root, key)) };
}

test('many bodies at once are stored as they are, with their MD5s', async (t) => {
  const { arena, volume, read } = await open(t);
  const contents = Array.from({ length: 200 }, (_, index) => randomBytes(1 + ((index * 7_919) % 20_000)));
  await Promise.all(
    contents.map(async (content, index) => {
      const body = arena.allocate(content.length)!;
      body.set(content);
      const md5 = createHash('md5').update(content).digest('hex');
      const stored = await volume.store({ key: `d${index % 7}/${index}`, md5 }, body);
      assert.deepEqual([stored.md5, stored.bytes], [md5, content.length]);
      arena.free(body);
    }),
  );
  for (const [index, content] of contents.entries()) assert.ok(read(`d${index % 7}/${index}`).equals(content));
});

test('a body with the wrong MD5 is refused, and those beside it are not', async (t) => {
  const { arena, volume, read } = await open(t);
  const bodies = Array.from({ length: 20 }, (_, index) => arena.allocate(5_000)!.fill(index));
  const stored = await Promise.allSettled(
    bodies.map((body, index) => {
      const md5 = createHash('md5')
        .update(index === 7 ? 'other' : body)
        .digest('hex');
      return volume.store({ key: `${index}`, md5 }, body);
    }),
  );
  const refused = stored.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
  assert.deepEqual(refused, [7]);
  assert.ok(read('8').equals(Buffer.alloc(5_000, 8)));
});

test('pieces of a large body come back, whether it is stored, refused or breaks off', async (t) => {
  const { arena, volume, ownBytes, read } = await open(t);
  async function* pieces(count: number, breaksOff = false): AsyncGenerator<Buffer, void, void> {
    for (let index = 0; index < count; index++) yield Buffer.alloc(50_000, index);
    if (breaksOff) throw new Error('broken off');
  }
  const stored = await volume.storeStream({ key: 'whole', size: 100 * 50_000 }, pieces(100));
  assert.equal(stored.bytes, 100 * 50_000);
  const whole = Buffer.concat(Array.from({ length: 100 }, (_, index) => Buffer.alloc(50_000, index)));
  assert.ok(read('whole').equals(whole));
  assert.equal(arena.usedBytes, ownBytes);
  const short = await rejection<TransferError>(volume.storeStream({ key: 'short', size: 1 }, pieces(30)));
  assert.equal(short.code, 'ERR_SIZE');
  await rejection(volume.storeStream({ key: 'broken', size: 100 * 50_000 }, pieces(33, true)));
  assert.equal(arena.usedBytes, ownBytes);
});

test('when it is used up each body has memory of its own', async (t) => {
  const { arena, volume, read } = await open(t, MIB);
  while (arena.allocate(4_096) !== undefined);
  assert.equal((await volume.store({ key: 'a' }, new Uint8Array([1, 2, 3]))).bytes, 3);
  async function* pieces() {
    for (let index = 0; index < 10; index++) yield Buffer.alloc(100_000, index);
  }
  assert.equal((await volume.storeStream({ key: 'b' }, pieces())).bytes, 1_000_000);
  assert.equal(read('b')[999_999], 9);
});
