// The start page, as a person sees and uses it. What it offers to paste is pasted.
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { assert, base, run, test } from './harness.mjs';
import { assertAccessible, launch, visit } from './browser.mjs';

const execute = promisify(execFile);
const browser = await launch();
const relations = JSON.parse(process.env.KOINE_RELATIONS);
const clients = process.env.KOINE_CLIENTS;
const writes = process.env.KOINE_WRITES === 'yes';
const token = process.env.KOINE_TOKEN ?? '';

test('a browser gets the page, with headers that let it load nothing from elsewhere', () => visit('/', {}, async (page, response) => {
  assert.equal(response.status(), 200);
  const headers = await response.allHeaders();
  assert.match(headers['content-type'], /^text\/html/);
  assert.match(headers['content-security-policy'], /default-src 'none'/);
  assert.doesNotMatch(headers['content-security-policy'], /unsafe|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.match(headers.vary ?? '', /Accept/i);
  assert.match(await page.title(), /\.db/);
  assert.equal(await page.locator('h1').count(), 1);
}));

test('every table and view is listed, and its first rows are a link away', () => visit('/', {}, async (page) => {
  const names = await page.locator('table.list tbody th').allInnerTexts();
  assert.deepEqual(names.toSorted(), relations.toSorted());
  const links = await page.locator('table.list tbody td a').evaluateAll((all) => all.map((link) => link.href));
  assert.equal(links.length, relations.length);
  for (const link of links) {
    const answer = await fetch(link, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
    assert.ok(answer.ok, `${link} answers ${answer.status}`);
    await answer.text();
  }
}));

test('rows are counted', () => visit('/', {}, async (page) => {
  const cells = await page.locator('table.list tbody td.number:nth-of-type(2)').allInnerTexts();
  for (const cell of cells) assert.match(cell, /^([\d,]+\+?|not counted)$/); // a big view may take too long to count
  assert.ok(cells.filter((cell) => cell !== 'not counted').length > cells.length / 2, cells.join(' '));
}));

test('a box of the picture leads to its table', () => visit('/', {}, async (page) => {
  const boxes = page.locator('svg.picture a.box');
  assert.ok(await boxes.count() > 1, 'there is no picture');
  for (const index of [0, await boxes.count() - 1]) {
    const box = boxes.nth(index);
    const name = await box.locator('.name').textContent();
    await box.click();
    const section = page.locator(`[id="${decodeURIComponent(new URL(page.url()).hash.slice(1))}"]`);
    const heading = await section.locator('h3').innerText();
    assert.ok(name === heading || (name.endsWith('…') && heading.startsWith(name.slice(0, -1))), `${name} leads to ${heading}`);
    await section.waitFor({ state: 'visible' });
  }
}));

test('names fit into their boxes', () => visit('/', {}, async (page) => {
  const wide = await page.locator('svg.picture a.box').evaluateAll((boxes) => boxes
    .filter((box) => box.querySelector('.name').getBBox().width > box.querySelector('rect').getBBox().width - 6)
    .map((box) => box.textContent));
  assert.deepEqual(wide, []);
}));

for (const colorScheme of ['light', 'dark'])
  test(`everyone can use it: axe, ${colorScheme}`, () => visit('/', { colorScheme }, (page) => assertAccessible(page)));

test('it is usable on a telephone, where nothing but what scrolls is wider than the screen', () => visit('/', { width: 360, height: 740 }, async (page) => {
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await assertAccessible(page);
}));

test('it needs no JavaScript', () => visit('/', { javaScriptEnabled: false }, async (page) => {
  assert.ok(await page.locator('svg.picture').isVisible());
  assert.equal(await page.locator('.copy').count(), 0);
}));

test('the first key leads to the content', () => visit('/', {}, async (page) => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#content$/);
}));

test('a button copies the lines', () => visit('/', { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
  const block = page.locator('.code').first();
  await block.locator('.copy').click();
  await block.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await block.locator('code').textContent());
}));

/** The lines of a tool: {title of the block: text}. */
async function linesOf(label) {
  const found = {};
  await visit('/', {}, async (page) => {
    const tool = page.locator('article.tool', { has: page.getByRole('heading', { name: label, exact: true }) });
    for (const block of await tool.locator('.code').all()) found[await block.locator('.does').innerText()] = await block.locator('code').textContent();
  });
  return found;
}

const reading = (lines) => Object.entries(lines).find(([title]) => title.startsWith('The first rows'))[1];
const inserting = (lines) => Object.entries(lines).find(([title]) => title.startsWith('A new row'))?.[1];
const environment = { ...process.env, KOINE_TOKEN: token };

async function pasted(line, language) {
  const file = path.join(clients, `pasted-${process.pid}.${{ JavaScript: 'mjs', Python: 'py' }[language]}`);
  await writeFile(file, line + '\n');
  try {
    const done = await execute(language === 'Python' ? 'python' : 'node', [file], { cwd: clients, env: environment, timeout: 60_000 });
    assert.equal(done.stderr, '');
    return done.stdout;
  } finally {
    await rm(file);
  }
}

test('the curl line works as it stands', async () => {
  const lines = await linesOf('curl');
  const shown = await execute('bash', ['-c', `${reading(lines)} --silent --write-out '\\n%{http_code}'`], { env: environment });
  const [body, status] = shown.stdout.split(/\n(?=\d+$)/);
  assert.equal(status, '200');
  assert.ok(body.length > 10, body);
  JSON.parse(body);
  assert.equal(inserting(lines) !== undefined, writes);
  if (!writes) return;
  const made = await execute('bash', ['-c', `${inserting(lines)} --silent --output /dev/null --write-out '%{http_code}'`], { env: environment });
  assert.equal(made.stdout, '201');
});

for (const language of ['JavaScript', 'Python'])
  test(`the ${language} lines work as they stand`, async () => {
    const lines = await linesOf(language);
    assert.match(await pasted(reading(lines), language), /[[{]/);
    assert.equal(inserting(lines) !== undefined, writes);
    if (writes) assert.match(await pasted(inserting(lines), language), /Example|201/);
  });

await run();
await browser.close();
