// Operations in pages, as a person uses them: links and forms, their answers, faults beside fields, the jobs they start, who may not.
import { assert, base, run, test } from '../harness.mjs';
import { assertAccessible } from '../browser.mjs';
import { begin, json, list, member, opened, person } from './browse.mjs';

const browser = await begin();
const [system, routers, jobs] = [`${list}1/`, '/api/devices/routers/', '/api/core/jobs/'];

/** The form of an operation, unfolded. */
async function form(page, title) {
  await opened(page, title);
  return page.locator('section[aria-labelledby=operations] form', { has: page.getByRole('button', { name: title, exact: true }) });
}

const status = async (page, wanted) => page.getByText(`HTTP ${wanted}`).first().waitFor();

/** Sends something as a page's own script would, with the session and its secret, whatever is offered. */
const sent = (page, method, path, body) => page.evaluate(async ([method, path, body]) => {
  const { csrf, csrfHeader } = document.getElementById('content').dataset;
  const answer = await fetch(path, { method, body, headers: { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded', [csrfHeader]: csrf } });
  return { status: answer.status, type: answer.headers.get('Content-Type'), text: await answer.text() };
}, [method, path, body]);

test('a row shows what can be done with it: links to what is read, forms of what is posted', () => member(async (page) => {
  await page.locator('pre.json a', { hasText: /autonomous-systems\/1\/$/ }).first().click();
  assert.equal(new URL(page.url()).pathname, system);
  const links = await page.getByLabel('Other ways to see this').getByRole('link').allInnerTexts();
  assert.deepEqual(links, ['As json', 'As set prefixes', 'Shared ixps', 'Shared facilities']);
  const titles = await page.locator('section[aria-labelledby=operations] summary').allInnerTexts();
  assert.deepEqual(titles, ['Poll bgp sessions', 'Sync with peeringdb', 'Generate email']);
  const email = (await form(page, 'Generate email')).getByLabel('Email');
  assert.deepEqual([await email.getAttribute('type'), await email.getAttribute('required')], ['number', '']);
  await page.getByRole('link', { name: 'As set prefixes' }).click();
  await status(page, 200);
  assert.deepEqual(Object.keys(await json(page)), ['ipv6', 'ipv4']);
}, `${list}?limit=2&ordering=id`));

test('an operation is done by its form, and its answer is a page', () => member(async (page) => {
  const email = await form(page, 'Generate email');
  await email.getByLabel('Email').fill('1');
  await email.getByRole('button').click();
  await status(page, 200);
  assert.equal(new URL(page.url()).pathname, `${system}generate-email/`);
  assert.deepEqual(Object.keys(await json(page)), ['subject', 'body']);
  assert.match(await page.locator('pre.line').innerText(), /^POST .*\/generate-email\/$/);
  await page.reload().catch(() => {});
  await page.goto(`${base}${system}generate-email/`);
  await status(page, 405);
  assert.ok(await page.locator('section[aria-labelledby=operations] form').count(), 'a browser that comes back finds the form');
}, system, { refused: true }));

test('a fault of its input stands beside the field, with what was sent', () => member(async (page) => {
  const configure = await form(page, 'Configure');
  assert.equal(await configure.getByLabel('Commit').inputValue(), 'false', 'the default is filled in');
  await configure.getByLabel('Routers').fill('1, two');
  await configure.getByLabel('Commit').selectOption('true');
  await configure.getByRole('button').click();
  await status(page, 400);
  const again = await form(page, 'Configure');
  const field = again.getByLabel('Routers');
  assert.deepEqual([await field.getAttribute('aria-invalid'), await again.getByLabel('Commit').inputValue()], ['true', 'true']);
  assert.match(await field.inputValue(), /two/);
  const told = await field.getAttribute('aria-describedby');
  const texts = await Promise.all(told.split(' ').map((id) => page.locator(`#${id}`).innerText()));
  assert.match(texts.join(' '), /valid biginteger is required/);
  await assertAccessible(page);
  await field.fill('1, 2');
  await again.getByRole('button').click();
  await status(page, 202);
  assert.deepEqual((await json(page)).map((job) => job.object_id), [1, 2]);
}, routers, { refused: true }));

test('a job that a form starts is seen among the jobs', () => member(async (page) => {
  await (await form(page, 'Poll bgp sessions')).getByRole('button').click();
  await status(page, 202);
  const job = await json(page);
  assert.deepEqual([job.name, job.object_type, job.object_id], ['devices.router.poll_bgp_sessions', 'devices.router', 1]);
  await page.locator('pre.json a', { hasText: jobs }).first().click();
  for (const until = Date.now() + 20_000; (await json(page)).completed === null && Date.now() < until;) await page.reload();
  assert.equal((await json(page)).status.value, 'failed');
  await page.goto(base + jobs);
  assert.ok((await json(page)).results.some((each) => each.id === job.id));
}, `${routers}1/`, { refused: true }));

test('what starts a job by GET is a button, and works', () => member(async (page) => {
  assert.equal(await page.getByRole('link', { name: 'Test napalm connection' }).count(), 0);
  await (await form(page, 'Test napalm connection')).getByRole('button').click();
  await status(page, 202);
  assert.equal((await json(page)).name, 'devices.router.test_napalm_connection');
}, `${routers}1/`));

test('what is asked of an operation stands in a form', () => member(async (page) => {
  await status(page, 400);
  const ask = await form(page, 'Prefix list');
  await ask.getByLabel('As-set').fill('AS-GRANITE');
  await ask.getByLabel('Af').fill('4');
  await ask.getByRole('button').click();
  await status(page, 200);
  assert.deepEqual(Object.keys((await json(page))['AS-GRANITE']), ['ipv4']);
  assert.equal(await (await form(page, 'Prefix list')).getByLabel('As-set').inputValue(), 'AS-GRANITE');
}, '/api/extras/prefix-list/', { refused: true }));

test('a document is sent by other methods, and the answer shown', () => member(async (page) => {
  const own = page.locator('section[aria-labelledby=operations] form[data-method=PATCH]');
  await opened(page, 'Userpref');
  await own.getByLabel('Body').fill('{"shown": {"columns": ["<b>"]}}');
  await own.getByRole('button').click();
  await page.getByText('PATCH /api/users/userpref/').waitFor();
  assert.deepEqual((await json(page)).shown, { columns: ['<b>'] });
  await opened(page, 'Userpref');
  await own.getByLabel('Body').fill('{');
  await own.getByRole('button').click();
  await status(page, 400);
  assert.equal(await own.getByLabel('Body').inputValue(), '{', 'what was refused is there to be mended');
}, '/api/users/userpref/', { refused: true }));

test('who may not sees no form, and is refused all the same', () => member(async (page) => {
  for (const [path, name] of [[list, 'Add'], [system, 'Save'], [system, 'Delete'], ['/api/peeringdb/cache/clear-local/', 'Clear local']]) {
    await page.goto(base + path);
    assert.equal(await page.getByRole('button', { name, includeHidden: true }).count(), 0, `${name} on ${path}`);
  }
  for (const [method, path, body] of [['POST', list, 'asn=65499&name=x'], ['PATCH', system, 'name=x'], ['DELETE', system, ''], ['POST', '/api/peeringdb/cache/clear-local/', ''],
    ['POST', `${routers}configure/`, 'routers=1']])
    assert.equal((await sent(page, method, path, body)).status, 403, `${method} ${path}`);
}, list, { name: 'reader', refused: true }));

test('a stranger is offered nothing', () => person(async (page) => {
  for (const path of [system, `${routers}1/`, `${system}generate-email/`]) {
    await page.goto(base + path);
    assert.equal(await page.locator('section[aria-labelledby=operations], section[aria-labelledby=changes]').count(), 0, path);
  }
}, { refused: true }));

test('without scripts an operation is done all the same', () => member(async (page) => {
  const email = await form(page, 'Generate email');
  await email.getByLabel('Email').fill('99');
  await email.getByRole('button').click();
  await page.locator('pre.head').first().waitFor();
  assert.match(await page.locator('pre.head').first().innerText(), /^HTTP 404/);
}, system, { javaScriptEnabled: false, refused: true }));

/** Every kind of page that operations make. */
const kinds = {
  'a row with operations': (page) => page.goto(base + system),
  'an operation’s answer': async (page) => {
    await page.goto(base + system);
    const email = await form(page, 'Generate email');
    await email.getByLabel('Email').fill('1');
    await email.getByRole('button').click();
    await status(page, 200);
  },
  'a fault of its input': async (page) => {
    await page.goto(base + routers);
    const configure = await form(page, 'Configure');
    await configure.getByLabel('Routers').fill('x');
    await configure.getByRole('button').click();
    await status(page, 400);
  },
  'its description': async (page) => {
    const address = `${base}${system}generate-email/`;
    await page.route(address, (route) => route.continue({ method: 'OPTIONS' }));
    await page.goto(address);
    assert.match(await page.locator('pre.json').first().innerText(), /"email"/);
  },
  'what is not got': (page) => page.goto(`${base}${system}generate-email/`),
  'what is asked': (page) => page.goto(`${base}/api/extras/prefix-list/?as-set=AS-GRANITE`),
  'a refusal': (page) => page.goto(`${base}/api/extras/prefix-list/`),
  'a job': async (page) => {
    await page.goto(`${base}${routers}1/`);
    await (await form(page, 'Poll bgp sessions')).getByRole('button').click();
    await status(page, 202);
    await page.goto((await json(page)).url);
  },
  'jobs': (page) => page.goto(base + jobs),
  'what takes a document': (page) => page.goto(`${base}/api/users/userpref/`),
};

for (const colorScheme of ['light', 'dark'])
  for (const width of [1280, 360])
    for (const [kind, go] of Object.entries(kinds))
      test(`everyone can use ${kind}: ${colorScheme}, ${width} wide`, () => member(async (page) => {
        await go(page);
        await page.evaluate(() => { for (const part of document.querySelectorAll('details:not([hidden])')) part.open = true; });
        await assertAccessible(page);
        assert.equal(await page.locator('h1').count(), 1);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 1, `${wide} too wide`);
      }, list, { colorScheme, width, refused: true }));

await run();
await browser.close();
