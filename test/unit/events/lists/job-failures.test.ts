// The failures of a job: lines of committed pages stay, those of other pages go, and the user's list has each once.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../../src/errors.js';
import { failureLine, openFailures } from '../../../../src/events/lists/failures.js';
import { JobFailures } from '../../../../src/events/lists/job-failures.js';
import { openFilesBelow, tempFolder } from '../../../support/disks/files.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { rejection } from '../../../support/waiting.js';

const COMPLETE = { isComplete: true };

async function opened(t: TestContext, path: string, bytes = 0): Promise<JobFailures> {
  const failures = await JobFailures.open(path, bytes);
  t.after(() => failures.close().catch(() => {}));
  return failures;
}

/** What the user sees of it. */
async function published(failures: JobFailures, more: string[] = [], end = COMPLETE): Promise<string[]> {
  const path = join(failures.path, '..', 'failures.ndjson');
  await failures.publish(openFailures(path), more, end);
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

test('tells its length after each append, and shows all lines and those of open pages', async (t) => {
  const failures = await opened(t, join(tempFolder(t), 'job'));
  assert.equal(await failures.append(['a', 'ü']), 5);
  assert.equal(await failures.append(['c']), 7);
  assert.equal(readFileSync(failures.path, 'utf8'), 'a\nü\nc\n');
  assert.deepEqual(await published(failures, ['open']), ['a', 'ü', 'c', 'open']);
});

test('lines behind what the journal knows of belong to pages that are repeated: they go', async (t) => {
  const path = join(tempFolder(t), 'job');
  const first = await JobFailures.open(path, 0);
  const known = await first.append(['committed']);
  await first.append(['not committed, the process died']);
  await first.close();
  const second = await opened(t, path, known);
  assert.equal(await second.append(['again']), known + 6);
  assert.deepEqual(await published(second), ['committed', 'again']);
});

test('a new job begins with an empty file, whatever was there', async (t) => {
  const path = join(tempFolder(t), 'job');
  writeFileSync(path, 'of the job before\n');
  const failures = await opened(t, path, 0);
  assert.deepEqual(await published(failures), []);
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('a file that is shorter than the journal says is taken as it is', async (t) => {
  const path = join(tempFolder(t), 'job');
  const failures = await opened(t, path, 1_000);
  assert.equal(await failures.append(['a']), 2);
  assert.deepEqual(await published(failures), ['a']);
});

test('a line that its loss has torn does not swallow the next one', async (t) => {
  const path = join(tempFolder(t), 'job');
  writeFileSync(path, 'whole\nto');
  const failures = await opened(t, path, 11);
  await failures.append(['next']);
  assert.deepEqual(await published(failures), ['whole', 'next']);
});

test('any failure that can be written comes out as one line', async (t) => {
  const failures = await opened(t, join(tempFolder(t), 'job'));
  const error = new TransferError('ERR_SERVER', 'told\r\nin\u2028three lines');
  const lines = ['a\rb', 'c\nd', 'e\u2028f\u2029g', '\ud83d'].map((key) => failureLine({ key }, error, 1));
  await failures.append(lines);
  assert.deepEqual(await published(failures), lines);
});

test('a run that was cut short shows what it has, and the list before it is not lost', async (t) => {
  const failures = await opened(t, join(tempFolder(t), 'job'));
  writeFileSync(join(failures.path, '..', 'failures.ndjson'), '{"key":"before"}\n');
  await failures.append(['{"key":"now"}']);
  const lines = await published(failures, [], { isComplete: false });
  assert.deepEqual(lines.map((line) => JSON.parse(line).key).sort(), ['before', 'now']);
});

test('the list is made also when the file has lost its name since', async (t) => {
  const failures = await opened(t, join(tempFolder(t), 'job'));
  await failures.append(['a']);
  rmSync(failures.path);
  assert.deepEqual(await published(failures), ['a']);
  assert.equal(existsSync(failures.path), false);
});

test('after a write that failed nothing of it stays, and nothing is appended', async (t) => {
  const disk = smallDisk(t, 'size=16k');
  if (disk === undefined) return;
  const failures = await opened(t, join(disk.root, 'job'));
  const known = await failures.append(['safe']);
  const error = await rejection<TransferError>(failures.append(['x'.repeat(100_000)]));
  assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
  assert.match(error.message, /cannot be written: .*Free some space/);
  assert.equal(readFileSync(failures.path).length, known, 'no part of it stays');
  disk.remount('size=1m');
  assert.equal(await rejection(failures.append(['later'])), error, 'its place in the file could not be told');
  assert.deepEqual(await published(failures, ['open']), ['safe', 'open']);
  await failures.close();
  const next = await opened(t, failures.path, known);
  assert.deepEqual(await published(next), ['safe']);
});

test('a place where no file can be is a fatal error', async (t) => {
  const folder = tempFolder(t);
  const error = await rejection<TransferError>(JobFailures.open(folder, 0));
  assert.deepEqual([error.code, openFilesBelow(folder) ?? []], ['ERR_STATE', []]);
});
