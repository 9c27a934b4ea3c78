// What the test and the pictures of the browsable pages share.
import { base } from '../harness.mjs';

export const list = '/api/peering/autonomous-systems/';

export async function logIn(page, next = '/api/') {
  await page.goto(`${base}/login/?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill('admin');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(base + next);
}

/** Unfolds a part of the page. */
export async function opened(page, title) {
  const part = page.locator('details', { has: page.locator('summary', { hasText: title }) }).last();
  if (!(await part.evaluate((details) => details.open))) await part.locator('summary').first().click();
}
