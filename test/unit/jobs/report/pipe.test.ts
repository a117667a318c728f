// A report into a pipe, whose other end is in the hands of another program.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { writeReport } from '../../../../src/jobs/report/write-report.js';
import { tempFolder } from '../../../support/disks/files.js';

// (More than a pipe holds.)
const TEXT = 'x'.repeat(300_000);

function pipeIn(t: TestContext): string {
  const path = join(tempFolder(t), 'report.html');
  execFileSync('mkfifo', [path]);
  return path;
}

test('a pipe that no program reads is given up with the signal, and blocks no thread', async (t) => {
  const timeout = new AbortController();
  const writing = assert.rejects(writeReport(pipeIn(t), TEXT, timeout.signal), /is a pipe, and no program reads it/);
  setImmediate(() => timeout.abort());
  await writing;
});

test('a reader that comes later and takes its time gets all of it', async (t) => {
  const path = pipeIn(t);
  const writing = writeReport(path, TEXT, new AbortController().signal);
  const reader = spawn('sh', ['-c', 'sleep 0.2; wc -c < "$0"', path]);
  t.after(() => reader.kill());
  let counted = '';
  for await (const chunk of reader.stdout) counted += chunk;
  await writing;
  assert.equal(Number(counted), TEXT.length);
});

test('a reader that stops reading is given up with the signal, one that ends is an error', async (t) => {
  for (const command of ['exec 3< "$0"; echo open; exec sleep 60', 'exec 3< "$0"; echo open; exec 3<&-']) {
    const path = pipeIn(t);
    const timeout = new AbortController();
    const writing = assert.rejects(writeReport(path, TEXT, timeout.signal), { code: 'ERR_OUTPUT' });
    const reader = spawn('sh', ['-c', command, path]);
    t.after(() => reader.kill());
    await new Promise((resolve) => reader.stdout.once('data', resolve));
    if (command.includes('sleep')) timeout.abort();
    await writing;
    reader.kill();
  }
});
