import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

async function storedMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait', {
    timeout: 60_000,
  });
}

test.describe('touch', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test('a chip held still opens its menu, which stays when the finger lifts', async ({ page }) => {
    await storedMoment(page);
    const chip = page.getByTestId('chip-A').first();
    await chip.scrollIntoViewIfNeeded();
    const box = (await chip.boundingBox())!;
    const session = await page.context().newCDPSession(page);
    await session.send('Input.dispatchTouchEvent', {
      type: 'touchStart',
      touchPoints: [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }],
    });
    const menu = page.getByTestId('rebind-menu');
    await expect(menu).toBeVisible();
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.getByTestId('rebind-to-T3').tap();
    await expect(menu).toHaveCount(0);
    await expect(page.getByTestId('sentence')).toContainText('A rebind to T3 is ordered');
  });
});

test.describe('a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('shows sentence, owner and what waits at once; a tap offers the moves; pace and settings are at hand', async ({
    page,
  }) => {
    await storedMoment(page);
    await expect(page.getByTestId('sentence')).toBeInViewport();
    await expect(page.getByTestId('dgram-33')).toBeInViewport();
    await expect(page.getByTestId('chip-A').first()).toBeInViewport();
    await expect(page.getByTestId('speed')).toBeInViewport();
    expect(await seriousFindings(page)).toEqual([]);
    await expect(page.getByTestId('sample')).toHaveCount(0);
    await page.getByTestId('top-settings').tap();
    await expect(page.getByTestId('sample')).toBeInViewport();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByTestId('top-settings').tap();
    await page.getByTestId('chip-A').first().tap();
    await page.getByTestId('rebind-to-T0').tap();
    await expect(page.getByTestId('sentence')).toContainText('A rebind to T0 is ordered');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test.describe('200 % of zoom', () => {
  // A window of 1440 by 900 has half as many CSS px each way then.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });

  test('everything is still there, and only the stage scrolls sideways', async ({ page }) => {
    await storedMoment(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(720);
    await page.getByTestId('step').click();
    await page.getByTestId('chip-A').first().scrollIntoViewIfNeeded();
    await expect(page.getByTestId('chip-A').first()).toBeInViewport();
    await page.getByTestId('drawer').click();
    await expect(page.getByTestId('inspector')).toBeInViewport();
    expect(await seriousFindings(page)).toEqual([]);
  });
});

test.describe('forced colours', () => {
  test.use({ forcedColors: 'active' });

  test('what is chosen can be told from what is not, and the owner’s tag keeps its text', async ({
    page,
  }) => {
    await storedMoment(page);
    const back = (id: string): Promise<string> =>
      page.getByTestId(id).evaluate((e) => getComputedStyle(e).backgroundColor);
    expect(await back('mode-step')).not.toBe(await back('mode-live'));
    expect(await back('tab-program')).not.toBe(await back('tab-connection'));
    await expect(page.getByTestId('lane-T2')).toContainText('owner of A');
  });

  test('a commit and a redispatch differ by their lines', async ({ page }) => {
    const dashes = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((e) => getComputedStyle(e).strokeDasharray);
    await page.goto('/?story=first&beat=4');
    await expect(page.getByTestId('commit')).toBeVisible();
    expect(await dashes('.commit-line')).not.toBe('none');
    await page.getByTestId('story-next').click();
    await expect(page.getByTestId('redispatch').first()).toBeVisible();
    expect(await dashes('.trunk')).toBe('none');
  });
});

test('panels are as the person made them, also after coming back', async ({ page }) => {
  await storedMoment(page);
  const width = async (): Promise<number> => (await page.getByTestId('inspector').boundingBox())!.width;
  const edge = (await page.getByTestId('divider-inspector').boundingBox())!;
  await page.mouse.move(edge.x + 4, 500);
  await page.mouse.down();
  await page.mouse.move(edge.x - 96, 500, { steps: 4 });
  await page.mouse.up();
  await expect.poll(width).toBeGreaterThan(440);
  const made = await width();
  await page.getByTestId('divider-inspector').focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(width).toBe(made + 16);
  await page.reload();
  await expect.poll(width).toBe(made + 16);
  await page.getByTestId('divider-inspector').focus();
  await page.keyboard.press('Home');
  await expect.poll(width).toBe(360);
});
