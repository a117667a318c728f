// The append-only file: whole records only, whatever was there before and however much of a write the disk takes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { RecordLog } from '../../../../src/lib/record-index/record-log.js';
import { openFilesBelow, tempFolder } from '../../../support/disks/files.js';

/** A record of 24 bytes that says its number. */
const record = (number: number) => Buffer.alloc(24, `record ${number} `);
const records = (from: number, to: number) =>
  Buffer.concat(Array.from({ length: to - from }, (_, index) => record(from + index)));

test('the file is made by the first write, and closed by close', (t) => {
  const folder = tempFolder(t);
  const log = new RecordLog(join(folder, 'log'), 24);
  log.append(record(0));
  assert.equal(existsSync(join(folder, 'log')), false);
  log.flush();
  assert.deepEqual(readFileSync(join(folder, 'log')), record(0));
  log.append(record(1));
  log.sync();
  assert.deepEqual(readFileSync(join(folder, 'log')), records(0, 2));
  log.append(record(2));
  log.close();
  log.close();
  assert.deepEqual(readFileSync(join(folder, 'log')), records(0, 3));
  assert.deepEqual(openFilesBelow(folder) ?? [], []);
});

test('a log without records makes no file', (t) => {
  const path = join(tempFolder(t), 'log');
  const log = new RecordLog(path, 24);
  log.flush();
  log.sync();
  log.close();
  assert.equal(existsSync(path), false);
});

test('records wait in 64 KiB at most', (t) => {
  const path = join(tempFolder(t), 'log');
  const log = new RecordLog(path, 32);
  t.after(() => log.close());
  for (let count = 0; count < 2_048; count++) log.append(Buffer.alloc(32));
  assert.equal(existsSync(path), false);
  log.append(Buffer.alloc(32));
  assert.equal(statSync(path).size, 65_536);
});

test('more is appended to what is there, and a torn tail goes first', (t) => {
  const path = join(tempFolder(t), 'log');
  writeFileSync(path, Buffer.concat([records(0, 5), record(5).subarray(0, 23)]));
  const log = new RecordLog(path, 24);
  t.after(() => log.close());
  log.append(record(6));
  log.flush();
  // Torn under an open log, too: another run on the same folder may have been killed.
  appendFileSync(path, 'x');
  log.append(record(7));
  log.flush();
  assert.deepEqual(readFileSync(path), Buffer.concat([records(0, 5), record(6), record(7)]));
});

test('what could not be written is kept, and written when it can be', (t) => {
  const folder = join(tempFolder(t), 'later');
  const log = new RecordLog(join(folder, 'log'), 24);
  log.append(record(0));
  assert.throws(() => log.flush(), { code: 'ENOENT' });
  assert.throws(() => log.close(), { code: 'ENOENT' });
  mkdirSync(folder);
  log.append(record(1));
  log.close();
  assert.deepEqual(readFileSync(join(folder, 'log')), records(0, 2));
});

test('a full buffer that cannot be written takes no more', (t) => {
  const log = new RecordLog(join(tempFolder(t), 'never', 'log'), 24);
  for (let count = 0; count < Math.floor(65_536 / 24); count++) log.append(record(count));
  for (let attempt = 0; attempt < 3; attempt++) assert.throws(() => log.append(record(0)), { code: 'ENOENT' });
});

test('a disk that takes a part of a write loses no record and shifts none', (t) => {
  const path = join(tempFolder(t), 'log');
  const script = fileURLToPath(new URL('../../sinks/thread/full-log-script.js', import.meta.url));
  // A file may not grow beyond one block of 512 or 1,024 bytes, neither of which is a multiple of 24.
  const limited = spawnSync('sh', ['-c', 'ulimit -f 1 && exec "$0" "$@"', process.execPath, script, path], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.deepEqual([limited.stderr, limited.status], ['', 0]);
  const sizes = JSON.parse(limited.stdout) as { tornBytes: number; code: string };
  assert.equal(sizes.code, 'EFBIG');
  assert.notEqual(sizes.tornBytes % 24, 0, 'the limit did not tear a record');
  // The script emptied the file and flushed again: what follows is what the first write had not taken as a whole.
  const takenCount = Math.floor(sizes.tornBytes / 24);
  const rest = readFileSync(path);
  assert.deepEqual(rest, records(takenCount, takenCount + takenCount));
});
