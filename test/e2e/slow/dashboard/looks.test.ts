// How the page looks: light, dark, on a phone, in both languages. What can be measured is asserted; the pictures are kept to be looked at.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openViewer, skipWithoutChromium } from '../../../support/dashboard/browser.js';
import { type PageServer, startPageServer } from '../../../support/dashboard/page-server.js';
import {
  endedPicture,
  failures,
  healthyPicture,
  hostileFailures,
  machinesPicture,
  sampleHistory,
} from '../../../support/dashboard/pictures.js';

const skip = skipWithoutChromium();
/** So that the sentence has the same words each day. */
const NOW_MS = Date.parse('2026-12-01T03:12:00Z');

let browser: Browser;
let server: PageServer;

before(async () => {
  if (skip) return;
  browser = await openBrowser();
  server = await startPageServer({
    picture: { ...healthyPicture({}, NOW_MS), hasControls: true },
    history: sampleHistory(NOW_MS),
    failures: failures(NOW_MS),
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** How much of the page lies beside the screen. (A phone would make its window wider instead.) */
const beside = async (page: Page) =>
  (await page.evaluate(() => document.documentElement.scrollWidth)) - page.viewportSize()!.width;

/** Of text and what it stands on, by the rules of WCAG. */
const contrastOf = (page: Page, selector: string) =>
  page.evaluate((found) => {
    const luminance = (colour: string) => {
      const channels = colour
        .match(/[\d.]+/g)!
        .slice(0, 3)
        .map((text) => Number(text) / 255);
      const [r, g, b] = channels.map((value) => (value <= 0.04 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const element = document.querySelector(found)!;
    const text = luminance(getComputedStyle(element).color);
    let ground: Element | null = element;
    while (ground !== null && /rgba\(0, 0, 0, 0\)/.test(getComputedStyle(ground).backgroundColor))
      ground = ground.parentElement;
    const behind = luminance(getComputedStyle(ground ?? document.documentElement).backgroundColor);
    return (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
  }, selector);

for (const colorScheme of ['light', 'dark'] as const) {
  test(`can be read in ${colorScheme} colours`, { skip }, async (t) => {
    server.send({ ...machinesPicture(NOW_MS), hasControls: true });
    const viewer = await openViewer(t, browser, server.url, { colorScheme, viewport: { width: 1280, height: 800 } });
    await viewer.page.getByRole('heading', { level: 1, name: /^Healthy/ }).waitFor();
    for (const selector of ['h1', 'dt', '.chart-unit', '.explain', '.failure-code', '.volume-full', '.sentence-detail'])
      assert.ok((await contrastOf(viewer.page, selector)) >= 4.5, `${selector} in ${colorScheme}`);
    const ground = await viewer.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const isDark = Number(/\d+/.exec(ground)![0]) < 128;
    assert.equal(isDark, colorScheme === 'dark');
    assert.equal(await beside(viewer.page), 0);
    await viewer.screenshot(colorScheme);
  });
}

for (const locale of ['en-GB', 'zh-CN']) {
  test(`fits 390 pixels, with long keys and all there is (${locale})`, { skip }, async (t) => {
    server.send({ ...machinesPicture(NOW_MS), hasControls: true });
    server.sendFailures([...hostileFailures(NOW_MS), ...failures(NOW_MS)]);
    const phone = {
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      locale,
    };
    const viewer = await openViewer(t, browser, server.url, phone);
    await viewer.page.locator('.failures > li').nth(4).waitFor();
    assert.equal(await beside(viewer.page), 0);
    await viewer.screenshot(`phone-${locale}`);
  });
}

test('nothing moves by itself where the viewer wants no motion', { skip }, async (t) => {
  const viewer = await openViewer(t, browser, server.url, { reducedMotion: 'reduce' });
  await viewer.page.locator('.mark').waitFor();
  const moving = await viewer.page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
});

test('is calm when the job has ended', { skip }, async (t) => {
  server.send(endedPicture(NOW_MS));
  server.sendFailures(failures(NOW_MS));
  const viewer = await openViewer(t, browser, server.url, { viewport: { width: 1280, height: 800 } });
  await viewer.page.getByRole('heading', { level: 1, name: /^Complete/ }).waitFor();
  assert.equal(await viewer.page.locator('.amount-percent').first().textContent(), '100 %');
  assert.equal(await viewer.page.getByRole('button', { name: 'Pause' }).count(), 0);
  await viewer.screenshot('ended');
});
