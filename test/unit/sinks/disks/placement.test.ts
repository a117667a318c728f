// Which disk a directory goes to: the same one every time, in proportion to the weights, and without moving others.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Candidate, directoryOf, place } from '../../../../src/sinks/disks/placement.js';

const DIRECTORIES = Array.from({ length: 20_000 }, (_, index) => `2017/${index % 12}/${index}`);

function shares(candidates: readonly Candidate[]): number[] {
  const counts = candidates.map(() => 0);
  for (const directory of DIRECTORIES) counts[place(directory, candidates)]!++;
  return counts.map((count) => count / DIRECTORIES.length);
}

test('directories are spread in proportion to the weights', () => {
  const weights = [1, 2, 5, 0];
  const found = shares(weights.map((weight, index) => ({ id: `disk-${index}`, weight: weight * 1e12 })));
  for (const [index, weight] of weights.entries()) {
    // Four standard deviations of 20,000 draws are less than 1.5 %.
    assert.ok(Math.abs(found[index]! - weight / 8) < 0.015, `${found}`);
  }
});

test('a disk that drops out leaves the choices of the others as they were', () => {
  const all = ['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1e12 }));
  const without = all.filter(({ id }) => id !== 'b');
  for (const directory of DIRECTORIES) {
    const before = all[place(directory, all)]!.id;
    if (before !== 'b') assert.equal(without[place(directory, without)]!.id, before);
  }
});

test('the order of the disks does not matter, nor do others with a weight of nothing', () => {
  const some = fc.uniqueArray(fc.record({ id: fc.uuid(), weight: fc.integer({ min: 1_000_000, max: 10 ** 13 }) }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(fc.string(), some, (directory, candidates) => {
      const chosen = candidates[place(directory, candidates)]!.id;
      const reversed = [...candidates].reverse();
      assert.equal(reversed[place(directory, reversed)]!.id, chosen);
    }),
  );
});

test('where nothing has any weight there is still a choice', () => {
  const chosen = new Set(
    DIRECTORIES.map((directory) =>
      place(directory, [
        { id: 'a', weight: 0 },
        { id: 'b', weight: 0 },
      ]),
    ),
  );
  assert.deepEqual([...chosen].sort(), [0, 1]);
});

test('the directory of a key is what stands before its last slash', () => {
  assert.deepEqual(['a', 'a/b', 'a/b/c.jpg', '/x', ''].map(directoryOf), ['', 'a', 'a/b', '', '']);
});
