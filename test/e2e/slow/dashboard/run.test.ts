// The page of a real run: the command with --dashboard, a real server of objects, and Chromium. What holds while the run is paused
// or limited is counted at the server of the objects.

import assert from 'node:assert/strict';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World, type WorldOptions } from '../../../support/cli/harness.js';
import { dashboardOf } from '../../../support/dashboard/address.js';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';

const skip = skipWithoutChromium();

let browser: Browser;

before(async () => {
  if (!skip) browser = await openBrowser();
});
after(() => browser?.close());

/** A mirror with a dashboard, and its page once the run has begun. */
async function openRun(t: TestContext, args: readonly string[] = [], options: WorldOptions = {}) {
  const world = await openWorld(t, { objects: manyObjects(400), ...options });
  const running = world.start(['mirror', 'upyun://pics', '--to', world.to, '--dashboard', '127.0.0.1:0', ...args]);
  const url = await dashboardOf(running);
  const viewer = await openViewer(t, browser, url, { viewport: { width: 1280, height: 900 } });
  const heading = viewer.page.getByRole('heading', { level: 1 });
  return { ...viewer, world, running, url, heading };
}

/** So many pictures later: each of them comes a second after the one before. */
async function picturesLater(page: Page, count: number): Promise<void> {
  await page.evaluate(
    (most) =>
      new Promise<void>((resolve) => {
        let seen = 0;
        const clock = document.querySelector('.part-progress .facts')!;
        const observer = new MutationObserver(() => {
          if (++seen < most) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(clock, { subtree: true, childList: true, characterData: true });
      }),
    count,
  );
}

const asked = ({ server }: World) => server.counters.get + server.counters.list;
const doneOf = async (page: Page) =>
  Number((await page.locator('.amount-count').first().textContent())!.split(' ')[0]!.replaceAll(',', ''));

test('the numbers move until the job is complete', { skip }, async (t) => {
  const { page, heading, world, running, expectLost, screenshot } = await openRun(t, ['--rate', '60']);
  await page.getByText('Live', { exact: true }).waitFor();
  const first = await doneOf(page);
  await until('more objects on the page', async () => (await doneOf(page)) > first + 30);
  assert.ok((await doneOf(page)) <= world.server.counters.get);
  await screenshot('run');
  await heading.filter({ hasText: /^Complete: 400 objects, 400 kB$/ }).waitFor();
  assert.equal(await page.locator('.amount-percent').first().textContent(), '100 %');
  assert.equal(await page.locator('.outcome-stored dd').first().textContent(), '400');
  const result = await running.result;
  assert.equal(result.code, 0);
  // The page of a run ends with it: that is no alarm.
  const again = `sluice dashboard --to ${world.to}`;
  await page.locator('.sentence-detail', { hasText: `its page with it. To read it again: ${again}` }).waitFor();
  assert.match(await page.title(), /^Complete/);
  assert.equal(await page.locator('.page.stale').count(), 0);
  expectLost();
});

test('while the run is paused no request reaches the server', { skip }, async (t) => {
  const { page, heading, world, running, expectLost } = await openRun(t, ['--rate', '60']);
  await page.getByRole('button', { name: 'Pause' }).click();
  await heading.filter({ hasText: /^Paused since .*: no new request starts until you resume$/ }).waitFor();
  const before = asked(world);
  assert.ok(before < 400, `${before} requests before the pause`);
  await picturesLater(page, 4);
  assert.equal(asked(world), before);

  // Another viewer can end the pause.
  const { page: other } = await openViewer(t, browser, page.url());
  await other.getByRole('button', { name: 'Resume' }).click();
  await other.getByRole('button', { name: 'Pause' }).waitFor();
  await other.close();
  await heading.filter({ hasText: /^(Healthy|Limited)/ }).waitFor();
  await until('more requests', () => asked(world) > before + 30);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  assert.match(running.stderr(), /paused/);
  running.child.kill('SIGTERM');
  await running.result;
  expectLost();
});

test('a limit that is changed on the page holds at the server, and goes again', { skip }, async (t) => {
  const { page, heading, world, running, expectLost } = await openRun(t, ['--rate', '40']);
  const rate = page.getByRole('textbox', { name: 'Objects per second' });
  assert.equal(await rate.inputValue(), '40');
  // One in a quarter of an hour: at most one more is asked for, and those that were under way.
  await rate.fill('0.001');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await page.locator('.said', { hasText: 'The limits are changed' }).waitFor();
  const before = world.server.counters.get;
  await picturesLater(page, 4);
  assert.ok(world.server.counters.get <= before + 1, `${before}, then ${world.server.counters.get}`);
  assert.ok(before < 400);
  assert.equal(await rate.inputValue(), '0.001');

  await rate.fill('');
  await page.getByRole('button', { name: 'Change limits' }).click();
  await heading.filter({ hasText: /^Complete: 400 objects/ }).waitFor();
  assert.equal((await running.result).code, 0);
  assert.match(running.stderr(), /limits/);
  expectLost();
});

test('shows which objects failed and why, and the command that stores them', { skip }, async (t) => {
  const faults = [{ match: { kind: 'get', key: 'bad-<b>one</b>.jpg' }, action: { status: 403 }, times: 1 }] as const;
  const objects = { 'bad-<b>one</b>.jpg': Buffer.from('bad'), ...manyObjects(200) };
  const { page, world, running, expectLost } = await openRun(t, ['--rate', '40'], { objects, faults: [...faults] });
  const failure = page.locator('.failure').filter({ hasText: 'bad-<b>one</b>.jpg' });
  await failure.getByText('ERR_FORBIDDEN_OBJECT').waitFor();
  assert.match((await failure.locator('.failure-message').textContent())!, /403/);
  const command = (await page.locator('.command code').textContent())!;
  assert.equal(command, `sluice fetch --from upyun://pics --to ${world.to} < ${world.to}/.sluice/failures.ndjson`);
  assert.equal((await running.result).code, 1);
  const retried = await world.shell(command.replace('sluice', '"$NODE" "$SLUICE"'));
  assert.equal(retried.code, 0, retried.stderr);
  expectLost();
});
