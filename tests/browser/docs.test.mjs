// Swagger UI at /-/docs: rendered, tried, and never asking anyone else.
import { assert, base, run, test } from './harness.mjs';
import { assertAccessible, launch, visit } from './browser.mjs';

const browser = await launch();
const table = process.env.KOINE_TABLE;
const writes = process.env.KOINE_WRITES === 'yes';
const token = process.env.KOINE_TOKEN ?? '';
const dialects = Number(process.env.KOINE_DIALECTS ?? 1);
const ceiling = Number(process.env.KOINE_SECONDS ?? 15) * 1000;

const operation = (page, method, path) => page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) });

/** The operation, once its tag is open. */
async function unfolded(page, method, path) {
  const tag = page.locator('.opblock-tag-section', { has: page.locator(`[data-tag="${decodeURIComponent(path.slice(1))}"]`) });
  await tag.waitFor();
  if (!(await tag.getAttribute('class')).includes('is-open')) await tag.locator('.expand-operation').click();
  return operation(page, method, path);
}

/** Opens an operation, runs it as it stands, and returns the status it was answered with. */
async function tried(page, method, path) {
  const block = await unfolded(page, method, path);
  await block.locator('.opblock-summary-control').first().click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  await block.getByRole('button', { name: 'Execute' }).click();
  const status = block.locator('.live-responses-table tbody .response-col_status').first();
  await status.waitFor();
  return { status: Number((await status.innerText()).trim().split(/\s/)[0]), block };
}

async function opened(body, options = {}) {
  await visit('/-/docs', options, async (page, response) => {
    assert.equal(response.status(), 200);
    await page.locator('.opblock-tag').first().waitFor({ timeout: ceiling });
    await body(page);
  });
}

async function authorize(page) {
  if (!token) return;
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const dialog = page.locator('.auth-container').first();
  await dialog.locator('input').first().fill(token);
  await dialog.getByRole('button', { name: /apply|authorize/i }).first().click();
  await page.locator('.opblock-post').first().waitFor();
}

test('the document is rendered in time', async () => {
  const started = performance.now();
  await opened(async (page) => {
    const milliseconds = Math.round(performance.now() - started);
    console.error(`rendered in ${milliseconds} ms, ${await page.locator('.opblock-tag').count()} relations`);
    await (await unfolded(page, 'get', `/${table}`)).waitFor();
    assert.equal(await page.locator('.errors-wrapper').count(), 0, await page.locator('.errors-wrapper').allInnerTexts().then(String));
  });
});

test('our part of it can be used by everyone', () => opened((page) => assertAccessible(page, 'header.bar')));

test('it is dressed in dark for whoever prefers that', () => opened(async (page) => {
  assert.ok(await page.evaluate(() => document.documentElement.classList.contains('dark-mode')));
}, { colorScheme: 'dark' }));

test('a GET is tried out, and rows come back', () => opened(async (page) => {
  await authorize(page);
  const { status, block } = await tried(page, 'get', `/${table}`);
  assert.ok(status === 200 || status === 206, `answered ${status}`);
  assert.match(await block.locator('.live-responses-table .highlight-code, .live-responses-table pre').first().innerText(), /"\w+"/);
}));

if (writes)
  test('a POST is tried out, and a row is made', () => opened(async (page) => {
    await authorize(page);
    const { status } = await tried(page, 'post', `/${table}`);
    assert.equal(status, 201);
  }));

if (writes)
  test('what would touch every row has its filters filled in', () => opened(async (page) => {
    await authorize(page);
    const block = await unfolded(page, 'delete', `/${table}`);
    await block.locator('.opblock-summary-control').first().click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    assert.notEqual(await block.locator(`[data-param-name="${table}_id"] input`).inputValue(), '');
  }));

if (dialects > 1)
  test('another dialect can be chosen', () => opened(async (page) => {
    const chooser = page.locator('#document');
    assert.equal(await chooser.locator('option').count(), dialects);
    assert.ok(!(await chooser.locator('option').first().innerText()).startsWith('rest'), 'the dialect at the shortest place comes first');
    await chooser.selectOption({ label: (await chooser.locator('option').allInnerTexts()).find((label) => label.startsWith('rest')) });
    await page.locator('.info', { hasText: 'dialect rest' }).waitFor();
    const { status } = await tried(page, 'get', `/${table}`);
    assert.equal(status, 200);
  }));

await run();
await browser.close();
