import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { dropFiles, expect, seriousFindings, test, watchComplaints } from './fixtures.ts';
import { plain } from './sites.ts';

const status = (page: Page) => page.getByTestId('live-status');
const phase = (page: Page, is: string) =>
  expect(status(page)).toHaveAttribute('data-phase', is, { timeout: 90_000 });

/** Live, running, with datagrams handled: with routing only, so that a slow machine carries it too. */
async function live(page: Page, workers: number): Promise<void> {
  await page.goto('/?plain');
  await page.getByTestId('mode-live').click();
  await page.getByTestId('live-opening').selectOption('routing');
  await page.getByTestId('live-workers').selectOption(String(workers));
  await phase(page, 'running');
  await expect(page.getByTestId('live-revision').locator('option:checked')).toContainText(
    'HAProxy of 2026-08-21',
  );
  await expect(status(page)).toContainText('routing only, ');
  await expect.poll(() => handled(page), { timeout: 60_000 }).toBeGreaterThan(1000);
}

/** Datagrams handled since the start. */
async function handled(page: Page): Promise<number> {
  return Number((await page.getByTestId('live-totals').getAttribute('data-handled')) ?? 0);
}

async function rulesHeldAndAllAccountedFor(page: Page): Promise<void> {
  await expect(page.getByTestId('live-rules')).toContainText('held');
  await expect(page.getByTestId('live-rules')).not.toContainText('broken');
  await expect(page.getByTestId('live-balance')).toContainText(' = ');
  await expect(status(page)).toContainText('all datagrams accounted for');
}

/** It still handles datagrams, and a safe point finds every rule held. */
async function goesOn(page: Page): Promise<void> {
  await phase(page, 'running');
  const before = await handled(page);
  await expect.poll(() => handled(page), { timeout: 60_000 }).toBeGreaterThan(before);
  await page.getByTestId('live-toggle').click();
  await phase(page, 'paused');
  await rulesHeldAndAllAccountedFor(page);
}

test('first the whole page, then Live: nothing of it is loaded before', async ({ page }) => {
  const scripts: string[] = [];
  page.on('request', (r) => scripts.push(r.url()));
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('belongs to', { timeout: 60_000 });
  expect(scripts.filter((s) => /LiveView|supervisor/.test(s))).toEqual([]);
  await page.getByTestId('mode-live').click();
  await expect(page.getByTestId('skyline')).toBeVisible();
  await expect.poll(() => scripts.filter((s) => /LiveView/.test(s)).length).toBeGreaterThan(0);
  await expect(page.getByTestId('live-steps')).toHaveText('Steps run compiled to WebAssembly.', {
    timeout: 60_000,
  });
});

for (const sockets of ['listener', 'connection'] as const) {
  test(`8 workers under load with rebinds, sockets ${sockets}: stopped, every rule holds and all is accounted for`, async ({
    page,
  }) => {
    await live(page, 8);
    if (sockets === 'connection') {
      await page.getByTestId('live-sockets').selectOption(sockets);
      await phase(page, 'running');
      await expect.poll(() => handled(page), { timeout: 60_000 }).toBeGreaterThan(1000);
    }
    await page.getByTestId('live-rebindsPerSecond').fill('30');
    await expect(page.getByTestId('moves-list')).not.toContainText('0 moves between 0 pairs', {
      timeout: 60_000,
    });
    await expect(page.getByTestId('live-table')).toContainText('T7');
    await page.getByTestId('live-stop').click();
    await phase(page, 'stopped');
    await expect(status(page)).toContainText('Stopped at rest');
    await rulesHeldAndAllAccountedFor(page);
    await expect(page.getByTestId('live-balance')).toContainText('+ 0 queued');
  });
}

