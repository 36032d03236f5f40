/** The trace over the whole recording, filtered, and each line's way to its step; and what became of a move. */
import type { Page } from '@playwright/test';
import { decodeMoment, fromHash } from '../src/link/index.ts';
import { expect, seriousFindings, showPanel, test } from './fixtures.ts';

const steps = async (page: Page) => Number(await page.getByTestId('stage').getAttribute('data-steps'));
const lines = (page: Page) => page.getByTestId('trace-line');

async function firstMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
}

test('show quic is filtered by connection, thread and word', async ({ page }) => {
  await firstMoment(page);
  await showPanel(page, 'show');
  await expect(page.getByTestId('show-B')).toBeVisible();
  const words = page.getByTestId('show-words');
  await words.fill('A');
  await expect(page.getByTestId('show-left-out')).toContainText(/1 of \d connections/);
  await expect(page.getByTestId('show-A')).toBeVisible();
  await words.fill('T2');
  await expect(page.getByTestId('show-A')).toBeVisible();
  await expect(page.getByTestId('show-B')).toHaveCount(0);
  await words.fill('');
  await expect(page.getByTestId('show-B')).toBeVisible();
});

test('two runs beside each other: the branch and the future that was left, and where they part', async ({
  page,
}) => {
  await firstMoment(page);
  await showPanel(page, 'beside');
  await expect(page.getByTestId('no-beside')).toBeVisible();
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+Digit3');
  await page.getByTestId('speed').selectOption('4000');
  await page.getByTestId('play').click();
  const first = page.getByTestId('beside').locator('tr.first');
  await expect(first).toContainText('Rebinding A from T2 to T3.', { timeout: 30_000 });
  await expect(first).toContainText('Rebinding A from T2 to T0.');
  expect(await seriousFindings(page)).toEqual([]);
});

test('a revision beside another: the same choices run in both, and where they first part', async ({
  page,
}) => {
  await firstMoment(page);
  await showPanel(page, 'beside');
  await page.getByTestId('beside-what').selectOption('25174d51e');
  const beside = page.getByTestId('beside');
  await expect(beside).toBeVisible({ timeout: 30_000 });
  // The seed rebinds at no accept: what both tell before that stands side by side.
  const rows = beside.locator('tbody tr');
  await expect(rows.filter({ hasText: '=' }).first()).toBeVisible();
  await expect(beside.locator('tr.first')).toHaveCount(1);
  await expect(beside.locator('thead')).toContainText('seed');
  expect(await seriousFindings(page)).toEqual([]);
  // A revision beside one that differs by nothing that A meets tells the same, or parts later.
  const parted = Number(await beside.getAttribute('data-first'));
  expect(parted).toBeGreaterThanOrEqual(0);
  await page.getByTestId('beside-take').click();
  await expect(page.getByTestId('revision')).toHaveValue('25174d51e');
});

test('what a step changed: at the commit one word of the entry, tid', async ({ page }) => {
  await firstMoment(page);
  await showPanel(page, 'changed');
  await page.getByTestId('chip-A').focus();
  await page.keyboard.press('Shift+ArrowRight');
  const stored = page.getByTestId('changed').locator('tr.owner');
  await expect(stored).toContainText('quic_connection_id');
  await expect(stored).toContainText('tid');
  expect(await seriousFindings(page)).toEqual([]);
});

