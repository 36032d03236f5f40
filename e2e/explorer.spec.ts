import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

const verdict = (page: Page) => page.getByTestId('verdict');
const LONG = { timeout: 90_000 };

/** The Explorer, from the keyboard, over a page that stands. */
async function explorer(page: Page): Promise<void> {
  await page.goto('/?sample=one');
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 60_000 });
  await page.keyboard.press('KeyX');
  await expect(page.getByTestId('explorer')).toBeVisible();
}

test('M01 before its fix is violated and plays on the stage; with the fix it is safe within bounds', async ({
  page,
  context,
}) => {
  await explorer(page);
  await expect(verdict(page)).toContainText('Nothing searched yet');
  await expect(page.getByTestId('ex-world-story')).toContainText('M01 · Two threads append to one list');
  await page.getByTestId('ex-search').click();
  await expect(verdict(page)).toContainText(/Violation in \d+ steps/, LONG);
  await expect(verdict(page)).toContainText(/I9|I10/);
  await expect(page.getByTestId('lifelines')).toBeVisible();
  await expect(page.getByTestId('cell-M01-before')).toHaveAttribute('data-mark', 'found');
  await page.getByTestId('ex-compare').check();
  await expect(page.getByTestId('beside')).toBeVisible();
  await expect(page.getByTestId('parting').first()).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  const steps = Number(/in (\d+) steps/.exec((await verdict(page).textContent()) ?? '')![1]);
  await page.getByTestId('ex-play').click();
  const timeline = page.getByTestId('timeline');
  await expect(timeline).toBeVisible({ timeout: 60_000 });
  await expect.poll(async () => Number(await timeline.getAttribute('data-end')), LONG).toBeGreaterThan(steps);
  const from = Number(await timeline.getAttribute('data-at'));
  await expect(timeline).toHaveAttribute('data-end', String(from + steps));
  await page.getByTestId('speed').selectOption('400');
  await page.getByTestId('play').click();
  await expect(page.getByTestId('notice')).toContainText('Violation', LONG);
  await expect(timeline).toHaveAttribute('data-at', String(from + steps));
  await expect(page.getByTestId('play')).toBeVisible();
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-hash', '');
  const end = (await page.getByTestId('stage').getAttribute('data-hash')) ?? '';
  // The link leads a fresh page to the same beginning, with the same run ahead.
  await page.keyboard.press('KeyX');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('ex-copy').click();
  await expect(verdict(page)).toContainText('Copied.');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByTestId('timeline')).toHaveAttribute('data-at', String(from), LONG);
  await expect(other.getByTestId('timeline')).toHaveAttribute('data-end', String(from + steps), LONG);
  await other.keyboard.press('End');
  await expect(other.getByTestId('timeline')).toHaveAttribute('data-at', String(from + steps));
  await expect(other.getByTestId('stage')).toHaveAttribute('data-hash', end);
  await other.close();
  await page.getByTestId('fix-7b516d373').check();
  await page.getByTestId('ex-search').click();
  await expect(verdict(page)).toContainText('Safe within bounds', LONG);
  await expect(verdict(page)).toContainText('every order tried');
  await page.getByTestId('run-1').click();
  await expect(verdict(page)).toContainText(`Violation in ${steps} steps`);
});

test('a large search is paused, resumed and cancelled at once; nothing is claimed beyond it', async ({
  page,
}) => {
  await explorer(page);
  await large(page);
  await page.getByTestId('ex-search').click();
  await expect(page.getByTestId('ex-states')).toBeVisible(LONG);
  await page.getByTestId('ex-pause').click();
  await expect(verdict(page)).toContainText('Paused');
  const states = await page.getByTestId('ex-states').textContent();
  await page.getByTestId('ex-resume').click();
  await expect(verdict(page)).toContainText('Searching');
  await expect(page.getByTestId('ex-states')).not.toHaveText(states!);
  await page.getByTestId('ex-cancel').click();
  await expect(verdict(page)).toContainText('Cancelled');
  await expect(verdict(page)).toContainText('Nothing is known beyond it');
  await expect(page.getByTestId('ex-search')).toBeEnabled();
});