test('a worker ends in mid-run: named, and the run goes on from an image whose age is told', async ({
  page,
}) => {
  await live(page, 4);
  await page.getByTestId('kill-tid').selectOption('2');
  await page.getByTestId('kill').click();
  const notice = page.getByTestId('live-notice');
  await expect(notice).toContainText('The worker of T2 ended at');
  await expect(notice).toContainText(/The run went on from an image [\d.]+ s old/, { timeout: 60_000 });
  await expect(page.getByTestId('live-happened')).toContainText('The worker of T2 ended');
  await phase(page, 'running');
  const before = await handled(page);
  await expect.poll(() => handled(page), { timeout: 60_000 }).not.toBe(before);
  await page.getByTestId('live-toggle').click();
  await phase(page, 'paused');
  await rulesHeldAndAllAccountedFor(page);
});

test('a socket’s buffer and the place for datagrams run full: told, accounted for, and it goes on', async ({
  page,
}) => {
  await live(page, 2);
  // One thread that opens large packets can't follow a million a second anywhere.
  await page.getByTestId('live-datagramsPerSecond').fill('99');
  await page.getByTestId('live-size').selectOption('1400');
  await page.getByTestId('live-workers').selectOption('1');
  await page.getByTestId('live-opening').selectOption('opening');
  await expect(page.getByTestId('live-happened')).toContainText(/buffer was full|further datagram was free/, {
    timeout: 60_000,
  });
  await expect(page.getByTestId('live-load')).toContainText('; the ceiling was the threads', {
    timeout: 60_000,
  });
  await goesOn(page);
});

test('a pool with room for few runs full: told, accounted for, and it goes on', async ({ page }) => {
  await live(page, 2);
  await page.getByTestId('live-datagramsPerSecond').fill('1');
  await page.getByTestId('live-rebindsPerSecond').fill('0');
  // Connections that left are remembered for a while: more than there is room for.
  await page.getByTestId('live-churnPerSecond').fill('100');
  await expect(page.getByTestId('live-happened')).toContainText(/further client was free|pool was empty/, {
    timeout: 90_000,
  });
  await goesOn(page);
});

test('a supervisor that falls silent is named, what it said goes grey, and new workers go on from the last image', async ({
  page,
}) => {
  await live(page, 2);
  // Of the beginning no copy is kept: the first image is taken at the first safe point.
  await expect(status(page)).toContainText('rules held', { timeout: 60_000 });
  const supervisor = page.workers().find((w) => w.url().includes('supervisor-worker'));
  await supervisor!.evaluate(() => globalThis.close());
  await expect(page.getByTestId('live-notice')).toContainText('The supervisor does not answer');
  await expect(status(page)).toContainText(/\d+ s ago:/);
  await expect(page.getByTestId('live-go-on')).toContainText('last image');
  await page.getByTestId('live-go-on').click();
  await expect(page.getByTestId('live-notice')).toBeHidden();
  await expect(page.getByTestId('live-happened')).toContainText(
    'The supervisor was lost. The run went on from an image',
  );
  await goesOn(page);
});

test('a hidden tab draws nothing, hears of a lost worker all the same, and tells how long it was hidden', async ({
  page,
}) => {
  await live(page, 2);
  const hide = (hidden: boolean) =>
    page.evaluate((is) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: is });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  // What had been told before it was hidden has been drawn by then.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const clock = await page.getByTestId('live-clock').textContent();
  await page.getByTestId('kill').click();
  await expect(page.getByTestId('live-notice')).toContainText(/an image [\d.]+ s old/, { timeout: 60_000 });
  await phase(page, 'running');
  expect(await page.getByTestId('live-clock').textContent()).toBe(clock);
  await hide(false);
  await expect(page.getByTestId('live-unseen')).toContainText('The tab was hidden for');
  await expect(page.getByTestId('live-clock')).not.toHaveText(clock!);
  await goesOn(page);
});

