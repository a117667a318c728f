// The file of a job: whatever was flushed is there, whenever the process dies, and compaction changes nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { TransferError } from '../../../src/errors.js';
import { JobState } from '../../../src/journal/job-state.js';
import { Journal, type JournalOptions } from '../../../src/journal/journal.js';
import { loadJob, previousPath } from '../../../src/journal/load.js';
import type { AnyRecord } from '../../../src/journal/records.js';
import { snapshotOf } from '../../../src/journal/snapshot.js';
import { readLog } from '../../../src/lib/line-log/line-log.js';
import { Tally } from '../../../src/model/tally.js';
import { openFilesBelow, tempFolder } from '../../support/disks/files.js';
import { smallDisk } from '../../support/disks/mounts.js';
import { rejection, turns } from '../../support/waiting.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: ['/a'] }, pass: 3, startedAtMs: 7 };

async function opened(path: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  return Journal.open(path, JobState.fresh(JOB), { sequence: 0, isNew: true, ...options });
}

/** One folder with endless pages. */
function enterPages(journal: Journal, count: number): void {
  const { frontier } = journal.state;
  for (let page = 0; page < count; page++) {
    const listing = { scopes: [], rows: 2, bytes: 10, lastEntry: `key of page ${frontier.lastPage}` };
    journal.enter(frontier.listed(frontier.next()!, { ...listing, nextCursor: `after ${frontier.lastPage}` }));
  }
}

/** Commits the oldest page; one of its objects failed. */
function commitOne(journal: Journal): void {
  const [n] = journal.state.uncommitted.keys();
  if (n === undefined) return;
  const tally = new Tally();
  tally.settle({ status: 'stored', bytes: 5, volume: 0 }, 5);
  tally.settle({ status: 'failed', error: new TransferError('ERR_SERVER', 'no') }, 5);
  journal.enter({ t: 'done', atMs: n, pages: [[n, ...tally.toRow()]], failuresBytes: n, activeMs: n });
}

/** All that the state holds, in a form that can be compared. */
const wholeOf = (state: JobState | undefined) => JSON.parse(JSON.stringify(state ? snapshotOf(state, 0) : []));

const typesOf = (path: string) => readLog(path).lines.map(({ value }) => (value as AnyRecord).t);

test('what was flushed is loaded again, and what was only entered is not', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const journal = await opened(path);
  t.after(() => journal.close());
  enterPages(journal, 3);
  commitOne(journal);
  journal.enter({ t: 'usage', bytes: 99 });
  journal.enter({ t: 'weights', weights: [1, 2], ids: ['x', 'y'], isFresh: true });
  journal.enter({ t: 'volume', root: '/a', state: 'full', reason: 'no room' });
  await journal.flush();
  const flushed = wholeOf(journal.state);
  enterPages(journal, 1);
  const { state, problems } = loadJob(path);
  assert.deepEqual([wholeOf(state), problems], [flushed, []]);
  assert.deepEqual([state?.found, state?.totals.failed, state?.totals.codes], [6, 1, { ERR_SERVER: 1 }]);
});

test('a new run writes a whole file and keeps the one before; a new job keeps none', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const first = await opened(path);
  enterPages(first, 2);
  await first.flush();
  await first.close();
  const before = readFileSync(path);
  const { state, sequence } = loadJob(path);
  await (await Journal.open(path, state!, { sequence, isNew: false })).close();
  assert.deepEqual(readFileSync(previousPath(path)), before);
  assert.deepEqual(typesOf(path), ['job', 'totals', 'frame', 'open', 'open', 'ready']);
  assert.equal(readLog(path).lines[0]?.sequence, sequence + 1);
  await (await opened(path, { sequence: loadJob(path).sequence })).close();
  assert.equal(existsSync(previousPath(path)), false);
  assert.deepEqual([loadJob(path).state?.found, existsSync(`${path}.new`)], [0, false]);
});

test('the file does not grow with the pages: it is compacted when its log is longer than its snapshot', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const journal = await opened(path, { compactionBytes: 2_000 });
  t.after(() => journal.close());
  let largestBytes = 0;
  for (let round = 0; round < 60; round++) {
    enterPages(journal, 5);
    for (let page = 0; page < 5; page++) commitOne(journal);
    await journal.flush();
    largestBytes = Math.max(largestBytes, statSync(path).size);
  }
  // A snapshot with 30 remembered checkpoints, a log as long as that, and what one flush adds.
  assert.ok(largestBytes < 8_000, `${largestBytes} bytes`);
  assert.deepEqual(wholeOf(loadJob(path).state), wholeOf(journal.state));
  assert.equal(typeof loadJob(previousPath(path)).state, 'object');
});

