// The four voices: the same facts in each, nothing on stdout, and no control character from a key on a terminal.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../src/errors.js';
import { createJsonReporter } from '../../../../src/events/reporters/json.js';
import { createPlainReporter } from '../../../../src/events/reporters/plain.js';
import { printable, type Reporter, SHOWN_FAILURES } from '../../../../src/events/reporters/reporter.js';
import { createTerminalReporter } from '../../../../src/events/reporters/terminal.js';
import { createQuietReporter, createTextReporter } from '../../../../src/events/reporters/text.js';
import { Stats, summarise } from '../../../../src/events/stats.js';
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
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      { event: 'message', message: 'two is full', code: 'volume', about: 'full' },
      { event: 'message', message: 'hello', code: 'job' },
    ],
  );
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
  reporter.start(new Stats());
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
    assert.match(lines.at(-1)!, /failures file/);
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
  reporter.start(sampleStats());
  t.mock.timers.tick(2_000);
  tell(reporter);
  t.mock.timers.tick(5_000);
  const events = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ event }) => event),
    ['progress', 'progress', 'message', 'failure', 'error', 'message', 'summary'],
  );
  assert.equal(events[0].done, 3);
  assert.deepEqual(events[3], {
    event: 'failure',
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
  reporter.start(sampleStats());
  tell(reporter);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).event),
    ['failure', 'error', 'summary'],
  );
});

test('plain: a line at each interval, and none after the end', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const lines: string[] = [];
  const reporter = createPlainReporter((line) => lines.push(line), 5_000);
  reporter.start(sampleStats());
  t.mock.timers.tick(14_999);
  assert.equal(lines.length, 2);
  assert.match(lines[0]!, /3 objects found.*3 done.*1 failed/);
  reporter.finish(summarise(sampleStats()), []);
  const ended = lines.length;
  t.mock.timers.tick(60_000);
  assert.equal(lines.length, ended);
});

test('no progress display keeps the process alive', async () => {
  const before = activeTimers();
  const reporter = createPlainReporter(() => {}, 60_000);
  reporter.start(sampleStats());
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

test('terminal: two bars while it runs, and the summary below them', async () => {
  const before = activeTimers();
  const { stream, text } = fakeTerminal();
  const reporter = createTerminalReporter(stream);
  const stats = sampleStats();
  reporter.start(stats);
  reporter.notice('job', 'in between');
  stats.isListingDone = true;
  reporter.finish(summarise(stats), ['do this']);
  await turns(3);
  const shown = text();
  assert.match(shown, /listing .*3 objects found/);
  assert.match(shown, /downloading .*3 done/);
  assert.match(shown, /3 listed = 1 stored/);
  assert.match(shown, /do this\n$/);
  assert.match(shown, /in between/);
  // The cursor that the bars hide is shown again.
  assert.ok(shown.lastIndexOf('\u001b[?25h') > shown.lastIndexOf('\u001b[?25l'));
  assert.equal(activeTimers(), before);
});

test('terminal: a list has one bar, and an error is told after the bars are gone', async () => {
  const { stream, text } = fakeTerminal();
  const reporter = createTerminalReporter(stream);
  reporter.start(new Stats({ isListOnly: true }));
  reporter.error(failure);
  reporter.stop();
  await turns(3);
  assert.match(text(), /listing/);
  assert.doesNotMatch(text(), /downloading/);
  assert.match(text(), /sluice: too slow \[ERR_TIMEOUT\]\n$/);
});

test('terminal: messages without progress are plain lines', async () => {
  const { stream, text } = fakeTerminal();
  createTerminalReporter(stream).notice('job', 'hello');
  await turns(1);
  assert.equal(text(), 'hello\n');
});
