/** Where the page can do less than usual: what it can do works, and what it can't is said. */
import { fileURLToPath } from 'node:url';
import { expect, showPanel, test } from './fixtures.ts';
import { framePage, plain } from './sites.ts';

const MOMENT = 'is held; 3 datagrams of it wait';

test('in a sandboxed frame without an origin the figure starts, steps, and forgets settings with a word', async ({
  page,
  baseURL,
}) => {
  await page.goto(framePage(`${baseURL}/?plain`, 'allow-scripts'));
  const figure = page.frameLocator('iframe');
  await expect(figure.getByTestId('sentence')).toContainText(MOMENT, { timeout: 60_000 });
  const before = await figure.getByTestId('next').textContent();
  await figure.getByTestId('step').click();
  await expect(figure.getByTestId('next')).not.toHaveText(before!);
  await figure.getByTestId('theme').click();
  await expect(figure.getByTestId('notice')).toContainText('This setting is forgotten with the page');
});

test('where its server lets no stranger read, such a frame says what it needs', async ({
  page,
  complaints,
}) => {
  await page.goto(framePage(`${plain}/`, 'allow-scripts'));
  await expect(page.frameLocator('iframe').locator('body')).toContainText('Access-Control-Allow-Origin: *');
  complaints.length = 0;
});

test('a sandboxed frame without scripts, and a page without JavaScript, say so', async ({ browser }) => {
  // Pages of their own: the browser complains of every file that such a frame does not get.
  const shut = await browser.newPage();
  await shut.goto(framePage(`${plain}/`, ''));
  await expect(shut.frameLocator('iframe').locator('noscript p')).toContainText(
    'JavaScript is off for this page',
  );
  await shut.close();
  const without = await browser.newPage({ javaScriptEnabled: false });
  await without.goto(plain);
  await expect(without.locator('body')).toContainText('How HAProxy moves a live QUIC connection');
  await expect(without.locator('noscript p')).toContainText('JavaScript is off for this page');
  await without.close();
});

test('opened as a file, it says what to do', async ({ page, complaints }) => {
  const file = fileURLToPath(new URL('../dist/index.html', import.meta.url));
  await page.goto(`file://${file}`);
  await expect(page.locator('body')).toContainText('It was opened as a file');
  // The browser itself complains of each module that it does not load.
  complaints.length = 0;
});

test('a script that cannot be loaded leaves words, not a blank', async ({ page, complaints }) => {
  await page.route('**/assets/index-*.js', (route) => route.abort());
  await page.goto('/?plain');
  await expect(page.locator('body')).toContainText('Its script could not be loaded');
  complaints.length = 0;
});

test('parts that cannot be loaded are notices in their place, with a way on; the stage stays', async ({
  page,
  complaints,
}) => {
  const lost = /\/assets\/(LiveView|ExplorerView|ShareDialog|TracePanel|ConnMenu)-/;
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText(MOMENT, { timeout: 60_000 });
  await page.route(lost, (route) => route.abort());
  const failed = page.getByTestId('not-loaded');
  const stage = page.getByTestId('stage');

  await page.getByTestId('share').click();
  await expect(failed).toContainText('Share could not be loaded');
  await expect(stage).toBeVisible();
  await failed.getByTestId('leave').click();
  await expect(failed).toBeHidden();

  await showPanel(page, 'trace');
  await expect(failed).toContainText('The trace could not be loaded');
  await expect(stage).toBeVisible();
  await showPanel(page, 'timeline');

  await page.getByTestId('chip-A').click({ button: 'right' });
  await expect(failed).toContainText('The menu could not be loaded');
  await failed.getByTestId('leave').click();

  await page.keyboard.press('x');
  await expect(failed).toContainText('The Explorer could not be loaded');
  await failed.getByTestId('leave').click();
  await expect(stage).toBeVisible();

  await page.getByTestId('mode-live').click();
  await expect(failed).toContainText('Live could not be loaded');
  await expect(failed.getByTestId('reload')).toBeVisible();
  await page.unroute(lost);
  await failed.getByTestId('load-again').click();
  await expect(page.getByTestId('live')).toBeVisible();
  await page.getByTestId('mode-step').click();
  await expect(stage).toBeVisible();
  complaints.length = 0;
});

test('the policy: nothing of the page’s own is blocked, an inline script is; icon and licences are there', async ({
  page,
  baseURL,
  complaints,
}) => {
  await page.goto(`${baseURL}/`);
  await expect(page.getByTestId('sentence')).toContainText(MOMENT, { timeout: 60_000 });
  expect(complaints).toEqual([]);
  const html = await (await page.request.get(`${baseURL}/`)).text();
  expect(html).not.toMatch(/<[^>]+\sstyle=|<style|<script(?![^>]*\ssrc=)/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.documentElement.dataset.ran = "yes"';
    document.body.append(script);
    return document.documentElement.dataset.ran ?? '';
  });
  expect(ran).toBe('');
  complaints.length = 0;
  expect((await page.request.get(`${baseURL}/icon.svg`)).headers()['content-type']).toContain('svg');
  const licences = await (await page.request.get(`${baseURL}/licenses.txt`)).text();
  for (const name of ['react-dom', 'zustand', '@noble/hashes', 'd3-scale', '@fontsource-variable/inter'])
    expect(licences).toContain(`## ${name} - `);
});
