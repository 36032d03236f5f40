/** What comes from outside, and what dies: nothing of it may pass without a word. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { plain } from './sites.ts';

const MOMENT = 'is held; 3 datagrams of it wait';
const notice = (page: Page) => page.getByTestId('notice');

async function atMoment(page: Page, where = '/'): Promise<void> {
  await page.goto(where);
  await expect(page.getByTestId('sentence')).toContainText(MOMENT, { timeout: 30_000 });
}

/** Ends a worker without a word, as a crash of its own would: it says nothing to anybody. */
async function endSilently(page: Page, script: string): Promise<void> {
  const worker = page.workers().find((w) => w.url().includes(script));
  await worker!.evaluate(() => globalThis.close());
}

for (const [how, where] of [
  ['shared', '/'],
  ['handed round', plain],
] as const) {
  test(`memory ${how}: a coordinator that falls silent is named, figures go grey with their age, and new workers go on`, async ({
    page,
  }) => {
    await atMoment(page, where);
    await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).not.toBe('');
    const hash = await page.getByTestId('stage').getAttribute('data-hash');
    const clock = await page.getByTestId('clock').textContent();
    await endSilently(page, 'coordinator-worker');
    await expect(notice(page)).toContainText('The coordinator does not answer');
    await expect(page.getByTestId('age')).toContainText(/These figures are \d+ s old/);
    await page.getByTestId('notice-way').click();
    await expect(page.getByTestId('age')).toBeHidden();
    await expect(notice(page)).toBeHidden();
    await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hash!);
    await expect(page.getByTestId('clock')).toHaveText(clock!);
    await page.getByTestId('step').click();
    await expect(page.getByTestId('clock')).not.toHaveText(clock!);
  });
}

test('a thread whose worker falls silent between its turns is named without being asked', async ({
  page,
}) => {
  await atMoment(page);
  await endSilently(page, 'thread-worker');
  await expect(notice(page)).toContainText(/The worker of T\d does not answer/, { timeout: 30_000 });
  await expect(page.getByTestId('stage')).toContainText('No worker');
  await page.getByTestId('notice-way').click();
  await expect(notice(page)).toBeHidden();
  await expect(page.getByTestId('stage')).not.toContainText('No worker');
});
