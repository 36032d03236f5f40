/** What a person can do to the network, timers and connections, by menu and by keyboard, and show quic. */
import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

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

/** At the beginning of the smallest capture: its first datagram is what comes next. */
async function atBeginning(page: Page): Promise<void> {
  await page.goto('/?sample=one');
  await expect(page.getByTestId('next')).toContainText('datagram 1 of A arrives', { timeout: 60_000 });
  await expect.poll(() => stateHash(page)).not.toBe('');
}

const inFlight = (page: Page, no: string) => page.getByTestId(`dgram-${no}`);

test('a datagram in flight is duplicated, kept back and dropped by menu; each is taken back by a step back', async ({
  page,
}) => {
  await atBeginning(page);
  const before = await stateHash(page);
  await inFlight(page, '1').click();
  await expect(page.getByTestId('dgram-menu')).toBeVisible();
  await page.getByTestId('dgram-duplicate').click();
  await expect(inFlight(page, '1′')).toBeVisible();
  await expect.poll(() => stateHash(page)).not.toBe(before);
  await inFlight(page, '1').click();
  await page.getByTestId('dgram-keep').click();
  await expect(inFlight(page, '1')).toHaveClass(/kept/);
  // Its duplicate is what comes next now, and brings the connection about.
  await expect(page.getByTestId('next')).toContainText('datagram 1′ of A arrives');
  await inFlight(page, '1').click();
  await page.getByTestId('dgram-drop').click();
  await expect(inFlight(page, '1')).toHaveCount(0);
  await expect(page.getByTestId('totals')).toContainText('1 dropped by the network');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await expect.poll(() => stateHash(page)).toBe(before);
});

test('by keyboard: ] goes to the datagram, Enter opens its menu, a digit wakes that thread first', async ({
  page,
}) => {
  await atBeginning(page);
  await page.keyboard.press('BracketRight');
  await expect(inFlight(page, '1')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('dgram-menu')).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Digit2');
  await expect(page.getByTestId('dgram-menu')).toHaveCount(0);
  await expect(page.getByTestId('next')).toContainText('T2');
});

test('show quic: a closing connection is printed on asking for all; run on a thread it waits for the one that is held', async ({
  page,
}) => {
  await storedMoment(page);
  await page.keyboard.press('KeyQ');
  const panel = page.getByTestId('show-quic');
  await expect(panel).toBeVisible();
  await expect(page.getByTestId('show-A')).toContainText('* 0x7f');
  await expect(page.getByTestId('show-D')).toHaveCount(0);
  await expect(page.getByTestId('show-missing')).toContainText(
    'closing list: only “show quic all” prints it',
  );
  await page.getByTestId('show-all').check();
  await expect(page.getByTestId('show-D')).toContainText('st=closing');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('show-thread').selectOption('0');
  await page.getByTestId('show-run').click();
  const state = page.getByTestId('show-state');
  for (let i = 0; i < 60; i++) {
    if (((await state.textContent()) ?? '').includes('T0 runs it')) break;
    const clock = page.getByTestId('clock');
    const was = (await clock.textContent()) ?? '';
    await page.getByTestId('step').click();
    await expect(clock).not.toHaveText(was);
  }
  await expect(state).toContainText('T0 runs it');
});

test('a connection is closed, and its timer let run out, from its menu', async ({ page }) => {
  await storedMoment(page);
  const before = await stateHash(page);
  await page.getByTestId('chip-E').click({ button: 'right' });
  await page.getByTestId('close-conn').click();
  await expect.poll(() => stateHash(page)).not.toBe(before);
  await page.getByTestId('chip-E').click({ button: 'right' });
  await expect(page.getByTestId('rebind-menu')).toContainText('its close has been ordered already');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => stateHash(page)).toBe(before);
  await page.getByTestId('chip-F').click({ button: 'right' });
  await page.getByTestId('expire-idle').click();
  await expect.poll(() => stateHash(page)).not.toBe(before);
});

test('from a thread’s menu: hold, the next accept, a failing allocation, show quic; each is undone by a step back', async ({
  page,
}) => {
  await storedMoment(page);
  const before = await stateHash(page);
  const item = async (id: string): Promise<void> => {
    await page.getByTestId('thread-T3').click();
    await page.getByTestId(`thread-${id}`).click();
  };
  await item('hold');
  await expect(page.getByTestId('lane-T3')).toHaveAttribute('data-state', 'held');
  await item('accept');
  await expect(page.getByTestId('conditions')).toContainText('accept to T3');
  await item('fail');
  await expect(page.getByTestId('conditions')).toContainText('next allocation fails');
  await page.keyboard.press('KeyN');
  await page.keyboard.press('Digit0');
  await expect(page.getByTestId('thread-menu')).toContainText('T0');
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await expect.poll(() => stateHash(page)).toBe(before);
  await expect(page.getByTestId('conditions')).not.toContainText('accept to T3');
  // Where nobody chooses at accept it is not offered; the theme is the system's while the page is open.
  await page.getByTestId('revision').selectOption('25174d51e');
  await expect(page.getByTestId('loading')).toHaveCount(0);
  await page.getByTestId('thread-T3').click();
  await expect(page.getByTestId('thread-accept')).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByTestId('theme')).toHaveText('Dark');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.getByTestId('theme')).toHaveText('Light');
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
  // A letter in an open menu is the menu's, so that none is left open over another mode.
  await page.keyboard.press('KeyM');
  await expect(page.getByTestId('thread-menu')).toBeVisible();
  await expect(page.getByTestId('stage')).toBeVisible();
});
