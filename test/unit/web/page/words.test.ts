// What the page says: sentences, times, limits, hidden characters and the command that tries failures again. Without a browser.

import assert from 'node:assert/strict';
import test from 'node:test';
import { amountsOf } from '../../../../src/web/page/words/amounts.js';
import { quote, retryCommand } from '../../../../src/web/page/words/command.js';
import { changeOf, readLimit, writeLimit } from '../../../../src/web/page/words/limits.js';
import { headlineOf, whenIn } from '../../../../src/web/page/words/sentence.js';
import { visiblePieces, visibleText } from '../../../../src/web/page/words/visible.js';
import { languageFrom, wordsIn } from '../../../../src/web/page/words/words.js';
import type { Payload } from '../../../../src/web/payload.js';
import { endedPicture, healthyPicture } from '../../../support/dashboard/pictures.js';

/** A Tuesday. */
const NOW_MS = Date.parse('2026-12-01T03:12:00Z');
const HOUR = 3_600;

const words = wordsIn('en', ['en-GB'], 'UTC');
const chinese = wordsIn('zh', ['zh-CN'], 'UTC');

const payload = (changes: Parameters<typeof healthyPicture>[0] = {}): Payload => ({
  ...healthyPicture(changes, NOW_MS),
  hasControls: true,
});

test('a time that is an estimate is rounded, the further away the more', () => {
  const when = (seconds: number, language = words) => whenIn(seconds, NOW_MS, language);
  assert.equal(when(20), 'in about a minute');
  assert.equal(when(59 * 60 + 1), 'in about 60 minutes');
  assert.equal(when(2 * HOUR + 100), 'about 05:15');
  assert.equal(when(20 * HOUR), 'about 23:15');
  assert.equal(when(22 * HOUR), 'tomorrow about 01:15');
  assert.equal(when(2 * 24 * HOUR + 10 * HOUR), 'Thursday about 13:00');
  assert.equal(when(9 * 24 * HOUR), 'on 10 December');
  assert.equal(when(60 * 24 * HOUR), 'on 30 January 2027');
  assert.equal(when(2 * 24 * HOUR, chinese), '星期四 03:00 左右');
});

test('the day is that of the viewer', () => {
  // It is the next day there already.
  const shanghai = wordsIn('en', ['en-GB'], 'Asia/Shanghai');
  const evening = NOW_MS + 13 * HOUR * 1000;
  assert.equal(whenIn(2 * HOUR, evening, words), 'about 18:10');
  assert.equal(whenIn(2 * HOUR, evening, shanghai), 'about 02:10');
  assert.equal(whenIn(2 * HOUR, evening - HOUR * 1000, shanghai), 'tomorrow about 01:10');
});

test('the sentence of each state begins with its word', () => {
  const { health } = healthyPicture();
  const of = (state: string, reason: string) =>
    headlineOf(payload({ health: { ...health, state, reason, perSecond: 1e6 } as typeof health }), words);
  assert.equal(of('limited', 'limit-bytes').sentence, 'Limited by --bwlimit to 1.0 MB/s, done Thursday about 14:00');
  assert.equal(of('throttled', 'fewer-requests').sentence, 'Throttled by the server; 64 requests at once');
  assert.equal(of('waiting-disk', 'all-full').tone, 'bad');
  assert.equal(headlineOf(payload(), chinese).sentence, '正常：每秒 31.2 MB，预计星期四 14:00 左右完成');
});

test('that the disks will be full before the end is no good news', () => {
  const { progress } = healthyPicture();
  const { tone, detail } = headlineOf(payload({ progress: { ...progress, secondsUntilFull: 7_200 } }), words);
  assert.equal(tone, 'slow');
  assert.equal(detail, 'The server sets the pace; 64 requests at once; the disks are full in 2h, before the end');
});

test('an end without everything says so', () => {
  const ended: Payload = { ...endedPicture(NOW_MS), hasControls: false };
  assert.equal(headlineOf(ended, words).sentence, 'Complete: 313,401,377 objects, 10.1 TB, 3 objects failed');
  const { progress } = healthyPicture();
  const failed = { state: 'failed', code: 'ERR_NO_SPACE', message: 'no disk takes more files' } as const;
  assert.deepEqual(headlineOf({ ...ended, progress, end: failed }, words), {
    tone: 'bad',
    sentence: 'Stopped by an error: 114,310,114 objects, 3.5 TB, 3 objects failed',
    detail: 'No disk takes more files [ERR_NO_SPACE]',
    meaning: 'ended failed',
  });
  const { detail, sentence } = headlineOf({ ...ended, progress, end: { state: 'interrupted' } }, words);
  assert.equal(sentence, 'Interrupted: 114,310,114 objects, 3.5 TB, 3 objects failed');
  assert.equal(detail, 'No process works on this job now; the same command goes on there');
});

