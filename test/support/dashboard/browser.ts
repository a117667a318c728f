// Debian's Chromium, driven by playwright-core, which downloads nothing. Where there is none the test is skipped, visibly; with
// REQUIRE_CHROMIUM=1 it fails instead. Each page holds by itself: no error in its console, no request to another origin.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ROOT } from '../../sources.js';
import { findProgram } from '../servers/programs.js';

const SCREENSHOTS = `${ROOT}test-screenshots`;
const MISSING = 'no Chromium: apt-get install chromium';
/** A page that takes this long hangs, however busy the machine is. */
const SAFETY_MS = 60_000;

const LOST = /^Failed to load resource: net::ERR_(CONNECTION_|EMPTY_RESPONSE|INCOMPLETE_CHUNKED)/;

const program = findProgram('chromium');

/** For `test(name, { skip: skipWithoutChromium() }, …)`. */
export function skipWithoutChromium(): string | false {
  if (program !== undefined) return false;
  assert.notEqual(process.env.REQUIRE_CHROMIUM, '1', MISSING);
  return MISSING;
}

/** One browser for the tests of a file. The caller closes it. */
export function openBrowser(): Promise<Browser> {
  // Root has no sandbox; containers have little shared memory.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb'];
  return chromium.launch({ executablePath: program!, args, timeout: SAFETY_MS });
}

export interface Viewer {
  readonly page: Page;
  /** Errors and warnings of the console so far. */
  readonly errors: readonly string[];
  /** The browser reports each request without an answer. Where a test ends the server, before or after, these are no errors of the page. */
  expectLost(): void;
  /** The same for an answer that the test wants, such as 401. */
  forgetStatus(status: number): void;
  /** Kept as output, in an ignored folder. */
  screenshot(name: string, isWhole?: boolean): Promise<void>;
}

/** A page in a browser of its own settings; what must hold for each is checked after the test. */
export async function openViewer(
  t: TestContext,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  /** What is closed once the page has gone. */
  closeServer: () => Promise<void> = async () => {},
): Promise<Viewer> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(SAFETY_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  const elsewhere: string[] = [];
  let isLostExpected = false;
  const forget = (pattern: RegExp) => {
    const others = errors.filter((text) => !pattern.test(text));
    errors.splice(0, errors.length, ...others);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:') elsewhere.push(request.url());
  });
  t.after(async () => {
    await context.close();
    if (isLostExpected) forget(LOST);
    await closeServer();
    assert.deepEqual(errors, [], 'errors in the console');
    assert.deepEqual(elsewhere, [], 'requests to another origin');
  });
  await page.goto(url);
  return {
    page,
    errors,
    expectLost: () => {
      isLostExpected = true;
    },
    forgetStatus: (status) => forget(new RegExp(`^Failed to load resource: .* status of ${status}\\b`)),
    async screenshot(name, isWhole = true) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: isWhole, animations: 'disabled' });
    },
  };
}
