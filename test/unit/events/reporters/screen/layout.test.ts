// The lines of the screen for any terminal: what they say, and that they fit.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Health, HealthReason, HealthState } from '../../../../../src/events/health/health.js';
import { HEALTH_REASONS, HEALTH_STATES } from '../../../../../src/events/health/health.js';
import { Block } from '../../../../../src/events/reporters/screen/block.js';
import { screenLines } from '../../../../../src/events/reporters/screen/layout.js';
import type { ScreenState } from '../../../../../src/events/reporters/screen/parts.js';
import { displayWidth } from '../../../../../src/lib/text/width.js';
import { speak } from '../../../../../src/texts/say.js';

const NOW = new Date(2026, 10, 28, 10, 25).getTime();

const PROGRESS: ScreenState['progress'] = {
  ...{ found: 3_000_000, foundPerSecond: 900, listed: 1_150_900, done: 1_150_204, failed: 36, gone: 2, retries: 1_204 },
  ...{ bytes: 37.0e9, objectsPerSecond: 151, bytesPerSecond: 4.8e6, total: 3_012_345, totalBytes: 100.2e9 },
  ...{ doneBytes: 37.0e9, isEstimate: true, share: 0.3693, secondsLeft: 27_600, secondsUntilFull: undefined },
  unreachableSinceMs: undefined,
};

const STATE: ScreenState = {
  ...{ command: 'mirror', source: 'upyun://photos', to: ['/disk1/photos', '/disk2/photos'], progress: PROGRESS },
  ...{ nowMs: NOW, runs: 2, runSeconds: 101_520, isListingDone: false, throttledMs: 185_000 },
  health: {
    state: 'throttled',
    reason: 'paused',
    sinceMs: NOW - 9_000,
    untilMs: NOW + 12_000,
    status: 429,
    requests: 7,
  },
  disks: [
    { root: '/disk1/photos', state: 'in', freeBytes: 79e9 },
    { root: '/disk2/photos', state: 'full', freeBytes: 1e9 },
  ],
};

const texts = (state: ScreenState, columns: number, rows = 24) =>
  screenLines(state, { columns, rows }).map(({ text }) => text);

test('80 columns: six lines, each with what it is for', () => {
  assert.deepEqual(texts(STATE, 80), [
    'upyun://photos → /disk1/photos, /disk2/photos              run 2, 1d 4h elapsed',
    'objects ███████████░░░░░░░░░░░░░░░░░░░  ~38.1 %  1,150,204 of ~3.01 M     151/s',
    'bytes   ███████████░░░░░░░░░░░░░░░░░░░  ~36.9 %       37.0 of ~100 GB  4.8 MB/s',
    'ETA     Sat 18:05 (in 7h 40m)                 listing: 3,000,000 found, running',
    'health  THROTTLED by the server (429), resuming in 12 s; 7 requests at once',
    'so far  1,204 retries · 36 failed · 2 gone      disk2 FULL · disk1 79.0 GB free',
  ]);
});

test('narrow: the bar goes first, then the rate; low: the lines that matter least go first', () => {
  assert.equal(texts(STATE, 60)[1], 'objects ███░░░░░░░  ~38.1 %  1,150,204 of ~3.01 M     151/s');
  assert.equal(texts(STATE, 44)[1], 'objects  ~38.1 %  1,150,204 of ~3.01 M');
  assert.equal(texts(STATE, 60)[4], 'health  THROTTLED by the server (429), resuming in 12 s');
  const names = (rows: number) => texts(STATE, 80, rows).map((line) => line.split(/ {2,}| /)[0]);
  assert.deepEqual(names(9), ['objects', 'bytes', 'ETA', 'health']);
  assert.deepEqual(names(6), ['objects', 'ETA', 'health']);
  assert.deepEqual(texts(STATE, 80, 3), ['~38.1 %, 151/s, ETA Sat 18:05 (in 7h 40m); THROTTLED by the server (429)']);
});

test('what is not known is not shown, and what is left is no 100 %', () => {
  const unknown = { total: undefined, totalBytes: undefined, share: undefined, secondsLeft: undefined };
  const [, objects, bytes, eta] = texts({ ...STATE, progress: { ...PROGRESS, ...unknown } }, 80);
  assert.match(objects!, /^objects 1,150,204 +151\/s$/);
  assert.match(bytes!, /^bytes {3}37\.0 GB +4\.8 MB\/s$/);
  assert.match(eta!, /^ETA {5}–/);
  const almost = { done: 999_999, total: 1_000_000, doneBytes: 1e9, totalBytes: 1e9, isEstimate: false, share: 0.999 };
  const lines = texts({ ...STATE, progress: { ...PROGRESS, ...almost, secondsLeft: 0.1 } }, 80);
  assert.match(lines[1]!, /█░ +99\.9 % {2}999,999 of 1,000,000/);
  assert.match(lines[2]!, / 99\.9 % /);
  assert.match(lines[3]!, /^ETA {5}in 1 s /);
});

