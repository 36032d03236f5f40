/** Figures in other people's pages: played from their tape, at every width, however little the frame may do. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Page } from '@playwright/test';
import { dropFiles, expect, seriousFindings, test } from './fixtures.ts';
import { framePage, plain } from './sites.ts';

const FIRST = '/m/first/';
const dist = (path: string): string => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));

/** A page of another origin with one figure, as wide and high as a host makes it. */
async function hostPage(page: Page, src: string, width: number, height: number): Promise<FrameLocator> {
  await page.goto(`${framePage(src)}&width=${width}&height=${height}`);
  return page.frameLocator('iframe');
}

const frameOf = (page: Page) => page.frames().find((f) => f !== page.mainFrame())!;

/** Goes from mark to mark until one is called so. */
async function toMark(figure: FrameLocator, name: RegExp): Promise<void> {
  const scrubber = figure.getByTestId('scrubber');
  for (let n = 0; n < 12; n++) {
    if (name.test((await scrubber.getAttribute('aria-valuetext')) ?? '')) return;
    await figure.getByTestId('next-mark').click();
  }
  await expect(scrubber).toHaveAttribute('aria-valuetext', name);
}

for (const [width, height] of [
  [280, 560],
  [360, 600],
  [720, 440],
  [1000, 520],
] as const)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${width} px, ${colorScheme}: shows, plays, steps; nothing is cut, moves about, or is asked for in vain`, async ({
      page,
      baseURL,
    }) => {
      await page.emulateMedia({ colorScheme });
      const asked: string[] = [];
      page.on('request', (r) => {
        if (r.url().startsWith(baseURL!)) asked.push(r.url());
      });
      const figure = await hostPage(page, `${baseURL}${FIRST}`, width, height);
      await expect(figure.getByTestId('play')).toBeVisible();
      await expect(figure.getByTestId('sentence').first()).toContainText('A belongs to T');
      expect(asked.length).toBeLessThanOrEqual(5);
      expect(page.workers()).toEqual([]);
      await expect(figure.locator('body')).toHaveCSS('color-scheme', colorScheme);

      // Until it is played: then its words change.
      const shifts = await frameOf(page).evaluate(() => {
        interface Shift extends PerformanceEntry {
          hadRecentInput: boolean;
          value: number;
          sources: { node: Node | null; previousRect: DOMRectReadOnly }[];
        }
        return new Promise<string[]>((resolve) => {
          // What follows a press at once is no shift: it was asked for. Nor is what was nowhere in the window before: a frame's
          // whole document, when its host has not laid the frame out yet; nor that document as a whole, when the frame is laid out anew.
          const of = (list: PerformanceObserverEntryList) =>
            (list.getEntries() as Shift[])
              .filter(
                (e) =>
                  !e.hadRecentInput &&
                  e.sources.some(
                    ({ node, previousRect: r }) => node !== document.body && r.width > 0 && r.height > 0,
                  ),
              )
              .map(
                (e) =>
                  `${e.value} ${e.sources.map(({ node }) => (node as Element | null)?.outerHTML ?? node?.nodeName)}`,
              );
          const found: string[] = [];
          new PerformanceObserver((list) => found.push(...of(list))).observe({
            type: 'layout-shift',
            buffered: true,
          });
          setTimeout(() => resolve(found), 300);
        });
      });
      expect(shifts).toEqual([]);

      await figure.getByTestId('play').click();
      await figure.getByTestId('play').click();
      await toMark(figure, /^commit/);
      await expect(figure.getByTestId('sentence')).toContainText('A now belongs to T');
      await expect(figure.getByTestId('commit')).toBeVisible();
      await toMark(figure, /is passed on/);
      await expect(figure.getByTestId('redispatch')).toBeVisible();

      const { over, cut } = await frameOf(page).evaluate(() => {
        const root = document.documentElement;
        const within = [...document.querySelectorAll('button, .scrubber, .sentence, figcaption, svg.stage')];
        return {
          over: root.scrollWidth > innerWidth || root.scrollHeight > innerHeight,
          cut: within
            .map((el) => [el.getAttribute('class') ?? el.tagName, el.getBoundingClientRect()] as const)
            .filter(([, b]) => b.left < -0.5 || b.right > innerWidth + 0.5 || b.bottom > innerHeight + 0.5)
            .map(([name]) => name),
        };
      });
      expect({ over, cut }).toEqual({ over: false, cut: [] });
      expect(page.workers()).toEqual([]);
      expect(await seriousFindings(frameOf(page))).toEqual([]);
    });

test('without a script it is a picture with its sentence, and leads to the whole page', async ({
  browser,
  baseURL,
}) => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${baseURL}${FIRST}`);
  await expect(page.getByTestId('sentence').first()).toContainText('A belongs to T');
  await expect(page.getByTestId('stage').first()).toBeVisible();
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Open full' }).first()).toHaveAttribute(
    'href',
    '../../?story=first',
  );
  await page.setViewportSize({ width: 360, height: 640 });
  await expect(page.locator('svg.stage.phone')).toBeVisible();
  await expect(page.locator('svg.stage.figure')).toBeHidden();
  await page.close();
});

