/** What is in a capture that a person opens: several servers, many connections, what is not replayed, what is packed. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { crowd } from '../src/capture/testing/crowd.ts';
import { dropFiles, expect, seriousFindings, showPanel, test } from './fixtures.ts';

const notice = (page: Page) => page.getByTestId('notice');

async function open(page: Page, name: string, bytes: Uint8Array, keys?: string): Promise<void> {
  await page.goto('/?plain');
  await expect(page.getByTestId('stage')).toBeVisible({ timeout: 30_000 });
  const files = [{ name, bytes }];
  if (keys) files.push({ name: 'keys', bytes: new TextEncoder().encode(keys) });
  await dropFiles(page, 'body', files);
}

test('220 connections: a list that scrolls and is searched; who is chosen there is chosen on the stage', async ({
  page,
}) => {
  const { file, keys } = crowd(220);
  await open(page, 'crowd.pcap.gz', gzipSync(file), keys);
  await expect(notice(page)).toContainText('220 connections');
  const all = page.getByTestId('all-clients');
  await expect(all).toHaveText('196 more …');
  await all.focus();
  await page.keyboard.press('Enter');
  const rows = page.getByTestId('capture-rows');
  await expect(rows).toHaveAttribute('data-count', '220');
  await rows.focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('capture-conn-219')).toContainText('10.1.13.12:40219');
  await expect(page.getByTestId('capture-conn-219')).toHaveAttribute('aria-selected', 'true');
  await page.getByTestId('capture-find').fill('40100');
  await expect(page.getByTestId('capture-found')).toHaveText('1 found');
  await page.getByTestId('capture-conn-100').click();
  await expect(page.locator('.client.on')).toContainText('10.1.6.5:40100');
  // No label of a client reaches into another, nor below the stage.
  const boxes = await page.locator('.client .addr, .all-clients').evaluateAll((list) =>
    list.map((el) => {
      const { top, bottom } = el.getBoundingClientRect();
      return { top, bottom };
    }),
  );
  const stage = await page.getByTestId('stage').boundingBox();
  boxes.sort((a, b) => a.top - b.top);
  for (const [i, box] of boxes.entries()) {
    if (i > 0) expect(box.top).toBeGreaterThanOrEqual(boxes[i - 1]!.bottom - 1);
    expect(box.bottom).toBeLessThanOrEqual(stage!.y + stage!.height);
  }
  expect(await seriousFindings(page)).toEqual([]);
});

test('several servers: the busiest is taken, another can be, what goes to the others is listed, and the link says which', async ({
  page,
}) => {
  const { file, keys } = crowd(5, 3);
  await open(page, 'two.pcap', file, keys);
  await expect(page.getByTestId('not-replayed')).toHaveText('9 not replayed');
  await page.getByTestId('not-replayed').click();
  await expect(page.getByTestId('capture-rows')).toHaveAttribute('data-count', '9');
  await expect(page.getByTestId('capture-rows')).toContainText('It goes to another server.');
  const server = page.getByTestId('server');
  await expect(server).toHaveValue('198.51.100.1:443');
  await expect(server.locator('option')).toHaveText([
    '198.51.100.1:443 (20 datagrams)',
    '198.51.100.2:8443 (12 datagrams)',
  ]);
  await server.selectOption('198.51.100.2:8443');
  await expect(notice(page)).toContainText('3 connections');
  await expect(page.getByTestId('not-replayed')).toHaveText('15 not replayed');
  await page.getByTestId('step').click();
  await expect.poll(() => page.url()).toContain('#');
  // Whoever opens the link is asked for the capture, and gets its server.
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(notice(page)).toContainText('two.pcap');
  await dropFiles(page, 'body', [
    { name: 'two.pcap', bytes: file },
    { name: 'keys', bytes: new TextEncoder().encode(keys) },
  ]);
  await showPanel(page, 'capture');
  await expect(page.getByTestId('server')).toHaveValue('198.51.100.2:8443');
});
