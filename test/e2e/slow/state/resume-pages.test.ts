// A job that goes on although its bucket has changed meanwhile, or with pages of another size: nothing counts twice.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { donePages, journalIn, killWhen, runsOf, takeAsked } from '../../../support/cli/jobs.js';
import { assertPartOf, assertTree } from '../../../support/cli/tree.js';

const OBJECTS = manyObjects(400);
const PAGE = 20;

/** Killed with some pages committed, and some that hold a hanging object each listed and open. */
async function leaveOpenPages({ server, to, start }: World): Promise<void> {
  server.faults.add({ match: { kind: 'get', key: /^0[12]\d0\.jpg$/ }, action: { stallBeforeHeaders: true } });
  const running = start([
    'mirror',
    'upyun://pics',
    '--to',
    to,
    '--page-size',
    String(PAGE),
    '--retries',
    '0',
    '--concurrency',
    '64',
  ]);
  await killWhen(running, journalIn(to), ({ totals, frontier }) => totals.settled === 200 && frontier.isEmpty);
  server.faults.clear();
  takeAsked(server);
}

for (const pageSize of [7, 20, 150, 10_000]) {
  test(`killed with pages of ${PAGE} rows and resumed with ${pageSize}: each object counts once`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    const { server, to, mirror } = world;
    await leaveOpenPages(world);
    const committed = donePages(journalIn(to));
    const rest = (await mirror('--page-size', String(pageSize))).expectExit(0);
    const { listed, stored, skipped } = rest.summary;
    assert.deepEqual([listed, stored + skipped, runsOf(rest)], [400, 400, 2]);
    await assertTree(to, OBJECTS);
    const { pages } = takeAsked(server);
    const again = pages.filter((page) => committed.includes(page));
    // Smaller pages need to know where the old ones ended: there the page behind is asked for, but gives no object.
    if (pageSize >= PAGE) assert.deepEqual([pages.length, again], [10, []]);
  });
}

test('the last object of each open page was deleted: what is left is stored, and counts once', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, bucket, to, mirror } = world;
  await leaveOpenPages(world);
  for (let page = 5; page < 15; page++) bucket.delete(`${String(page * PAGE + PAGE - 1).padStart(4, '0')}.jpg`);
  const rest = (await mirror('--page-size', String(PAGE))).expectExit(0);
  assert.deepEqual([rest.summary.listed, rest.summary.failed], [390, 0]);
  // One for each open page, and one to see where it ends.
  assert.ok(takeAsked(server).pages.length <= 20);
  assert.ok((await assertPartOf(to, OBJECTS)) >= 390);
});
