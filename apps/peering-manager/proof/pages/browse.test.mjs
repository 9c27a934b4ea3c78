// The pages of an app, as a person uses them: log in, browse, filter, create, change, delete, the change log, tokens.
import { assert, base, run, test } from '../harness.mjs';
import { assertAccessible } from '../browser.mjs';
import { begin, json, list, logIn, member, opened, person } from './browse.mjs';

const browser = await begin();
const hostile = '<script>window.hurt = 1</script>"\'><img src=x onerror="window.hurt = 1">';

test('a stranger is led to the login and back', () => person(async (page) => {
  const answer = await page.goto(base + list);
  assert.equal(answer.status(), 403);
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill('no');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('The name or the password is wrong.').waitFor();
  await assertAccessible(page);
  await page.getByLabel('Password').fill('admin');
  await page.keyboard.press('Enter');
  await page.waitForURL(base + list);
  assert.match(await page.getByText('Logged in as').innerText(), /admin/);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  assert.equal((await page.goto(base + list)).status(), 403);
}, { refused: true }));

test('from the index to a row by links', () => member(async (page) => {
  assert.equal(await page.title(), 'Peering Manager API – Django REST framework');
  await page.locator('pre.json a', { hasText: '/api/peering/' }).click();
  await page.locator('pre.json a', { hasText: '/autonomous-systems/' }).click();
  assert.equal(await page.title(), 'Autonomous System – Django REST framework');
  const rows = await json(page);
  assert.equal(rows.results.length, Math.min(rows.count, 50));
  await page.locator('pre.json a', { hasText: /autonomous-systems\/\d+\/$/ }).first().click();
  const row = await json(page);
  assert.equal(row.asn, rows.results[0].asn);
  await page.getByLabel('Breadcrumbs').getByRole('link', { name: 'Autonomous Systems' }).click();
  assert.equal(new URL(page.url()).pathname, list);
  await opened(page, 'Description (OPTIONS)');
  assert.match(await page.locator('details pre.json').first().innerText(), /"actions"/);
}));

test('pages and filters', () => member(async (page) => {
  await page.goto(`${base}${list}?limit=10`);
  await page.getByRole('link', { name: 'Next' }).first().click();
  assert.equal(new URL(page.url()).searchParams.get('offset'), '10');
  await page.getByRole('link', { name: 'Previous' }).first().click();
  await opened(page, 'Filter and order');
  await opened(page, 'More filters and choices');
  await page.getByLabel('asn__gte', { exact: true }).fill('64510');
  await page.getByLabel('Order').selectOption('-asn');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/asn__gte=64510/);
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([...asked.keys()].sort(), ['asn__gte', 'limit', 'ordering'], 'what is empty stays out of the address');
  const numbers = (await json(page)).results.map((row) => row.asn);
  assert.deepEqual(numbers, numbers.toSorted((one, other) => other - one));
  assert.ok(numbers.every((number) => number >= 64510));
  assert.equal(await page.getByLabel('asn__gte', { exact: true }).inputValue(), '64510');
}, list));

