// The pages of documents: Swagger UI, in which requests are tried with a token and with a session, and ReDoc.
import { assert, base, run, test } from '../harness.mjs';
import { launch, visit } from '../browser.mjs';
import { SYSTEMS, authorize, made, opened, ready, sent } from './swagger.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
// What the viewers say of any document with lists of formatted values, or with bodies of one or several.
const UNSTYLED = /^Could not find component: JsonSchema_(integer|string)_[\w-]+$/;
const UNSAMPLED = /^OpenAPI Sampler: found allOf with "array" type\. Result may be incorrect$/;
const browser = await launch();
const document = await (await fetch(`${base}/api/schema/?format=json`)).json();
const operations = Object.values(document.paths).flatMap((item) => METHODS.filter((method) => method in item).map((method) => item[method]));

test('Swagger UI shows the document, by its parts', () => opened(async (page) => {
  assert.match(await page.locator('.info .title').innerText(), /^Peering Manager API/);
  assert.deepEqual(await page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.dataset.tag)), document.tags.map(({ name }) => name));
}));

test('a list is tried out with a token, with a limit and a filter', () => opened(async (page) => {
  await authorize(page);
  const block = await ready(page, 'get', SYSTEMS);
  await block.locator('[data-param-name="limit"] input').fill('2');
  await block.locator('[data-param-name="name__ic"]').getByRole('button', { name: 'Add' }).click();
  await block.locator('[data-param-name="name__ic"] input').fill('koine');
  const { status, body } = await sent(block);
  assert.deepEqual([status, body.count, body.results.map((row) => row.asn)], [200, 2, [64500, 64501]]);
}, { unjudged: UNSTYLED }));

test('an autonomous system is made with a token', () => opened(async (page) => {
  await authorize(page);
  const { status, body } = await made(page, 65521, 'Tried out');
  assert.deepEqual([status, body.asn, body.tags.map((tag) => tag.slug)], [201, 65521, ['lab']]);
}));

test('and with the cookies of who is logged in', () => opened(async (page) => {
  await page.request.get(`${base}/login/`);
  const secret = (await page.context().cookies()).find(({ name }) => name === 'csrftoken').value;
  const form = { username: 'admin', password: 'admin', csrfmiddlewaretoken: secret };
  assert.equal((await page.request.post(`${base}/login/`, { form, maxRedirects: 0 })).status(), 302);
  const { status, body } = await made(page, 65522, 'Tried out by a session');
  assert.deepEqual([status, body.asn, body.name], [201, 65522, 'Tried out by a session']);
}));

test('ReDoc shows every operation', () => visit('/api/schema/redoc/', { unjudged: UNSAMPLED }, async (page, response) => {
  assert.equal(response.status(), 200);
  const started = performance.now();
  await page.locator('h1', { hasText: 'Peering Manager API (1.10.5)' }).waitFor({ timeout: 120_000 });
  console.error(`ReDoc rendered in ${Math.round(performance.now() - started)} ms`);
  const shown = await page.locator('[data-section-id*="/operation/"] h2').allInnerTexts();
  assert.deepEqual(shown.toSorted(), operations.map(({ summary }) => summary).toSorted());
}));

await run();
await browser.close();
