/** The picture that comes with the page, and how the page takes its place. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** How far anything has moved on the page since it was first drawn. */
async function watchShifts(page: Page): Promise<() => Promise<number[]>> {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      // What a press moves is meant.
      for (const e of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
        if (!e.hadRecentInput) shifts.push(e.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
}

const picture = (page: Page) => page.locator('#first');
const arrived = (page: Page) => expect(page.getByTestId('story-bar')).toBeVisible();

for (const size of SIZES)
  test.describe(`${size.width} wide`, () => {
    test.use({ viewport: size });

    test('the page takes the place of its picture, and nothing moves', async ({ page }) => {
      const shifts = await watchShifts(page);
      await page.goto('/');
      await arrived(page);
      await expect(picture(page)).toHaveCount(0);
      await expect(page.getByTestId('stage')).toBeVisible();
      // Beside it anything that came later has come: the next beat is told.
      await page.getByTestId('story-next').click();
      await expect(page.getByTestId('story-bar')).toHaveAttribute('aria-label', /beat 2/);
      expect(await shifts()).toEqual([]);
    });

    test('what stands in the picture stands at the same places in the page', async ({ page, browser }) => {
      const off = await browser.newContext({ viewport: size, javaScriptEnabled: false });
      const still = await off.newPage();
      await still.goto(new URL('/', test.info().project.use.baseURL).href);
      await page.goto('/');
      await arrived(page);
      const words = async (p: Page, at: string): Promise<string> =>
        (await p.locator(`${at} svg.stage:visible`).textContent()) ?? '';
      expect(await words(still, '#first')).toBe(await words(page, '#root'));
      const boxes = (p: Page, at: string) =>
        p.locator(`${at} svg.stage`).evaluateAll((all) =>
          all
            .filter((svg) => svg.getClientRects().length > 0)
            .map((svg) => {
              const own = svg.getBoundingClientRect();
              return [...svg.querySelectorAll('.datagram, .chip, .slip, .floor')].map((mark) => {
                const box = mark.getBoundingClientRect();
                return [box.x - own.x, box.y - own.y, box.width, box.height].map(Math.round);
              });
            }),
        );
      expect(await boxes(still, '#first')).toEqual(await boxes(page, '#root'));
      await off.close();
    });
  });

test('where no story is told the place of the stage is kept until it comes: the panels beneath stay where they are', async ({
  page,
}) => {
  const shifts = await watchShifts(page);
  await page.goto('/?plain');
  await expect(page.getByTestId('timeline')).toBeVisible();
  // What may come is a line above the stage, where its capture takes long to open.
  expect((await shifts()).reduce((sum, n) => sum + n, 0)).toBeLessThan(0.1);
});

test('without JavaScript the picture stands, and what is missing is said', async ({ browser }) => {
  const off = await browser.newContext({ javaScriptEnabled: false });
  const page = await off.newPage();
  await page.goto(new URL('/', test.info().project.use.baseURL).href);
  await expect(page.locator('noscript p')).toBeVisible();
  await expect(picture(page).locator('svg.stage.full')).toBeVisible();
  await expect(picture(page).locator('svg.stage.phone')).toBeHidden();
  await expect(page.getByText('is being loaded')).toBeHidden();
  await off.close();
});

/** The page as it is before its own script has come. */
async function before(page: Page, address: string): Promise<void> {
  await page.route(/assets\/index-.*\.js/, () => {
    /* It never comes. */
  });
  await page.goto(address, { waitUntil: 'commit' });
  await expect(page.locator('#root')).toBeAttached();
}

for (const address of ['/#m=1', '/?plain', '/?story=ring', '/?story=first&beat=3', '/?embed&sample=six'])
  test(`${address} opens something else, so the picture is not shown`, async ({ page }) => {
    await before(page, address);
    await expect(picture(page)).toBeHidden();
    await expect(page.getByText('is being loaded')).toBeVisible();
  });

test('the picture has the theme that was chosen, before anything is drawn', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('rebind.settings', '{"theme":"dark"}'));
  await before(page, '/');
  await expect(picture(page).locator('svg.stage.full')).toBeVisible();
  // Nothing is painted before its style sheet has come, but a script may ask before that.
  await expect(page.locator('body')).toHaveCSS('color', 'rgb(236, 238, 241)');
});

test('where the script cannot be had the page says so in place of its picture', async ({
  page,
  complaints,
}) => {
  await page.route(/assets\/index-.*\.js/, (route) => route.abort());
  await page.goto('/');
  await expect(page.getByText('Its script could not be loaded')).toBeVisible();
  await expect(picture(page)).toBeHidden();
  complaints.length = 0;
});
