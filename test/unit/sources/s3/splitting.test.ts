// How well ranges of keys are split, in virtual time: no clock, always the same.

import assert from 'node:assert/strict';
import test from 'node:test';
import { FLAT_SHAPES, flatKeys } from '../../../bench/flat-keys.js';
import { simulateListing } from '../../../bench/simulation/flat-listing.js';
import { random } from '../../../support/random.js';

for (const shape of FLAT_SHAPES) {
  test(`${shape}: ten times as fast with 16 requests at once, and few requests more`, () => {
    const keys = flatKeys(shape, 100_000);
    const run = (atOnce: number) => {
      const line = { delayMs: 18, jitterMs: 4, chance: random(1) };
      return simulateListing(keys, { atOnce, pageSize: 100, ...line });
    };
    const [one, many] = [run(1), run(16)];
    assert.equal(one.requests, Math.ceil(keys.length / 100));
    assert.ok(one.seconds / many.seconds > 10, `${one.seconds / many.seconds} times as fast`);
    assert.ok(many.requests < one.requests * 1.3, `${many.requests} requests`);
  });
}
