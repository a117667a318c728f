// `node dist/test/support/dashboard/picture.js`: the picture of the dashboard in the README, of a job that is made up.

import { mkdirSync, statSync } from 'node:fs';
import { ROOT } from '../../sources.js';
import { openBrowser } from './browser.js';
import { startPageServer } from './page-server.js';
import { failures, healthyPicture, sampleHistory } from './pictures.js';

const PATH = `${ROOT}.github/dashboard.png`;
const MOST_BYTES = 200_000;
/** So that each picture is the same. */
const NOW_MS = Date.parse('2026-12-01T03:12:00Z');

const server = await startPageServer({
  picture: { ...healthyPicture({}, NOW_MS), hasControls: true },
  history: sampleHistory(NOW_MS),
  failures: failures(NOW_MS),
});
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1240, height: 1000 }, locale: 'en-GB', timezoneId: 'UTC' });
  await page.goto(server.url);
  await page.getByRole('heading', { level: 1, name: /^Healthy/ }).waitFor();
  mkdirSync(`${ROOT}.github`, { recursive: true });
  // Down to the end of the charts.
  const charts = (await page.locator('.part-charts').boundingBox())!;
  const clip = { x: 0, y: 0, width: 1240, height: Math.ceil(charts.y + charts.height + 20) };
  await page.screenshot({ path: PATH, clip, fullPage: true, animations: 'disabled' });
  const { size } = statSync(PATH);
  if (size > MOST_BYTES) throw new Error(`${PATH} has ${size} bytes`);
  process.stdout.write(`${PATH}: ${size} bytes\n`);
} finally {
  await browser.close();
  await server.close();
}