test('a row is made, changed and deleted, and the change log knows', () => member(async (page) => {
  page.on('dialog', (dialog) => dialog.accept());
  await opened(page, 'Add autonomous system');
  const create = page.locator('#create');
  await create.getByLabel('ASN').fill('65470');
  await create.getByLabel('Name', { exact: false }).first().fill(hostile);
  await create.getByRole('button', { name: 'Add' }).click();
  await page.getByText('HTTP 201').waitFor();
  const made = await json(page);
  assert.equal(made.name, hostile);
  const address = `${list}${made.id}/`;
  await page.goto(base + address);
  await opened(page, 'Change this autonomous system');
  const change = page.locator('#change');
  assert.equal(await change.getByLabel('ASN').inputValue(), '65470');
  await change.getByLabel('ASN').fill('64500');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.getByText('already exists').waitFor();
  assert.equal(await change.getByLabel('ASN').getAttribute('aria-invalid'), 'true');
  await assertAccessible(page);
  await change.getByLabel('ASN').fill('65471');
  await change.getByLabel('Affiliated').selectOption('true');
  await Promise.all([page.waitForEvent('load'), change.getByRole('button', { name: 'Save' }).click()]);
  const changed = await json(page);
  assert.deepEqual([changed.asn, changed.affiliated, changed.name], [65471, true, hostile]);
  await opened(page, 'PUT as JSON');
  const body = page.locator('#replace textarea');
  await body.fill(JSON.stringify({ ...JSON.parse(await body.inputValue()), name: 'By JSON' }));
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Send PUT' }).click()]);
  assert.equal((await json(page)).name, 'By JSON');
  await opened(page, 'Delete this autonomous system');
  await page.locator('#delete').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(base + list);
  await page.goto(`${base}/api/core/object-changes/?changed_object_id=${made.id}&limit=10`);
  const log = (await json(page)).results.filter((change) => change.changed_object_type === 'peering.autonomoussystem').map((change) => change.action.value ?? change.action);
  assert.deepEqual([...log].sort(), ['create', 'delete', 'update', 'update']);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
}, list, { refused: true }));

test('a row that others need is not deleted, and the page says why', () => member(async (page) => {
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto(`${base}/api/bgp/relationships/`);
  const used = (await json(page)).results[0];
  await page.goto(used.url);
  await opened(page, 'Delete this');
  await page.locator('#delete').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('HTTP 409').waitFor();
  assert.match((await json(page)).detail, /dependent objects/);
}, list, { refused: true }));

test('one’s own tokens', () => member(async (page) => {
  await page.getByRole('link', { name: 'Tokens' }).click();
  const before = await page.locator('tbody tr').count();
  await page.getByLabel('Description').fill(hostile);
  await page.getByLabel('Expires').fill('2999-12-31');
  await page.getByLabel('May write').selectOption('false');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const secret = await page.locator('#token').innerText();
  assert.match(secret, /^[0-9a-f]{40}$/);
  await assertAccessible(page);
  const answer = await fetch(base + list, { headers: { Authorization: `Token ${secret}` } });
  assert.equal(answer.status, 200);
  await answer.text();
  await page.goto(`${base}/tokens/`);
  assert.ok(!(await page.content()).includes(secret));
  assert.equal(await page.locator('tbody tr').count(), before + 1);
  await page.getByRole('button', { name: 'Delete' }).first().click();
  await page.waitForFunction((count) => document.querySelectorAll('tbody tr').length === count, before);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
}, list));

test('without scripts a row is made all the same', () => person(async (page) => {
  await logIn(page, list);
  await opened(page, 'Add autonomous system');
  const create = page.locator('#create');
  await create.getByLabel('ASN').fill('65480');
  await create.getByLabel('Name', { exact: false }).first().fill('Plainly');
  await create.getByRole('button', { name: 'Add' }).click();
  await page.getByText('HTTP 201').waitFor();
  assert.equal(await page.locator('[data-script]:visible').count(), 0, 'what needs a script is not offered');
}, { javaScriptEnabled: false }));

for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 360])
    test(`everyone can use every kind of page: ${colorScheme}, ${width} wide`, () => member(async (page) => {
      for (const where of ['/api/', list, `${list}1/`, '/api/core/object-changes/', `${list}?asn=x`, '/api/nothing/', '/tokens/', '/login/']) {
        await page.goto(base + where);
        await page.evaluate(() => { for (const part of document.querySelectorAll('details:not([hidden])')) part.open = true; });
        await assertAccessible(page);
        assert.equal(await page.locator('h1').count(), 1, where);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 1, `${where} is ${wide} too wide`);
      }
    }, list, { colorScheme, width, refused: true }));

test('the keyboard is enough', () => member(async (page) => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.locator('summary', { hasText: 'Filter and order' }).first().focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('#filter').isVisible());
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, 'none', 'where one is can be seen');
}, list));

await run();
await browser.close();
