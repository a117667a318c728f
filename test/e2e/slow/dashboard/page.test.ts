// What the page does with all states of a job, and with what comes from outside: hostile keys, a lost connection, a token.

import assert from 'node:assert/strict';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { until } from '../../../support/cli/harness.js';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';
import { type PageJob, startPageServer } from '../../../support/dashboard/page-server.js';
import {
  failures,
  HOSTILE_KEYS,
  healthyPicture,
  hostileFailures,
  machinesPicture,
  sampleHistory,
} from '../../../support/dashboard/pictures.js';

const skip = skipWithoutChromium();
const NOW_MS = Date.parse('2026-12-01T03:12:00Z');

let browser: Browser;

before(async () => {
  if (!skip) browser = await openBrowser();
});
after(() => browser?.close());

interface Options extends Partial<PageJob> {
  readonly context?: BrowserContextOptions;
  readonly hash?: string;
}

/** A page of a job that is well, with the given changes. */
async function open(t: TestContext, { context = {}, hash = '', ...job }: Options = {}) {
  const server = await startPageServer({
    picture: { ...healthyPicture({}, NOW_MS), hasControls: true },
    history: sampleHistory(NOW_MS),
    failures: failures(NOW_MS),
    ...job,
  });
  const viewer = await openViewer(t, browser, server.url + hash, context, () => server.close());
  return { ...viewer, server, heading: viewer.page.getByRole('heading', { level: 1 }) };
}

test('says the state in one sentence, and in the title', { skip }, async (t) => {
  const { page, heading, server } = await open(t);
  const sentence = 'Healthy: 31.2 MB/s, done Thursday about 14:00';
  await heading.filter({ hasText: sentence }).waitFor();
  assert.equal(await page.title(), sentence);
  assert.equal(await page.locator('.sentence-detail').textContent(), 'The server sets the pace; 64 requests at once');

  const atMs = NOW_MS + 60_000;
  const health = { state: 'unreachable', reason: 'no-answer', sinceMs: NOW_MS } as const;
  server.send(healthyPicture({ health }, atMs));
  await heading.filter({ hasText: 'Unreachable: no answer from the server since 03:12; Sluice asks again' }).waitFor();
  const paused = { state: 'paused', reason: 'by-user', sinceMs: NOW_MS } as const;
  server.send(healthyPicture({ isPaused: true, health: paused }, atMs));
  await heading.filter({ hasText: 'Paused since 03:12: 63 requests end, no new one starts' }).waitFor();
});

test('what a listing names is not called skipped', { skip }, async (t) => {
  const outcomes = { stored: 0, skipped: 480, gone: 0, failed: 1, excluded: 0 };
  const picture = healthyPicture({ command: 'list', outcomes }, NOW_MS);
  const { page } = await open(t, { picture: { ...picture, hasControls: true } });
  await page.getByRole('heading', { name: 'Outcomes' }).waitFor();
  assert.deepEqual(await page.locator('.outcomes dt:visible').allTextContents(), ['failed']);
});

test('reads aloud that the state has changed, and not each number', { skip }, async (t) => {
  const { page, heading, server } = await open(t);
  await heading.filter({ hasText: '31.2 MB/s' }).waitFor();
  const live = page.locator('[aria-live], [role=status], [role=alert]');
  assert.equal(await live.count(), 1);
  const before = await live.textContent();
  const { progress } = server.job.picture;
  server.send({ ...server.job.picture, progress: { ...progress, bytesPerSecond: 30_000_000 } });
  await heading.filter({ hasText: '30.0 MB/s' }).waitFor();
  assert.equal(await live.textContent(), before);
  server.send(
    healthyPicture({ health: { state: 'throttled', reason: 'paused', sinceMs: NOW_MS, status: 429 } }, NOW_MS),
  );
  await live.filter({ hasText: 'Throttled by the server (429)' }).waitFor({ state: 'attached' });
});

test('is never complete while something is left, and marks estimates', { skip }, async (t) => {
  const picture = healthyPicture({}, NOW_MS);
  const progress = { ...picture.progress, done: 313_509_999, doneBytes: 10_113_999_999_999, share: 0.99999 };
  const { page } = await open(t, { picture: { ...picture, progress } });
  const percent = page.locator('.amount-percent');
  await percent.first().waitFor();
  assert.deepEqual(await percent.allTextContents(), ['~99.9 %', '~99.9 %']);
  const bar = page.getByRole('progressbar', { name: 'objects: done' });
  assert.equal(await bar.getAttribute('aria-valuenow'), '99.9');
  assert.equal(await bar.getAttribute('aria-valuetext'), '~99.9 %, 313,509,999 of ~313.51 M');
});