test('64 threads: each has its column, nothing is cut off, and any one can be read', async ({ page }) => {
  await live(page, 64);
  const table = page.getByTestId('live-table');
  await expect(table.locator('thead th')).toHaveCount(65);
  const row = table.locator('tr[data-row=datagrams] th');
  await expect(row).toContainText('all ');
  await page.getByTestId('live-thread').selectOption('63');
  await expect(row).toContainText('T63 ');
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await expect(page.getByTestId('skyline')).toBeVisible();
    const { page: wide, right } = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      right: document.querySelector('[data-testid=live-table] thead th:last-child')!.getBoundingClientRect()
        .right,
    }));
    expect(wide).toBeLessThanOrEqual(width);
    expect(right).toBeLessThanOrEqual(width);
  }
});

test('pause and go on; another mode leaves the run at a safe point', async ({ page }) => {
  await live(page, 2);
  await page.locator('#stage').focus();
  await page.keyboard.press('Space');
  await phase(page, 'paused');
  await rulesHeldAndAllAccountedFor(page);
  const at = await handled(page);
  await page.keyboard.press('Space');
  await phase(page, 'running');
  await expect.poll(() => handled(page), { timeout: 60_000 }).toBeGreaterThan(at);
  await page.keyboard.press('m');
  await expect(page.getByTestId('stage')).toBeVisible();
  await page.keyboard.press('m');
  await phase(page, 'paused');
});

test('a connection is picked and rebound by keys, by menu and by drag', async ({ page }) => {
  await live(page, 3);
  await page.getByTestId('live-rebindsPerSecond').fill('0');
  await page.getByTestId('live-churnPerSecond').fill('0');
  await page.locator('#stage').focus();
  await page.keyboard.press('ArrowUp');
  const lens = page.getByTestId('lens');
  const owner = async (): Promise<number> => Number(await lens.getAttribute('data-owner'));
  await expect.poll(owner).toBeGreaterThanOrEqual(0);
  let to = ((await owner()) + 1) % 3;
  // While it is being accepted HAProxy moves it itself, and refuses another move.
  await expect(async () => {
    await page.keyboard.press(`Shift+Digit${to}`);
    await expect.poll(owner, { timeout: 5000 }).toBe(to);
  }).toPass({ timeout: 60_000 });
  await page.keyboard.press('Enter');
  to = (to + 1) % 3;
  await page.getByTestId(`live-rebind-T${to}`).click();
  await expect.poll(owner, { timeout: 30_000 }).toBe(to);
  to = (to + 1) % 3;
  const sky = (await page.getByTestId('skyline').boundingBox())!;
  const from = (await lens.locator('b').boundingBox())!;
  const left = sky.x + 118;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 12, from.y + 20, { steps: 3 });
  await page.mouse.move(left + ((sky.x + sky.width - left) * (to + 0.5)) / 3, sky.y + sky.height / 2, {
    steps: 6,
  });
  await expect(page.getByTestId('drop-column')).toBeVisible();
  await page.mouse.up();
  await expect.poll(owner, { timeout: 30_000 }).toBe(to);
});

test('the capture that is open runs in a loop', async ({ page }) => {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('belongs to', { timeout: 60_000 });
  await page.getByTestId('mode-live').click();
  await page.getByTestId('live-source').selectOption('capture');
  await expect(page.getByTestId('live-what')).toContainText('The capture runs in a loop');
  await expect(page.getByTestId('live-connections')).toHaveCount(0);
  await phase(page, 'running');
  await expect.poll(() => handled(page), { timeout: 60_000 }).toBeGreaterThan(200);
  await page.getByTestId('live-stop').click();
  await phase(page, 'stopped');
  await rulesHeldAndAllAccountedFor(page);
});

test('frozen into Step mode, the image is a beginning and steps go on', async ({ page }) => {
  await live(page, 3);
  await page.getByTestId('freeze').click();
  const stage = page.getByTestId('stage');
  await expect(stage).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('sentence')).toContainText(/belongs to T\d/, { timeout: 60_000 });
  await expect.poll(() => stage.getAttribute('data-hash')).not.toBe('');
  const before = await stage.getAttribute('data-hash');
  await page.getByTestId('step').click();
  await expect(stage).not.toHaveAttribute('data-hash', before!);
  await expect(page.getByTestId('trace')).toContainText('observed in Live');
  await page.getByTestId('notes').click();
  await expect(page.getByTestId('notes')).toContainText('Frozen in Live');
});

