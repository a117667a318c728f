// A lister whose scopes are no folders: the walk, its journal and a resume know nothing of what its scopes mean. Ranges of
// keys, each page of which may split the rest in its own way, in a bucket that changes while nothing runs.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../src/errors.js';
import { JobState } from '../../../../src/journal/job-state.js';
import { snapshotOf } from '../../../../src/journal/snapshot.js';
import { type Relisted, Relisting } from '../../../../src/sources/listing/relisting.js';
import type { ScopePage } from '../../../../src/sources/listing/scope-page.js';
import { walk } from '../../../../src/sources/listing/walk.js';
import type { Source } from '../../../../src/sources/source.js';
import { tempFolder } from '../../../support/disks/files.js';
import { beginJob, reopenJob, runUntilKilled } from '../../../support/listing/killed-walks.js';
import { listPacerOf } from '../../../support/pacers.js';
import { random } from '../../../support/random.js';
import { rangeSource } from '../../../support/servers/range-source.js';
import { collect } from '../../../support/streams.js';

const JOB = { id: 'job', identity: { source: 'ranges://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
const OPTIONS = { pacer: listPacerOf(3), signal: new AbortController().signal };

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${String(index).padStart(4, '0')}`);

test('ranges that split the rest are walked to the end, each once, several at a time', async () => {
  const keys = keysOf(500);
  const { source, asked } = rangeSource(() => keys, { pageSize: 7 });
  // What filters say of folders means nothing here.
  const pages = await collect(walk(source, '', { ...OPTIONS, isPruned: () => true }));
  assert.deepEqual(pages.flatMap(({ entries }) => entries.map(({ key }) => key)).sort(), keys);
  assert.equal(new Set(asked).size, asked.length);
  assert.ok(asked.filter((place) => place.endsWith('#')).length > 20, 'it was split');
});

test('killed after every page, and gone on with: nothing is missed, though each answer splits in its own way', async (t) => {
  const keys = keysOf(60);
  for (let killedAfter = 0; killedAfter < 25; killedAfter++) {
    const path = join(tempFolder(t), 'journal');
    const { source } = rangeSource(() => keys, { pageSize: 4, chance: random(killedAfter) });
    const begun = await beginJob(path);
    const first = await runUntilKilled(source, begun, killedAfter);
    const again = await reopenJob(path);
    const rest = await runUntilKilled(source, again, Number.POSITIVE_INFINITY);
    assert.deepEqual([...new Set([...first, ...rest])].sort(), keys, `killed after ${killedAfter} pages`);
    assert.deepEqual([again.state.isListed, again.state.uncommitted.size], [true, 0]);
  }
});

test('killed after each single page, run after run, it still comes to its end', async (t) => {
  const keys = keysOf(40);
  const path = join(tempFolder(t), 'journal');
  const { source } = rangeSource(() => keys, { pageSize: 3 });
  let journal = await beginJob(path);
  const all = new Set<string>();
  for (let runs = 0; ; runs++) {
    assert.ok(runs < 100, 'it does not get on');
    for (const key of await runUntilKilled(source, journal, 1)) all.add(key);
    journal = await reopenJob(path);
    if (journal.state.isListed && journal.state.uncommitted.size === 0) break;
  }
  await journal.close();
  assert.deepEqual([...all].sort(), keys);
});

test('objects come and go between two runs: what was there all the time is listed, whatever the new splits', async (t) => {
  const folder = tempFolder(t);
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 60 });
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      names,
      names,
      fc.nat(20),
      fc.nat(),
      fc.integer({ min: 1, max: 5 }),
      async (gone, come, pages, seed, pageSize) => {
        const stay = keysOf(100).filter((_key, index) => index % 3 === 0);
        const was = [...stay, ...gone.map((index) => `k${String(index).padStart(4, '0')}-old`)];
        const is = [...stay, ...come.map((index) => `k${String(index).padStart(4, '0')}-new`)];
        const path = join(folder, `journal${number++}`);
        const chance = random(seed);
        const begun = await beginJob(path);
        const first = await runUntilKilled(rangeSource(() => was, { pageSize, chance }).source, begun, pages);
        const { source } = rangeSource(() => is, { pageSize: 1 + (seed % 6), chance });
        const rest = await runUntilKilled(source, await reopenJob(path), Number.POSITIVE_INFINITY);
        const listed = new Set([...first, ...rest]);
        assert.deepEqual(
          stay.filter((key) => !listed.has(key)),
          [],
        );
      },
    ),
    { numRuns: 300 },
  );
});

/** A page that ended at `b`, with a next one. */
const PAGE = { t: 'page', n: 1, f: 0, d: '', x: 'X', k: 2, b: 2, l: 'b' } as const;

const answer = (keys: string, more: Partial<ScopePage> = {}): ScopePage => ({
  ...{ entries: [...keys].map((key) => ({ key })), rejects: [], scopes: [], nextCursor: undefined },
  ...more,
});
const SPLIT = { scopes: [{ text: '1' }, { text: '2' }] };
const keysIn = ({ entries, isLast }: Relisted) => [entries.map(({ key }) => key).join(''), isLast];

test('a page whose rest is split now is followed into the ranges up to where the next page begins, and no further', () => {
  const again = new Relisting(PAGE);
  assert.equal(again.unknownEnd(answer('a', SPLIT)), 'X');
  again.endBefore(answer('d'));
  assert.deepEqual([keysIn(again.listed(answer('a', SPLIT))), again.scope], [['a', false], { text: '1' }]);
  assert.deepEqual(keysIn(again.listed(answer('cde'))), ['c', true]);
});

test('in such a range a cursor is no longer one of the page, even if it looks the same', () => {
  const again = new Relisting(PAGE);
  again.listed(answer('a', SPLIT));
  const inRange = answer('c', { nextCursor: 'X' });
  assert.deepEqual(
    [again.unknownEnd(answer('c', { nextCursor: 'Y' })), keysIn(again.listed(inRange))],
    [undefined, ['c', false]],
  );
  assert.deepEqual([again.scope, again.cursor], [{ text: '1' }, 'X']);
  assert.deepEqual([keysIn(again.listed(answer('d'))), again.scope], [['d', false], { text: '2' }]);
  assert.deepEqual(keysIn(again.listed(answer('e'))), ['e', true]);
});

test('a page that has its last object is complete, whatever ranges it names now', () => {
  const again = new Relisting({ ...PAGE, m: { text: 'then' } });
  const listed = answer('abc', { scopes: [{ text: 'now' }], nextCursor: 'Y' });
  assert.deepEqual([again.unknownEnd(listed), keysIn(again.listed(listed))], [undefined, ['ab', true]]);
});

test('a job without folders is written as one with folders is, its ranges as their texts', async () => {
  const { source } = rangeSource(() => keysOf(30), { pageSize: 2, splits: 2 });
  const state = JobState.fresh(JOB);
  const lines: unknown[] = [];
  const onListed = (record: Parameters<typeof state.enterPage>[0]) => {
    state.enterPage(record);
    lines.push(JSON.parse(JSON.stringify(record)));
  };
  const resume = { frontier: state.frontier, again: [], onListed, onHandedOver() {} };
  for await (const { number } of walk(source, '', { ...OPTIONS, pacer: listPacerOf(1), resume }))
    if (number === 2) break;
  const [half, rest] = [{ text: '["k0001\\u0000","k0009"]' }, { text: '["k0009",null]' }];
  assert.deepEqual(lines.slice(0, 1), [
    { t: 'page', n: 1, f: 0, d: '', s: [half, rest], k: 2, b: 2, l: 'k0001', m: rest },
  ]);
  assert.deepEqual((lines[1] as { d: unknown }).d, half);
  const frames = snapshotOf(state, 0).filter(({ t }) => t === 'frame');
  assert.ok(frames.length > 0);
});

test('a range that cannot be listed is a failure of its own kind, by its text', async () => {
  const keys = keysOf(40);
  const { source } = rangeSource(() => keys, { pageSize: 10, splits: 2 });
  let bad: string | undefined;
  const failing: Source = {
    ...source,
    lister: {
      async listPage(scope, cursor) {
        if (bad === undefined && scope !== '') bad = scope;
        if (scope === bad) throw new TransferError('ERR_NOT_FOUND', 'no such range');
        return source.lister!.listPage(scope, cursor);
      },
    },
  };
  const pages = await collect(walk(failing, '', OPTIONS));
  const rejects = pages.flatMap((page) => page.rejects);
  assert.deepEqual(
    rejects.map(({ entry, error, kind }) => [entry.key, error.code, kind]),
    [[bad, 'ERR_LISTING', 'scope']],
  );
  assert.match(rejects[0]!.error.message, /^scope "\[.*\]" could not be listed: no such range$/);
});
