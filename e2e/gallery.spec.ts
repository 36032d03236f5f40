/** The gallery's states (`npm run gallery`), one page load for each width: what boxes say is so in every browser of every machine. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { buildGallery, GALLERY } from '../scripts/lib/gallery.mjs';
import { faultsIn } from './boxes.ts';
import { expect, test } from './fixtures.ts';

const AT = 'http://gallery.localhost/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

test.describe.configure({ mode: 'serial' });
test.setTimeout(300_000);
test.beforeAll(buildGallery);

/** Shows every state in both themes and looks at its boxes: a line for each fault. In the page, so that nothing is waited for by polling. */
async function lookAtAll(names: readonly string[]): Promise<string[]> {
  const faultsIn = (window as unknown as { faultsIn(): string[] }).faultsIn;
  const frame = () => new Promise<void>((done) => requestAnimationFrame(() => done()));
  let changed = 0;
  new MutationObserver(() => changed++).observe(document.body, { subtree: true, childList: true });
  const out: string[] = [];
  for (const name of names) {
    location.hash = encodeURIComponent(name);
    const end = performance.now() + 20_000;
    const there = () => {
      const shown = document.querySelector<HTMLElement>('[data-gallery]');
      return shown?.dataset.gallery === name && shown.querySelector('main, .explorer') !== null;
    };
    // What is loaded when it is first shown comes after it: until nothing has changed for some frames.
    for (let quiet = 0, before = changed; quiet < 3; quiet = there() && before === changed ? quiet + 1 : 0) {
      if (performance.now() > end) return [...out, `${name}: it does not come`];
      before = changed;
      await frame();
    }
    await document.fonts.ready;
    for (const theme of ['light', 'dark']) {
      document.documentElement.dataset.theme = theme;
      out.push(...faultsIn().map((fault) => `${name}, ${theme}: ${fault}`));
    }
    delete document.documentElement.dataset.theme;
  }
  return out;
}

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const)
  test(`${width} by ${height}, light and dark: no target is too small, nothing is cut off, nothing lies over another`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.route(`${AT}**`, async (route) => {
      const path = normalize(decodeURIComponent(new URL(route.request().url()).pathname));
      const body = await readFile(join(GALLERY, path));
      const contentType = TYPES[extname(path)] ?? 'application/octet-stream';
      // Live's board is of memory that workers could share.
      await route.fulfill({ body, contentType, headers: { ...ISOLATED, 'Content-Type': contentType } });
    });
    await page.goto(`${AT}src/gallery/index.html?bare`);
    const root = page.locator('#root[data-states]');
    await expect(root).toBeAttached({ timeout: 60_000 });
    const all = JSON.parse((await root.getAttribute('data-states'))!) as string[];
    // Presenting is for a room.
    const names = all.filter((name) => width >= 720 || !name.endsWith('presented'));
    await page.evaluate(`window.faultsIn = ${faultsIn}`);
    expect(await page.evaluate(lookAtAll, names)).toEqual([]);
  });
