// Records that outlive a run: the failures of a job, and the manifest. A kill cuts them where the journal says, or at a line.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseLine } from '../../src/model/line.js';
import { JobFailures } from '../../src/report/job-failures.js';
import { Manifest } from '../../src/report/manifest.js';
import { tempFolder } from '../support/files.js';

test('lines behind what the journal knows go, those before it stay, and all are published with the open ones', async (t) => {
  const path = join(tempFolder(t), 'job-failures.ndjson');
  const first = await JobFailures.open(path, 0);
  const bytes = await first.append(['one', 'zwei ü']);
  await first.append(['of a page that was not retired']);
  await first.close();
  assert.equal(bytes, Buffer.byteLength('one\nzwei ü\n'));

  const second = await JobFailures.open(path, bytes);
  await second.append(['three']);
  const lines: string[] = [];
  const ends: object[] = [];
  const list = {
    path: '/list',
    record: (line: string) => void lines.push(line),
    close: async (end: object) => void ends.push(end),
  };
  await second.publish(list, ['open'], { isComplete: false });
  await second.close();
  assert.deepEqual(lines, ['one', 'zwei ü', 'three', 'open']);
  assert.deepEqual(ends, [{ isComplete: false }]);
});

test('a file that is shorter than the journal knows is no reason to stop', async (t) => {
  const path = join(tempFolder(t), 'job-failures.ndjson');
  writeFileSync(path, 'one\n');
  const failures = await JobFailures.open(path, 1_000);
  assert.equal(await failures.append(['two']), 8);
  await failures.close();
});

test('a manifest is appended to, a line that a kill cut off goes, and its lines are lines for fetch and verify', async (t) => {
  const path = join(tempFolder(t), 'deep', 'manifest.ndjson');
  const entry = { key: 'a\u009b', size: 3, mtimeMs: 1_000, etag: 'e', md5: '0'.repeat(32), volume: '/v', path: 'p' };
  const first = Manifest.open(path);
  await first.record(entry);
  await first.flush();
  await first.close();
  appendFileSync(path, '{"key":"cut of');
  const second = Manifest.open(path);
  await second.record({ ...entry, key: 'b', path: undefined });
  await second.close();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      {
        key: 'a\u009b',
        size: 3,
        mtime: '1970-01-01T00:00:01.000Z',
        etag: 'e',
        md5: '0'.repeat(32),
        volume: '/v',
        path: 'p',
      },
      { key: 'b', size: 3, mtime: '1970-01-01T00:00:01.000Z', etag: 'e', md5: '0'.repeat(32), volume: '/v' },
    ],
  );
  assert.deepEqual(parseLine(lines[1]!), { key: 'b', size: 3, mtimeMs: 1_000, etag: 'e', md5: '0'.repeat(32) });
});
