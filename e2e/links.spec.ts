/** Links: the address holds the moment; opened somewhere else it leads to the same state. */

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { followLink } from '../src/cli/follow.ts';
import { linkOfFound } from '../src/link/found.ts';
import { decodeMoment, encodeMoment, fromHash, runMoment, toHash } from '../src/link/index.ts';
import { museumRun } from '../src/scenario/museum/index.ts';
import { captureFile, dropFiles, expect, test } from './fixtures.ts';

const stateHash = async (page: Page): Promise<string> =>
  (await page.getByTestId('stage').getAttribute('data-hash')) ?? '';

/** The moment that first open plays into, standing still. */
async function storedMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait', {
    timeout: 60_000,
  });
  await expect.poll(() => stateHash(page)).not.toBe('');
}

/** Orders a rebind and walks some steps into it: a moment that only choices lead to. */
async function intoARebind(page: Page): Promise<void> {
  await storedMoment(page);
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+Digit0');
  await expect(page.getByTestId('sentence')).toContainText('A rebind to T0 is ordered');
  const clock = page.getByTestId('clock');
  for (let i = 0; i < 12; i++) {
    const before = (await clock.textContent()) ?? '';
    await page.getByTestId('step').click();
    await expect(clock).not.toHaveText(before);
  }
}

async function shared(page: Page, what: 'link' | 'snippet'): Promise<string> {
  await page.getByTestId('share').click();
  if (what === 'snippet') await page.getByTestId('share-as-figure').click({ timeout: 30_000 });
  const text = await page.getByTestId(`share-${what}`).inputValue({ timeout: 30_000 });
  await page.getByTestId('dialog-close').click();
  return text;
}

test('a copied link opened in a fresh context stands at the same state', async ({
  page,
  browser,
  baseURL,
}) => {
  await intoARebind(page);
  const hash = await stateHash(page);
  const words = await page.getByTestId('sentence').textContent();
  const step = await page.getByTestId('clock').textContent();
  const link = await shared(page, 'link');
  expect(link).toMatch(/#m=1/);
  expect(link.length).toBeLessThan(2048);

  const context = await browser.newContext({ baseURL: baseURL! });
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByTestId('stage')).toHaveAttribute('data-hash', hash, { timeout: 60_000 });
  await expect(other.getByTestId('clock')).toHaveText(step!);
  await expect(other.getByTestId('sentence')).toHaveText(words!);
  await expect(other.getByTestId('notice')).toHaveCount(0);
  await context.close();
});

/** The state that the address names. */
async function named(page: Page): Promise<string | undefined> {
  const text = fromHash(await page.evaluate(() => location.hash));
  return text === null ? undefined : decodeMoment(text).moment.playhead.hash;
}

test('the address itself is such a link, follows the playhead, and is written anew with the places of the choices', async ({
  page,
  browser,
  baseURL,
}) => {
  await intoARebind(page);
  const hash = await stateHash(page);
  await expect.poll(() => named(page), { timeout: 30_000 }).toBe(hash);
  await expect
    .poll(
      async () => {
        const { moment } = decodeMoment(fromHash(await page.evaluate(() => location.hash))!);
        return moment.departures[0]?.anchor?.kind;
      },
      { timeout: 30_000 },
    )
    .toBe('step');
  const address = await page.evaluate(() => location.href);
  await page.keyboard.press('Home');
  await expect.poll(() => named(page), { timeout: 30_000 }).not.toBe(hash);
  const context = await browser.newContext({ baseURL: baseURL! });
  const other = await context.newPage();
  await other.goto(address);
  await expect(other.getByTestId('stage')).toHaveAttribute('data-hash', hash, { timeout: 60_000 });
  await context.close();
});

test('the figure for another page stands at the moment too', async ({ page }) => {
  await intoARebind(page);
  const hash = await stateHash(page);
  const snippet = await shared(page, 'snippet');
  expect(snippet).toMatch(/^<iframe src="[^"]+\?embed#m=1[^"]+" [^>]+><\/iframe>$/);
  await page.goto(/src="([^"]+)"/.exec(snippet)![1]!);
  await expect(page.getByTestId('embed')).toBeVisible();
  await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hash, { timeout: 60_000 });
});

