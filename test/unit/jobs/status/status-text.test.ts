// The answer of `status` as people read it, and as programs do.

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Status, statusJson, statusLines } from '../../../../src/jobs/status/status-text.js';
import { localTimeOf } from '../../../../src/lib/text/local-time.js';

const STATUS: Status = {
  event: 'status',
  state: 'running',
  pid: 42,
  command: 'sluice mirror',
  runningSince: '2027-01-01T00:00:00.000Z',
  source: 'upyun://pics',
  filters: { exclude: '*.psd', limit: '5000' },
  pass: 2,
  runs: 3,
  startedAt: '2026-12-31T00:00:00.000Z',
  activeSeconds: 7_260,
  ...{ listed: 3_000, isListingComplete: false, done: 2_000, stored: 1_500, skipped: 400, gone: 60, failed: 40 },
  bytes: 66_000_000,
  checkedBy: { size: 3, crc32c: 200, none: 1, md5: 1_204 },
  left: 1_000,
  leftBytes: 9_000_000_000,
  objectsPerSecond: 1_234.5,
  bytesPerSecond: 40_000_000,
  secondsLeft: 3_700,
  failuresByCode: { ERR_SERVER: 3, ERR_FORBIDDEN_OBJECT: 37 },
  failuresFile: '/to/.sluice/job-failures.ndjson',
  volumes: [
    { path: '/one', freeBytes: 5_000_000_000, freeInodes: 1_000, state: 'in' },
    { path: '/two', freeBytes: 0, state: 'full', reason: 'no space left' },
    { path: '/three', state: 'missing', reason: 'is the disk not mounted?' },
  ],
  lastCheckpoint: '2027-01-01T01:00:00.000Z',
  lastCheckpointAgeSeconds: 2.4,
  journal: '/to/.sluice/journal',
  problems: ['a place is damaged'],
};

/** Name → values. */
function fields(status: Status): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of statusLines(status, 'no job is kept in /to')) {
    const name = line.slice(0, 12).trim();
    found[name] = [...(found[name] ?? []), line.slice(12)];
  }
  return found;
}

test('people get a name and a value in each line, and the disks and problems one by one', () => {
  assert.deepEqual(fields(STATUS), {
    state: [`running, process 42 (sluice mirror, since ${localTimeOf('2027-01-01T00:00:00.000Z')})`],
    source: ['upyun://pics'],
    filters: ['--exclude *.psd; --limit 5000'],
    job: [`pass 2, begun ${localTimeOf('2026-12-31T00:00:00.000Z')}; run 3, 2h 1m of work`],
    listed: ['3,000 objects so far'],
    done: ['2,000 = 1,500 stored + 400 skipped + 60 gone + 40 failed'],
    left: ['1,000 objects of those listed, 9.0 GB of the whole bucket'],
    bytes: ['66.0 MB stored'],
    'checked by': ['MD5 1,204; CRC-32C 200; size only 3; nothing 1; not recorded 92'],
    rate: ['1,234.5 objects/s, 40.0 MB/s lately'],
    'time left': ['about 1h 1m'],
    failed: ['37 ERR_FORBIDDEN_OBJECT, 3 ERR_SERVER'],
    failures: ['/to/.sluice/job-failures.ndjson'],
    volume: [
      '/one: 5.0 GB, 1,000 inodes free',
      '/two: 0 B free; FULL: no space left',
      '/three: MISSING: is the disk not mounted?',
    ],
    checkpoint: [`${localTimeOf('2027-01-01T01:00:00.000Z')}, 2.4s ago`],
    journal: ['/to/.sluice/journal'],
    problem: ['a place is damaged'],
  });
});

test('what is not known makes no line, and a job that does not run has no pace of now', () => {
  const { leftBytes, filters, failuresFile, lastCheckpoint, problems, pid, ...rest } = STATUS;
  const interrupted = fields({ ...rest, state: 'interrupted', isListingComplete: true, failuresByCode: {} });
  for (const name of ['filters', 'failures', 'failed', 'problem']) assert.ok(!(name in interrupted), name);
  assert.deepEqual(interrupted.state, ['interrupted']);
  assert.deepEqual(interrupted.left, ['1,000 objects']);
  assert.match(interrupted.rate!.join(), /while it ran$/);
  assert.match(interrupted['time left']!.join(), /once it goes on$/);
  assert.deepEqual(interrupted.checkpoint, ['none yet']);
  const finished = fields({ ...rest, state: 'finished' });
  assert.deepEqual(finished.left, ['nothing']);
  assert.ok(!('time left' in finished));
});

test('where no job is, that is said, with whoever is at work there and what is wrong', () => {
  const none: Status = { event: 'status', state: 'none' };
  assert.deepEqual(statusLines(none, 'no job is kept in /to'), ['no job is kept in /to']);
  const holder = { pid: 7, command: 'sluice fetch', runningSince: '2027-01-01T00:00:00.000Z' };
  const lines = statusLines({ ...none, ...holder, problems: ['it is damaged'] }, 'no job is kept in /to');
  assert.match(lines[0]!, /^no job is kept in \/to; in use by process 7 \(sluice fetch, since/);
  assert.match(lines[1]!, /^problem +it is damaged$/);
  assert.match(statusJson(none), /^\{"event":"status","time":"20[\d-]+T[\d:.]+Z","level":"info","state":"none"\}$/);
});

test('a run that has just begun is running, although it has written nothing', () => {
  const status: Status = { event: 'status', state: 'running', pid: 7, command: 'sluice mirror', runningSince: 'now' };
  assert.deepEqual(Object.keys(fields(status)), ['state', 'job']);
});

test('what comes from outside cannot steer a terminal', () => {
  const status: Status = { ...STATUS, source: 'upyun://pics/\u001b[2J', problems: ['\u202e'] };
  const text = statusLines(status, '').join('\n') + statusJson(status);
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
});
