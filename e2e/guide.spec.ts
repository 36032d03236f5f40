/** The guide as it was built: its links lead somewhere, its figures stand where they say, its commands do what is said beside them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize, resolve } from 'node:path';
import { parseNamed } from '../src/machine/recording/named.ts';
import { Reel } from '../src/tape/reel.ts';
import { parseTape } from '../src/tape/schema.ts';
import { expect, seriousFindings, test } from './fixtures.ts';
import { plain } from './sites.ts';

const GUIDE = 'dist/guide';
const pages = () => readdirSync(GUIDE).filter((name) => name.endsWith('.html'));
const read = (name: string): string => readFileSync(join(GUIDE, name), 'utf8');
const unescaped = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** What a reader reads as prose: no code, where such a word may be meant. */
const wordsOf = (html: string): string =>
  html.replace(/<(code|pre|script|style)\b[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' ');

test('every link within the site leads to a file, and to a place in it', () => {
  const ids = new Map(
    pages().map((p) => [p, new Set([...read(p).matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!))]),
  );
  const dead: string[] = [];
  let looked = 0;
  for (const page of pages()) {
    for (const [, address] of read(page).matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(address!)) continue;
      looked++;
      const [, path, hash] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(unescaped(address!))!;
      const folder = path === '' ? page : path!.endsWith('/') ? `${path}index.html` : path!;
      const file = statSync(normalize(join(GUIDE, folder)), { throwIfNoEntry: false });
      if (!file?.isFile() || (hash && !ids.get(folder)?.has(decodeURIComponent(hash))))
        dead.push(`${page}: ${address}`);
      // Under any prefix: none begins at the host's top.
      if (address!.startsWith('/')) dead.push(`${page}: ${address} has no prefix`);
    }
  }
  expect(dead).toEqual([]);
  expect(looked).toBeGreaterThan(300);
});

test('every sentence that is filled in from the emulation is there', () => {
  expect(pages().filter((page) => /\b(undefined|null|NaN|\[object)\b/.test(wordsOf(read(page))))).toEqual([]);
});

test('every figure stands where its address says', () => {
  const wrong: string[] = [];
  let looked = 0;
  for (const page of pages()) {
    for (const [, src] of read(page).matchAll(/<iframe src="([^"]+)"/g)) {
      looked++;
      const [folder, query] = unescaped(src!).split('?');
      const at = new URLSearchParams(query).get('at');
      const reel = new Reel(parseTape(JSON.parse(readFileSync(join(GUIDE, folder!, 'tape.json'), 'utf8'))));
      const named = at === null ? null : parseNamed(at);
      if (at !== null && (!named || reel.frameNamed(named) < 0)) wrong.push(`${page}: ${src}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(looked).toBeGreaterThan(40);
});

/** Runs a command of the guide, and says what it prints and its exit code. */
function rebind(line: string, cwd: string): Promise<{ code: number | null; said: string }> {
  const args = line.replace(/^npx rebind /, '').split(' ');
  const child = spawn(process.execPath, [resolve('out/cli/rebind.js'), ...args], { cwd });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (d: Buffer) => (said += d));
  return new Promise((done) => child.on('close', (code) => done({ code, said })));
}

test('every command that needs nothing else runs, and prints what stands beneath it', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'rebind-guide-'));
  symlinkSync(resolve('public'), join(cwd, 'public'));
  const commands = new Map<string, string>();
  for (const page of pages())
    for (const [, line, , said] of read(page).matchAll(
      /<pre [^>]*data-run><code[^>]*>(.*?)\n<\/code><\/pre>\n(<pre [^>]*><code class="text">([\s\S]*?)\n<\/code><\/pre>)?/g,
    ))
      commands.set(unescaped(line!), unescaped(said ?? ''));
  expect(commands.size).toBeGreaterThan(10);
  for (const [line, expected] of commands) {
    expect(line).toMatch(/^npx rebind [a-z]+/);
    const { code, said } = await rebind(line, cwd);
    expect(said, line).toContain(expected);
    expect([0, 1], `${line}: ${said}`).toContain(code);
  }
  rmSync(cwd, { recursive: true });
});

test('below a prefix, without headers, wide and narrow: a figure plays, nothing is cut, and in print stands a picture', async ({
  page,
}) => {
  await page.goto(`${plain}/tools/rebind/guide/late.html`);
  const figure = page.frameLocator('figure.moment iframe').first();
  // While the figure takes the place of its markup both stand there, for a frame.
  await expect(() => figure.getByTestId('play').click({ timeout: 2000 })).toPass();
  await expect(figure.getByTestId('sentence')).toContainText('belongs to T0');
  expect(await seriousFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('figure.moment img').first()).toBeVisible();
  await expect(page.locator('figure.moment iframe').first()).toBeHidden();
});