test('a link that is damaged says so and shows what is left of it', async ({ page }) => {
  await page.goto('/#m=1nonsense');
  await expect(page.getByTestId('notice')).toContainText('This link cannot be shown', {
    timeout: 60_000,
  });
  await expect(page.getByTestId('stage')).toBeVisible();
});

test('a link to a capture of one’s own asks for it, and leads to the moment once it is given', async ({
  page,
}) => {
  const files = ['v01-ngtcp2-haproxy34.pcap', 'v01-ngtcp2-haproxy34.keys'].map((name) => ({
    name: name.replace('v01', 'mine'),
    bytes: readFileSync(captureFile(name)),
  }));
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).not.toBeEmpty({ timeout: 60_000 });
  await dropFiles(page, 'body', files);
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 60_000 });
  const clock = page.getByTestId('clock');
  for (let i = 0; i < 8; i++) {
    const before = (await clock.textContent()) ?? '';
    await page.getByTestId('step').click();
    await expect(clock).not.toHaveText(before);
  }
  const hash = await stateHash(page);
  const link = await shared(page, 'link');

  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByTestId('notice')).toContainText('mine-ngtcp2-haproxy34.pcap', { timeout: 60_000 });
  await dropFiles(page, 'body', files);
  await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hash, { timeout: 60_000 });
});

test('a link to a run in the museum stands where its search began, with the run ahead', async ({ page }) => {
  const spec = { world: 'M01', fixed: false };
  const { options, beginning, explorable } = museumRun(spec);
  const codes: number[] = [];
  const enabled = new Int32Array(explorable.maxEnabled);
  for (let i = 0; i < 12; i++) {
    const n = explorable.enabled(enabled);
    const code = enabled[i % n]!;
    codes.push(code);
    explorable.take(code);
  }
  const { fingerprint } = explorable.P;
  const moment = runMoment({ spec, options, fingerprint, beginning }, explorable.schedule(codes));
  const begins = toHash(encodeMoment(moment));
  const ends = toHash(encodeMoment({ ...moment, playhead: { at: moment.end, undone: 0 } }));
  const hashOf = (link: string): string => followLink(link, undefined, undefined).report.hash;

  await page.goto(`/${begins}`);
  await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hashOf(begins), { timeout: 60_000 });
  await page.keyboard.press('End');
  await expect(page.getByTestId('stage')).toHaveAttribute('data-hash', hashOf(ends), { timeout: 60_000 });
});

test('another revision makes the same choices up to the same step', async ({ page }) => {
  await intoARebind(page);
  const stands = await page.getByTestId('lane-T2').getAttribute('aria-label');
  const before = await stateHash(page);
  const revisions = page.getByTestId('revision');
  const last = await revisions.locator('option').last().getAttribute('value');
  await revisions.selectOption(last!);
  await expect.poll(() => stateHash(page), { timeout: 30_000 }).not.toBe(before);
  await expect(page.getByTestId('lane-T2')).toHaveAttribute('aria-label', stands!, { timeout: 30_000 });
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
});

test('a run that an earlier edition found and that breaks nothing here says so, and is searched again', async ({
  page,
}) => {
  const spec = { world: 'M01', fixed: false };
  const { explorable: x } = museumRun(spec);
  const codes = new Int32Array(x.maxEnabled);
  const taken: number[] = [];
  for (let i = 0; i < 10 && x.enabled(codes) > 0; i++) {
    x.take(codes[0]!);
    taken.push(codes[0]!);
  }
  const { moment } = decodeMoment(fromHash(linkOfFound(spec, x.schedule(taken)))!);
  await page.goto(`/${toHash(encodeMoment({ ...moment, fingerprint: 'ffffffff' }))}`);
  await expect(page.getByTestId('notice')).toContainText('found by an earlier edition', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Search again…' }).click();
  await expect(page.getByTestId('explorer')).toBeVisible();
  await expect(page.getByTestId('verdict')).toContainText(/Violation in \d+ steps/, { timeout: 90_000 });
});