test('room for 20 000 connections on 16 threads: memory is told, connections move, and a frozen moment draws some and says so', async ({
  page,
}) => {
  await page.goto('/?plain');
  await page.getByTestId('mode-live').click();
  await page.getByTestId('live-opening').selectOption('routing');
  await page.getByTestId('live-workers').selectOption('16');
  // The slider has a position for so many.
  await page.getByTestId('live-connections').fill('58');
  await page.getByTestId('live-connections').blur();
  await expect(page.getByTestId('live-connections')).toHaveAttribute('aria-valuetext', /^20\D?000$/);
  await expect(page.getByTestId('live-memory')).toContainText(
    /room for 30\D?512 connections of [\d.]+ KB each/,
  );
  const held = async () => Number(await page.getByTestId('skyline').getAttribute('data-connections'));
  await expect.poll(held, { timeout: 60_000 }).toBeGreaterThan(500);
  await page.getByTestId('live-rebindsPerSecond').fill('40');
  await expect(page.getByTestId('moves-list')).not.toContainText('0 moves between 0 pairs', {
    timeout: 60_000,
  });
  await page.getByTestId('freeze').click();
  await expect(page.getByTestId('sentence')).toContainText(/belongs to T\d/, { timeout: 60_000 });
  await page.getByTestId('notes').click();
  await expect(page.getByTestId('notes')).toContainText(/Of \d+ connections \d+ stand in the picture/);
  const stage = page.getByTestId('stage');
  await expect.poll(() => stage.getAttribute('data-hash')).not.toBe('');
  const before = await stage.getAttribute('data-hash');
  await page.getByTestId('step').click();
  await expect(stage).not.toHaveAttribute('data-hash', before!);
});

/** What stands on the stage: state, step and clock, and the stage in words. */
async function shown(page: Page): Promise<{ hash: string; clock: string; words: string; sentence: string }> {
  const stage = page.getByTestId('stage');
  // A large world has it a moment after each picture.
  let hash = '';
  const read = async () => (hash = (await stage.getAttribute('data-hash')) ?? '');
  await expect.poll(read, { timeout: 60_000 }).not.toBe('');
  return {
    hash,
    clock: (await page.getByTestId('clock').textContent()) ?? '',
    words: (await page.getByTestId('stage-text').textContent()) ?? '',
    sentence: (await page.getByTestId('sentence').textContent()) ?? '',
  };
}

async function step(page: Page): Promise<void> {
  const clock = page.getByTestId('clock');
  const before = (await clock.textContent()) ?? '';
  await page.getByTestId('step').click();
  await expect(clock).not.toHaveText(before);
}

