// A listing that is cut off at any record, or whose journal is damaged in any place: the next run lists what is left,
// loses no object, counts no page twice, and lists nothing again that was committed.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { Frontier } from '../../../src/journal/frontier.js';
import { JobState } from '../../../src/journal/job-state.js';
import { loadJob, previousPath } from '../../../src/journal/load.js';
import type { LogRecord, PageRecord } from '../../../src/journal/records.js';
import { snapshotOf } from '../../../src/journal/snapshot.js';
import { encodeLine } from '../../../src/lib/line-log/line-log.js';
import { Tally } from '../../../src/model/tally.js';
import { walk } from '../../../src/sources/listing/walk.js';
import { tempFolder } from '../../support/disks/files.js';
import { listPacerOf } from '../../support/pacers.js';
import { treeSource } from '../../support/source-stub.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 1, startedAtMs: 0 };
const NEVER = new AbortController().signal;

/** Folder → names of its folders, and how many objects it has. */
type Tree = Record<string, { folders: string[]; objects: number }>;

const treeOf = fc
  .array(fc.record({ parent: fc.nat(), objects: fc.nat(7) }), { minLength: 1, maxLength: 12 })
  .map((nodes) => {
    const names = [''];
    const tree: Tree = { '': { folders: [], objects: 3 } };
    for (const { parent, objects } of nodes) {
      const above = names[parent % names.length]!;
      const name = above === '' ? `d${names.length}` : `${above}/d${names.length}`;
      names.push(name);
      tree[above]!.folders.push(name);
      tree[name] = { folders: [], objects };
    }
    return tree;
  });

/** Serves the tree in pages of so many rows; the cursor is the number of the next row. */
function serve(tree: Tree, pageSize: number) {
  return treeSource((directory, cursor) => {
    const { folders, objects } = tree[directory]!;
    const keys = Array.from({ length: objects }, (_, index) =>
      directory === '' ? `${index}` : `${directory}/${index}`,
    );
    const rows = [...keys, ...folders];
    const start = Number(cursor ?? 0);
    const page = rows.slice(start, start + pageSize);
    return {
      entries: page.filter((row) => !folders.includes(row)).map((key) => ({ key, size: 1 })),
      directories: page.filter((row) => folders.includes(row)),
      nextCursor: start + pageSize < rows.length ? String(start + pageSize) : undefined,
    };
  });
}

function allKeys(tree: Tree): string[] {
  return Object.entries(tree).flatMap(([directory, { objects }]) =>
    Array.from({ length: objects }, (_, index) => (directory === '' ? `${index}` : `${directory}/${index}`)),
  );
}

interface Listed {
  readonly records: LogRecord[];
  readonly keysOf: Map<number, string[]>;
  readonly asked: string[];
}

/** Walks on from a state, with a `page` record for each page and a `done` for each that has been handed over. */
async function list(
  tree: Tree,
  state: JobState,
  { pageSize, listConcurrency }: { pageSize: number; listConcurrency: number },
): Promise<Listed> {
  const { source, asked } = serve(tree, pageSize);
  const records: LogRecord[] = [];
  const keysOf = new Map<number, string[]>();
  const enter = (record: LogRecord) => {
    if (record.t === 'page') state.enterPage(record);
    else state.apply(record);
    records.push(record);
  };
  const onHandedOver = (n: number) => {
    const tally = new Tally();
    tally.stored = keysOf.get(n)?.length ?? 0;
    enter({ t: 'done', atMs: 0, pages: [[n, ...tally.toRow()]], failuresBytes: 0, activeMs: 0 });
  };
  const resume = { frontier: state.frontier, again: [...state.uncommitted.values()], onListed: enter, onHandedOver };
  for await (const { number, entries } of walk(source, '', {
    pacer: listPacerOf(listConcurrency),
    signal: NEVER,
    resume,
  })) {
    keysOf.set(number, [...(keysOf.get(number) ?? []), ...entries.map(({ key }) => key)]);
  }
  return { records, keysOf, asked };
}

/** Keys of pages that these records call done. */
function doneKeys(records: readonly LogRecord[], keysOf: Map<number, string[]>): string[] {
  const numbers = records.flatMap((record) => (record.t === 'done' ? record.pages.map(([n]) => n as number) : []));
  return numbers.flatMap((n) => keysOf.get(n) ?? []);
}

const pagesOf = (records: readonly LogRecord[]) =>
  records.filter((record): record is PageRecord => record.t === 'page');
const placeOf = ({ d, c }: PageRecord) => `${d}#${c ?? ''}`;

const runs = fc.record({ pageSize: fc.integer({ min: 1, max: 6 }), listConcurrency: fc.integer({ min: 1, max: 5 }) });

