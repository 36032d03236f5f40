/** What Share gives away: pictures that open again, the figure as others will see it, its folder, the run for other tools. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { captureFile, dropFiles, expect, seriousFindings, test } from './fixtures.ts';

const stage = (page: Page) => page.locator('#root').getByTestId('stage');

/** One step on from the first moment: no story's, so that nothing of it lies ready. */
async function aMoment(page: Page): Promise<string> {
  await page.goto('/?plain');
  await expect(page.locator('#root').getByTestId('sentence')).toContainText('is held', { timeout: 60_000 });
  const from = Number(await stage(page).getAttribute('data-steps'));
  await page.keyboard.press('Shift+Digit1');
  for (let n = 0; n < 3; n++) await page.getByTestId('step').click();
  // The order itself is no step. A hash that is read on the way is of no moment that can be saved.
  await expect(stage(page)).toHaveAttribute('data-steps', `${from + 3}`);
  await expect(stage(page)).toHaveAttribute('data-hash', /./);
  return (await stage(page).getAttribute('data-hash'))!;
}

async function saved(page: Page, button: string): Promise<{ name: string; bytes: Uint8Array }> {
  const coming = page.waitForEvent('download');
  await page.getByTestId(button).click();
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: readFileSync((await file.path())!) };
}

test('a picture of any moment, as SVG and as PNG, opens as that moment when it is dropped on the page', async ({
  page,
}) => {
  const hash = await aMoment(page);
  await page.getByTestId('share').click();
  await page.getByTestId('share-name').fill('A, on its way!');
  await expect(page).toHaveTitle('A, on its way! · Rebind');
  await page.getByTestId('share-as-picture').click();
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const as of ['svg', 'png2']) {
    await page.getByTestId(`picture-as-${as}`).click();
    await expect(page.getByTestId('save-picture')).toContainText(as === 'svg' ? 'SVG' : 'PNG');
    files.push(await saved(page, 'save-picture'));
  }
  await expect(page.getByTestId('picture')).toBeVisible();
  expect(files.map((f) => f.name)).toEqual(['a-on-its-way.svg', 'a-on-its-way.png']);
  expect(new TextDecoder().decode(files[0]!.bytes)).toContain('<title id="t">A, on its way!</title>');
  await page.getByTestId('dialog-close').click();
  for (const file of files) {
    await page.keyboard.press('Home');
    await expect(stage(page)).toHaveAttribute('data-steps', '0');
    await expect(page).toHaveTitle('Rebind');
    await dropFiles(page, 'body', [file]);
    await expect(stage(page)).toHaveAttribute('data-hash', hash, { timeout: 60_000 });
    await expect(page).toHaveTitle('A, on its way! · Rebind');
  }
});

test('the figure is seen alive at the width that is chosen, and its folder plays where it is put; the run goes to other tools', async ({
  page,
}) => {
  await aMoment(page);
  await page.getByTestId('share').click();
  await page.getByTestId('share-as-figure').click();
  const preview = page.getByTestId('preview');
  await expect(preview).toHaveAttribute('width', '720', { timeout: 60_000 });
  await page.getByTestId('preview-wide-360').click();
  await expect(preview).toHaveAttribute('width', '360');
  const figure = page.frameLocator('[data-testid="preview"]');
  await figure.getByTestId('play').click();
  await expect(figure.getByTestId('controls')).toBeVisible();
  await expect(figure.locator('svg.stage.phone')).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);

  await expect(page.getByTestId('folder-holds')).toContainText('no bytes of packets, no keys');
  const zip = await saved(page, 'save-folder');
  const inside = unzipSync(zip.bytes);
  const folder = zip.name.replace('.zip', '');
  expect(Object.keys(inside).sort()).toEqual(
    [
      'figure.css',
      'figure.js',
      'index.html',
      'moment.json',
      'oembed.json',
      'poster.png',
      'poster.svg',
      'tape.json',
      'theme.js',
    ].map((name) => `${folder}/${name}`),
  );
  const put = 'https://docs.example.org/';
  await page.route(`${put}**`, (route) => {
    const path = route.request().url().slice(put.length);
    const body = Buffer.from(inside[path.endsWith('/') ? `${path}index.html` : path]!);
    const type = { html: 'text/html', js: 'text/javascript', css: 'text/css' }[
      /\.(\w+)$/.exec(path)?.[1] ?? 'html'
    ];
    return route.fulfill({ body, contentType: type! });
  });

  await page.getByTestId('share-as-run').click();
  await page.getByTestId('run-as-haproxy-trace').click();
  const trace = await saved(page, 'save-run');
  expect(new TextDecoder().decode(trace.bytes)).toMatch(/^\[\d\d\|quic\|5\|/);
  await page.getByTestId('run-as-qlog').click();
  const logs = unzipSync((await saved(page, 'save-run')).bytes);
  expect(Object.keys(logs).some((name) => name.endsWith('-A.qlog'))).toBe(true);

  await page.goto(`${put}${folder}/`);
  await page.getByTestId('play').click();
  await expect(page.getByTestId('controls')).toBeVisible();
});

test('of a capture of one’s own it says what goes along before anything is made; no frame is offered that could not find it', async ({
  page,
}) => {
  await page.goto('/?plain');
  await expect(stage(page)).toBeVisible({ timeout: 60_000 });
  const mine = ['pcap', 'keys'].map((ending) => ({
    name: `mine.${ending}`,
    bytes: readFileSync(captureFile(`v01-ngtcp2-haproxy34.${ending}`)),
  }));
  await dropFiles(page, 'body', mine);
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 60_000 });
  // Until its first connection is there.
  await page.getByTestId('play').click();
  await expect(page.getByTestId('chip-A')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('share').click();
  await page.getByTestId('share-as-figure').click({ timeout: 30_000 });
  await expect(page.getByTestId('folder-holds')).toContainText(
    /of your capture 1 address \(.*\), \d+ CIDs? \(/,
    {
      timeout: 60_000,
    },
  );
  await expect(page.getByTestId('share-snippet')).toHaveCount(0);
  await page.getByTestId('share-as-picture').click();
  await expect(page.getByTestId('picture-holds')).toContainText('It shows of your capture');
  await page.getByTestId('share-as-run').click();
  await expect(page.getByTestId('run-holds')).toContainText('of your capture');
});