test('a list has no bytes, a fetch an input, a comparison differences', () => {
  assert.deepEqual(
    texts({ ...STATE, command: 'list', to: [], disks: [] }, 80).map((line) => line.slice(0, 7).trim()),
    ['upyun:/', 'listed', 'ETA', 'health', 'so far'],
  );
  assert.match(texts({ ...STATE, command: 'fetch' }, 80)[3]!, /input: 3,000,000 lines, open$/);
  const compared = texts({ ...STATE, command: 'verify', progress: { ...PROGRESS, bytes: 0 } }, 80);
  assert.match(compared[1]!, /^checked /);
  assert.match(compared.at(-1)!, /36 different/);
});

const anyState = fc.record({
  source: fc.string({ unit: 'grapheme' }),
  runSeconds: fc.nat(1e7),
  throttledMs: fc.nat(),
  health: fc.record({
    state: fc.constantFrom(...(Object.keys(HEALTH_STATES) as HealthState[])),
    reason: fc.constantFrom(...(Object.keys(HEALTH_REASONS) as HealthReason[])),
    sinceMs: fc.constant(NOW - 5_000),
    requests: fc.option(fc.nat(5_000), { nil: undefined }),
  }),
  numbers: fc.record({
    ...{ done: fc.nat(), total: fc.option(fc.nat(), { nil: undefined }), doneBytes: fc.maxSafeNat() },
    ...{
      totalBytes: fc.option(fc.maxSafeNat(), { nil: undefined }),
      secondsLeft: fc.option(fc.nat(), { nil: undefined }),
    },
    ...{ retries: fc.nat(), failed: fc.nat(), secondsUntilFull: fc.option(fc.nat(), { nil: undefined }) },
  }),
});

for (const language of ['en', 'zh'] as const) {
  test(`every line fits any terminal, and leaves its last column free (${language})`, async () => {
    await speak(language);
    try {
      fc.assert(
        fc.property(
          anyState,
          fc.integer({ min: 40, max: 200 }),
          fc.integer({ min: 1, max: 50 }),
          (any, columns, rows) => {
            const { numbers, ...more } = any;
            const state = { ...STATE, ...more, progress: { ...PROGRESS, ...numbers } };
            const lines = screenLines(state, { columns, rows });
            assert.ok(lines.length >= 1 && lines.length <= 6 && lines.length <= rows, `${lines.length} lines`);
            for (const { text } of lines) {
              assert.ok(displayWidth(text) < columns, `${displayWidth(text)} of ${columns}: ${text}`);
              assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f]/);
            }
          },
        ),
      );
    } finally {
      await speak('en');
    }
  });
}

test('only the word of the health has a colour, and only where the terminal has colours', () => {
  const lines = screenLines(STATE, { columns: 80, rows: 24 });
  assert.match(new Block(true).draw(lines, [], 80), /health {2}\u001b\[33mTHROTTLED\u001b\[0m by/);
  assert.doesNotMatch(new Block(false).draw(lines, [], 80), /\u001b\[\d*m/);
  const limited: Health = { state: 'limited', reason: 'limit-bytes', sinceMs: 0, perSecond: 1e6 };
  const quiet = screenLines({ ...STATE, health: limited }, { columns: 80, rows: 24 });
  assert.doesNotMatch(new Block(true).draw(quiet, [], 80), /\u001b\[\d*m/);
});

test('each row is cleared before it is written, and a narrower terminal has more rows to go back', () => {
  const block = new Block(false);
  const lines = [{ text: 'x'.repeat(70) }, { text: 'short' }];
  assert.equal(block.draw(lines, [], 80), `\r\u001b[2K${lines[0]!.text}\n\u001b[2Kshort\n\u001b[J`);
  assert.ok(block.draw(lines, ['said'], 40).startsWith('\r\u001b[3A\u001b[J\u001b[2Ksaid\n\u001b[2Kxxx'));
  block.leave();
  assert.ok(block.draw(lines, [], 40).startsWith('\r\u001b[2K'));
});