test('the picture that stands in the document is the one that the script draws', async ({
  browser,
  baseURL,
}) => {
  const shot = async (javaScriptEnabled: boolean) => {
    const page = await browser.newPage({ javaScriptEnabled, viewport: { width: 720, height: 440 } });
    await page.goto(`${baseURL}${FIRST}`);
    if (javaScriptEnabled) await expect(page.getByTestId('play')).toBeVisible();
    const boxes = await page.locator('svg.stage.figure').first().screenshot();
    await page.close();
    return boxes;
  };
  expect((await shot(true)).equals(await shot(false))).toBe(true);
});

test('shut in, without an origin and without storage, it plays; what it cannot do it says', async ({
  page,
  baseURL,
  complaints,
}) => {
  await page.goto(framePage(`${plain}${FIRST}`, 'allow-scripts'));
  const figure = page.frameLocator('iframe');
  await figure.getByTestId('play').click();
  await figure.getByTestId('play').click();
  await toMark(figure, /^commit/);
  expect(await frameOf(page).evaluate(() => origin)).toBe('null');
  expect(baseURL).not.toBe(plain);
  // Its server lets no stranger read the machine.
  await figure.getByTestId('thread-T0').click();
  await expect(figure.getByTestId('mark-name')).toContainText('Replay only');
  complaints.length = 0;
});

test('in an isolated page it plays, and goes on in the real machine', async ({ page, baseURL }) => {
  await page.goto(`${framePage(`${baseURL}${FIRST}?begin=still`)}&isolated`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const figure = page.frameLocator('iframe');
  await toMark(figure, /^commit/);
  await figure.getByTestId('thread-T0').click();
  await expect(figure.getByTestId('thread-T0')).toHaveAttribute('aria-label', 'Release T0', {
    timeout: 60_000,
  });
});

test('from a file it plays too, and says that it is a replay', async ({ page }) => {
  await page.goto(`file://${dist('m/first/index.html')}`);
  await page.getByTestId('play').click();
  await page.getByTestId('play').click();
  await expect(page.getByTestId('controls')).toBeVisible();
  await page.keyboard.press('Shift+Digit1');
  await expect(page.getByTestId('mark-name')).toContainText('Replay only');
  await page.getByTestId('next-mark').click();
  await expect(page.getByTestId('mark-name')).not.toContainText('Replay only');
});

test('where storage is blocked it plays all the same', async ({ page, baseURL }) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
  });
  await page.goto(`${baseURL}${FIRST}?begin=still`);
  await page.getByTestId('next-mark').click();
  await expect(page.getByTestId('scrubber')).toHaveAttribute('aria-valuetext', /moved|commit/);
});

