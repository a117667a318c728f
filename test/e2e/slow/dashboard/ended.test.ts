// The page of a job that no process works on, by `sluice dashboard`: what it did, how it ended, and what failed.

import assert from 'node:assert/strict';
import test, { after, before, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { dashboardOf } from '../../../support/dashboard/address.js';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';

const skip = skipWithoutChromium();

let browser: Browser;

before(async () => {
  if (!skip) browser = await openBrowser();
});
after(() => browser?.close());

async function openEnded(t: TestContext, world: World) {
  const running = world.start(['dashboard', '--to', world.to, '--dashboard', '127.0.0.1:0']);
  const url = await dashboardOf(running);
  const viewer = await openViewer(t, browser, url, { viewport: { width: 1280, height: 900 } });
  const heading = viewer.page.getByRole('heading', { level: 1 });
  return { ...viewer, running, heading };
}

test('a finished job shows what it did, and what failed', { skip }, async (t) => {
  const objects = { 'bad.jpg': Buffer.from('bad'), ...manyObjects(20) };
  const faults = [{ match: { kind: 'get', key: 'bad.jpg' }, action: { status: 403 } }] as const;
  const world = await openWorld(t, { objects, faults });
  assert.equal((await world.mirror()).code, 1);
  const { page, heading, screenshot } = await openEnded(t, world);
  await heading.filter({ hasText: /^Complete: 21 objects, .* 1 object failed$/ }).waitFor();
  assert.equal(await page.locator('.mark').textContent(), 'Ended');
  const failure = page.locator('.failure').filter({ hasText: 'bad.jpg' });
  await failure.getByText('ERR_FORBIDDEN_OBJECT').waitFor();
  await page.getByText('To try them again (use the same options):').waitFor();
  const command = `sluice fetch --from upyun://pics --to ${world.to} < ${world.to}/.sluice/failures.ndjson`;
  assert.equal(await page.locator('.command code').textContent(), command);
  assert.equal(await page.getByRole('button', { name: 'Pause' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Change limits' }).count(), 0);
  assert.deepEqual(await page.locator('.amount-rate').allTextContents(), ['', ''], 'nothing moves');
  assert.equal(await page.locator('.fact:visible', { hasText: 'Retries' }).count(), 0, 'not known');
  await screenshot('ended-job');
  await page.close();
});

test('a job that was interrupted says so, and how to go on', { skip }, async (t) => {
  const world = await openWorld(t, { objects: manyObjects(400) });
  const run = world.start(['mirror', 'upyun://pics', '--to', world.to, '--rate', '50']);
  await until('some objects', () => world.server.counters.get > 20);
  run.child.kill('SIGTERM');
  await run.result;
  const { page, heading } = await openEnded(t, world);
  await heading.filter({ hasText: /^Interrupted: \d+ objects/ }).waitFor();
  await page.getByText('No process works on this job now; the same command goes on there').first().waitFor();
  assert.notEqual(await page.locator('.amount-percent').first().textContent(), '100 %');
  await page.close();
});
