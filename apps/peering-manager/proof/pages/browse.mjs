// What the tests and the pictures of the browsable pages share.
import { assert, base } from '../harness.mjs';
import { launch } from '../browser.mjs';

export const list = '/api/peering/autonomous-systems/';
let browser;

export async function begin() {
  browser = await launch();
  return browser;
}

/** A person at a browser; `body` may expect answers that say no (a browser's console tells them as errors). */
export async function person(body, options = {}) {
  const { refused = false, width = 1280, height = 900, ...more } = options;
  const context = await browser.newContext({ viewport: { width, height }, ...more });
  const faults = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (refused && /status of [45]\d\d/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (fault) => faults.push(`script: ${fault}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(base) && !/^data:/.test(request.url())) faults.push(`elsewhere: ${request.url()}`);
    });
    await body(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(faults, []);
}

/** The same of who is logged in: as `name`, whose password is the same. */
export const member = (body, next, { name, ...options } = {}) => person(async (page) => {
  await logIn(page, next, name);
  await body(page);
}, options);

/** The JSON that a page shows. */
export const json = async (page) => JSON.parse(await page.locator('pre.json').first().textContent());

export async function logIn(page, next = '/api/', name = 'admin') {
  await page.goto(`${base}/login/?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(name);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(base + next);
}

/** Unfolds a part of the page. */
export async function opened(page, title) {
  const part = page.locator('details', { has: page.locator('summary', { hasText: title }) }).last();
  if (!(await part.evaluate((details) => details.open))) await part.locator('summary').first().click();
}
