// When a shared job is complete, and when its work is given out again: by numbers alone, without a server.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  balanceOf,
  isStillWhole,
  MISSING_WAIT_MS,
  StillnessWatch,
} from '../../../../../src/queue/nats/job/decisions.js';
import type { PageCounts } from '../../../../../src/queue/nats/job/ledger.js';

const LEASE_MS = 30_000;

/** A tree of directories, each with so many pages of so many batches: what its pages say, in any order. */
function pagesOf(tree: readonly (readonly number[])[]) {
  return tree.flatMap((pages, directory) =>
    pages.map((batches, page) => ({
      batches,
      firstPages: page === 0 ? 1 : 0,
      nexts: page < pages.length - 1 ? 1 : 0,
      // All others lie below the first, and its first page names them.
      folders: directory === 0 && page === 0 ? tree.length - 1 : 0,
    })),
  );
}

function countsOf(pages: ReturnType<typeof pagesOf>): PageCounts {
  const counts = { pages: 0, firstPages: 0, batches: 0, folders: 0, nexts: 0, objects: 0, bytes: 0 };
  for (const { batches, firstPages, nexts, folders } of pages) {
    counts.pages++;
    counts.batches += batches;
    counts.firstPages += firstPages;
    counts.nexts += nexts;
    counts.folders += folders;
  }
  return counts;
}

const tree = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});

/** A page is listed only after the page that has named it: any such order. */
function inSomeOrder(shape: readonly (readonly number[])[], random: () => number) {
  const queues = shape.map((_, directory) =>
    pagesOf(shape).splice(firstOf(shape, directory), shape[directory]!.length),
  );
  const order = [queues[0]!.shift()!];
  for (let left = queues.filter((pages) => pages.length > 0); left.length > 0; ) {
    order.push(left[random() % left.length]!.shift()!);
    left = left.filter((pages) => pages.length > 0);
  }
  return order;
}

function firstOf(shape: readonly (readonly number[])[], directory: number): number {
  return shape.slice(0, directory).reduce((sum, pages) => sum + pages.length, 0);
}

test('a listing is whole with its last page, in whatever order they come, and not before', () => {
  fc.assert(
    fc.property(tree, fc.infiniteStream(fc.nat()), (shape, random) => {
      const pages = inSomeOrder(shape, () => random.next().value!);
      for (let known = 0; known <= pages.length; known++) {
        const counts = countsOf(pages.slice(0, known));
        const { isListed } = balanceOf({ kind: 'listing', pass: 0, counts, doneBatches: 0 });
        assert.equal(isListed, known === pages.length, `${known} of ${pages.length} pages`);
      }
    }),
  );
});

test('a job is done with its last batch; a later pass may know fewer batches than were done', () => {
  const counts = countsOf(pagesOf([[3, 2], [4]]));
  const isDone = (doneBatches: number, pass: number) =>
    balanceOf({ kind: 'listing', pass, counts, doneBatches }).isDone;
  assert.deepEqual([isDone(8, 0), isDone(9, 0), isDone(10, 0)], [false, true, false]);
  assert.deepEqual([isDone(8, 1), isDone(9, 1), isDone(10, 1)], [false, true, true]);
});

test('lines that were read are done when as many batches are done', () => {
  const counts = { ...countsOf([]), batches: 3 };
  for (const doneBatches of [0, 2, 3, 4]) {
    assert.deepEqual(balanceOf({ kind: 'input', pass: 0, counts, doneBatches }), {
      isListed: true,
      isDone: doneBatches >= 3,
    });
  }
});

test('a complete job is not whole any more when anything of its tables is gone; more than there was is no loss', () => {
  const pages = pagesOf([[3, 2], [4], [1]]);
  const whole = { kind: 'listing' as const, counts: countsOf(pages), doneBatches: 10 };
  assert.equal(isStillWhole(whole), true);
  assert.equal(isStillWhole({ ...whole, doneBatches: 9 }), false);
  assert.equal(isStillWhole({ ...whole, doneBatches: 12 }), true);
  for (const lost of pages.keys()) {
    const counts = countsOf(pages.filter((_, index) => index !== lost));
    // Without the page that names the others nothing says that there are others; without all of them nothing was listed.
    if (lost !== 0) assert.equal(isStillWhole({ ...whole, counts }), false, `without page ${lost}`);
  }
  assert.equal(isStillWhole({ ...whole, counts: countsOf([]) }), false);
});

test('what nobody holds and the queue does not have is missing after a while, and again after as long', () => {
  const watch = new StillnessWatch(LEASE_MS);
  const none = { waiting: 0, leased: 0 };
  assert.equal(watch.look(none, 'a', 0), 'wait');
  assert.equal(watch.look(none, 'a', MISSING_WAIT_MS - 1), 'wait');
  assert.equal(watch.look(none, 'a', MISSING_WAIT_MS), 'missing');
  assert.equal(watch.look(none, 'a', MISSING_WAIT_MS + 1), 'wait');
  assert.equal(watch.look(none, 'a', 2 * MISSING_WAIT_MS + 1), 'missing');
});

test('whatever moves begins the wait anew, and while there is something to give out nothing is missing', () => {
  const watch = new StillnessWatch(LEASE_MS);
  const none = { waiting: 0, leased: 0 };
  watch.look(none, 'a', 0);
  assert.equal(watch.look(none, 'b', MISSING_WAIT_MS), 'wait');
  assert.equal(watch.look({ waiting: 1, leased: 0 }, 'b', 2 * MISSING_WAIT_MS), 'wait');
  assert.equal(watch.look(none, 'b', 2 * MISSING_WAIT_MS + 1), 'wait');
  assert.equal(watch.look(none, 'b', 3 * MISSING_WAIT_MS + 1), 'missing');
});

test('what is held is stuck only when every lease is over twice, and never merely missing', () => {
  const watch = new StillnessWatch(LEASE_MS);
  const held = { waiting: 0, leased: 2 };
  const stuckMs = 2 * LEASE_MS + MISSING_WAIT_MS;
  for (let nowMs = 0; nowMs < stuckMs; nowMs += 1_000) assert.equal(watch.look(held, 'a', nowMs), 'wait');
  assert.equal(watch.look(held, 'a', stuckMs), 'stuck');
  assert.equal(watch.look(held, 'a', stuckMs + 1), 'wait');
  // The last lease is released: from then on it may be missing.
  assert.equal(watch.look({ waiting: 0, leased: 0 }, 'a', stuckMs + 2), 'wait');
  assert.equal(watch.look({ waiting: 0, leased: 0 }, 'a', stuckMs + 2 + MISSING_WAIT_MS), 'missing');
});
