// The four voices: the same facts in each, nothing on stdout, and no control character from a key on a terminal.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../src/errors.js';
import { createFileReporter } from '../../../../src/events/reporters/file.js';
import { createJsonReporter } from '../../../../src/events/reporters/json.js';
import { createPlainReporter } from '../../../../src/events/reporters/plain.js';
import { printable, type Reporter, SHOWN_FAILURES } from '../../../../src/events/reporters/reporter.js';
import { createTerminalReporter } from '../../../../src/events/reporters/terminal.js';
import { createQuietReporter, createTextReporter } from '../../../../src/events/reporters/text.js';
import { Stats, summarise } from '../../../../src/events/stats.js';
import { viewOfRun } from '../../../support/health.js';
import { anyText } from '../../../support/texts.js';
import { activeTimers, turns } from '../../../support/waiting.js';

const failure = new TransferError('ERR_TIMEOUT', 'too slow', { status: 504 });

function sampleStats(): Stats {
  const stats = new Stats({ nowMs: () => 0 });
  stats.found = 3;
  stats.settle({ status: 'stored', bytes: 31_337, volume: 0 }, 31_337);
  stats.settle({ status: 'skipped', bytes: 5, volume: 0 }, 5);
  stats.settle({ status: 'failed', error: failure }, 1);
  return stats;
}

function tell(reporter: Reporter): void {
  reporter.notice('job', 'hello');
  void reporter.failure('a\u001b[31m.jpg', failure, 6);
  reporter.error(failure);
  reporter.finish(summarise(sampleStats()), ['do this']);
}

test('no control and no bidi character gets through', () => {
  const dangerous = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Bidi_Control}/u;
  const text = fc.array(
    fc.oneof(
      fc.constantFrom(...'\u0000\n\r\t\u001b\u007f\u009b\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e'),
      fc.constantFrom('\u2066', '\u2067', '\u2068', '\u2069', 'a', '中', '😀', 'é', '\ud800'),
      anyText({ maxLength: 3 }),
    ),
  );
  fc.assert(
    fc.property(text, (pieces) => {
      const shown = printable(pieces.join(''));
      assert.doesNotMatch(shown, dangerous);
    }),
    { numRuns: 1_000 },
  );
  assert.equal(printable('中文 😀 é.jpg'), '中文 😀 é.jpg');
  assert.equal(printable('a\u001bb'), 'a\\u001bb');
});

test('JSON: a notice has its code, and what it is about', () => {
  const lines: string[] = [];
  const reporter = createJsonReporter((line) => lines.push(line), { intervalMs: 1_000, isQuiet: false });
  reporter.notice('volume', 'two is full', 'full');
  reporter.notice('job', 'hello');
  reporter.notice('volume', 'two is back', 'back');
  const events = lines.map((line) => JSON.parse(line));
  for (const { time } of events) assert.equal(time, new Date(time).toISOString());
  assert.deepEqual(
    events.map(({ time: _, ...fields }) => fields),
    [
      { event: 'message', level: 'warn', message: 'two is full', code: 'volume', about: 'full' },
      { event: 'message', level: 'info', message: 'hello', code: 'job' },
      { event: 'message', level: 'info', message: 'two is back', code: 'volume', about: 'back' },
    ],
  );
  assert.match(lines[0]!, /^\{"event":"message","time":"/);
});

test('text: messages, failures, the error, and a summary that balances', () => {
  const lines: string[] = [];
  tell(createTextReporter((line) => lines.push(line)));
  const text = lines.join('\n');
  assert.match(text, /^hello$/m);
  assert.match(text, /failed: a\\u001b\[31m\.jpg: too slow \[ERR_TIMEOUT, 6 attempts\]/);
  assert.match(text, /sluice: too slow \[ERR_TIMEOUT\]/);
  assert.match(text, /3 listed = 1 stored \+ 1 skipped \+ 0 gone \+ 1 failed/);
  assert.match(text, /31\.3 kB/);
  assert.match(text, /^do this$/m);
  assert.doesNotMatch(text, /\u001b/);
});

test('quiet: only errors and failures', () => {
  const lines: string[] = [];
  const reporter = createQuietReporter((line) => lines.push(line));
  reporter.start(new Stats(), viewOfRun());
  tell(reporter);
  reporter.stop();
  assert.deepEqual(
    lines.map((line) => line.split(':')[0]),
    ['failed', 'sluice'],
  );
});

test('a flood of failures is cut off with a hint, in every voice', () => {
  for (const create of [createQuietReporter, createTextReporter]) {
    const lines: string[] = [];
    const reporter = create((line) => lines.push(line));
    for (let index = 0; index < 1_000; index++) void reporter.failure(`k${index}`, failure, 1);
    assert.equal(lines.length, SHOWN_FAILURES + 1);
    // A dry run has no such file.
    assert.equal(lines.at(-1), 'more failures are not shown here');
    const filed: string[] = [];
    const other = create((line) => filed.push(line), '/out/.sluice/failures.ndjson');
    for (let index = 0; index < 1_000; index++) void other.failure(`k${index}`, failure, 1);
    assert.match(filed.at(-1)!, /failures file/);
  }
  const lines: string[] = [];
  const json = createJsonReporter((line) => lines.push(line), { intervalMs: 1_000, isQuiet: false });
  for (let index = 0; index < 1_000; index++) void json.failure(`k${index}`, failure, 1);
  assert.equal(lines.length, SHOWN_FAILURES);
});

test('json: every message is one JSON line, and the last is the summary', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: string[] = [];
  const reporter = createJsonReporter((line) => lines.push(line), { intervalMs: 1_000, isQuiet: false });
  reporter.start(sampleStats(), viewOfRun());
  t.mock.timers.tick(2_000);
  tell(reporter);
  t.mock.timers.tick(5_000);
  const events = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ event }) => event),
    ['progress', 'progress', 'message', 'failure', 'error', 'message', 'summary'],
  );
  assert.equal(events[0].done, 3);
  const { time: _, ...told } = events[3];
  assert.deepEqual(told, {
    event: 'failure',
    level: 'error',
    key: 'a\u001b[31m.jpg',
    code: 'ERR_TIMEOUT',
    message: 'too slow',
    attempts: 6,
  });
  assert.equal(events[4].status, 504);
  assert.equal(events.at(-1).listed, 3);
  for (const line of lines) assert.doesNotMatch(line, /[\u0000-\u001f]/);
});

