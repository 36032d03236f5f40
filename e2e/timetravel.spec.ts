import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

const sentence = (page: Page) => page.getByTestId('sentence');
const timeline = (page: Page) => page.getByTestId('timeline');
const stage = (page: Page) => page.getByTestId('stage');

/** The moment that first open plays into: A's owner T2 held, three of its datagrams waiting. */
async function storedMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(sentence(page)).toContainText('is held; 3 datagrams of it wait', { timeout: 60_000 });
  await expect(stage(page)).not.toHaveAttribute('data-hash', '');
  // A branch of one's own, with nothing ahead: what the first moment has prepared is left.
  for (const key of ['h', '1']) await page.keyboard.press(key);
  await expect(page.getByTestId('hold-T1')).toHaveText(/Release/);
  for (const key of ['h', '1']) await page.keyboard.press(key);
  await expect(page.getByTestId('hold-T1')).toHaveText(/Hold/);
  await expect(timeline(page)).toHaveAttribute('data-end', (await timeline(page).getAttribute('data-at'))!);
}

const position = async (page: Page): Promise<number> => Number(await timeline(page).getAttribute('data-at'));
const end = async (page: Page): Promise<number> => Number(await timeline(page).getAttribute('data-end'));
const hash = async (page: Page): Promise<string> => (await stage(page).getAttribute('data-hash')) ?? '';

async function at(page: Page, step: number): Promise<void> {
  await expect(timeline(page)).toHaveAttribute('data-at', String(step));
  await expect(stage(page)).not.toHaveAttribute('data-hash', '');
}

/** Presses a key and waits until the picture is of another step, which it returns. */
async function pressAndArrive(page: Page, key: string): Promise<number> {
  const before = await position(page);
  await page.keyboard.press(key);
  await expect(timeline(page)).not.toHaveAttribute('data-at', String(before));
  return position(page);
}

/** A rebind to T0 and so many steps of it, from the keyboard. */
async function rebindAndStep(page: Page, to: number, steps: number): Promise<number> {
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press(`Shift+Digit${to}`);
  await expect(sentence(page)).toContainText(`A rebind to T${to} is ordered`);
  const last = (await position(page)) + steps;
  // Each press is a step, whether or not the picture of the one before has come.
  for (let i = 0; i < steps; i++) await page.keyboard.press('ArrowRight');
  await at(page, last);
  return last;
}

test('back and forth over a commit: owner, trace and hash are those of the moment', async ({ page }) => {
  await storedMoment(page);
  const start = await position(page);
  const before = await hash(page);
  const last = await rebindAndStep(page, 0, 90);
  await expect(page.getByTestId('lane-T0')).toContainText('owner of A');
  const commit = await pressAndArrive(page, 'Shift+ArrowLeft');
  // The nearest mark may be a redispatch: on to the commit before it.
  let here = commit;
  while (
    !(await page.getByTestId('scrubber').getAttribute('aria-valuetext'))?.includes('commits the rebind of A')
  )
    here = await pressAndArrive(page, 'Shift+ArrowLeft');
  await expect(page.getByTestId('lane-T0')).toContainText('owner of A');
  const after = await hash(page);
  const afterLines = Number(
    await page
      .getByTestId('panel-trace')
      .textContent()
      .then((t) => t?.replace(/\D/g, '')),
  );
  await pressAndArrive(page, 'ArrowLeft');
  await at(page, here - 1);
  await expect(page.getByTestId('lane-T2')).toContainText('owner of A');
  await expect(page.getByTestId('lane-T0')).not.toContainText('owner of A');
  await expect(page.getByTestId('commit')).toHaveCount(0);
  expect(await hash(page)).not.toBe(after);
  const lines = Number(
    await page
      .getByTestId('panel-trace')
      .textContent()
      .then((t) => t?.replace(/\D/g, '')),
  );
  expect(lines).toBeLessThan(afterLines);
  await pressAndArrive(page, 'ArrowRight');
  await at(page, here);
  expect(await hash(page)).toBe(after);
  await page.keyboard.press('End');
  await at(page, last);
  expect(await end(page)).toBe(last);
  await page.keyboard.press('Home');
  await at(page, 0);
  await expect(page.getByTestId('totals')).toContainText('0 received');
  const scrubber = page.getByTestId('scrubber');
  await scrubber.fill(String(start));
  await at(page, start);
  expect(await hash(page)).not.toBe('');
  await expect(scrubber).toHaveAttribute('aria-valuetext', new RegExp(`^Step ${start} of ${last}, `));
  // Standing where the orders were given, they have been given: each step back takes one of them away again.
  await page.keyboard.press('Escape');
  await sentence(page).click();
  for (let orders = 0; orders < 2; orders++) {
    const given = await hash(page);
    await page.keyboard.press('ArrowLeft');
    await expect(stage(page)).not.toHaveAttribute('data-hash', given);
    await at(page, start);
  }
  await expect(stage(page)).toHaveAttribute('data-hash', before);
});

