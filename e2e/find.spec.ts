/** One box for everything: what is found, going from one moment to the next, and the ticks that stay. */
import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

const steps = async (page: Page) => Number(await page.getByTestId('stage').getAttribute('data-steps'));
const hits = (page: Page, group: string) => page.locator(`[data-testid="find-hit"][data-group="${group}"]`);

async function firstMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
}

test('by /: a CID, an event of a connection, next and previous, ticks, and Esc brings the moment back', async ({
  page,
}) => {
  await firstMoment(page);
  const start = await steps(page);
  // Typed at once, before the box is there.
  await page.keyboard.press('/');
  await page.keyboard.type('7ca4');
  await expect(hits(page, 'Connections')).toContainText('7ca4814813544a43');
  await expect(hits(page, 'Trace').first()).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('find-input').fill('A redispatch');
  await expect(page.getByTestId('find-count')).toHaveText('0 of 3');
  const seen: number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = await steps(page);
    await page.keyboard.press('F3');
    await expect.poll(() => steps(page)).not.toBe(before);
    seen.push(await steps(page));
  }
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  await expect(page.getByTestId('find-count')).toHaveText('3 of 3');
  await page.keyboard.press('Shift+F3');
  await expect.poll(() => steps(page)).toBe(seen[1]);
  await expect(page.getByTestId('find-ticks').locator('path').first()).toBeAttached();
  await page.keyboard.press('Escape');
  await expect.poll(() => steps(page)).toBe(start);
  await expect(page.getByTestId('find-chip')).toHaveCount(0);
});

test('by Ctrl K: a function, a command, a story, a step, a datagram; the hits stay for F3 when it is shut', async ({
  page,
}) => {
  await firstMoment(page);
  await page.keyboard.press('Control+k');
  const input = page.getByTestId('find-input');
  await input.fill('retrieve');
  await expect(hits(page, 'Functions').first()).toContainText('retrieve');
  await page.getByTestId('find-close').click();
  await expect(page.getByTestId('find-chip')).toContainText('retrieve');
  const before = await steps(page);
  await page.keyboard.press('F3');
  await expect.poll(() => steps(page)).toBeGreaterThan(before);
  await page.keyboard.press('/');
  await input.fill('7500');
  await page.keyboard.press('Enter');
  await expect.poll(() => steps(page)).toBe(7500);
  await page.keyboard.press('/');
  await input.fill('A 33');
  await hits(page, 'Datagrams').click();
  await expect(page.getByTestId('packet')).toHaveAttribute('data-dgram', '33');
  await page.keyboard.press('/');
  await input.fill('no such thing');
  await expect(page.getByTestId('find-none')).toBeVisible();
  await input.fill('accept ring');
  await hits(page, 'Stories').first().click();
  await expect(page.getByTestId('story-title')).toBeVisible();
});
