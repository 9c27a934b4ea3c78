// A browser that notices what a page should not do: errors, and requests to elsewhere.
import axe from 'axe-core';
import { chromium } from 'playwright-core';

import { assert, base } from './harness.mjs';

let browser;

export async function launch() {
  browser = await chromium.launch({ executablePath: process.env.KOINE_CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return browser;
}

/**
 * Opens a path of the server for `body(page, response)`, and asserts that the page kept quiet and at home.
 * @param options what a context takes, and `unjudged`: a pattern of warnings that a viewer gives for any such document
 */
export async function visit(path, options, body) {
  const { width = 1280, height = 900, unjudged, ...more } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...more });
  const faults = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      const known = message.type() === 'warning' && unjudged?.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !known) faults.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (fault) => faults.push(`script: ${fault}`));
    page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) faults.push(`elsewhere: ${request.url()}`);
    });
    const response = await page.goto(base + path, { waitUntil: 'load' });
    await body(page, response);
  } finally {
    await context.close();
  }
  assert.deepEqual(faults, []);
}

/** Asserts that axe finds nothing serious. @param within a selector, if only a part of the page is ours. */
export async function assertAccessible(page, within) {
  await page.evaluate(axe.source + '; undefined');
  const found = await page.evaluate((part) => globalThis.axe.run(part ?? document), within ?? null);
  const serious = found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(serious, []);
}
