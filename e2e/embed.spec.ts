import { expect, seriousFindings, test } from './fixtures.ts';
import { framePage, plain } from './sites.ts';

test('not isolated: the block is handed from worker to worker and the same moment is reached', async ({
  page,
}) => {
  await page.goto(`${plain}/?plain`);
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait', {
    timeout: 45_000,
  });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const handed = await page.getByTestId('stage').getAttribute('data-hash');
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait', {
    timeout: 45_000,
  });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', handed!);
});

test('?embed in a frame of a plain page: stage, sentence and transport, and a step', async ({ page }) => {
  await page.goto(framePage());
  const figure = page.frameLocator('iframe');
  await expect(figure.getByTestId('sentence')).toContainText('is held', { timeout: 45_000 });
  await expect(figure.getByTestId('inspector')).toHaveCount(0);
  await figure.getByTestId('step').click();
  await expect(figure.getByTestId('stage')).toBeVisible();
  const frame = page.frames().find((f) => f !== page.mainFrame())!;
  expect(await seriousFindings(frame)).toEqual([]);
});
