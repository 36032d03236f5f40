/** What `npm run weight` counts is what a first visit asks for before the page answers, and nothing that it does not count. */
import { fileURLToPath } from 'node:url';
import { weighedVisit } from '../scripts/bench/weight.mjs';
import { expect, test } from './fixtures.ts';

test('a first visit loads no script before it answers that is not counted', async ({ page }) => {
  const asked: string[] = [];
  page.context().on('request', (r) => {
    const { pathname } = new URL(r.url());
    if (pathname.endsWith('.js')) asked.push(pathname.slice(1));
  });
  // When the page takes the place of its picture.
  await page.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (document.readyState === 'loading' || document.getElementById('first')) return;
      performance.mark('answers');
      look.disconnect();
    });
    document.addEventListener('DOMContentLoaded', () => look.observe(document.body, { childList: true }));
  });
  await page.goto('/');
  await expect(page.locator('#root').getByTestId('story-next')).toBeVisible();
  const before = await page.evaluate(() => {
    const end = performance.getEntriesByName('answers')[0]!.startTime;
    return performance
      .getEntriesByType('resource')
      .filter((r) => r.startTime < end && new URL(r.name).pathname.endsWith('.js'))
      .map((r) => new URL(r.name).pathname.slice(1));
  });
  const { files } = weighedVisit(fileURLToPath(new URL('../dist', import.meta.url)), 'first');
  const counted = files.map(([name]) => name);
  expect(before.length).toBeGreaterThan(10);
  expect(before.filter((name) => !counted.includes(name))).toEqual([]);
  // And what is counted is asked for, by the page or by its workers.
  expect(counted.filter((name) => !asked.includes(name))).toEqual([]);
});

test('what later commits change is loaded when a revision with them is chosen, and not with the address of a first visit', async ({
  page,
}) => {
  const asked = new Set<string>();
  page.context().on('request', (r) => {
    const name = /([a-z]+)-[^/]+\.js$/.exec(new URL(r.url()).pathname)?.[1];
    if (name) asked.add(name);
  });
  await page.goto('/');
  await expect(page.locator('#root').getByTestId('story-next')).toBeVisible();
  // What writes the address has come, and what answers the timeline behind the story, and the panels: a visit asks for nothing after them.
  await expect.poll(() => asked.has('encode') && asked.has('desk') && asked.has('named')).toBe(true);
  await page.waitForLoadState('networkidle');
  expect(asked.has('fixes')).toBe(false);
  await page.goto('/?plain');
  await page.getByTestId('revision').selectOption({ label: '3.4.0' });
  await expect.poll(() => asked.has('fixes')).toBe(true);
});
