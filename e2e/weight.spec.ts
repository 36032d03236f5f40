/** What `npm run weight` counts is what a first visit asks for before the page answers, and nothing that it does not count. */
import { fileURLToPath } from 'node:url';
import { weighed } from '../scripts/bench/weight.mjs';
import { expect, test } from './fixtures.ts';

test('a first visit loads no script before it answers that is not counted', async ({ page }) => {
  const asked: string[] = [];
  page.context().on('request', (r) => {
    const { pathname } = new URL(r.url());
    if (pathname.endsWith('.js')) asked.push(pathname.slice(1));
  });
  await page.goto('/');
  await expect(page.locator('#root').getByTestId('story-next')).toBeVisible();
  const before = [...asked];
  await page.getByTestId('story-next').click();
  await expect(page.getByTestId('story-bar')).toHaveAttribute('aria-label', /beat 2/);
  const { files } = weighed(fileURLToPath(new URL('../dist', import.meta.url)));
  const counted = files.map(([name]) => name);
  expect(before.filter((name) => !counted.includes(name))).toEqual([]);
  // All of them are asked for, by the page or by its workers.
  expect(counted.filter((name) => !before.includes(name))).toEqual([]);
});