test('shows hostile keys as text, with their hidden characters by name', { skip }, async (t) => {
  const { page, errors } = await open(t, { failures: hostileFailures(NOW_MS) });
  const keys = page.locator('.failure-key');
  await keys.nth(2).waitFor();
  assert.equal(await keys.nth(0).textContent(), HOSTILE_KEYS.markup);
  assert.equal(await keys.nth(1).textContent(), 'invoiceU+202Egpj.exeU+0007U+200BU+2028U+D800end');
  assert.equal(await keys.nth(2).textContent(), HOSTILE_KEYS.long);
  assert.equal(await page.locator('.failures img, .failures script').count(), 0);
  assert.match(await page.title(), /^Healthy/);
  assert.deepEqual(errors, []);
});

test('shows why objects failed, and copies the command that tries them again', { skip }, async (t) => {
  const context = { permissions: ['clipboard-read', 'clipboard-write'] };
  const { page, server } = await open(t, { context });
  const section = page.getByRole('region', { name: 'Recent failures' });
  const first = section.getByRole('listitem').filter({ hasText: 'IMG_20190704_183211.jpg' });
  await first.getByText('the server refuses this object (403 Forbidden)').waitFor();
  await first.getByText('ERR_FORBIDDEN_OBJECT').waitFor();
  await first.getByText('check that the operator may read this object').waitFor();
  await section.getByRole('button', { name: 'Copy the command' }).click();
  await section.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const to = '--to /mnt/disk1/photos --to /mnt/disk2/photos';
  assert.equal(copied, `sluice fetch --from upyun://photos ${to} < /mnt/disk1/photos/.sluice/failures.ndjson`);

  const [one] = failures(NOW_MS);
  server.sendFailures(Array.from({ length: 12 }, (_, index) => ({ ...one!, key: `object-${index}.jpg` })));
  await section.getByText('object-4.jpg').waitFor();
  assert.equal(await section.getByText('object-5.jpg').count(), 0);
  await section.getByRole('button', { name: 'Show 7 more' }).click();
  await section.getByText('object-11.jpg').waitFor();
});

test('all that can be operated has a name, and the keyboard reaches it', { skip }, async (t) => {
  const { page } = await open(t, { picture: { ...machinesPicture(NOW_MS), hasControls: true } });
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, input, a, [tabindex="0"], [role=progressbar], [role=img], section')]
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels ?? [];
        const named = element.getAttribute('aria-labelledby');
        const own = element.matches('button, a, code') ? element.textContent : '';
        const names = [element.getAttribute('aria-label'), own, ...[...labels].map((label) => label.textContent)];
        if (named !== null) names.push(document.getElementById(named)?.textContent ?? null);
        return !element.closest('[hidden]') && !names.some((name) => name !== null && name.trim() !== '');
      })
      .map((element) => element.outerHTML),
  );
  assert.deepEqual(nameless, []);

  const reached = new Set<string>();
  for (let press = 0; press < 30; press++) {
    await page.keyboard.press('Tab');
    reached.add(
      await page.evaluate(() => {
        const { activeElement: element } = document;
        return element?.id || element?.className || (element as HTMLInputElement)?.name || element?.textContent || '';
      }),
    );
  }
  for (const one of [
    'language',
    'pause',
    'range',
    'chart-plot',
    'limit-bytesPerSecond',
    'limit-concurrency',
    'Change limits',
  ])
    assert.ok(
      [...reached].some((name) => name.includes(one)),
      `${one} in ${[...reached].join(' | ')}`,
    );
});

