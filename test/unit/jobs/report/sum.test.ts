// Whether the counts add up: each object that is missing, or there twice, is seen.

import assert from 'node:assert/strict';
import test from 'node:test';
import { sumSection } from '../../../../src/jobs/report/html/runs.js';
import type { Report } from '../../../../src/jobs/report/report.js';
import { sumOfJob, sumOfShared } from '../../../../src/jobs/report/sum.js';
import type { SharedStatus } from '../../../../src/jobs/status/shared-status-text.js';
import type { Status } from '../../../../src/jobs/status/status-text.js';

const FINISHED: Status = {
  ...{ event: 'status', state: 'finished', listed: 20, stored: 10, skipped: 4, gone: 2, failed: 3, excluded: 1 },
  ...{ bytes: 5, left: 0 },
};

const of = (status: Partial<Status>) => sumOfJob({ ...FINISHED, ...status })!;

test('a finished job: all that was listed has its outcome, or a filter leaves it out', () => {
  assert.equal(of({}).difference, 0);
  assert.equal(of({ listed: 21 }).difference, 1, 'lost');
  assert.equal(of({ stored: 12 }).difference, -2, 'counted twice');
  assert.equal(of({ excluded: 0 }).difference, 1);
});

test('a job that is not finished: what is left is counted on its own, so it can disagree', () => {
  const open = { state: 'interrupted', listed: 27, left: 7 } as const;
  assert.deepEqual([of(open).difference, of(open).open], [0, 7]);
  assert.equal(of({ ...open, left: 6 }).difference, 1);
  assert.equal(of({ ...open, left: 8 }).difference, -1);
});

test('with --limit the last pages have more; without it, or below it, more is a difference', () => {
  const filters = { limit: '19' };
  assert.deepEqual([of({ listed: 50, filters }).difference, of({ listed: 50, filters }).beyondLimit], [0, 30]);
  assert.equal(of({ listed: 50, filters: { limit: '25' } }).difference, 30);
  assert.equal(of({ listed: 18, filters }).difference, -2);
});

test('a job in a queue', () => {
  const status = { ...FINISHED, job: 'x', state: 'complete', left: 0 } as unknown as SharedStatus;
  assert.equal(sumOfShared(status).difference, 0);
  assert.equal(sumOfShared({ ...status, listed: 23 }).difference, 3);
});

test('the page says it: in red with the difference when the counts do not add up, and unknown when nothing is known', () => {
  const page = (status: Partial<Status>) => {
    const whole = { ...FINISHED, ...status };
    return sumSection({ status: whole, sum: sumOfJob(whole) } as Report);
  };
  assert.match(page({}), /class="good">Yes\. Each of the 20 objects/);
  assert.doesNotMatch(page({}), /class="sum bad"/);
  assert.match(page({ listed: 1_234_020 }), /class="bad">No\. 1,234,000 objects were listed and are in none/);
  assert.match(page({ listed: 1_234_020 }), /<tr class="sum bad">.*≠.*1,234,000/);
  assert.match(page({ stored: 12 }), /class="bad">No\. The counts have 2 objects more than were listed/);
  const { listed: _listed, ...nothing } = FINISHED;
  const none = sumSection({ status: nothing, sum: sumOfJob(nothing) } as unknown as Report);
  assert.match(none, /class="bad">Unknown/);
  assert.doesNotMatch(none, />0</);
});
