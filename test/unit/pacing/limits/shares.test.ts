// What is divided is never more than there is, and nobody gets more than he wants while another one goes short.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fairShares } from '../../../../src/pacing/limits/shares.js';

test('those who want little get it, the others divide the rest', () => {
  assert.deepEqual(fairShares(90, [10, 100, 100]), [10, 40, 40]);
  assert.deepEqual(fairShares(90, [10, 20, 30]), [10, 20, 30]);
  assert.deepEqual(fairShares(10, [100]), [10]);
  assert.deepEqual(fairShares(10, []), []);
});

test('whatever is wanted', () => {
  const wants = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), wants, (total, all) => {
      const shares = fairShares(total, all);
      const sum = shares.reduce((one, other) => one + other, 0);
      assert.ok(sum <= total * (1 + 1e-9));
      const largest = Math.max(...shares);
      for (const [index, share] of shares.entries()) {
        assert.ok(share <= all[index]!);
        // Whoever goes short has as much as anybody.
        if (share < all[index]! - 1e-6) assert.ok(share >= largest - 1e-6);
      }
    }),
  );
});