test('the memory limit stops a search, and says up to where all was seen', async ({ page }) => {
  await explorer(page);
  await large(page);
  await page.getByTestId('ex-memory').selectOption('16');
  await page.getByTestId('ex-search').click();
  await expect(verdict(page)).toContainText('Stopped at the memory limit', LONG);
  await expect(verdict(page)).toContainText(/No violation up to depth \d+. Nothing is known beyond it/);
});

/** A world with the fix, in which far more may happen than a search of a few seconds can see. */
async function large(page: Page): Promise<void> {
  await page.getByTestId('ex-world').selectOption('M12');
  await page.getByTestId('ex-fixed').check();
  for (const name of [
    'More: Threads',
    'More: Threads',
    'More: Timer firings',
    'More: Timer firings',
    'More: Allocation failures',
  ])
    await page.getByRole('button', { name }).click();
}

test('an idea is tried: refused with its reason, searched, said in the verdict, and played on the stage', async ({
  page,
}) => {
  await explorer(page);
  await page.getByTestId('ex-world').selectOption('X13');
  await page.getByTestId('ex-fixed').check();
  await page.getByText('Ideas', { exact: false }).first().click();
  await page.getByTestId('idea-step').fill('S99');
  await page.getByTestId('idea-other').fill('S14');
  await page.getByTestId('idea-other').press('Enter');
  await expect(page.getByTestId('idea-refused')).toHaveText('no procedure has a step S99');
  await page.getByTestId('idea-step').fill('S9');
  await page.getByTestId('idea-add').click();
  await expect(page.getByRole('list', { name: 'Ideas tried' })).toContainText('move S9 after S14');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('ex-search').click();
  await expect(verdict(page)).toContainText(/Violation in \d+ steps/, LONG);
  await expect(verdict(page)).toContainText('elThCtx');
  await expect(page.getByTestId('ex-changed')).toHaveText('tried: move S9 after S14');
  await page.getByTestId('ex-play').click();
  await expect(page.getByTestId('timeline')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('stage')).not.toHaveAttribute('data-hash', '', LONG);
  expect(new URL(page.url()).hash).not.toBe('');
  await page.keyboard.press('KeyX');
  await page.getByRole('button', { name: 'Take back: move S9 after S14' }).click();
  await page.getByTestId('ex-search').click();
  await expect(verdict(page)).toContainText('Safe within bounds', LONG);
});

test('the stage that is come back to is the one that was left, and has what happened meanwhile', async ({
  page,
}) => {
  await explorer(page);
  await page.getByTestId('ex-world').selectOption('M12');
  await page.keyboard.press('KeyX');
  await expect(page.getByTestId('explorer')).toBeHidden();
  const stage = page.getByTestId('stage');
  const timeline = page.getByTestId('timeline');
  await expect(timeline).toBeVisible();
  for (const kept of [stage, timeline]) await kept.evaluate((e) => Object.assign(e, { left: true }));
  const steps = async () => Number(await stage.getAttribute('data-steps'));
  const left = await steps();
  await page.getByTestId('play').click();
  await page.keyboard.press('KeyX');
  await expect(page.getByTestId('explorer')).toBeVisible();
  await expect(stage).toBeHidden();
  // What was set there is kept too.
  await expect(page.getByTestId('ex-world')).toHaveValue('M12');
  await page.keyboard.press('KeyX');
  await expect(stage).toBeVisible();
  await expect.poll(steps).toBeGreaterThan(left);
  await page.keyboard.press('Space');
  await expect(page.getByTestId('play')).toBeVisible();
  await expect.poll(async () => Number(await timeline.getAttribute('data-at'))).toBe(await steps());
  for (const kept of [stage, timeline]) expect(await kept.evaluate((e) => 'left' in e && e.left)).toBe(true);
});