test('json and quiet: no progress and no messages, but the summary', () => {
  const lines: string[] = [];
  const reporter = createJsonReporter((line) => lines.push(line), { intervalMs: 1, isQuiet: true });
  reporter.start(sampleStats(), viewOfRun());
  tell(reporter);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).event),
    ['failure', 'error', 'summary'],
  );
});

test('plain: a line at each interval, and none after the end', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: string[] = [];
  const reporter = createPlainReporter((line) => lines.push(line), { intervalMs: 5_000, failures: undefined });
  reporter.start(sampleStats(), viewOfRun());
  t.mock.timers.tick(14_999);
  assert.equal(lines.length, 2);
  assert.match(lines[0]!, /3 objects found.*3 done.*1 failed/);
  reporter.finish(summarise(sampleStats()), []);
  const ended = lines.length;
  t.mock.timers.tick(60_000);
  assert.equal(lines.length, ended);
});

test('plain: failures beyond the first ones are counted by code, with the progress and at the end', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const lines: string[] = [];
  const print = (line: string, level?: string) => lines.push(`${level ?? 'info'} ${line}`);
  const reporter = createPlainReporter(print, { intervalMs: 60_000, failures: '/to/failures' });
  reporter.start(sampleStats(), viewOfRun());
  for (let index = 0; index < 322; index++) {
    const code = index % 26 === 0 ? 'ERR_SIZE' : 'ERR_NOT_FOUND';
    reporter.failure(`k${index}`, new TransferError(code, 'broken'), 1);
  }
  assert.equal(lines.length, SHOWN_FAILURES + 1);
  assert.match(lines.at(-1)!, /^warn more objects fail/);
  t.mock.timers.tick(60_000);
  assert.equal(lines.at(-1), 'error last minute: 312 failed: 300 ERR_NOT_FOUND, 12 ERR_SIZE; all are in /to/failures');
  t.mock.timers.tick(60_000);
  assert.doesNotMatch(lines.at(-1)!, /last/);
  reporter.failure('k', failure, 1);
  t.mock.timers.tick(20_000);
  reporter.finish(summarise(sampleStats()), []);
  assert.ok(lines.includes('error last 20s: 1 failed: 1 ERR_TIMEOUT; all are in /to/failures'), lines.join());
});

test('file: what JSON has, and the failures beyond the first ones by code', (t) => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const lines: string[] = [];
  const reporter = createFileReporter((line) => lines.push(line), { intervalMs: 60_000, failures: undefined });
  reporter.start(sampleStats(), viewOfRun());
  for (let index = 0; index < 15; index++) reporter.failure(`k${index}`, failure, 1);
  t.mock.timers.tick(60_000);
  reporter.finish(summarise(sampleStats()), []);
  const events = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ event }) => event),
    [...Array(10).fill('failure'), 'progress', 'failures', 'summary'],
  );
  const { time: _, message, ...counted } = events.at(-2);
  assert.deepEqual(counted, {
    ...{ event: 'failures', level: 'error', failed: 5, codes: { ERR_TIMEOUT: 5 }, seconds: 60 },
  });
  assert.match(message, /last minute: 5 failed: 5 ERR_TIMEOUT$/);
});