test('what is entered while a flush or a compaction is under way is neither lost nor applied twice', async (t) => {
  const path = join(tempFolder(t), 'journal');
  const rounds = fc.array(
    fc.record({ before: fc.nat(12), during: fc.array(fc.constantFrom('page', 'done', 'turn'), { minLength: 1 }) }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(rounds, fc.constantFrom(1, 300, 1e9), async (some, compactionBytes) => {
      const journal = await opened(path, { compactionBytes });
      try {
        for (const { before, during } of some) {
          enterPages(journal, before);
          await enterDuring(journal, during, journal.flush());
          const { state, problems } = loadJob(path);
          assert.deepEqual([problems, state?.orphans], [[], 0]);
          assert.ok(state!.found <= journal.state.found);
          assert.equal(state?.totals.codes.ERR_SERVER ?? 0, state?.totals.failed);
        }
        await journal.flush();
        assert.deepEqual(wholeOf(loadJob(path).state), wholeOf(journal.state));
      } finally {
        await journal.close();
      }
    }),
    { numRuns: 60 },
  );
});

/** Goes through the list again and again until the flush has ended. */
async function enterDuring(journal: Journal, during: readonly string[], flushed: Promise<void>): Promise<void> {
  let isFlushed = false;
  const ended = flushed.finally(() => {
    isFlushed = true;
  });
  while (!isFlushed) {
    for (const what of during) {
      if (what === 'page') enterPages(journal, 1);
      else if (what === 'done') commitOne(journal);
      else await turns(1);
    }
    await turns(1);
  }
  await ended;
}

/** Objects found and stored, as the script told them last. */
function lastTold(output: string, word: string): number[] {
  const line = output.split('\n').findLast((text) => text.startsWith(word)) ?? `${word} 0 0`;
  return line.split(' ').slice(1).map(Number);
}

function runScript(path: string, crashPoint: string): Promise<{ signal: string | null; output: string }> {
  const script = fileURLToPath(new URL('./journal-script.js', import.meta.url));
  const env = { ...process.env, SLUICE_CRASH_POINT: crashPoint };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, path], { env }, (_error, output) => {
      resolve({ signal: child.signalCode, output });
    });
  });
}

/** The two states that are right after a crash: all that was flushed, or also what was being flushed. */
function assertLegal(path: string, output: string, what: string, previous: number[]): void {
  const { state, problems } = loadJob(path);
  const flushed = lastTold(output, 'flushed');
  const safe = flushed[0] === 0 ? previous : flushed;
  const found = [state?.found ?? 0, state?.totals.stored ?? 0];
  const legal = [safe, lastTold(output, 'entered')].map(String);
  assert.ok(legal.includes(String(found)), `${what}: ${found} is neither of ${legal.join(' and ')}`);
  assert.deepEqual(problems, [], what);
  if (state === undefined) return;
  assert.equal(state.uncommitted.size, state.found - state.totals.stored, what);
  assert.equal(state.failuresBytes === 0, state.totals.stored === 0, what);
}

const OPENING = ['compact.written', 'compact.cleared', 'compact.kept', 'compact.renamed'];
/** The first four are passed when the file is made, the next ones by compactions. */
const CRASHES = [...OPENING.flatMap((name) => [name, `${name}:2`, `${name}:3`]), 'compact.begun', 'compact.begun:2'];

for (const crash of [...CRASHES, 'journal.appended', 'journal.appended:2', 'journal.appended:7']) {
  test(`killed at ${crash}, twice: all that was flushed is there, or also what was being flushed`, async (t) => {
    const path = join(tempFolder(t), 'journal');
    const first = await runScript(path, crash);
    assert.equal(first.signal, 'SIGKILL');
    assertLegal(path, first.output, 'the first time', [0, 0]);
    const { state } = loadJob(path);
    const second = await runScript(path, crash);
    assert.equal(second.signal, 'SIGKILL');
    assertLegal(path, second.output, 'the second time', [state?.found ?? 0, state?.totals.stored ?? 0]);
    const last = await runScript(path, '');
    assert.deepEqual([last.signal, lastTold(last.output, 'flushed')[0]], [null, loadJob(path).state?.found]);
  });
}

test('a full disk is a fatal error that says what to do; later flushes do not write behind what is missing', async (t) => {
  const disk = smallDisk(t, 'size=64k');
  if (disk === undefined) return;
  const path = join(disk.root, 'journal');
  const journal = await opened(path);
  enterPages(journal, 10);
  await journal.flush();
  const safe = wholeOf(loadJob(path).state);
  for (let page = 0; page < 100; page++) enterPages(journal, 10);
  const error = await rejection<TransferError>(journal.flush());
  assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
  assert.match(error.message, /journal.*free some space/);
  enterPages(journal, 1);
  assert.equal(await rejection(journal.flush()), error);
  await journal.close();
  const { state, problems } = loadJob(path);
  assert.deepEqual([problems, state?.orphans], [[], 0]);
  assert.ok(state!.found >= 20 && state!.found < 2_020, 'a part of the lines, in order');
  assert.deepEqual(wholeOf(state)[0], safe[0]);
});

test('a place where no file can be made is an error, and leaves no file open', async (t: TestContext) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const error = await rejection<TransferError>(opened(join(folder, 'file', 'journal')));
  assert.deepEqual([error.code, openFilesBelow(folder) ?? []], ['ERR_STATE', []]);
});
