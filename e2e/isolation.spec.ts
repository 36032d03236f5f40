import { expect, test } from './fixtures.ts';
import { framePage, plain } from './sites.ts';

const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'cross-origin',
  'document-isolation-policy': 'isolate-and-require-corp',
};

test('the served page, its scripts and its workers all carry the four headers', async ({ page, baseURL }) => {
  const seen: { url: string; headers: Record<string, string> }[] = [];
  page.on('response', (response) => {
    if (response.url().startsWith(baseURL!)) seen.push({ url: response.url(), headers: response.headers() });
  });
  const worker = page.waitForEvent('worker');
  await page.goto('/?plain');
  const script = (await worker).url();
  await expect.poll(() => seen.map((r) => r.url)).toContain(script);
  for (const { url, headers } of seen) expect(headers, url).toMatchObject(ISOLATION);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('without the headers the page is not isolated, alone or in a frame', async ({ page }) => {
  await page.goto(`${plain}/?plain`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.goto(framePage());
  const figure = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await figure!.evaluate(() => crossOriginIsolated)).toBe(false);
});

test('the isolated figure stays isolated in a frame of a plain page', async ({ page, baseURL }) => {
  await page.goto(framePage(`${baseURL}/?embed&sample=six`));
  const figure = page.frames().find((frame) => frame !== page.mainFrame());
  expect(await figure!.evaluate(() => crossOriginIsolated)).toBe(true);
});
