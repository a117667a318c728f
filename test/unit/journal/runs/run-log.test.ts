// The log of runs: what is killed, torn, huge or misplaced costs at most what it said.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type LoggedRun, SIZE_BOUNDS } from '../../../../src/journal/runs/logged-run.js';
import {
  enterKilled,
  enterRun,
  readRunLog,
  readTail,
  runLogFiles,
  writeRunNow,
} from '../../../../src/journal/runs/run-log.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-runs-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function runAt(second: number, more: Partial<LoggedRun> = {}): LoggedRun {
  const startedAt = new Date(1_700_000_000_000 + second * 1_000).toISOString();
  const counts = { stored: 1, skipped: 0, gone: 0, failed: 0, excluded: 0, bytes: 10, retries: 0, outages: 0 };
  const figures = {
    ...counts,
    ...{ throttledMs: 0, unreachableMs: 0, codes: {}, checkedBy: {}, waits: [], moreWaits: 0, slow: [] },
    sizes: SIZE_BOUNDS.map(() => 0).concat(0),
  };
  const about = { command: 'mirror', pid: 7, host: 'h', source: 'upyun://pics', node: 'v20', platform: 'linux x64' };
  return { ...about, startedAt, seenAt: startedAt, options: {}, figures, ...more };
}

const ended = (second: number) => runAt(second, { end: 'finished', endedAt: runAt(second + 1).startedAt });
const startsOf = (runs: readonly LoggedRun[]) => runs.map(({ startedAt }) => startedAt);

test('a run that ends is entered and is at work no more; one that was killed is entered by the next', async (t) => {
  const files = runLogFiles(folder(t));
  await writeRunNow(files, runAt(1));
  assert.equal(readRunLog(files).now?.startedAt, runAt(1).startedAt);
  await enterRun(files, ended(1));
  assert.deepEqual(readRunLog(files), { ended: [ended(1)], now: undefined });
  await writeRunNow(files, runAt(5));
  await enterKilled(files);
  assert.deepEqual(startsOf(readRunLog(files).ended), [runAt(1).startedAt, runAt(5).startedAt]);
  assert.equal(readRunLog(files).ended[1]?.end, undefined);
  assert.ok(!existsSync(files.now));
});

test('a run that was killed between its two last writes is there once', async (t) => {
  const files = runLogFiles(folder(t));
  await enterRun(files, ended(1));
  await writeRunNow(files, runAt(1));
  assert.deepEqual(readRunLog(files), { ended: [ended(1)], now: undefined });
  await enterKilled(files);
  assert.equal(readRunLog(files).ended.length, 1);
});

test('a torn line costs only itself, and the next line does not follow it', async (t) => {
  const files = runLogFiles(folder(t));
  await enterRun(files, ended(1));
  writeFileSync(files.ended, `${readFileSync(files.ended, 'utf8')}{"command":"mir`);
  await enterRun(files, ended(2));
  assert.deepEqual(startsOf(readRunLog(files).ended), [runAt(1).startedAt, runAt(2).startedAt]);
});

test('what is no run of a build of Sluice is left out, and what a later build adds is kept', (t) => {
  const files = runLogFiles(folder(t));
  const { figures } = runAt(0);
  const wrong = [
    null,
    7,
    {},
    { ...ended(1), startedAt: 'never' },
    { ...ended(1), end: 'vanished' },
    { ...ended(1), figures: { ...figures, stored: -1 } },
    { ...ended(1), figures: { ...figures, stored: '<b>' } },
    { ...ended(1), figures: { ...figures, sizes: [1] } },
    { ...ended(1), figures: { ...figures, waits: [null] } },
    { ...ended(1), options: { to: [7] } },
    { ...ended(1), options: { to: { deep: 1 } } },
  ];
  const later = { ...ended(3), later: { deep: [1] } };
  writeFileSync(files.ended, [...wrong, later].map((one) => `${JSON.stringify(one)}\n`).join(''));
  assert.deepEqual(readRunLog(files).ended, [later]);
});

test('the log stays short, whatever the number of runs, and keeps the last ones', async (t) => {
  const files = runLogFiles(folder(t));
  const options = { exclude: Array.from({ length: 20 }, () => 'x'.repeat(1_000)) };
  let most = 0;
  for (let second = 0; second < 150; second++) {
    await enterRun(files, { ...ended(second), options });
    most = Math.max(most, statSync(files.ended).size);
  }
  assert.ok(most < 1.1 * 1024 * 1024, `${most} bytes`);
  const { ended: kept } = readRunLog(files);
  assert.equal(kept.at(-1)?.startedAt, runAt(149).startedAt);
  assert.ok(kept.length > 20 && kept.length < 60, `${kept.length} runs`);
});

test('of a file of any size only the end is read, and never through a link or of a device', (t) => {
  const root = folder(t);
  const huge = join(root, 'huge');
  writeFileSync(huge, `${'x'.repeat(1_000)}end`);
  assert.equal(readTail(huge, 5), 'xxend');
  symlinkSync(huge, join(root, 'link'));
  assert.equal(readTail(join(root, 'link'), 100), '');
  assert.equal(readTail('/dev/zero', 100), '');
  assert.equal(readTail(root, 100), '');
  assert.equal(readTail(join(root, 'none'), 100), '');
});