test('the arrow keys go through the times of a chart', { skip }, async (t) => {
  const { page } = await open(t);
  const chart = page.getByRole('img', { name: /^Bytes: / });
  await chart.focus();
  const figure = page.locator('.chart-bytes');
  assert.equal(await figure.locator('.chart-time').textContent(), 'now');
  await page.keyboard.press('Home');
  await figure.locator('.chart-time').filter({ hasText: '02:12:10' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await figure.locator('.chart-time').filter({ hasText: '02:12:20' }).waitFor();
  await page.getByRole('radio', { name: '24 hours' }).check();
  await page.getByRole('img', { name: /^Refusals and errors: .* ERR_THROTTLED/ }).waitFor();
});

test('speaks the language of the browser, and the other one', { skip }, async (t) => {
  const { page, heading } = await open(t, { context: { locale: 'zh-CN' } });
  await heading.filter({ hasText: '正常：每秒 31.2 MB，预计星期四 14:00 左右完成' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  await page.getByRole('region', { name: '磁盘' }).waitFor();
  await page.getByRole('radio', { name: 'English' }).check({ force: true });
  await heading.filter({ hasText: 'Healthy: 31.2 MB/s' }).waitFor();
  await page.getByRole('region', { name: 'Volumes' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  assert.equal(
    await page.getByRole('radio', { name: 'English' }).evaluate((one) => one === document.activeElement),
    true,
  );
  await page.reload();
  await heading.filter({ hasText: 'Healthy: 31.2 MB/s' }).waitFor();
});

test('times are those of the time zone of the viewer', { skip }, async (t) => {
  const { heading, page } = await open(t, { context: { timezoneId: 'Asia/Shanghai' } });
  await heading.filter({ hasText: 'done Thursday about 22:00' }).waitFor();
  await page.getByText('full Thursday about 15:00 (in 2d 3h)').waitFor();
});

test('says that the connection is lost, since when, and goes on by itself', { skip }, async (t) => {
  const { page, server, heading, expectLost, screenshot } = await open(t);
  await page.getByText('Live', { exact: true }).waitFor();
  server.vanish();
  await heading.filter({ hasText: /^No connection to Sluice since \d\d:\d\d$/ }).waitFor();
  await page.getByText('Last known: Healthy: 31.2 MB/s').first().waitFor();
  assert.match(await page.title(), /^No connection/);
  await page.locator('.page.stale').waitFor();
  await screenshot('lost');
  server.back();
  server.send(healthyPicture({ health: { state: 'stalled', reason: 'silence', sinceMs: NOW_MS } }, NOW_MS + 9_000));
  await page.getByRole('button', { name: 'Connect now' }).click();
  await heading.filter({ hasText: 'Stalled: nothing has moved for 9 s' }).waitFor();
  assert.equal(await page.locator('.page.stale').count(), 0);
  expectLost();
});

test('takes the token out of the address, keeps it for the tab, and asks for it where it is missing', {
  skip,
}, async (t) => {
  const token = 'abc-123_x';
  const { page, heading, forgetStatus, server } = await open(t, { token, hash: `#token=${token}` });
  await heading.filter({ hasText: 'Healthy' }).waitFor();
  assert.equal(page.url(), server.url);
  await page.reload();
  await heading.filter({ hasText: 'Healthy' }).waitFor();
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await heading.filter({ hasText: 'Sluice wants a token' }).waitFor();
  await page.getByLabel('Token').fill(`${server.url}#token=${token}`);
  await page.getByRole('button', { name: 'Enter' }).click();
  await heading.filter({ hasText: 'Healthy' }).waitFor();
  forgetStatus(401);
});

test('pauses, resumes and changes limits, as the contract has it', { skip }, async (t) => {
  const { page, server } = await open(t);
  await page.getByRole('button', { name: 'Pause' }).click();
  await until('the post', () => server.posts.length === 1);
  const [post] = server.posts;
  assert.equal(post!.path, '/control/pause');
  assert.equal(post!.headers['x-sluice-control'], '1');
  assert.equal(post!.headers['content-type'], 'application/json');
  assert.equal(post!.headers.origin, new URL(server.url).origin);
  server.send({ ...healthyPicture({ isPaused: true }, NOW_MS), hasControls: true });
  await page.getByRole('button', { name: 'Resume' }).click();
  await until('the other post', () => server.posts.length === 2);
  assert.equal(server.posts[1]!.path, '/control/resume');

  // Only what was changed goes out; what is no limit never does.
  await page.getByRole('textbox', { name: 'Bytes per second' }).fill('fast');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await page.getByText('Write a number of bytes, such as 500k or 10MB.').waitFor();
  await page.getByRole('textbox', { name: 'Bytes per second' }).fill('10MB');
  await page.getByText('10,485,760 bytes/s, shown as 10.5 MB/s').waitFor();
  await page.getByRole('textbox', { name: 'Requests at once' }).fill('12');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await page.locator('.said', { hasText: 'The limits are changed' }).waitFor();
  assert.deepEqual(server.posts[2], {
    ...server.posts[2],
    path: '/control/limits',
    body: { bytesPerSecond: 10_485_760, concurrency: 12 },
  });
  server.send({
    ...healthyPicture({ limits: { bytesPerSecond: 10_485_760, concurrency: 12 } }, NOW_MS),
    hasControls: true,
  });
  await page.getByRole('textbox', { name: 'Requests at once' }).fill('');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await until('the third change', () => server.posts.length === 4);
  assert.deepEqual(server.posts[3]!.body, { concurrency: null });
});

test('says why a change was refused, and shows no controls where there are none', { skip }, async (t) => {
  const { page, server, forgetStatus } = await open(t);
  server.refusal = 'concurrency: at most 4096';
  await page.getByRole('textbox', { name: 'Requests at once' }).fill('99999');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await page.locator('.said', { hasText: 'Sluice did not take it: concurrency: at most 4096' }).waitFor();
  forgetStatus(400);
  server.send(healthyPicture({}, NOW_MS));
  await page.getByRole('button', { name: 'Change limits' }).waitFor({ state: 'hidden' });
  assert.equal(await page.getByRole('button', { name: 'Pause' }).isVisible(), false);
});

test('names the machines, what they hold, and which is lost', { skip }, async (t) => {
  const { page } = await open(t, { picture: machinesPicture(NOW_MS) });
  const table = page.getByRole('table', { name: /^All machines/ });
  await table.getByRole('row', { name: /copy-1 this machine .* 2,114 / }).waitFor();
  await table.getByRole('row', { name: /copy-3 LOST, no heartbeat for 6m 52s .* 1,000 / }).waitFor();
  await page.getByText('2 machines, 1 lost').waitFor();
});
