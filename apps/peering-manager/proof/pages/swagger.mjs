// What a person does in Swagger UI. This folder is copied into tests/browser's modules.
import { assert } from '../harness.mjs';
import { visit } from '../browser.mjs';

export const SYSTEMS = '/api/peering/autonomous-systems/';
const TOKEN = '0123456789abcdef0123456789abcdef01234567';

/** Swagger UI, once it shows the document. */
export async function opened(body, options = {}) {
  await visit('/api/schema/swagger-ui/', options, async (page, response) => {
    assert.equal(response.status(), 200);
    await page.locator('.opblock-tag').first().waitFor();
    assert.equal(await page.locator('.errors-wrapper').count(), 0);
    await body(page);
  });
}

export async function authorize(page) {
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const scheme = page.locator('.auth-container', { hasText: 'tokenAuth' });
  await scheme.locator('input').fill(`Token ${TOKEN}`);
  await scheme.getByRole('button', { name: 'Apply credentials' }).click();
  await scheme.getByRole('button', { name: 'Close' }).click();
}

/** The operation, unfolded and ready to be filled in. */
export async function ready(page, method, path) {
  const tag = page.locator('.opblock-tag-section', { has: page.locator('[data-tag="peering"]') });
  if (!(await tag.getAttribute('class')).includes('is-open')) await tag.locator('.expand-operation').click();
  const block = page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) });
  await block.locator('.opblock-summary-control').first().click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  return block;
}

/** Sends it; the status and the body of the answer, as the page shows them. */
export async function sent(block) {
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table tbody').first();
  const status = answer.locator('.response-col_status').first();
  await status.waitFor();
  const shown = await answer.locator('.highlight-code code').first().innerText();
  return { status: Number.parseInt(await status.innerText(), 10), body: JSON.parse(shown) };
}

/** Makes an autonomous system by hand. */
export async function made(page, asn, name) {
  const block = await ready(page, 'post', SYSTEMS);
  await block.locator('textarea').fill(JSON.stringify({ asn, name, tags: [{ slug: 'lab' }] }));
  return { block, ...(await sent(block)) };
}