test('cut off after any record: all objects once more or before, nothing committed is asked for, the totals are exact', async () => {
  await fc.assert(
    fc.asyncProperty(treeOf, runs, runs, fc.nat(), async (tree, options, others, at) => {
      const first = await list(tree, JobState.fresh(JOB), options);
      const kept = first.records.slice(0, at % (first.records.length + 1));
      const state = JobState.fresh(JOB);
      for (const record of kept) state.apply(record);
      assert.equal(state.orphans, 0);
      const done = new Set(kept.flatMap((record) => (record.t === 'done' ? record.pages.map(([n]) => n) : [])));
      const committed = pagesOf(kept)
        .filter(({ n }) => done.has(n))
        .map(placeOf);
      const second = await list(tree, state, others);
      // Smaller pages have to ask where an open one ended, which is where the one behind it begins.
      const places = others.pageSize < options.pageSize ? [] : committed;
      for (const place of places) assert.ok(!second.asked.includes(place), `${place} was committed`);
      const union = new Set([...doneKeys(kept, first.keysOf), ...doneKeys(second.records, second.keysOf)]);
      assert.deepEqual([...union].sort(), allKeys(tree).sort());
      assert.deepEqual(
        [state.totals.stored, state.found, state.uncommitted.size, state.frontier.isEmpty],
        [allKeys(tree).length, allKeys(tree).length, 0, true],
      );
    }),
    { numRuns: 300 },
  );
});

test('a snapshot and the records since lead to the same state as all records', async () => {
  await fc.assert(
    fc.asyncProperty(treeOf, runs, fc.nat(), async (tree, options, at) => {
      const { records } = await list(tree, JobState.fresh(JOB), options);
      const cut = at % (records.length + 1);
      const whole = JobState.fresh(JOB);
      for (const record of records.slice(0, cut)) whole.apply(record);
      const snapshot = JSON.parse(JSON.stringify(snapshotOf(whole, 0)));
      for (const record of records.slice(cut)) whole.apply(record);
      const restored = restore(snapshot);
      for (const record of records.slice(cut)) restored.apply(record);
      assert.equal(restored.orphans, 0);
      assert.deepEqual(snapshotOf(restored, 0), snapshotOf(whole, 0));
    }),
    { numRuns: 200 },
  );
});

function restore(snapshot: readonly never[]): JobState {
  const state = new JobState(JOB, new Frontier());
  for (const record of snapshot.slice(1, -1)) state.apply(record);
  return state;
}

test('a journal that is damaged anywhere: nothing is lost, and no page is counted twice', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const damage = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), bit: fc.constant(0) }),
    fc.record({ kind: fc.constant('drop' as const), at: fc.nat(), bit: fc.constant(0) }),
    fc.record({ kind: fc.constant('twice' as const), at: fc.nat(), bit: fc.constant(0) }),
    fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), bit: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(treeOf, runs, damage, fc.boolean(), async (tree, options, { kind, at, bit }, hasPrevious) => {
      const first = await list(tree, JobState.fresh(JOB), options);
      const kept = first.records.slice(0, Math.ceil(first.records.length * 0.7));
      const half = Math.floor(kept.length / 2);
      const compacted = JobState.fresh(JOB);
      const head = snapshotOf(compacted, 0);
      for (const record of kept.slice(0, half)) compacted.apply(record);
      const write = (values: readonly unknown[], from: number) =>
        values.map((value, index) => encodeLine(from + index, value));
      const old = write([...head, ...kept.slice(0, half)], 1);
      const lines = write([...snapshotOf(compacted, old.length), ...kept.slice(half)], old.length + 1);
      writeFileSync(previousPath(path), hasPrevious ? old.join('') : '');
      writeFileSync(path, damaged(lines, kind, at, bit));
      const { state = JobState.fresh(JOB) } = loadJob(path);
      const second = await list(tree, state, options);
      // Only pages that the undamaged journal called done may be left out.
      const union = new Set([...doneKeys(kept, first.keysOf), ...doneKeys(second.records, second.keysOf)]);
      assert.deepEqual([...union].sort(), allKeys(tree).sort());
      assert.deepEqual(
        [state.totals.stored, state.found, state.uncommitted.size],
        [allKeys(tree).length, allKeys(tree).length, 0],
      );
    }),
    { numRuns: 400 },
  );
  assert.ok(readFileSync(path).length > 0);
});

function damaged(
  lines: readonly string[],
  kind: 'flip' | 'cut' | 'drop' | 'twice' | 'swap',
  at: number,
  bit: number,
): Buffer {
  const bytes = Buffer.from(lines.join(''));
  const line = at % lines.length;
  const copy = [...lines];
  if (kind === 'flip') bytes[at % bytes.length]! ^= 1 << bit;
  if (kind === 'flip') return bytes;
  if (kind === 'cut') return bytes.subarray(0, at % bytes.length);
  if (kind === 'drop') copy.splice(line, 1);
  if (kind === 'twice') copy.splice(line, 0, copy[line]!);
  if (kind === 'swap') copy.splice(line, 2, ...copy.slice(line, line + 2).reverse());
  return Buffer.from(copy.join(''));
}