test('acting in the past begins a branch; the old future is kept, dashed, and comes back', async ({
  page,
}) => {
  await storedMoment(page);
  const start = await position(page);
  const last = await rebindAndStep(page, 0, 60);
  const old = await hash(page);
  for (let i = 0; i < 40; i++) await pressAndArrive(page, 'ArrowLeft');
  const fork = await position(page);
  expect(fork).toBe(last - 40);
  await expect(page.getByTestId('clock')).toContainText('of');
  // T3 would not have run here: a choice of the person's.
  await page.getByTestId('chip-C').click();
  await page.keyboard.press('Shift+Digit3');
  await expect(page.getByTestId('kept')).toBeVisible();
  await expect(page.getByTestId('said')).toContainText(`New branch at step ${fork}. The old future is kept.`);
  for (let i = 0; i < 5; i++) await pressAndArrive(page, 'ArrowRight');
  expect(await end(page)).toBe(fork + 5);
  const branch = await hash(page);
  await page.getByTestId('bring-back').click();
  await expect(timeline(page)).toHaveAttribute('data-end', String(last));
  await page.keyboard.press('End');
  await at(page, last);
  await expect(stage(page)).toHaveAttribute('data-hash', old);
  // The branch is kept in its turn.
  await page.keyboard.press('KeyB');
  await expect(timeline(page)).toHaveAttribute('data-end', String(fork + 5));
  await page.keyboard.press('End');
  await at(page, fork + 5);
  await expect(stage(page)).toHaveAttribute('data-hash', branch);
  expect(start).toBeLessThan(fork);
});

test('zoom about the pointer, pan by keys, and a span that is summed', async ({ page }) => {
  await storedMoment(page);
  await rebindAndStep(page, 0, 70);
  const here = await position(page);
  const view = timeline(page).locator('.tl-view');
  await expect(timeline(page).locator('.slice.move').first()).toBeVisible();
  const box = (await view.boundingBox())!;
  const slices = () => timeline(page).locator('.slice').count();
  const before = await slices();
  await page.mouse.move(box.x + box.width / 2, box.y + 80);
  await page.mouse.wheel(0, 300);
  await expect.poll(slices).not.toBe(before);
  await page.getByTestId('tl-lanes').focus();
  const head = () => timeline(page).locator('.playhead').getAttribute('transform');
  const stood = await head();
  await page.keyboard.press('a');
  await expect.poll(head).not.toBe(stood);
  await page.keyboard.press('d');
  expect(await position(page)).toBe(here);
  await page.mouse.move(box.x + box.width * 0.3, box.y + 90);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 90, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByTestId('span-sum')).toContainText(/[1-9]\d* steps?/);
  expect(await position(page)).toBe(here);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('span-clear').click();
  await expect(page.getByTestId('span')).toHaveCount(0);
  await expect(page.getByTestId('density').locator('path').first()).toBeAttached();
});

