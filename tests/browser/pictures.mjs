// Pictures of the start page and of Swagger UI, for the README. `node pictures.mjs FOLDER`
import path from 'node:path';

import { launch, visit } from './browser.mjs';

const [folder] = process.argv.slice(2);
const table = process.env.KOINE_TABLE;
const browser = await launch();

for (const colorScheme of ['light', 'dark'])
  await visit('/', { colorScheme, width: 1200, height: 1160 }, async (page) => {
    await page.screenshot({ path: path.join(folder, colorScheme === 'light' ? 'start.png' : 'start-dark.png') });
  });

await visit('/-/docs', { width: 1200, height: 900 }, async (page) => {
  const block = page.locator('.opblock-get', { has: page.locator(`[data-path="/${table}"]`) });
  await block.waitFor();
  await block.locator('.opblock-summary-control').first().click();
  await block.getByRole('button', { name: 'Try it out' }).waitFor();
  await block.evaluate((element) => element.scrollIntoView());
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.join(folder, 'docs.png') });
});
await browser.close();
