/** Boxes of what stands above and beneath the stage: nothing overlaps, nothing is cut off, nothing is too small to be hit. */
import type { Page } from '@playwright/test';
import { expect, showPanel, test } from './fixtures.ts';

const PARTS =
  '.top button, .top select, .top .next, .top .clock, .bottom-head [role=tab]:not(.no-room), .bottom-head button:not([role=tab]), .bottom-head .totals, .bottom-head summary';

/** What is wrong with the boxes of the parts that are seen, a line each. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate((parts) => {
    const all = [...document.querySelectorAll<HTMLElement>(parts)]
      .filter((e) => e.getClientRects().length > 0)
      .map((e) => ({
        e,
        name: e.dataset.testid || e.className || e.tagName,
        box: e.getBoundingClientRect(),
      }));
    const out: string[] = [];
    for (const { e, name, box } of all) {
      if (box.left < 0 || box.right > innerWidth + 0.5) out.push(`${name} leaves the window`);
      if (e.matches('button') && Math.min(box.width, box.height) < 24) out.push(`${name} is too small`);
    }
    const region = (e: Element) => e.closest('.top .transport, .top, .bottom-head');
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1)) {
        if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
        // On a phone the transport stands in front of what scrolls beneath it.
        if (region(a.e) !== region(b.e) && innerWidth < 720) continue;
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (wide > 1 && high > 1) out.push(`${a.name} and ${b.name} overlap`);
      }
    return out;
  }, PARTS);
}

async function firstMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
  await expect(page.getByTestId('totals')).toBeVisible();
}

for (const [width, height] of [
  [1440, 900],
  [1280, 720],
  [1024, 768],
  [390, 844],
] as const)
  test(`bars at ${width} by ${height}: also with conditions set, and every panel can be come to`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await firstMoment(page);
    expect(await faults(page)).toEqual([]);
    for (const id of ['beside', 'timers', 'capture', 'timeline']) {
      await showPanel(page, id);
      expect(await faults(page)).toEqual([]);
    }
    if (width < 720) return;
    await page.getByTestId('conditions').click();
    await page.getByTestId('gate').uncheck();
    await page.getByTestId('fail-next').check();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('conditions')).toContainText('gate off, next allocation fails');
    expect(await faults(page)).toEqual([]);
    // The arrow keys go along the tabs, to those in the menu too.
    await page.getByTestId('panel-timeline').focus();
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByTestId('panel-beside')).toBeFocused();
  });

test('a frozen moment of Live: the bars hold its longer names and times', async ({ page }) => {
  await firstMoment(page);
  await page.keyboard.press('KeyM');
  await page.getByTestId('freeze').click({ timeout: 60_000 });
  await expect(page.getByTestId('mode-step')).toHaveAttribute('aria-pressed', 'true', { timeout: 60_000 });
  await expect(page.getByTestId('totals')).toBeVisible();
  expect(await faults(page)).toEqual([]);
});