test('an address says where it stands, in which theme, with which lanes; what is wrong in it is passed over', async ({
  page,
  baseURL,
}) => {
  await page.goto(`${baseURL}${FIRST}?at=A.redispatch.1&lanes=T2,T0,T1&theme=dark&begin=still&speed=9`);
  await expect(page.getByTestId('scrubber')).toHaveAttribute('aria-valuetext', /is passed on/);
  for (const tid of [0, 1, 2]) await expect(page.getByTestId(`lane-T${tid}`)).toBeVisible();
  await expect(page.locator('body')).toHaveCSS('color-scheme', 'dark');
  await page.goto(`${baseURL}${FIRST}?at=B.commit.7&lanes=T99&theme=blue`);
  await expect(page.getByTestId('play')).toBeVisible();
  await expect(page.getByTestId('sentence')).toContainText('A belongs to T');
});

test('by itself: played on sight, and a picture again once it has been out of view', async ({
  page,
  baseURL,
}) => {
  await page.goto(`${baseURL}${FIRST}?begin=playing`);
  await expect(page.getByTestId('play')).toHaveAttribute('aria-label', 'Pause');
  await expect(page.getByTestId('play')).toHaveAttribute('aria-label', 'Play', { timeout: 30_000 });
  await expect(page.getByTestId('scrubber')).toHaveAttribute('aria-valuenow', '100');
});

test('by keyboard alone: marks, steps, and back to the host', async ({ page, baseURL }) => {
  const figure = await hostPage(page, `${baseURL}${FIRST}?begin=still`, 720, 440);
  const scrubber = figure.getByTestId('scrubber');
  await scrubber.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(scrubber).toHaveAttribute('aria-valuetext', /^commit/);
  const step = await figure.getByTestId('controls').getAttribute('data-step');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(figure.getByTestId('controls')).not.toHaveAttribute('data-step', step!);
  await expect(figure.getByTestId('sentence')).toContainText('A belongs to T');
  await page.keyboard.press('End');
  await expect(scrubber).toHaveAttribute('aria-valuenow', '100');
  await page.evaluate(() =>
    addEventListener('keydown', ({ key }: KeyboardEvent) => {
      document.title = key;
    }),
  );
  await page.keyboard.press('Escape');
  expect(await frameOf(page).evaluate(() => document.activeElement === document.body)).toBe(true);
  // The host's own keys work on: its slides go on.
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveTitle('ArrowRight');
});

