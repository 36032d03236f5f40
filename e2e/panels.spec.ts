/** Panels of what HAProxy would print, of one thread and of timers; and tables taken along. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, seriousFindings, test } from './fixtures.ts';

async function firstMoment(page: Page): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('inbox-T2')).toContainText('3 waiting');
  await expect.poll(() => page.getByTestId('stage').getAttribute('data-hash')).toBeTruthy();
}

test('show threads, show fd and show activity in the words of the revision that runs', async ({ page }) => {
  await firstMoment(page);
  await page.keyboard.press('KeyQ');
  const lines = page.getByTestId('show-lines');
  await page.getByTestId('command-threads').click();
  await expect(lines).toContainText('* Thread 1 : id=0x7f');
  await page.getByTestId('show-thread').selectOption('2');
  await expect(lines).toContainText('* Thread 3 : id=0x7f');
  await expect(lines).toContainText('wantrdv=');
  await page.getByTestId('command-fd').click();
  await expect(lines).toContainText('tmask=0xf');
  await expect(lines).toContainText('(quic_lstnr_sock_fd_iocb)');
  await page.getByTestId('command-activity').click();
  await expect(lines).toContainText('accepted: 6 [ ');
  await expect(lines).toContainText('accq_pushed: 6 [ ');
  await expect(page.getByTestId('show-version')).toContainText('2.8-dev8');
  expect(await seriousFindings(page)).toEqual([]);
});

test('a thread is looked into; a timer that is let run out is due, until its thread finds it', async ({
  page,
}) => {
  await firstMoment(page);
  await page.keyboard.press('KeyI');
  const panel = page.getByTestId('thread-panel');
  await page.getByTestId('room-2').click();
  await expect(panel).toContainText('quic_lstnr_dghdlr');
  await panel.getByTitle('Open datagram 33').click();
  await expect(page.getByTestId('packet')).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('KeyY');
  const timer = page.locator('[data-testid^="timer-"][data-testid$="-loss"]').first();
  await expect(timer).toBeVisible();
  await expect(timer).toContainText(/\d+ ms/);
  await timer.getByRole('button', { name: /run out now$/ }).click();
  await expect(timer).toContainText('due');
});

test('the timers as CSV, what the trace says as JSON: saved files hold what is shown', async ({ page }) => {
  await firstMoment(page);
  await page.keyboard.press('KeyY');
  const count = Number(await page.getByTestId('timers-panel').getAttribute('data-count'));
  await page.keyboard.press('KeyJ');
  await page.getByTestId('export-CSV').click();
  await expect(page.getByTestId('export-said')).toHaveText(`${count} rows`);
  const save = async () => {
    const file = page.waitForEvent('download');
    await page.getByTestId('export-save').click();
    const got = await file;
    return { name: got.suggestedFilename(), text: readFileSync(await got.path(), 'utf8') };
  };
  const csv = await save();
  expect(csv.name).toBe('rebind-timers.csv');
  expect(csv.text.split('\r\n')).toHaveLength(count + 2);
  expect(csv.text).toMatch(/^connection,timer,thread,left ms,due ms,armed ms\r\n/);
  await page.getByTestId('export-table').selectOption('trace');
  await page.getByTestId('export-JSON').click();
  await expect(page.getByTestId('export-said')).toContainText('rows');
  const rows = JSON.parse((await save()).text) as { step: number; line: string }[];
  expect(rows.length).toBeGreaterThan(500);
  expect(rows.map((r) => r.step)).toEqual(rows.map((r) => r.step).sort((a, b) => a - b));
  expect(await seriousFindings(page)).toEqual([]);
});