test('a server in a sentence is hostile text, too', () => {
  const { health } = healthyPicture();
  const hosts = { hosts: 9, hostsUnreachable: 1, host: 'https://a\u202Eb', hostSinceMs: NOW_MS };
  const { detail } = headlineOf(payload({ health: { ...health, ...hosts } }), words);
  assert.match(detail, /a\[U\+202E\]b/);
});

test('amounts have no percent without a total, and no bytes where none move', () => {
  const { progress } = healthyPicture();
  const unknown = payload({ progress: { ...progress, total: undefined, totalBytes: undefined, share: undefined } });
  assert.deepEqual(
    amountsOf(unknown, words).map(({ count, percent, share }) => [count, percent, share]),
    [
      ['114,310,114', '', undefined],
      ['3.5 TB', '', undefined],
    ],
  );
  assert.deepEqual(
    amountsOf(payload({ command: 'list' }), words).map(({ name }) => name),
    ['listed'],
  );
});

test('the language is the first one of the viewer that the page speaks', () => {
  assert.equal(languageFrom(['de-DE', 'zh-TW', 'en']), 'zh');
  assert.equal(languageFrom(['fr']), 'en');
});

test('limits are read as options are, and written so that they are read again', () => {
  assert.equal(readLimit('bytesPerSecond', ' 10MB '), 10_485_760);
  assert.equal(readLimit('bytesPerSecond', '512k/s'), 524_288);
  assert.equal(readLimit('bytesPerSecond', ''), null);
  for (const text of ['-1', 'fast', '0', '1e9', '10 Mbit'])
    assert.equal(readLimit('bytesPerSecond', text), undefined, text);
  assert.equal(readLimit('objectsPerSecond', '0.5'), 0.5);
  assert.equal(readLimit('concurrency', '0.5'), undefined);
  for (const bytes of [1, 1_023, 1_024, 1_025, 10_485_760, 33_554_432, 10_000_000])
    assert.equal(readLimit('bytesPerSecond', writeLimit('bytesPerSecond', bytes)), bytes);
  assert.equal(writeLimit('bytesPerSecond', 33_554_432), '32M');
});

test('only a limit that differs is changed', () => {
  const after = { bytesPerSecond: null, objectsPerSecond: null, concurrency: 8 };
  assert.deepEqual(changeOf({ concurrency: 8 }, after), {});
  assert.deepEqual(changeOf({ bytesPerSecond: 1_024, concurrency: 64 }, after), {
    bytesPerSecond: null,
    concurrency: 8,
  });
});

test('what is not visible gets a name, and all else stays', () => {
  const text = 'a b/商品-é👩‍👧\u0000\n\u200B\u202E\u2066\uFEFF\u00AD\uD800\u{E0041}.jpg';
  const shown = visibleText(text);
  assert.equal(
    shown,
    'a b/商品-é👩[U+200D]👧[U+0000][U+000A][U+200B][U+202E][U+2066][U+FEFF][U+00AD][U+D800][U+E0041].jpg',
  );
  assert.deepEqual(visiblePieces('ok'), [{ text: 'ok', isHidden: false }]);
});

test('the command is one that a shell takes as it is meant', () => {
  assert.equal(quote('upyun://photos/2019'), 'upyun://photos/2019');
  assert.equal(quote("it's; rm -rf $HOME"), `'it'\\''s; rm -rf $HOME'`);
  // As text: the terminal that it is pasted into would act on the character itself.
  assert.equal(quote("a'\u001b\n"), `$'a\\x27\\x1b\\x0a'`);
  assert.equal(
    retryCommand(payload({ to: ['/mnt/my disk'] })),
    "sluice fetch --from upyun://photos --to '/mnt/my disk' < /mnt/disk1/photos/.sluice/failures.ndjson",
  );
  const { failuresFile: _file, ...without } = payload();
  assert.equal(retryCommand(without), undefined);
});
