/** Any datagram, looked into: from where it is drawn, its bytes and fields linked, where it has been, and a connection followed. */
import type { Page } from '@playwright/test';
import { expect, seriousFindings, showPanel, test } from './fixtures.ts';

const packet = (page: Page) => page.getByTestId('packet');

async function firstMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
}

test('from an inbox by click, in flight by its menu, by key, and from one to the next', async ({ page }) => {
  await firstMoment(page);
  await page.getByTestId('dgram-33').click();
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  await page.keyboard.press(']');
  await expect(packet(page)).toHaveAttribute('data-dgram', '34');
  await page.getByTestId('dgram-39').click();
  await page.getByTestId('dgram-open').click();
  await expect(packet(page)).toHaveAttribute('data-dgram', '39');
  await page.getByTestId('tab-connection').click();
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('g');
  await expect(packet(page)).toHaveAttribute('data-dgram', '39');
  await page.getByTestId('dgram-36').focus();
  await page.keyboard.press('Enter');
  await expect(packet(page)).toHaveAttribute('data-dgram', '36');
  expect(await seriousFindings(page)).toEqual([]);
});

test('from a trace line, a slice and a redispatch of the timeline, the ledger, the search; each is the datagram that it names', async ({
  page,
}) => {
  await firstMoment(page);
  const other = async (no: string) => {
    // Something else stands there first, so that what comes is what was asked for.
    await page.getByTestId('dgram-36').click();
    await expect(packet(page)).toHaveAttribute('data-dgram', '36');
    expect(no).not.toBe('36');
  };
  await other('33');
  await showPanel(page, 'trace');
  await page.getByTestId('trace-redispatch').click();
  const line = page.getByTestId('trace').locator('.trace-row').filter({ hasText: 'sent datagram 33' });
  await line.getByTestId('line-dgram').click();
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  await other('34');
  // By keys: to the lines, along them, and into the datagram of one.
  await page.getByTestId('trace').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('trace-line').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('g');
  await expect(packet(page)).toHaveAttribute('data-dgram', '34');
  await other('33');
  await page.keyboard.press('w');
  await page.getByTestId('late-table').getByRole('button', { name: '33', exact: true }).click();
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  await other('34');
  await page.keyboard.press('/');
  await page.getByTestId('find-input').fill('A 34');
  await page.locator('[data-testid="find-hit"][data-group="Datagrams"]').click();
  await expect(packet(page)).toHaveAttribute('data-dgram', '34');
  await other('33');
  await showPanel(page, 'timeline');
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  const sent = page.getByTestId('timeline').locator('.arrow.redispatch[data-dgram="33"] text');
  await sent.click({ force: true });
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  await other('33');
  const slice = (await page.getByTestId('timeline').locator('.slice.redispatch rect').first().boundingBox())!;
  await page.mouse.click(slice.x + slice.width / 2, slice.y + slice.height / 2);
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  await other('33');
  await page.getByTestId('tl-lanes').focus();
  await page.keyboard.press('Enter');
  await expect(packet(page)).toHaveAttribute('data-dgram', '33');
  expect(await seriousFindings(page)).toEqual([]);
});

test('bytes and fields are linked both ways; nothing is opened ahead of the owner unless it is asked for', async ({
  page,
}) => {
  await firstMoment(page);
  await page.getByTestId('dgram-33').click();
  await expect(page.getByTestId('packet-received')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('frames')).toHaveCount(0);
  const dcid = packet(page).locator('.byte.t-cid');
  await expect(dcid).toHaveCount(8);
  await page.getByTestId('field-dcid').hover();
  await expect(dcid.first()).toHaveClass(/marked/);
  await packet(page).locator('.byte').first().hover();
  await expect(page.getByTestId('field-first')).toHaveAttribute('aria-pressed', 'true');
  await packet(page).locator('.byte').first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('field-dcid')).toHaveAttribute('aria-pressed', 'true');
  await page.getByTestId('show-anyway').click();
  await expect(page.getByTestId('frames')).toContainText('ACK');
  await expect(page.getByTestId('field-tag')).toContainText('matches');
});

test('where it has been: each hop says why, and leads to its step; what is ahead is said to be', async ({
  page,
}) => {
  await firstMoment(page);
  await page.getByTestId('dgram-33').click();
  const hops = page.getByTestId('hop');
  await expect(page.getByTestId('hops-sum')).toContainText('Late.');
  await expect(hops.filter({ hasText: 'sorts it to T2: A’s entry says T2' })).toBeVisible();
  const passed = hops.filter({ hasText: 'passes it on to T0, whole and unopened' });
  await expect(passed).toContainText('not yet run');
  await passed.click();
  await expect(page.getByTestId('inbox-T0')).toContainText('1 waiting');
  await expect(passed).not.toContainText('not yet run');
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('sentence')).toContainText('because its entry now says T0');
});

test('an Initial says who is asked for', async ({ page }) => {
  await page.goto('/?sample=one');
  await expect(page.getByTestId('next')).toContainText('arrives', { timeout: 30_000 });
  await page.getByTestId('tab-packet').click();
  await expect(page.getByTestId('packet-none')).toBeVisible();
  await page.getByTestId('dgram-1').click();
  await page.keyboard.press('Escape');
  await page.getByTestId('packet-opened').click();
  await expect(page.getByTestId('frames')).toContainText('Server name');
  await expect(page.getByTestId('frames')).toContainText('initial_max_data');
});

test('a connection is followed from its menu: the rest steps back until Esc', async ({ page }) => {
  await firstMoment(page);
  await page.getByTestId('chip-A').click({ button: 'right' });
  await page.getByTestId('follow-conn').click();
  await expect(page.getByTestId('following')).toHaveText(/Following A/);
  await expect(page.getByTestId('dgram-41')).toHaveClass(/back/);
  await expect(page.getByTestId('dgram-33')).not.toHaveClass(/back/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('following')).toHaveCount(0);
});