test('the brush moves and resizes what is shown; zoomed out the whole run is drawn, added up, and its sums are exact', async ({
  page,
}) => {
  await storedMoment(page);
  const here = await position(page);
  const brush = page.getByTestId('brush');
  const window = async () => [
    Number(await brush.getAttribute('data-from')),
    Number(await brush.getAttribute('data-to')),
  ];
  await page.getByTestId('tl-lanes').focus();
  await page.keyboard.press('0');
  await expect.poll(window).toEqual([0, await end(page)]);
  // By its grip, then as a whole, then by keys.
  const grip = (await brush.locator('[data-grip="from"]').boundingBox())!;
  await page.mouse.move(grip.x + 12, grip.y + 10);
  await page.mouse.down();
  await page.mouse.move(grip.x + 512, grip.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await window())[0]).toBeGreaterThan(3000);
  const [from, to] = await window();
  const whole = (await brush.boundingBox())!;
  await page.mouse.move(whole.x + whole.width / 2, whole.y + 10);
  await page.mouse.down();
  await page.mouse.move(whole.x + whole.width / 2 - 150, whole.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await window())[0]).toBeLessThan(from! - 500);
  await expect.poll(async () => (await window())[1]).toBeLessThan(to!);
  const moved = await window();
  await brush.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await window())[0]).toBeLessThan(moved[0]!);
  expect(await position(page)).toBe(here);
  // A longer run: its steps cannot be told apart any more, and none is left out.
  await page.getByTestId('speed').selectOption('Infinity');
  await page.getByTestId('play').click();
  await expect.poll(() => end(page), { timeout: 60_000 }).toBeGreaterThan(12_000);
  // It may come to its end, where nothing can be paused any more.
  await expect(async () => {
    if (await page.getByTestId('pause').isVisible()) await page.getByTestId('pause').click({ timeout: 1000 });
    await expect(page.getByTestId('play')).toBeVisible({ timeout: 1000 });
  }).toPass();
  // It is added up portion by portion.
  await expect(async () => {
    await page.getByTestId('tl-lanes').focus();
    await page.keyboard.press('0');
    await expect(page.getByTestId('wide')).toBeVisible({ timeout: 1000 });
    expect((await window())[1]).toBeGreaterThan((await end(page)) * 0.95);
  }).toPass();
  expect(await seriousFindings(page)).toEqual([]);
  const all = await end(page);
  const view = (await timeline(page).locator('.tl-view').boundingBox())!;
  await page.mouse.move(view.x + 2, view.y + 90);
  await page.mouse.down();
  await page.mouse.move(view.x + view.width - 2, view.y + 90, { steps: 4 });
  await page.mouse.up();
  const said = async (name: string) => Number(await page.getByTestId('span').getAttribute(`data-${name}`));
  await expect.poll(async () => (await said('to')) - (await said('from'))).toBeGreaterThan(all * 0.9);
  // Of one sum: while the last part of the drag is summed another may take its place.
  const sum = await page.getByTestId('span').evaluate(({ dataset: { from, to, steps, arrivals } }) => ({
    all: Number(to) - Number(from),
    parts: Number(steps) + Number(arrivals),
  }));
  expect(sum.parts).toBe(sum.all);
});

test('the timeline: slices on SVG and on canvas, zoom, keys, a click goes there, nothing serious for axe', async ({
  page,
}) => {
  await storedMoment(page);
  await rebindAndStep(page, 0, 70);
  const lanes = timeline(page).locator('.tl-view');
  await expect(timeline(page).locator('.slice.move').first()).toBeVisible();
  await expect(timeline(page).locator('.commit-mark')).toHaveCount(1);
  await expect(timeline(page).locator('.span.moving')).toBeVisible();
  await expect(page.getByTestId('timeline-grid')).toContainText('<rebind by hand> H4 to H8');
  expect(await seriousFindings(page)).toEqual([]);
  for (let i = 0; i < 7; i++) await page.keyboard.press('Minus');
  await expect(page.getByTestId('slices-canvas')).toBeVisible();
  for (let i = 0; i < 7; i++) await page.keyboard.press('Shift+Equal');
  await expect(page.getByTestId('slices-canvas')).toHaveCount(0);
  const now = await position(page);
  const box = (await timeline(page).locator('.slice.move').first().boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(timeline(page)).not.toHaveAttribute('data-at', String(now));
  await expect(page.getByTestId('scrubber')).toHaveAttribute('aria-valuetext', /qc_set_tid_affinity/);
  await expect(lanes.locator('.slice.ahead').first()).toBeVisible();
  await page.keyboard.press('KeyL');
  await expect(page.getByTestId('trace')).toBeVisible();
  await page.keyboard.press('KeyT');
  await expect(lanes).toBeVisible();
});
