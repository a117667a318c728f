// The report of a job, opened from the disk in a browser without a network.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { loadJob } from '../../../../src/journal/load.js';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';
import { pageOf } from '../../../support/report/reports.js';
import { HOSTILE, threeRuns } from '../../../support/report/three-runs.js';

const skip = skipWithoutChromium();

let browser: Browser;

before(async () => {
  if (!skip) browser = await openBrowser();
});
after(() => browser?.close());

test('opened from the disk, without a network: its numbers are those of the journal', { skip }, async (t) => {
  const { world, folders } = await threeRuns(t);
  await pageOf(world, folders);
  const url = pathToFileURL(join(world.folder, 'page.html')).href;
  const { page, screenshot } = await openViewer(t, browser, url, { offline: true });
  const { state } = loadJob(join(folders[1]!, '.sluice', 'journal'));
  const { stored, skipped, gone, failed } = state!.knownTotals;
  const rows = await page
    .locator('table.sum tr')
    .evaluateAll((all) =>
      all.map((row) => [
        row.querySelector('th')?.textContent ?? '',
        row.querySelector('td:last-child')?.textContent ?? '',
      ]),
    );
  const numberOf = (name: string) => Number(rows.find(([head]) => head!.startsWith(name))?.[1]?.replaceAll(',', ''));
  assert.deepEqual(
    ['stored', 'skipped', 'gone', 'failed'].map(numberOf),
    [stored, skipped, gone, failed],
    JSON.stringify(rows),
  );
  assert.equal(numberOf('listed'), stored + skipped + gone + failed);
  assert.deepEqual([numberOf('failed'), numberOf('gone')], [3, 1]);
  // What looks like an element in a key is text.
  assert.equal(await page.locator('img').count(), 0);
  await page.getByText(HOSTILE.slice(0, 20)).first().waitFor();
  for (const media of ['screen', 'print'] as const) {
    await page.emulateMedia({ media });
    await screenshot(`report-${media}`, true);
  }
  await page.setViewportSize({ width: 390, height: 800 });
  const { wide, seen } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= seen, `${wide} pixels of ${seen}`);
});
