// The stack of folders: whatever the order in which pages come, its records lead to the same stack again.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Frame, Frontier, type ListedFrame } from '../../../src/journal/frontier.js';
import type { PageRecord, SnapshotRecord } from '../../../src/journal/records.js';

const listing = (more: Partial<ListedFrame> = {}): ListedFrame => ({
  nextCursor: undefined,
  scopes: [],
  rows: 1,
  bytes: 10,
  lastEntry: undefined,
  ...more,
});

type FrameRecord = Extract<SnapshotRecord, { t: 'frame' }>;

/** Folders that are listed at the same time lie in the stack in the order in which they were begun, or first recorded. */
const sorted = (frontier: Frontier) => (frontier.snapshot() as FrameRecord[]).sort((one, other) => one.f - other.f);

function restored(snapshot: readonly SnapshotRecord[], { lastFrame, lastPage }: Frontier): Frontier {
  const frontier = new Frontier();
  for (const record of JSON.parse(JSON.stringify(snapshot))) frontier.restore(record);
  frontier.reserve(lastFrame, lastPage);
  return frontier;
}

/** How a listing goes: the choice of what comes next, and what each page brings. */
const steps = fc.array(
  fc.record({ isBegin: fc.boolean(), which: fc.nat(), folders: fc.nat(3), hasNext: fc.boolean() }),
  { maxLength: 60 },
);

interface Played {
  readonly live: Frontier;
  readonly records: PageRecord[];
  /** Taken when so many records were there, with pages under way or not. */
  readonly snapshots: { at: number; snapshot: SnapshotRecord[] }[];
}

/** Several pages at once, answered in any order; nothing is under way at the end. */
function play(choices: readonly { isBegin: boolean; which: number; folders: number; hasNext: boolean }[]): Played {
  const live = new Frontier('');
  const records: PageRecord[] = [];
  const snapshots: Played['snapshots'] = [];
  const busy: Frame[] = [];
  let names = 0;
  const answer = (which: number, folders: number, hasNext: boolean) => {
    const [frame] = busy.splice(which % busy.length, 1);
    const above = frame!.scope === '' ? '' : `${frame!.scope}/`;
    const scopes = Array.from({ length: folders }, () => `${above}d${names++}`);
    records.push(live.listed(frame!, listing({ scopes, nextCursor: hasNext ? `c${names++}` : undefined })));
  };
  for (const { isBegin, which, folders, hasNext } of choices) {
    const begun = isBegin ? live.next() : undefined;
    if (begun !== undefined) busy.push(begun);
    else if (busy.length > 0) answer(which, folders, hasNext);
    snapshots.push({ at: records.length, snapshot: JSON.parse(JSON.stringify(live.snapshot())) });
  }
  while (busy.length > 0) answer(0, 0, false);
  return { live, records, snapshots };
}

test('its records lead to the same frontier, in whatever order the pages came', () => {
  fc.assert(
    fc.property(steps, (choices) => {
      const { live, records } = play(choices);
      const replayed = new Frontier('');
      for (const record of JSON.parse(JSON.stringify(records))) assert.equal(replayed.apply(record), true);
      assert.deepEqual(sorted(replayed), sorted(live));
      assert.equal(replayed.lastPage, live.lastPage);
    }),
    { numRuns: 1_000 },
  );
});

test('a snapshot taken with pages under way, and the records since, lead to it as well', () => {
  fc.assert(
    fc.property(steps, (choices) => {
      const { live, records, snapshots } = play(choices);
      for (const { at, snapshot } of snapshots) {
        const later = restored(snapshot, live);
        for (const record of records.slice(at)) assert.equal(later.apply(record), true);
        assert.deepEqual(sorted(later), sorted(live));
      }
    }),
    { numRuns: 300 },
  );
});

test('of records with some missing, those that fit are applied, and none of them twice', () => {
  fc.assert(
    fc.property(steps, fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }), (choices, fates) => {
      const { live, records } = play(choices);
      const damaged = records.filter((_record, index) => fates[index % fates.length] !== 0);
      const replayed = new Frontier('');
      const applied = damaged.filter((record) => replayed.apply(record));
      const again = damaged.filter((record) => replayed.apply(record));
      assert.deepEqual(again, []);
      const isWhole = damaged.length === records.length;
      assert.equal(applied.length === records.length, isWhole);
      if (isWhole) return;
      // What was lost is still ahead: its folder is in the stack, or waits in a folder that is.
      const [lost] = records.filter((record) => !applied.includes(record));
      const ahead = sorted(replayed).flatMap(({ d, s }) => [d, ...s.map((name) => (d === '' ? name : `${d}/${name}`))]);
      assert.ok(ahead.includes(lost!.d), `${lost!.d} is not ahead: ${ahead}`);
      assert.ok(replayed.lastPage <= live.lastPage);
    }),
    { numRuns: 1_000 },
  );
});

test('a subfolder comes before the next page of its folder, the first one first', () => {
  const frontier = new Frontier('');
  frontier.listed(frontier.next()!, listing({ scopes: ['a', 'b'], nextCursor: '2' }));
  const order: string[] = [];
  for (let frame = frontier.next(); frame !== undefined; frame = frontier.next()) {
    order.push(`${frame.scope}#${frame.cursor ?? ''}`);
    frontier.listed(frame, listing(frame.scope === 'a' ? { scopes: ['a/x'] } : {}));
  }
  assert.deepEqual(order, ['a#', 'a/x#', 'b#', '#2']);
  assert.equal(frontier.isEmpty, true);
});

test('no folder is given out twice at a time, and none while there is nothing else', () => {
  const frontier = new Frontier('');
  const root = frontier.next()!;
  assert.equal(frontier.next(), undefined);
  frontier.listed(root, listing({ scopes: ['a'], nextCursor: '2' }));
  assert.deepEqual([frontier.next()?.scope, frontier.next()?.scope, frontier.next()], ['a', '', undefined]);
});

test('names of folders that are empty survive: as relative names they are told from the folder itself', () => {
  const frontier = new Frontier('');
  const first = frontier.listed(frontier.next()!, listing({ scopes: ['/', 'a'] }));
  const second = frontier.listed(frontier.next()!, listing({ scopes: ['//', '/x'] }));
  assert.deepEqual([first.s, second.d, second.s], [['', 'a'], '/', ['', 'x']]);
  const replayed = new Frontier('');
  assert.deepEqual([replayed.apply(first), replayed.apply(second)], [true, true]);
  assert.deepEqual(sorted(replayed), sorted(frontier));
  assert.deepEqual(sorted(restored(frontier.snapshot(), frontier)), sorted(frontier));
});

test('numbers are never given twice, also where a record could not be applied', () => {
  const frontier = new Frontier('');
  assert.equal(frontier.apply({ t: 'page', n: 40, f: 9, p: 8, d: 'lost', k: 1, b: 1 }), false);
  const record = frontier.listed(frontier.next()!, listing({ scopes: ['a'] }));
  assert.equal(record.n, 41);
  assert.equal(frontier.next()?.id, 10);
});
