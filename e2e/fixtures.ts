/** Playwright's `test` with what every test here wants: a console that must stay clean, and axe. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Frame, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Collects what a page complains of: errors and warnings on the console, exceptions, requests that failed. */
export function watchComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page that is left or closed aborts what it was loading.
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  return complaints;
}

interface Fixtures {
  /** Everything the page complained of so far; a test that expects a complaint empties it. Must be empty at the end. */
  complaints: string[];
}

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ page }, use) => {
      const complaints = watchComplaints(page);
      await use(complaints);
      expect(complaints, 'the console stays clean').toEqual([]);
    },
    { auto: true },
  ],
});

/** Serious and critical findings of axe in a page or frame, and what lies outside of its landmarks: one line each, with the elements concerned. */
export async function seriousFindings(where: Page | Frame): Promise<string[]> {
  await where.evaluate(axeSource);
  return where.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical' || v.id === 'region')
      .map((v) => `${v.id}: ${v.help} (${v.nodes.map((node) => node.target.join(' ')).join(', ')})`);
  });
}

/** Shows a panel beneath the stage: by its tab, or by the menu of those that find no room. */
export async function showPanel(page: Page, id: string): Promise<void> {
  await expect(page.getByRole('tablist', { name: 'Panels' }).locator('[aria-selected=true]')).toBeVisible();
  const tab = page.getByTestId(`panel-${id}`);
  if (await tab.isVisible()) await tab.click();
  else {
    await page.getByTestId('panels-more').click();
    await page.getByTestId(`to-panel-${id}`).click();
  }
  await expect(tab).toHaveAttribute('aria-selected', 'true');
}

/** Drops a file on the element that `selector` finds, as a person does from a file manager. */
export async function dropFiles(
  page: Page,
  selector: string,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  const content = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, base64 } of list) {
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    return data;
  }, content);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent(selector, type, { dataTransfer: transfer });
  }
}

/** A bundled capture or key log, by its name in public/captures. */
export function captureFile(name: string): string {
  return `public/captures/${name}`;
}

export { expect };
