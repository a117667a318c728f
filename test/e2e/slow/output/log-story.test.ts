// What a log says the next morning: all that happened in the night, when, and how bad it was.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { LOG_LINE } from '../../../support/cli/result.js';
import { fillBytes } from '../../../support/disks/full-disk.js';
import { smallDisk } from '../../../support/disks/mounts.js';

/** More than any run of this test gets to. */
const OBJECTS = Object.assign({}, ...Array.from({ length: 100 }, (_, at) => manyObjects(60, { folder: `f${at}/` })));

/** The level and the beginning of a line, in the order of the log. Other lines may come between them. */
const STORY: readonly [level: string, text: RegExp][] = [
  ['INFO', /^upyun:\/\/pics → \S+, \S+$/],
  ['INFO', /^[\d,]+ objects found.* done, /],
  ['WARN', /^state: THROTTLED by the server \(429\).* \(before: healthy for /],
  ['INFO', /^state: healthy.* \(before: THROTTLED for /],
  ['WARN', /unreachable since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00/],
  ['WARN', /^state: UNREACHABLE: no answer from the server since \d\d:\d\d.* \(before: /],
  ['INFO', /^state: healthy.* \(before: UNREACHABLE for /],
  ['WARN', /one is full and takes no more files/],
  ['ERROR', /^failed: f\d+\/\d+\.jpg: .* \[ERR_FORBIDDEN_OBJECT, 1 attempt\]$/],
  ['WARN', /^more objects fail; /],
  ['ERROR', /^last .*: \d+ failed: \d+ ERR_FORBIDDEN_OBJECT; all are in \S+failures\.ndjson$/],
  ['WARN', /^interrupted/],
  ['WARN', /^[\d,]+ listed = [\d,]+ stored \+ 0 skipped \+ 0 gone \+ 30 failed$/],
  ['INFO', /run the same command again/],
];

test('a run that is throttled, cut off, short of a disk, failing and interrupted: its log and its log file tell it in order', {
  timeout: 240_000,
}, async (t) => {
  const disk = smallDisk(t, 'size=40m');
  // As large as the other one, so that both take their share.
  const large = smallDisk(t, 'size=40m');
  if (disk === undefined || large === undefined) return;
  const { server, folder, start } = await openWorld(t, { objects: OBJECTS });
  const log = join(folder, 'log');
  const one = join(disk.root, 'one');
  const { child, result, stderr } = start(
    [
      ...['mirror', 'upyun://pics', '--to', large.root, '--to', one, '--reserve', '0', '--concurrency', '4'],
      ...['--retries', '3', '--progress-interval', '500ms', '--log-file', log],
    ],
    { env: { TZ: 'Asia/Shanghai' } },
  );
  const states = (word: string) =>
    stderr()
      .split('\n')
      .filter((line) => line.includes(`state: ${word}`)).length;
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 60 } });
  await until('progress', () => / done, /.test(stderr()));

  const status = { status: 429, retryAfterSeconds: 1 };
  const throttle = server.faults.add({ match: { kind: 'get' }, action: { status }, probability: 0.2 });
  await until('the throttle', () => states('THROTTLED') > 0);
  server.faults.remove(throttle);
  await until('its end', () => states('healthy') > 0);

  await server.stopListening();
  await until('the outage', () => states('UNREACHABLE') > 0);
  await server.listenAgain();
  await until('its end', () => / \(before: UNREACHABLE/.test(stderr()));

  fillBytes(disk.root);
  await until('the full disk', () => stderr().includes('one is full'));
  const refused = server.faults.add({ match: { kind: 'get' }, action: { status: 403 }, times: 30 });
  await until('failures', () => / failed: \d+ ERR_FORBIDDEN_OBJECT/.test(stderr()));
  await until('all of them', () => / 30 failed/.test(stderr()));
  server.faults.remove(refused);
  child.kill('SIGINT');
  const ended = (await result).expectExit(130);

  const lines = ended.stderr.trimEnd().split('\n');
  let at = 0;
  for (const [level, text] of STORY) {
    const found = lines.findIndex((line, place) => place >= at && text.test(line.replace(LOG_LINE, '')));
    assert.notEqual(found, -1, `${text} is not in the log after line ${at}:\n${ended.stderr}`);
    assert.equal(LOG_LINE.exec(lines[found]!)?.[1]?.trim(), level, lines[found]);
    assert.match(lines[found]!, /^\S+\+08:00 /);
    at = found + 1;
  }
  const times = lines.map((line) => Date.parse(line.split(' ')[0]!));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );

  const events = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const told = events.filter(({ event }) => event === 'state').map(({ state }) => state);
  const main = told.filter(
    (state, place) => /throttled|unreachable|interrupted/.test(state) && told[place - 1] !== state,
  );
  assert.deepEqual(main, ['throttled', 'unreachable', 'interrupted']);
  assert.equal(events.filter(({ code, about }) => code === 'volume' && about === 'full').length, 1);
  assert.equal(events.at(-1).event, 'summary');
  assert.ok(events.every(({ time }) => /Z$/.test(time)));
});
