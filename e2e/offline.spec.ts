/** A host that sends no headers, by another name than localhost: the page keeps itself, and isolates itself. */
import { expect, test } from './fixtures.ts';
import { plain } from './sites.ts';

const site = `${plain.replace('localhost', 'pages.localhost')}/tools/rebind`;

test('after one visit the page is isolated, opens without a network, and runs; a new document is taken as long as there is one', async ({
  page,
  context,
}) => {
  await page.goto(`${site}/?plain`);
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state !== 'activated')
      await new Promise((done) => active?.addEventListener('statechange', done, { once: true }));
  });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const asked: string[] = [];
  context.on('request', (r) => {
    if (r.serviceWorker()) asked.push(new URL(r.url()).pathname);
  });
  await page.reload();
  await expect(page.getByTestId('stage')).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  // The document came from the network, what has its hash in its name did not.
  expect(asked).toContain('/tools/rebind/');
  expect(asked.filter((path) => path.includes('/assets/'))).toEqual([]);
  await context.setOffline(true);
  await page.goto(`${site}/?sample=six`);
  await expect(page.getByTestId('sentence')).toContainText('belongs to');
  await context.setOffline(false);
  // A figure is nobody's to keep for: it registers none, whoever opens it.
  await page.goto(`${plain.replace('localhost', 'other.localhost')}/m/first/`);
  expect(
    await page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)),
  ).toBe(0);
});