test('filtered by connection, word and event; a line leads to its step and back', async ({ page }) => {
  await firstMoment(page);
  const start = await steps(page);
  await showPanel(page, 'trace');
  await expect(lines(page).first()).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByTestId('trace-redispatch').click();
  await expect(lines(page)).toHaveCount(3);
  await expect(lines(page).first()).toContainText('Redispatch. T2 sent datagram 33 on to T0.');
  await lines(page).first().click();
  await expect.poll(() => steps(page)).toBeGreaterThan(start);
  await expect(lines(page).first()).toHaveAttribute('aria-current', 'step');
  await page.getByTestId('trace-clear').click();
  await page.getByTestId('trace-words').fill('retrieve');
  await page.getByTestId('trace-T2').click();
  await expect(lines(page).filter({ hasText: 'retrieve_qc_conn_from_cid' }).first()).toBeVisible();
  // The address holds the filter: whoever opens it sees the same lines.
  const kept = () => decodeMoment(fromHash(new URL(page.url()).hash) ?? '').moment.view.trace;
  await expect.poll(kept).toMatchObject({ words: 'retrieve', tids: [2] });
  await page.reload();
  await expect(page.getByTestId('trace-words')).toHaveValue('retrieve', { timeout: 60_000 });
  await expect(page.getByTestId('trace-T2')).toHaveAttribute('aria-pressed', 'true');
  await expect(lines(page).filter({ hasText: 'retrieve_qc_conn_from_cid' }).first()).toBeVisible();
  await page.getByTestId('trace-words').fill('zzz');
  await expect(page.getByTestId('trace-none')).toBeVisible();
});

test('what one run of a callback told is one row until it is opened: by mouse, keys, the playhead, and by what is looked for', async ({
  page,
}) => {
  await firstMoment(page);
  await showPanel(page, 'trace');
  const trace = page.getByTestId('trace');
  const move = lines(page).filter({ hasText: 'Commit. A now belongs to T0.' });
  await expect(move).toHaveAttribute('aria-expanded', 'false');
  await expect(move).toContainText(/\d+ lines/);
  const size = Number(/(\d+) lines/.exec((await move.textContent())!)![1]);
  const call = (await move.getAttribute('data-call'))!;
  const ofMove = trace.locator(`.trace-line[data-call="${call}"]`);
  await trace.locator('.trace-row').filter({ has: move }).getByTestId('trace-fold').click();
  await expect(ofMove).toHaveCount(size);
  await expect(ofMove.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(ofMove).toHaveCount(1);
  await expect(ofMove).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(ofMove).toHaveCount(size);
  await page.keyboard.press('ArrowLeft');
  await expect(ofMove).toHaveCount(1);
  expect(await seriousFindings(page)).toEqual([]);
  // Every line by itself, and folded again; what was shut by hand stays so.
  const all = Number((await page.getByTestId('trace-copy').textContent())!.replace(/\D/g, ''));
  await page.getByTestId('trace-words').fill('commit');
  await expect(lines(page).first()).not.toHaveAttribute('aria-expanded', 'false');
  await page.getByTestId('trace-words').fill('');
  // What was shut by hand stays so under the playhead; of another callback it is seen what the playhead stands at.
  const here = trace.locator('.trace-line[aria-current="step"]');
  await page.getByTestId('chip-C').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(here).toContainText('Commit. A now belongs to T0.');
  await expect(here).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(here).toContainText('Redispatch. T2 sent datagram 33 on to T0.');
  await expect(here).not.toHaveAttribute('aria-expanded', 'false');
  expect(all).toBeGreaterThan(1000);
});

test('what happened: the last move with its steps, its late datagrams, and the way to each', async ({
  page,
}) => {
  await firstMoment(page);
  await page.keyboard.press('w');
  await expect(page.getByTestId('move')).toHaveCount(2);
  await expect(page.getByTestId('move-words')).toContainText('3 datagrams were late, none was lost');
  await expect(page.getByTestId('happened').locator('.move-steps li.commit')).toContainText('S14');
  const late = page.getByTestId('late-table').locator('tbody tr');
  await expect(late).toHaveCount(3);
  expect(await seriousFindings(page)).toEqual([]);
  await late.first().getByRole('button', { name: '33', exact: true }).click();
  await expect(page.getByTestId('packet')).toHaveAttribute('data-dgram', '33');
  await page.getByTestId('watch-again').click();
  await expect(page.getByTestId('totals')).toContainText('3 redispatched', { timeout: 30_000 });
});
