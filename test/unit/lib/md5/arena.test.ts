// The memory that bodies share: no two pieces overlap, what is given back is used again, and nothing is lost.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Arena } from '../../../../src/lib/md5/arena.js';

const MIB = 1024 * 1024;

test('pieces in use never overlap, and all of the memory comes back', () => {
  const commands = fc.array(fc.oneof(fc.integer({ min: 1, max: MIB }), fc.constant('free' as const)), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(commands, fc.array(fc.nat(), { minLength: 1, maxLength: 20 }), (sequence, choices) => {
      const arena = new Arena(4 * MIB, MIB);
      const used: Uint8Array<SharedArrayBuffer>[] = [];
      for (const [step, command] of sequence.entries()) {
        if (command === 'free') {
          const [memory] = used.splice(choices[step % choices.length]! % (used.length || 1), 1);
          if (memory !== undefined) arena.free(memory);
        } else {
          const memory = arena.allocate(command);
          if (memory === undefined) continue;
          assert.equal(memory.length, command);
          used.push(memory);
        }
        const inOrder = [...used].sort((a, b) => a.byteOffset - b.byteOffset);
        for (const [index, memory] of inOrder.entries()) {
          const next = inOrder[index + 1];
          assert.ok(next === undefined || memory.byteOffset + memory.length <= next.byteOffset);
        }
      }
      for (const memory of used) arena.free(memory);
      assert.equal(arena.usedBytes, 0);
      // Whole again: as many of the largest as in the beginning, and not one more.
      for (let index = 0; index < 4; index++) assert.ok(arena.allocate(MIB));
      assert.equal(arena.allocate(1), undefined);
    }),
    { numRuns: 100 },
  );
});

test('a piece that is given back is the next to be used', () => {
  const arena = new Arena(4 * MIB, MIB);
  const offsets = new Set<number>();
  for (let index = 0; index < 1_000; index++) {
    const memory = arena.allocate(1 + index)!;
    offsets.add(memory.byteOffset);
    arena.free(memory);
  }
  assert.deepEqual([...offsets], [0]);
});

test('what is not in use cannot be given back', () => {
  const arena = new Arena(MIB, MIB);
  const memory = arena.allocate(5_000)!;
  arena.free(memory);
  assert.throws(() => arena.free(memory), /not in use/);
  const inside = new Uint8Array(arena.allocate(9_000)!.buffer, 4_096, 10);
  assert.throws(() => arena.free(inside), /not in use/);
  assert.throws(() => arena.free(new Uint8Array(new SharedArrayBuffer(10))), /not in use/);
});

test('nothing and too much have no memory here', () => {
  const arena = new Arena(4 * MIB, MIB);
  assert.equal(arena.allocate(0), undefined);
  assert.equal(arena.allocate(MIB + 1), undefined);
  assert.equal(new Arena(MIB - 1, MIB).allocate(1), undefined);
});
