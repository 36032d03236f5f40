/** A page with two figures in a browser: what is wrong with it, one line each. */

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
/** What a figure may be high, px. */
const HEIGHT = [260, 760];

/** Whether a picture is there: its own width is known. */
const drawn = (image) =>
  image.evaluate(async (img) => {
    await img.decode().catch(() => {});
    return img.naturalWidth > 0;
  });

const dark = (frame) =>
  frame.locator('body').evaluate((body) => {
    const [r, g, b] = /(\d+), (\d+), (\d+)/.exec(getComputedStyle(body).backgroundColor).slice(1).map(Number);
    return r + g + b < 384;
  });

/** A figure's frame: is it as high as it should be, is all of it seen, has it the theme? */
async function lookAt(element, frame, name, scheme) {
  await frame.getByTestId('stage').first().waitFor();
  const { height } = await element.boundingBox();
  const hidden = await frame.locator('html').evaluate((html) => html.scrollHeight - innerHeight);
  return [
    ...(height < HEIGHT[0] || height > HEIGHT[1] ? [`${name} is ${Math.round(height)} px high`] : []),
    ...(hidden > 1 ? [`${name} scrolls by ${hidden} px`] : []),
    ...((await dark(frame)) !== (scheme === 'dark') ? [`${name} is not ${scheme}`] : []),
  ];
}

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} address the page
 * @param {{slides?: boolean, light?: boolean}} recipe with slides the second figure stands on the next one; `light`: the page has no dark theme
 */
export async function faults(browser, address, { slides, light }) {
  const found = [];
  for (const scheme of ['light', 'dark']) {
    const right = light ? 'light' : scheme;
    const page = await browser.newPage({ viewport: WIDE, colorScheme: scheme });
    page.on('console', (m) => {
      // A site without an icon is no fault of the figure's.
      if (['error', 'warning'].includes(m.type()) && !m.location().url.endsWith('/favicon.ico'))
        found.push(`${scheme}: console: ${m.text()}`);
    });
    page.on('pageerror', (error) => found.push(`${scheme}: ${error.message}`));
    // A page that is made anew by its script is looked at afterwards.
    await page.goto(address, { waitUntil: 'networkidle' });
    const frame = page.locator('iframe').first();
    await frame.scrollIntoViewIfNeeded();
    found.push(...(await lookAt(frame, frame.contentFrame(), `${scheme}: the frame`, right)));
    const element = page.locator('rebind-figure');
    const poster = element.locator('img');
    await page.emulateMedia({ media: 'print', colorScheme: scheme });
    if (!(await drawn(poster))) found.push(`${scheme}: in print the element has no picture`);
    if (!(await frame.contentFrame().getByTestId('stage').first().isVisible()))
      found.push(`${scheme}: in print the frame is empty`);
    await page.emulateMedia({ media: null, colorScheme: scheme });
    if (slides) await page.keyboard.press('ArrowRight');
    await poster.click();
    const inside = element.locator('iframe');
    found.push(...(await lookAt(inside, inside.contentFrame(), `${scheme}: the element`, right)));
    await page.setViewportSize(NARROW);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > NARROW.width) found.push(`${scheme}: ${wide} px wide at ${NARROW.width}`);
    await page.close();
  }
  return found;
}
