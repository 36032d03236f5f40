/** The first minute, told: by mouse, by keys, to a screen reader; what leaves a story, and what is remembered of it. */
import type { Page } from '@playwright/test';
import { STORY_LIST } from '../src/stories/list.ts';
import { captureFile, expect, seriousFindings, test } from './fixtures.ts';

const title = (page: Page) => page.getByTestId('story-title');
const steps = async (page: Page) => Number(await page.getByTestId('stage').getAttribute('data-steps'));

/** The first story at its first beat, its picture there. */
async function firstVisit(page: Page): Promise<void> {
  await page.goto('/');
  await expect(title(page)).toHaveText('A belongs to T2');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
}

test('by mouse: order, commit, three passed on, all handled, and then it is the reader’s', async ({
  page,
}) => {
  await firstVisit(page);
  const start = await steps(page);
  await expect(page.getByTestId('inspector')).toHaveCount(0);
  await page.getByTestId('story-next').click();
  await expect(title(page)).toHaveText('Three wait with T2');
  expect(await steps(page)).toBe(start);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('story-do').click();
  await expect(title(page)).toHaveText('One store decides');
  await expect(page.getByTestId('sentence')).toContainText('A now belongs to T0');
  await page.getByTestId('story-next').click();
  await expect(title(page)).toContainText('What will it do?');
  // What is asked for does not stand there already.
  await expect(page.getByTestId('inbox-T2').locator('.late')).toBeHidden();
  await page.getByTestId('answer-1').click();
  await expect(title(page)).toHaveText('It passes it on');
  await expect(page.getByTestId('answer-3')).toContainText('what happened');
  await expect(page.getByTestId('answer-1')).toContainText('you said this');
  await page.getByTestId('story-next').click();
  await expect(title(page)).toHaveText('None is lost', { timeout: 30_000 });
  const rows = page.getByTestId('story-ledger').locator('tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('33');
  await expect(rows.first()).toContainText('T0');
  await page.getByTestId('story-next').click();
  await page.getByTestId('story-take').click();
  await expect(page.getByTestId('totals')).toContainText('3 redispatched');
  // Seen: the next visit is the plain page, and its first moment has the move ahead.
  await page.goto('/');
  await expect(page.getByTestId('next')).toContainText('order A to T0');
  await expect(page.getByTestId('story-bar')).toHaveCount(0);
});

test('by keys, as a screen reader hears it; and back', async ({ page }) => {
  await firstVisit(page);
  const said = page.getByTestId('said');
  await page.keyboard.press('PageDown');
  await expect(said).toHaveText('Beat 2 of 6. Three wait with T2');
  await expect(title(page)).toBeFocused();
  // Doing by hand what the beat asks for goes on as its button does.
  await page.keyboard.press('Shift+Digit0');
  await expect(title(page)).toHaveText('One store decides');
  await page.keyboard.press('ArrowRight');
  await expect(said).toHaveText(/^Beat 4 of 6\. T2 takes datagram 33/);
  await page.keyboard.press('3');
  await expect(title(page)).toHaveText('It passes it on');
  const passed = await steps(page);
  await page.keyboard.press('ArrowLeft');
  await expect(title(page)).toHaveText('One store decides');
  await expect.poll(() => steps(page)).toBeLessThan(passed);
  await page.keyboard.press('End');
  await expect(title(page)).toHaveText('Yours');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('resume-story')).toBeVisible();
  await page.getByTestId('resume-story').click();
  await expect(title(page)).toHaveText('Yours');
});

