// The pictures of the app's README. `node pictures.mjs FOLDER`
import path from 'node:path';

import { launch } from '../browser.mjs';
import { base } from '../harness.mjs';
import { list, logIn, opened as unfolded } from './browse.mjs';
import { authorize, made, opened } from './swagger.mjs';

const browser = await launch();
await opened(async (page) => {
  await authorize(page);
  const { block } = await made(page, 65531, 'Lab Network');
  await block.evaluate((element) => {
    element.querySelector('textarea').style.minHeight = '3em';
    element.scrollIntoView();
  });
  await page.screenshot({ path: path.join(process.argv[2], 'peering-manager.png') });
}, { width: 1100, height: 1040 });

const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
const page = await context.newPage();
await logIn(page, list);
await page.goto(`${base}${list}?limit=2`);
await page.screenshot({ path: path.join(process.argv[2], 'peering-manager-list.png') });
await page.goto(`${base}${list}1/`);
await unfolded(page, 'Change this');
await page.evaluate(() => window.scrollTo(0, document.querySelector('#changes').offsetTop - 20));
await page.screenshot({ path: path.join(process.argv[2], 'peering-manager-form.png') });
await page.goto(`${base}${list}1/`);
await unfolded(page, 'Generate email');
await page.evaluate(() => window.scrollTo(0, document.querySelector('#operations').offsetTop - 20));
await page.screenshot({ path: path.join(process.argv[2], 'peering-manager-operation.png') });
await browser.close();
