// Opens the compliance page as people do: wide, on a phone, in the dark; nothing may stick out, load or run.
import { chromium } from 'playwright-core';
import { pathToFileURL } from 'node:url';

const [page, program, pictures] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] });
for (const [width, colorScheme] of [[1280, 'light'], [390, 'light'], [320, 'dark']]) {
  const view = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const asked = [];
  const complaints = [];
  view.on('request', (request) => asked.push(request.url()));
  view.on('console', (message) => complaints.push(message.text()));
  await view.goto(pathToFileURL(page).href);
  if (asked.length !== 1) throw new Error(`the page loads ${asked}`);
  for (const summary of await view.locator('summary').all()) await summary.click();
  const wide = await view.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) throw new Error(`${wide} wide at ${width}`);
  const small = await view.evaluate(() => Math.min(...[...document.querySelectorAll('p,li,summary')].map((one) => parseFloat(getComputedStyle(one).fontSize))));
  if (small < 12) throw new Error(`text of ${small} pixels`);
  const rows = await view.locator('details .row').count();
  if (rows < 300) throw new Error(`${rows} rows`);
  await view.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = false)));
  await view.evaluate(() => window.scrollTo(0, 0));
  await view.screenshot({ path: `${pictures}/compliance-${width}-${colorScheme}.png` });
  if (complaints.length) throw new Error(complaints.join('\n'));
  await view.close();
}
await browser.close();
console.log('all seen');