test('a change of state: in words with what it was before, and as fields with times', () => {
  const health = { state: 'throttled', reason: 'paused', sinceMs: 1_000, untilMs: 5_000, status: 429 } as const;
  const previous = { state: 'healthy', reason: 'working', sinceMs: 0 } as const;
  const event = { type: 'state', health, previous, previousMs: 125_000 } as const;
  const lines: string[] = [];
  const print = (line: string, level?: string) => lines.push(`${level} ${line}`);
  createPlainReporter(print, { intervalMs: 1, failures: undefined }).state(event);
  assert.match(lines[0]!, /^warn state: THROTTLED by the server \(429\).* \(before: healthy for 2m 5s\)$/);
  createJsonReporter((line) => lines.push(line), { intervalMs: 1, isQuiet: false }).state(event);
  const { time: _, message, ...fields } = JSON.parse(lines[1]!);
  assert.match(message, /^THROTTLED by the server/);
  assert.deepEqual(fields, {
    ...{ event: 'state', level: 'warn', state: 'throttled', reason: 'paused', status: 429 },
    ...{ since: '1970-01-01T00:00:01.000Z', until: '1970-01-01T00:00:05.000Z' },
    ...{ previous: 'healthy', previousSeconds: 125 },
  });
});

test('no progress display keeps the process alive', async () => {
  const before = activeTimers();
  const reporter = createPlainReporter(() => {}, { intervalMs: 60_000, failures: undefined });
  reporter.start(sampleStats(), viewOfRun());
  assert.equal(activeTimers(), before);
  reporter.stop();
});

/** A stream that says it is a terminal. */
function fakeTerminal() {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let text = '';
  stream.on('data', (piece: Buffer) => {
    text += piece;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

test('terminal: the lines while it runs, messages above them, and the summary below', async () => {
  const before = activeTimers();
  const { stream, text } = fakeTerminal();
  const reporter = createTerminalReporter(stream);
  const stats = sampleStats();
  reporter.start(stats, viewOfRun());
  reporter.notice('job', 'in between');
  stats.isListingDone = true;
  reporter.finish(summarise(stats), ['do this']);
  await turns(3);
  const shown = text();
  assert.match(shown, /upyun:\/\/photos → \/disk1/);
  assert.match(shown, /objects .*3 of 3/);
  assert.match(shown, /health {2}healthy/);
  assert.match(shown, /3 listed = 1 stored/);
  assert.match(shown, /do this\n$/);
  assert.ok(shown.indexOf('in between') < shown.lastIndexOf('objects'));
  assertLeavesTerminal(shown);
  assert.equal(activeTimers(), before);
});

/** Whatever kills the process: the cursor is there, and lines are wrapped. No mode of the terminal is ever changed. */
function assertLeavesTerminal(shown: string): void {
  assert.doesNotMatch(shown, /\u001b\[\?/);
  assert.doesNotMatch(shown, /\u001b[78]/);
}

test('terminal: a list has no bytes, and an error is told after the lines', async () => {
  const { stream, text } = fakeTerminal();
  const reporter = createTerminalReporter(stream);
  reporter.start(new Stats({ isListOnly: true }), viewOfRun({ command: 'list', to: [] }));
  reporter.error(failure);
  reporter.stop();
  await turns(3);
  assert.match(text(), /listed/);
  assert.doesNotMatch(text(), /bytes/);
  assert.match(text(), /sluice: too slow \[ERR_TIMEOUT\]\n$/);
});

test('terminal: messages without progress are plain lines', async () => {
  const { stream, text } = fakeTerminal();
  createTerminalReporter(stream).notice('job', 'hello');
  await turns(1);
  assert.equal(text(), 'hello\n');
});

test('the summary tells what cost time on the way, and only that', () => {
  const stats = sampleStats();
  const last = () => {
    const lines: string[] = [];
    createTextReporter((line) => lines.push(line)).finish(summarise(stats), []);
    return lines.at(-1)!;
  };
  assert.match(last(), /^31\.3 kB in /);
  stats.retries = 12;
  stats.outagesSeen = 2;
  stats.lost = { throttledMs: 192_000, unreachableMs: 61_000 };
  assert.equal(last(), '12 retries · throttled for 3m 12s in all · 2 outages, 1m 1s in all');
  const { throttledSeconds, outages, outageSeconds } = summarise(stats);
  assert.deepEqual(
    { throttledSeconds, outages, outageSeconds },
    { throttledSeconds: 192, outages: 2, outageSeconds: 61 },
  );
});
