// The failures file: whole or not there, never replaced by nothing, and never faster than the disk.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { failureLine, openFailures } from '../../../../src/events/lists/failures.js';
import { isBadLine, isScopeLine, parseLine } from '../../../../src/model/line.js';
import { filesBelow, tempFolder } from '../../../support/disks/files.js';
import { errorOf } from '../../../support/flow.js';
import { turns } from '../../../support/waiting.js';

const COMPLETE = { isComplete: true };
const fileIn = (t: TestContext) => join(tempFolder(t), 'deep', 'failures.ndjson');

test('takes its place when it is closed, in a folder that it makes', async (t) => {
  const path = fileIn(t);
  const failures = openFailures(path);
  await failures.record('{"key":"a"}');
  await failures.record('{"key":"b"}');
  assert.equal(existsSync(path), false);
  await failures.close(COMPLETE);
  assert.equal(readFileSync(path, 'utf8'), '{"key":"a"}\n{"key":"b"}\n');
  assert.deepEqual(filesBelow(join(path, '..')), ['failures.ndjson']);
});

test('a run without failures leaves an empty file', async (t) => {
  const path = fileIn(t);
  await openFailures(path).close(COMPLETE);
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('the file before is kept, and whoever reads it reads on', async (t) => {
  const path = fileIn(t);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, 'first\n');
  const reader = openSync(path, 'r');
  const failures = openFailures(path);
  await failures.record('second');
  await failures.close(COMPLETE);
  assert.equal(readFileSync(path, 'utf8'), 'second\n');
  assert.equal(readFileSync(`${path}.previous`, 'utf8'), 'first\n');
  const buffer = Buffer.alloc(10);
  assert.equal(buffer.toString('utf8', 0, readSync(reader, buffer)), 'first\n');
});

test('nothing does not replace something: the previous list survives runs without failures', async (t) => {
  const path = fileIn(t);
  const failures = openFailures(path);
  await failures.record('worth keeping');
  await failures.close(COMPLETE);
  for (let run = 0; run < 3; run++) await openFailures(path).close(COMPLETE);
  assert.equal(readFileSync(path, 'utf8'), '');
  assert.equal(readFileSync(`${path}.previous`, 'utf8'), 'worth keeping\n');
});

test('a run that was cut short adds to the list, and forgets nothing of it', async (t) => {
  const path = fileIn(t);
  const first = openFailures(path);
  await first.record('first');
  await first.close(COMPLETE);
  const second = openFailures(path);
  await second.record('second');
  await second.close({ isComplete: false });
  assert.deepEqual(readFileSync(path, 'utf8').split('\n').sort(), ['', 'first', 'second']);
  await openFailures(path).close({ isComplete: false });
  assert.deepEqual(readFileSync(path, 'utf8').split('\n').sort(), ['', 'first', 'second']);
  assert.deepEqual(filesBelow(join(path, '..')), ['failures.ndjson']);
});

test('what is no regular file is written directly', async () => {
  const failures = openFailures('/dev/null');
  await failures.record('{"key":"a"}');
  await failures.close(COMPLETE);
  assert.equal(existsSync('/dev/null.previous'), false);
  await openFailures('/dev/null').close(COMPLETE);
});

function makeFifo(t: TestContext): string | undefined {
  const path = join(tempFolder(t), 'fifo');
  try {
    execFileSync('mkfifo', [path]);
    return path;
  } catch {
    t.skip('there is no mkfifo here');
    return undefined;
  }
}

test('a slow reader holds the run back, and loses nothing', { timeout: 20_000 }, async (t) => {
  const path = makeFifo(t);
  if (path === undefined) return;
  const failures = openFailures(path);
  const line = JSON.stringify({ key: 'k'.repeat(1_000) });
  let recorded = 0;
  let isHeld = false;
  const recording = (async () => {
    for (; recorded < 1_000; recorded++) {
      const written = failures.record(line);
      if (written !== undefined) isHeld = true;
      await written;
    }
  })();
  await turns(200);
  // Nobody reads yet: what is in memory is bounded.
  assert.ok(isHeld && recorded < 100, `${recorded} lines were taken`);
  let text = '';
  const reader = createReadStream(path, 'utf8').on('data', (piece) => {
    text += piece;
  });
  const ended = once(reader, 'end');
  await recording;
  await failures.close(COMPLETE);
  await ended;
  assert.equal(text, `${line}\n`.repeat(1_000));
});

test('waiting for the disk again and again leaves no listeners behind', { timeout: 20_000 }, async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  t.after(() => process.off('warning', onWarning));
  const failures = openFailures(fileIn(t));
  const line = 'x'.repeat(50_000);
  for (let index = 0; index < 50; index++) await failures.record(line);
  await failures.close(COMPLETE);
  await turns(3);
  assert.deepEqual(
    warnings.map(({ message }) => message),
    [],
  );
});

test('a file that cannot be written is a fatal error, at the latest when it is closed', {
  timeout: 20_000,
}, async (t) => {
  if (!existsSync('/dev/full')) return t.skip('there is no /dev/full here');
  const failures = openFailures('/dev/full');
  const error = await errorOf(async () => {
    for (let index = 0; index < 10_000; index++) await failures.record('x'.repeat(1_000));
    await failures.close(COMPLETE);
  });
  assert.deepEqual([error.code, error.verdict], ['ERR_FAILURES_FILE', 'fatal']);
  assert.match(error.message, /failures file/);
  assert.equal((await errorOf(() => failures.close(COMPLETE))).code, 'ERR_FAILURES_FILE');
});

test('a place that cannot be written is a fatal error, too', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), 'x');
  const failures = openFailures(join(folder, 'file', 'failures.ndjson'));
  assert.equal((await errorOf(() => failures.close(COMPLETE))).code, 'ERR_FAILURES_FILE');
});

test('each line is a valid input line for fetch, with what went wrong', () => {
  const entry = { key: 'a\nb', size: 3, mtimeMs: 1_000 };
  const line = failureLine(entry, new TransferError('ERR_TIMEOUT', 'too "slow"'), 6);
  assert.deepEqual(JSON.parse(line), {
    key: 'a\nb',
    size: 3,
    mtime: '1970-01-01T00:00:01.000Z',
    error: 'too "slow"',
    code: 'ERR_TIMEOUT',
    attempts: 6,
  });
  const parsed = parseLine(line)!;
  assert.ok(!isBadLine(parsed) && !isScopeLine(parsed));
  assert.deepEqual([parsed.key, parsed.size, parsed.mtimeMs], ['a\nb', 3, 1_000]);
  const folder = failureLine({ key: 'd' }, new TransferError('ERR_LISTING', 'x'), 2, 'folder');
  assert.deepEqual(parseLine(folder), { scope: 'd' });
});

test('a list on /dev/shm is replaced like any other, not added to', { skip: !existsSync('/dev/shm') }, async (t) => {
  const folder = mkdtempSync('/dev/shm/sluice-test-');
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'failures.ndjson');
  for (const line of ['first', 'second']) {
    const list = openFailures(path);
    await list.record(line);
    await list.close({ isComplete: true });
  }
  assert.equal(readFileSync(path, 'utf8'), 'second\n');
});