test('a frozen moment is saved as a file; opened elsewhere, isolated or not, it is the same, and goes on the same', async ({
  page,
  browser,
  baseURL,
}, testInfo) => {
  test.setTimeout(240_000);
  await live(page, 3);
  await page.getByTestId('freeze').click();
  await expect(page.getByTestId('sentence')).toContainText(/belongs to T\d/, { timeout: 60_000 });
  for (let i = 0; i < 3; i++) await step(page);
  const saved = await shown(page);
  await page.getByTestId('share').click();
  await expect(page.getByTestId('dialog')).toContainText('too much for a link');
  const downloading = page.waitForEvent('download');
  await page.getByTestId('save-moment').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^live-\d\dm\d\ds-step-3\.rebind$/);
  await expect(page.getByTestId('moment-saved')).toContainText('Saved as live-');
  const file = testInfo.outputPath(download.suggestedFilename());
  await download.saveAs(file);
  await page.getByTestId('dialog-close').click();
  await step(page);
  const next = await shown(page);

  for (const [at, by] of [
    [`${baseURL}/?plain`, 'dialog'],
    [`${plain}/?plain`, 'drop'],
  ] as const) {
    const context = await browser.newContext();
    const other = await context.newPage();
    const complaints = watchComplaints(other);
    await other.goto(at);
    await expect(other.getByTestId('sentence')).toContainText('belongs to', { timeout: 60_000 });
    if (by === 'dialog') {
      await other.getByTestId('open').click();
      await other.getByTestId('file-capture').setInputFiles(file);
      await other.getByTestId('open-go').click();
    } else await dropFiles(other, '#stage', [{ name: 'moment', bytes: readFileSync(file) }]);
    await expect(other.getByTestId('stage')).toHaveAttribute('data-hash', saved.hash, { timeout: 60_000 });
    expect(await shown(other)).toEqual(saved);
    await expect(other.getByTestId('trace')).toContainText('observed in Live');
    await expect(other.getByTestId('notes')).toBeVisible();
    await expect(other.getByTestId('notice')).toHaveCount(0);
    await step(other);
    expect(await shown(other)).toEqual(next);
    // Before the beginning of the file there is nothing.
    for (let i = 0; i < 4; i++) await other.getByTestId('back').click();
    await expect(other.getByTestId('clock')).toContainText(/\b0\b/);
    expect(complaints).toEqual([]);
    await context.close();
  }
});

test('a moment that an earlier edition saved opens where it was saved, and the page says that it was carried over', async ({
  page,
}) => {
  const complaints = watchComplaints(page);
  const recorded = JSON.parse(readFileSync('testdata/recorded/moments.json', 'utf8')) as {
    file: string;
    at?: number;
  }[];
  // Where it was saved stands; its hash is that of the machine of then, which counted and chose otherwise.
  const { file, at: saved } = recorded.find((m) => m.at)!;
  for (const at of ['/?plain', `${plain}/?plain`]) {
    await page.goto(at);
    await expect(page.getByTestId('sentence')).toContainText('belongs to', { timeout: 60_000 });
    await page.getByTestId('open').click();
    await page.getByTestId('file-capture').setInputFiles(`testdata/recorded/${file}`);
    await page.getByTestId('open-go').click();
    await expect(page.getByTestId('stage')).toHaveAttribute('data-steps', String(saved), { timeout: 60_000 });
    await page.getByTestId('notes').click();
    await expect(page.getByText('Another edition of Rebind saved it')).toBeVisible();
  }
  expect(complaints).toEqual([]);
});

test('a file that is cut short is refused with the reason, and the stage stays', async ({ page }) => {
  await page.goto('/?plain');
  await expect(page.getByTestId('sentence')).toContainText('is held; 3 datagrams of it wait', {
    timeout: 60_000,
  });
  const words = await page.getByTestId('sentence').textContent();
  const bytes = Uint8Array.from([
    0x89, 0x52, 0x42, 0x4e, 0x44, 0x0d, 0x0a, 0x1a, 1, 0, 0, 0, 9, 0, 0, 0, 9, 0,
  ]);
  await dropFiles(page, '#stage', [{ name: 'mine.rebind', bytes }]);
  await expect(page.getByTestId('notice')).toContainText('The file is cut short.');
  expect(await page.getByTestId('sentence').textContent()).toBe(words);
});

test('not isolated: why Live is off, what turns it on, and Step mode is there', async ({ page }) => {
  await page.goto(`${plain}/?plain`);
  await page.getByTestId('mode-live').click();
  const off = page.getByTestId('live-off');
  await expect(off).toContainText('cross-origin isolation');
  await expect(off).toContainText('Cross-Origin-Opener-Policy');
  await page.getByTestId('to-step').click();
  await expect(page.getByTestId('stage')).toBeVisible({ timeout: 60_000 });
});

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  test(`axe finds nothing serious at ${width} by ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await live(page, 2);
    await page.getByTestId('live-toggle').click();
    await phase(page, 'paused');
    expect(await seriousFindings(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(width);
  });
}
