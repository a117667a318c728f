// What is left of a job whose files were damaged: the file before is used where it is this job's, and it is said.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { JobState } from '../../../src/journal/job-state.js';
import { loadJob, previousPath } from '../../../src/journal/load.js';
import type { AnyRecord, LogRecord } from '../../../src/journal/records.js';
import { snapshotOf } from '../../../src/journal/snapshot.js';
import { encodeLine } from '../../../src/lib/line-log/line-log.js';
import { Tally } from '../../../src/model/tally.js';
import { tempFolder } from '../../support/disks/files.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: [] }, pass: 2, startedAtMs: 5 };

/** Pages of one folder; each is committed three pages later, with one failure of 100 bytes each. */
function records(count: number, first = 1): LogRecord[] {
  return Array.from({ length: count }, (_, index): LogRecord[] => {
    const n = first + index;
    const cursor = n === 1 ? {} : { c: `c${n - 1}` };
    const page: LogRecord = { t: 'page', n, f: 0, d: '', ...cursor, x: `c${n}`, k: 2, b: 20, l: `key${n}` };
    if (n <= 3) return [page];
    const row = [n - 3, 1, 0, 0, 1, 10, 0, 20, 0, { ERR_SERVER: 1 }];
    return [page, { t: 'done', atMs: n, pages: [row], failuresBytes: (n - 3) * 100, activeMs: n }];
  }).flat();
}

interface Files {
  /** Lines of the file before, and of the file. */
  readonly before: string[];
  readonly lines: string[];
  /** Snapshot lines at the beginning of `lines`. */
  readonly head: number;
  readonly whole: JobState;
}

/** A first run of 6 pages and a second one of 6 more. */
function twoRuns(job = JOB): Files {
  const whole = JobState.fresh(job);
  const first: AnyRecord[] = [...snapshotOf(whole, 0), { t: 'run', atMs: 1 }, ...records(6)];
  for (const record of first.slice(3)) whole.apply(record as LogRecord);
  const before = first.map((record, index) => encodeLine(index + 1, record));
  const snapshot = snapshotOf(whole, before.length);
  const second: LogRecord[] = [{ t: 'run', atMs: 2 }, ...records(6, 7)];
  for (const record of second) whole.apply(record);
  const lines = [...snapshot, ...second].map((record, index) => encodeLine(before.length + 1 + index, record));
  return { before, lines, head: snapshot.length, whole };
}

function write(t: TestContext, { before, lines }: Pick<Files, 'before' | 'lines'>): string {
  const path = join(tempFolder(t), 'journal');
  writeFileSync(path, lines.join(''));
  writeFileSync(previousPath(path), before.join(''));
  return path;
}

const broken = (line: string) => line.replace('"t"', '"T"');
const wholeOf = (state: JobState | undefined) => JSON.parse(JSON.stringify(state ? snapshotOf(state, 0) : []));

test('no file and an empty file are no job, and nothing to tell', (t) => {
  const path = join(tempFolder(t), 'journal');
  const nothing = { state: undefined, problems: [], sequence: 0, sizeBytes: 0 };
  assert.deepEqual(loadJob(path), nothing);
  writeFileSync(path, '');
  assert.deepEqual(loadJob(path), nothing);
});

test('what was noted counts only when nothing is damaged: the line that called it done may be among what is lost', (t) => {
  const files = twoRuns();
  const page = [...files.whole.uncommitted.keys()].at(-1)!;
  const note: LogRecord = {
    t: 'note',
    settled: [{ n: page, v: [0], tally: new Tally().toRow() }],
    partly: [],
    activeMs: 900,
  };
  const lines = [...files.lines, encodeLine(files.before.length + files.lines.length + 1, note)];
  const whole = loadJob(write(t, { ...files, lines })).state!;
  assert.deepEqual([...whole.settled.keys()], [page]);
  for (const place of [0, lines.length - 2]) {
    const damaged = lines.map((line, index) => (index === place ? broken(line) : line));
    const { state, problems } = loadJob(write(t, { ...files, lines: damaged }));
    assert.deepEqual([state!.settled.size, problems.length], [0, 1], `line ${place}`);
  }
});

test('an undamaged journal gives the whole job and the number of its last line', (t) => {
  const files = twoRuns();
  const path = write(t, files);
  const { state, problems, sequence, sizeBytes } = loadJob(path);
  assert.deepEqual([wholeOf(state), problems], [wholeOf(files.whole), []]);
  assert.deepEqual([sequence, sizeBytes], [files.before.length + files.lines.length, readFileSync(path).length]);
  assert.deepEqual([state?.runs, state?.pass, state?.found, state?.failuresBytes], [2, 2, 24, 900]);
});

test('any damaged line of the snapshot is made up for by the file before, and that is said', (t) => {
  const files = twoRuns();
  for (let line = 0; line < files.head; line++) {
    const lines = files.lines.map((text, index) => (index === line ? broken(text) : text));
    const path = write(t, { before: files.before, lines });
    const { state, problems } = loadJob(path);
    assert.deepEqual(wholeOf(state), wholeOf(files.whole), `line ${line}`);
    assert.match(problems.join(), /its beginning is damaged, so Sluice uses the file before it/);
  }
});