test('the Tab key goes through a figure and leaves it; its title and the names in it are its own', async ({
  page,
  baseURL,
}) => {
  const figure = await hostPage(page, `${baseURL}${FIRST}?begin=still`, 720, 440);
  await expect(figure.getByTestId('controls')).toBeVisible();
  await page.evaluate(() => {
    const after = document.createElement('button');
    after.id = 'after';
    document.body.append(after);
  });
  const names: string[] = [];
  const left = () => page.evaluate(() => document.activeElement?.id === 'after');
  for (let n = 0; n < 20 && !(await left()); n++) {
    await page.keyboard.press('Tab');
    const name = await frameOf(page).evaluate(() => {
      const at = document.activeElement;
      return at === document.body ? '' : (at?.getAttribute('aria-label') ?? at?.textContent ?? '');
    });
    if (name) names.push(name);
  }
  expect(await left()).toBe(true);
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
  expect(await frameOf(page).title()).toBe('Moved while packets wait · Rebind');
});
test('what a reader changes goes on in the real machine, from the step that is shown', async ({
  page,
  baseURL,
}) => {
  await page.goto(`${baseURL}${FIRST}?begin=still&at=A.commit-1`);
  const commit = page.getByTestId('chip-A');
  const owner = Number(await commit.getAttribute('data-owner'));
  const shown = await page.getByTestId('stage').getAttribute('data-steps');
  const third = [0, 1, 2, 3].find((t) => t !== owner && t !== 0)!;
  await page.goto(`${baseURL}${FIRST}?begin=still`);
  await page.getByTestId('scrubber').focus();
  await page.keyboard.press(`Shift+Digit${third}`);
  await expect(page.getByTestId('mark-name')).toContainText('being loaded');
  await expect(page.getByTestId('chip-A')).toHaveAttribute('data-owner', String(third), { timeout: 60_000 });
  expect(page.workers().length).toBeGreaterThan(0);
  expect(Number(shown)).toBeGreaterThan(0);
  await expect(page.getByTestId('open-full')).toHaveAttribute('href', /story=first|#m=1/);
});

test('a step off the tape goes on in the real machine, at its end and before its start; so does a thread that is held', async ({
  page,
  baseURL,
}) => {
  const steps = async () => Number(await page.getByTestId('stage').getAttribute('data-steps'));
  const scrubber = page.getByTestId('scrubber');
  await page.goto(`${baseURL}${FIRST}?begin=still&at=end`);
  const end = await steps();
  await scrubber.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(steps, { timeout: 60_000 }).toBe(end + 1);
  // It is the machine's now: T0 stands until it is let go.
  await page.keyboard.press('h');
  await page.keyboard.press('0');
  await expect(page.getByTestId('thread-T0')).toHaveAttribute('aria-label', 'Release T0');

  await page.goto(`${baseURL}${FIRST}?begin=still`);
  const start = await steps();
  await scrubber.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(steps, { timeout: 60_000 }).toBeLessThan(start);
});

test('“Open full” lands on the same moment', async ({ page, baseURL }) => {
  await page.goto(`${baseURL}${FIRST}?at=A.redispatch.1`);
  const step = await page.getByTestId('stage').getAttribute('data-steps');
  const hash = await page.getByTestId('stage').getAttribute('data-hash');
  const href = await page.getByTestId('open-full').getAttribute('href');
  await page.goto(new URL(href!, page.url()).href);
  await expect(page.locator('#root').getByTestId('stage')).toHaveAttribute('data-hash', hash!, {
    timeout: 60_000,
  });
  await expect(page.locator('#root').getByTestId('stage')).toHaveAttribute('data-steps', step!);
  await expect(page.getByTestId('resume-story')).toBeVisible();
});

test('below any path, and `?embed` alone, lead to the figure', async ({ page }) => {
  await page.goto(`${plain}/tools/rebind/m/first/`);
  await expect(page.getByTestId('play')).toBeVisible();
  await page.goto(`${plain}/tools/rebind/?embed`);
  await expect(page).toHaveURL(`${plain}/tools/rebind/m/first/`);
  await expect(page.getByTestId('play')).toBeVisible();
});

test('every bundled moment plays to its end without a word of complaint', async ({ page, baseURL }) => {
  for (const name of [
    'store',
    'twice',
    'socket',
    'race',
    'no-memory',
    'closing',
    'cids',
    'hot',
    'ring',
    'thaw',
  ]) {
    await page.goto(`${baseURL}/m/${name}/?begin=still`);
    await page.getByTestId('scrubber').focus();
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press('ArrowRight');
      if ((await page.getByTestId('scrubber').getAttribute('aria-valuenow')) === '100') break;
    }
    await expect(page.getByTestId('scrubber'), name).toHaveAttribute('aria-valuenow', '100');
    await expect(page.getByTestId('stage'), name).toBeVisible();
  }
});

