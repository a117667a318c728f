// How many requests at once a server bears: halved by refusals, raised by successes, and a plateau where the number matters.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { AimdCeiling } from '../../../../src/pacing/concurrency/aimd-ceiling.js';

function start(max = 64) {
  const clock = { nowMs: 0 };
  const ceiling = new AimdCeiling({ max, nowMs: () => clock.nowMs });
  /** Serves turns of as many requests as are allowed, or more than is borne: then it refuses. Returns the highest limit met. */
  const serve = (turns: number, bears = Number.POSITIVE_INFINITY, pauseMs = 0): number => {
    let highest = 0;
    for (let turn = 0; turn < turns; turn++) {
      const { limit } = ceiling;
      highest = Math.max(highest, limit);
      if (limit > bears) ceiling.refused(limit, 1 / limit, pauseMs);
      else for (let request = 0; request < limit; request++) ceiling.served(limit);
    }
    return highest;
  };
  return { clock, ceiling, serve };
}

test('is what it may be at most until something is refused', () => {
  const { ceiling, serve } = start(64);
  serve(100);
  assert.equal(ceiling.limit, 64);
});

test('goes down with the share of what is refused, and up one by one', () => {
  const { ceiling, serve } = start(64);
  ceiling.refused(64, 1, 0);
  assert.equal(ceiling.limit, 32);
  ceiling.refused(32, 0.5, 0);
  assert.equal(ceiling.limit, 24);
  serve(1);
  assert.equal(ceiling.limit, 25);
  serve(3);
  assert.equal(ceiling.limit, 28);
});

test('a server that bears twenty is asked for more ever more seldom', () => {
  const { ceiling, serve } = start(64);
  ceiling.refused(64, 1, 0);
  serve(200, 20);
  let tries = 0;
  for (let turn = 0; turn < 1_000; turn++) {
    if (ceiling.limit > 20) tries++;
    serve(1, 20);
  }
  assert.ok(tries > 0 && tries < 20, `${tries} tries in 1,000 turns`);
  assert.ok(ceiling.limit >= 19);
});

test('after a pause that was asked for, the number that was refused is not tried for twenty times as long', () => {
  const { clock, ceiling, serve } = start(64);
  ceiling.refused(20, 0.1, 60_000);
  const limit = serve(500);
  assert.equal(limit, 19);
  clock.nowMs = 20 * 60_000 - 1;
  assert.equal(serve(10), 19);
  clock.nowMs = 20 * 60_000;
  serve(1);
  assert.equal(ceiling.limit, 20);
});

test('refusals that come at any number leave no plateau', () => {
  const { ceiling } = start(64);
  let served = 0;
  for (let request = 0; request < 20_000; request++) {
    // Two of a hundred, in an order that has nothing to do with the number.
    if (request % 50 === 7) ceiling.refused(ceiling.limit, 0.02, 0);
    else {
      ceiling.served(ceiling.limit);
      served += ceiling.limit;
    }
  }
  assert.ok(served / 20_000 > 32, `${served / 20_000} in the mean`);
});

test('a server that bears less than before is found out, and one that bears more, too', () => {
  const { serve } = start(64);
  serve(300, 40);
  serve(300, 10);
  assert.ok(serve(50, 10) <= 11);
  serve(3_000, 30);
  const highest = serve(50, 30);
  assert.ok(highest >= 28, `${highest}`);
});

test('stays between one and the most, whatever happens', () => {
  const event = fc.oneof(
    fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), pauseMs: fc.integer({ min: 0, max: 300_000 }) }),
    fc.integer({ min: 1, max: 300 }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.array(event, { maxLength: 200 }), (max, events) => {
      const { clock, ceiling } = start(max);
      for (const one of events) {
        clock.nowMs += 10;
        if (typeof one === 'number') for (let request = 0; request < one; request++) ceiling.served(ceiling.limit);
        else ceiling.refused(ceiling.limit, one.share, one.pauseMs);
        assert.ok(Number.isInteger(ceiling.limit) && ceiling.limit >= 1 && ceiling.limit <= max);
      }
    }),
  );
});
