// The page of a job that machines share: each machine shows all of them, and which is lost.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { manyObjects } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { dashboardOf } from '../../../support/dashboard/address.js';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutChromium() || skipWithoutNats();

let browser: Browser;

before(async () => {
  if (!skip) browser = await openBrowser();
});
after(() => browser?.close());

test('the page of any machine shows all machines, and says which is lost', { skip }, async (t) => {
  const world = await openSharedWorld(t, { objects: manyObjects(2_400) });
  const args = ['--dashboard', '127.0.0.1:0', '--rate', '40', '--fleet'];
  const [first, second] = await startTogether(world, [1, 2], args);
  const { page, screenshot } = await openViewer(t, browser, await dashboardOf(first!));
  const rows = page.getByRole('table', { name: /^All machines/ }).locator('tbody tr');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  const own = rows.filter({ has: page.locator('.chip:visible') });
  assert.equal(await own.count(), 1);
  // What it holds, and its share of the limit of all.
  await own.locator('.column-holds', { hasText: /^[1-9]/ }).waitFor();
  await until('shares of one limit', async () => {
    const shares = (await rows.locator('.column-share').allTextContents()).map((text) => Number.parseFloat(text));
    return shares.every((share) => share > 0 && share < 40) && shares[0]! + shares[1]! < 41;
  });
  await page.getByText('2 machines', { exact: true }).waitFor();
  const { page: other } = await openViewer(t, browser, await dashboardOf(second!));
  const others = other.getByRole('table', { name: /^All machines/ }).locator('tbody tr');
  await others.nth(1).waitFor();
  assert.notEqual(
    await others
      .filter({ has: other.locator('.chip:visible') })
      .locator('.column-name')
      .textContent(),
    await own.locator('.column-name').textContent(),
  );
  await other.close();

  second!.child.kill('SIGKILL');
  await rows.locator('.column-state', { hasText: /^LOST, no heartbeat for/ }).waitFor();
  await page.getByText('1 machine, 1 lost').waitFor();
  await screenshot('machines');
  await page.close();
});
