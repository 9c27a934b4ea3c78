// Pictures of the start page and of Swagger UI, for the README. `node pictures.mjs FOLDER start|docs`
import path from 'node:path';

import { launch, visit } from './browser.mjs';

const [folder, subject] = process.argv.slice(2);
const browser = await launch();

if (subject === 'start')
  for (const colorScheme of ['light', 'dark'])
    await visit('/', { colorScheme, width: 1200, height: 1290 }, async (page) => {
      await page.screenshot({ path: path.join(folder, colorScheme === 'light' ? 'start.png' : 'start-dark.png') });
    });
else
  await visit('/-/docs', { width: 1200, height: 900 }, async (page) => {
    await page.locator('.opblock').first().waitFor();
    await page.screenshot({ path: path.join(folder, 'docs.png') });
  });
await browser.close();
