// MD5 of many bodies at once: the same digests as one after the other, whatever their lengths and wherever they lie.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { Arena, type Place } from '../../../../src/lib/md5/arena.js';
import { countTogether, MD5_SCRATCH_BYTES, Md5 } from '../../../../src/lib/md5/md5.js';
import { createDigestBlocks } from '../../../../src/lib/md5/md5-module.js';

const MIB = 1024 * 1024;

/** Filled with bytes that do not repeat. */
function arenaOf(bytes: number) {
  const arena = new Arena(bytes);
  const scratch = arena.allocate(MD5_SCRATCH_BYTES)!.byteOffset;
  const all = new Uint8Array(arena.memory!.buffer);
  for (let offset = MIB; offset < bytes; offset++) all[offset] = (offset * 2_654_435_761) >>> 24;
  const expected = ({ offset, length }: Place) => hash('md5', all.slice(offset, offset + length));
  return { arena, scratch, expected };
}

const { arena, scratch, expected } = arenaOf(4 * MIB);
const memory = arena.memory!;
const md5 = new Md5(memory, scratch);

/** Around the ends of blocks and of the padding, and anywhere else. */
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 40 }).chain((blocks) => fc.integer({ min: blocks * 64 - 10, max: blocks * 64 + 1 })),
  fc.integer({ min: 0, max: 60_000 }),
);
const place = fc.record({ offset: fc.integer({ min: MIB, max: 3 * MIB }), length: lengths.map((n) => Math.max(0, n)) });

test('the digests of any number of bodies are theirs', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 40 }), (bodies) => {
      assert.deepEqual(md5.digestAll(bodies), bodies.map(expected));
    }),
    { numRuns: 200 },
  );
});

test('bodies of one length, all of them together', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 4_096, 100_000]) {
    const bodies = Array.from({ length: 19 }, (_, index) => ({ offset: MIB + index * 100_001, length }));
    if (length > 0) assert.equal(countTogether(bodies.map((body) => body.length)), bodies.length);
    assert.deepEqual(md5.digestAll(bodies), bodies.map(expected), String(length));
  }
});

test('without SIMD they are hashed one after the other', () => {
  const plain = new Md5(memory, scratch, null);
  const bodies = Array.from({ length: 20 }, (_, index) => ({ offset: MIB + index, length: 1_000 }));
  assert.deepEqual(plain.digestAll(bodies), bodies.map(expected));
});

test('this machine has it', (t) => {
  if (createDigestBlocks(memory) === undefined) t.skip('no SIMD for WebAssembly here');
});

test('a long body among short ones goes alone', () => {
  const few = [10, 20, 1_000_000];
  assert.equal(countTogether(few), 0);
  const many = [...Array.from({ length: 20 }, () => 30_000), 1_000_000];
  assert.equal(countTogether(many), 20);
  assert.equal(countTogether([]), 0);
  assert.equal(countTogether([5]), 0);
});