test('in a story the address is the story’s; another choice is obeyed, has an address of its own, and there is a way back', async ({
  page,
}) => {
  await page.goto('/?story=first&beat=2');
  await expect(title(page)).toHaveText('Three wait with T2');
  await page.waitForURL(/\?story=first&beat=2$/);
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await page.keyboard.press('Shift+Digit3');
  await expect(page.getByTestId('story-own')).toBeVisible();
  await page.waitForURL(/#m=/);
  await page.getByTestId('story-again').click();
  await expect(page.getByTestId('story-own')).toHaveCount(0);
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await page.waitForURL(/\?story=first&beat=2$/);
});

test('the chooser lists the stories, and one of another program changes it on the way', async ({ page }) => {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait');
  await page.getByTestId('stories').click();
  // Each with its picture, which the machine made when the page was built.
  const pictures = page.locator('.chooser img');
  await expect(pictures).toHaveCount(STORY_LIST.length);
  const drawn = () => pictures.evaluateAll((all: HTMLImageElement[]) => all.map((i) => i.naturalWidth));
  await expect.poll(drawn).toEqual(STORY_LIST.map(() => 88));
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('story-thaw').click();
  await expect(title(page)).toHaveText('A has a socket of its own');
  await page.keyboard.press('End');
  await expect(title(page)).toHaveText('With the fix');
  await expect(page.getByTestId('story-text')).not.toContainText('came out differently');
  await page.getByTestId('story-see').click();
  await expect(page.getByTestId('explorer')).toContainText('M04');
});

test('what is no story gives way to the first capture, with a word', async ({ page }) => {
  await page.goto('/?story=nonsense');
  await expect(page.getByTestId('notice')).toContainText('There is no story');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait');
});

test('presenting: large, by a clicker, black and back, F5 is ours only there, and the last beat says the address', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto('/?story=first&beat=3&present');
  await expect(title(page)).toHaveText('One store decides');
  // In a window of another shape the bar ends where the window ends, and the beats' marks stand in one row.
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [1280, 720],
  ] as const) {
    await page.setViewportSize({ width, height });
    const bar = (await page.getByTestId('story-bar').boundingBox())!;
    expect(Math.round(bar.y + bar.height)).toBe(height);
    const rows = await page
      .locator('.pips li')
      .evaluateAll((all) => all.map((e) => Math.round(e.getBoundingClientRect().y)));
    expect(new Set(rows).size).toBe(1);
  }
  await expect(page.getByTestId('leave-story')).toHaveCount(0);
  const smallest = await page
    .getByTestId('story-bar')
    .evaluate((bar) =>
      Math.min(
        ...[...bar.querySelectorAll('p, h2, li, span, th, td')]
          .filter((e) => e.textContent)
          .map((e) => Number.parseFloat(getComputedStyle(e).fontSize)),
      ),
    );
  expect(smallest).toBeGreaterThanOrEqual(14);
  await page.keyboard.press('b');
  await expect(page.getByTestId('black')).toBeVisible();
  await page.keyboard.press('.');
  await expect(page.getByTestId('black')).toHaveCount(0);
  await page.keyboard.press('F5');
  await expect(title(page)).toHaveText('A belongs to T2');
  await page.keyboard.press('End');
  await expect(page.getByTestId('story-bar')).toContainText('?story=first');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('leave-story')).toBeVisible();
});

test('presented from the plain page, by its button and by key: the story that was left goes on', async ({
  page,
}) => {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait');
  await page.getByTestId('present-story').click();
  await expect(title(page)).toHaveText('A belongs to T2');
  await expect(page.getByTestId('leave-story')).toHaveCount(0);
  await page.keyboard.press('PageDown');
  await expect(title(page)).toHaveText('Three wait with T2');
  await page.keyboard.press('Escape');
  await page.getByTestId('leave-story').click();
  await expect(page.getByTestId('resume-story')).toBeVisible();
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+KeyP');
  await expect(title(page)).toHaveText('Three wait with T2');
  await expect(page.getByTestId('leave-story')).toHaveCount(0);
});

test('on paper: sentence, stage, what is told and its ledger, and nothing to press', async ({ page }) => {
  await page.goto('/?story=first&beat=5');
  await expect(title(page)).toHaveText('None is lost');
  await page.emulateMedia({ media: 'print' });
  for (const id of ['sentence', 'stage', 'story-title', 'story-ledger'])
    await expect(page.getByTestId(id)).toBeVisible();
  for (const id of ['story-next', 'leave-story', 'story-skip'])
    await expect(page.getByTestId(id)).toBeHidden();
});

test.describe('phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });
  test('the lanes of the story, what is said and what to do fit without scrolling', async ({ page }) => {
    await page.goto('/?story=first&beat=2');
    await expect(title(page)).toHaveText('Three wait with T2');
    for (const id of ['lane-T2', 'story-title', 'story-do', 'story-next'])
      await expect(page.getByTestId(id)).toBeInViewport({ ratio: 1 });
    await expect(page.getByTestId('lane-T1')).toHaveCount(0);
    expect(
      await page.evaluate(() => document.documentElement.scrollHeight - innerHeight),
    ).toBeLessThanOrEqual(0);
  });
});

test('a capture that is opened says what is in it, and tells a move in it', async ({ page }) => {
  await page.goto('/?plain');
  await page.getByTestId('open').click();
  await page.getByTestId('file-capture').setInputFiles(captureFile('v01-ngtcp2-haproxy34.pcap'));
  await page.getByTestId('open-go').click();
  await expect(page.getByTestId('notice')).toContainText('1 connection, ');
  await page.getByTestId('notice-way').click();
  await expect(title(page)).toContainText('wait with', { timeout: 30_000 });
  await page.getByTestId('story-do').click();
  await expect(title(page)).toHaveText('One store decides');
  await expect(page.getByTestId('story-text')).not.toContainText('came out differently');
});