test('a snapshot that a kill cut off is made up for, too', (t) => {
  const files = twoRuns();
  const lines = files.lines.slice(0, files.head - 1);
  const { state } = loadJob(write(t, { before: files.before, lines }));
  assert.deepEqual([state?.runs, state?.found], [1, 12]);
});

test('the file before is not used when it is another one: then the job is lost, and that is said', (t) => {
  const files = twoRuns();
  const lines = [files.lines[0]!, broken(files.lines[1]!), ...files.lines.slice(2)];
  const other = twoRuns({ ...JOB, id: 'other' });
  const cases = {
    none: [],
    'of another job': other.before,
    'not the last': files.before.slice(0, -1),
    damaged: files.before.slice(1),
  };
  for (const [what, before] of Object.entries(cases)) {
    const { state, problems } = loadJob(write(t, { before, lines }));
    assert.equal(state, undefined, what);
    assert.match(problems.join(), /cannot be used: the listing begins again, and what is stored is skipped/, what);
  }
});

test('where nothing says which file was before, none is used', (t) => {
  const { lines, head } = twoRuns();
  const unmarked = lines.map((text, index) => ([0, head - 1].includes(index) ? broken(text) : text));
  const { before } = twoRuns({ ...JOB, id: 'other' });
  assert.equal(loadJob(write(t, { before, lines: unmarked })).state, undefined);
});

test('a damaged line in the middle is told, and what it spoke of is still ahead', (t) => {
  const files = twoRuns();
  const pageLine = files.lines.findIndex((line) => line.includes('"n":9,'));
  const lines = files.lines.map((text, index) => (index === pageLine ? broken(text) : text));
  const path = write(t, { before: files.before, lines });
  const { state, problems } = loadJob(path);
  assert.deepEqual(problems, [
    `${path}: 1 damaged place; Sluice lists the folders in it again, and skips what is stored`,
  ]);
  // The pages after it cannot be placed without it: the folder goes on from there.
  assert.equal(state?.frontier.next()?.cursor, 'c8');
  assert.deepEqual([state?.found, state?.orphans], [16, 3]);
});

test('a last line that was torn is normal, whether in the log or right behind the snapshot', (t) => {
  const files = twoRuns();
  for (const end of [files.lines.length, files.head + 1]) {
    const lines = files.lines.slice(0, end);
    lines[end - 1] = lines[end - 1]!.slice(0, -7);
    assert.deepEqual(loadJob(write(t, { before: files.before, lines })).problems, []);
  }
});

test('whatever happens to its bytes or lines: it loads, and nothing counts that was not, or twice', (t) => {
  const files = twoRuns();
  const path = write(t, files);
  const bytes = Buffer.from(files.lines.join(''));
  const lineAt = fc.nat(files.lines.length - 1);
  const damages: fc.Arbitrary<Buffer> = fc.oneof(
    fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, bits]) => {
      const copy = Buffer.from(bytes);
      copy[at]! ^= bits;
      return copy;
    }),
    fc.nat(bytes.length).map((end) => bytes.subarray(0, end)),
    fc.nat(bytes.length).map((start) => bytes.subarray(start)),
    fc
      .tuple(fc.nat(bytes.length), fc.nat(60))
      .map(([at, count]) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)])),
    fc.array(lineAt, { maxLength: 40 }).map((picks) => Buffer.from(picks.map((index) => files.lines[index]).join(''))),
    fc.shuffledSubarray(files.lines, { minLength: files.lines.length - 2 }).map((lines) => Buffer.from(lines.join(''))),
    fc
      .tuple(lineAt, lineAt)
      .map(([from, to]) => Buffer.from(files.lines.toSpliced(to, 0, files.lines[from]!).join(''))),
  );
  fc.assert(
    fc.property(damages, (damaged) => {
      writeFileSync(path, damaged);
      const { state } = loadJob(path);
      if (state === undefined) return;
      const { runs, found, totals, failuresBytes, uncommitted } = state;
      assert.ok(
        runs <= 2 && found <= 24 && totals.stored <= 9,
        `${runs} runs, ${found} found, ${totals.stored} stored`,
      );
      assert.deepEqual(totals.codes.ERR_SERVER ?? 0, totals.failed);
      assert.equal(found, 2 * (totals.stored + uncommitted.size), 'a page is either committed or open');
      // Failures of committed pages must not be cut off: the last of them has the largest number.
      assert.ok(failuresBytes >= 100 * totals.failed, `${failuresBytes} bytes for ${totals.failed} failures`);
    }),
    { numRuns: 3_000 },
  );
});

test('lines that are right by their checksums and make no sense are no job', (t) => {
  const path = join(tempFolder(t), 'journal');
  const nonsense = fc.oneof(
    fc.json().map((text) => JSON.parse(text)),
    fc.record({ t: fc.constantFrom('job', 'totals', 'frame', 'open', 'ready', 'page', 'done') }),
  );
  fc.assert(
    fc.property(fc.array(nonsense, { maxLength: 8 }), (values) => {
      writeFileSync(path, values.map((value, index) => encodeLine(index + 1, value)).join(''));
      assert.equal(loadJob(path).state, undefined);
    }),
    { numRuns: 500 },
  );
});

test('a journal that cannot be read is an error of the system', (t) => {
  const path = join(tempFolder(t), 'journal');
  mkdirSync(path);
  assert.throws(() => loadJob(path), { code: 'EISDIR' });
});
