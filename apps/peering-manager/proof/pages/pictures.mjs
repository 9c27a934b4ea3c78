// The picture of the app's README. `node pictures.mjs FOLDER`
import path from 'node:path';

import { launch } from '../browser.mjs';
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
await browser.close();