test('the element: a picture that leads to the moment, then the figure, as high as it is, driven by attributes', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${framePage('/m/first/')}&element`);
  const picture = page.locator('rebind-figure img');
  await expect(picture).toBeVisible();
  expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  await expect(page.locator('iframe')).toHaveCount(0);
  await picture.click();
  const figure = page.frameLocator('iframe');
  await expect(figure.getByTestId('controls')).toBeVisible();
  await expect(picture).toBeHidden();
  const frame = page.locator('iframe');
  await expect
    .poll(
      async () =>
        (await frame.boundingBox())!.height - (await figure.getByTestId('figure').boundingBox())!.height,
    )
    .toBeLessThan(3);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.locator('rebind-figure').evaluate((el) => el.setAttribute('at', 'A.commit'));
  await expect(figure.getByTestId('scrubber')).toHaveAttribute('aria-valuetext', /^commit/);
  await page.locator('rebind-figure').evaluate((el) => el.setAttribute('theme', 'dark'));
  await expect(figure.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the element follows the host’s colours', async ({ page }) => {
  await page.goto(`${framePage('/m/first/')}&element`);
  await page.locator('rebind-figure img').click();
  const figure = page.frameLocator('iframe');
  await expect(figure.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(figure.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a host drives a figure, before it is there and after it was loaded again; what is no message of ours is nobody’s', async ({
  page,
  baseURL,
}) => {
  await page.goto(framePage(`${baseURL}${FIRST}?begin=still`));
  const heard = await page.evaluate(async () => {
    const { connect } = await import(/* @vite-ignore */ `${location.origin}/embed/rebind-figure.js`);
    const frame = document.querySelector('iframe')!;
    const figure = connect(frame);
    const names: string[] = [];
    const come = (event: string) =>
      new Promise<Record<string, unknown>>((resolve) => {
        const stop = figure.on(event, (what: Record<string, unknown>) => {
          names.push(event);
          stop();
          resolve(what);
        });
      });
    const mark = come('mark');
    figure.seek('A.commit');
    const ready = await come('ready');
    const reached = await mark;
    const wrong = come('error');
    figure.seek('A.nothing');
    figure.seek('B.commit.9');
    const why = await wrong;
    const again = come('ready');
    frame.src = `${frame.src}&lanes=T0,T1,T2`;
    await again;
    frame.contentWindow!.postMessage({ rebind: 'hello', version: 99 }, '*');
    frame.contentWindow!.postMessage('nonsense', '*');
    const end = come('end');
    figure.seek('A.redispatch.-1');
    figure.play();
    await end;
    const { height } = await new Promise<{ height: number }>((resolve) => {
      figure.on('height', resolve);
      frame.width = '500';
    });
    figure.destroy();
    return {
      title: ready.title,
      marks: (ready.marks as unknown[]).length,
      reached,
      why: why.text,
      height,
      names,
    };
  });
  expect(heard.title).toBe('Moved while packets wait');
  expect(heard.marks).toBeGreaterThan(5);
  expect(heard.reached).toMatchObject({ name: expect.stringMatching(/^commit/) });
  expect(heard.why).toContain('A.nothing');
  expect(heard.height).toBeGreaterThan(200);
});

test('several out of view cost nothing: no worker, and no picture is drawn', async ({ page, baseURL }) => {
  await page.goto(`${baseURL}${FIRST}?begin=playing`);
  await expect(page.getByTestId('play')).toHaveAttribute('aria-label', 'Pause');
  await page.evaluate(() => {
    document.body.style.paddingTop = '3000px';
  });
  await expect(page.getByTestId('play')).toHaveAttribute('aria-label', 'Play');
  const step = await page.getByTestId('controls').getAttribute('data-step');
  await page.waitForTimeout(500);
  await expect(page.getByTestId('controls')).toHaveAttribute('data-step', step!);
  expect(page.workers()).toEqual([]);
});

test('a poster that is dropped on the page is its moment again', async ({ page }) => {
  await page.goto('/?plain');
  const stage = page.locator('#root').getByTestId('stage');
  await expect(page.locator('#root').getByTestId('sentence')).toContainText('is held', { timeout: 60_000 });
  await page.keyboard.press('Home');
  await expect(stage).toHaveAttribute('data-steps', '0');
  const bytes = readFileSync(dist('m/closing/poster.svg'));
  const { start } = JSON.parse(readFileSync(dist('m/closing/tape.json'), 'utf8')) as { start: number };
  await dropFiles(page, 'body', [{ name: 'poster.svg', bytes }]);
  await expect(stage).toHaveAttribute('data-steps', String(start), { timeout: 60_000 });
});
