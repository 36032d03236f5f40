/** What a figure has to do in every browser, each with and without headers; what needs a host's page, on the site that has one. */
import { click, focus, until } from './until.mjs';

const FIRST = '/m/first/';

// These run in the page, each by itself.
const step = () => Number(document.querySelector('[data-testid="controls"]')?.dataset.step ?? -1);
const stepIsNot = (was) => Number(document.querySelector('[data-testid="controls"]')?.dataset.step) !== was;
const at = () => document.querySelector('[data-testid="scrubber"]').getAttribute('aria-valuetext');
const scheme = () => getComputedStyle(document.body).colorScheme;
const label = (is) => document.querySelector('[data-testid="play"]')?.getAttribute('aria-label') === is;
/** Of the frame in a host's page of the same origin. */
const framed = () => document.querySelector('iframe')?.contentDocument?.documentElement.dataset.theme ?? '';
const framedIs = (theme) =>
  document.querySelector('iframe')?.contentDocument?.documentElement.dataset.theme === theme;

/** Fails unless the two are the same. */
function same(what, is, wanted) {
  if (JSON.stringify(is) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
}

async function shown(driver, url) {
  await driver.open(url);
  await until(driver, 'the figure', () => document.documentElement.classList.contains('runs'));
}

/** Name, test, and whether it needs the site that has a host's page. */
export const FIGURE = [
  [
    'a figure plays from its picture, is paused, and goes step by step and from mark to mark',
    async (driver, { base }) => {
      await shown(driver, `${base}${FIRST}`);
      await driver.run(click, 'play');
      const first = await until(driver, 'its first step', () => {
        const s = Number(document.querySelector('[data-testid="controls"]')?.dataset.step ?? 0);
        return s > 0 ? s : null;
      });
      await until(driver, 'a further step', stepIsNot, first);
      await driver.run(click, 'play');
      await until(driver, 'Play again', label, 'Play');
      const paused = await driver.run(step);
      await driver.run(focus, 'scrubber');
      await driver.press('ArrowRight', ['Shift']);
      await until(driver, 'one step on', stepIsNot, paused);
      await driver.press('ArrowLeft', ['Shift']);
      await until(
        driver,
        'one step back',
        (was) => document.querySelector('[data-testid="controls"]')?.dataset.step === String(was),
        paused,
      );
      for (let n = 0; n < 8 && !/^commit/.test(await driver.run(at)); n++)
        await driver.run(click, 'next-mark');
      same('its mark', /^commit/.test(await driver.run(at)), true);
    },
  ],
  [
    'a figure is scrubbed to its end and back',
    async (driver, { base }) => {
      await shown(driver, `${base}${FIRST}?begin=still`);
      const first = await until(
        driver,
        'its step',
        () => document.querySelector('[data-testid="controls"]')?.dataset.step,
      );
      const bar = await driver.run(() => {
        const { left, top, width, height } = document
          .querySelector('[data-testid="scrubber"]')
          .getBoundingClientRect();
        return { left, width, y: top + height / 2 };
      });
      const to = (share) => [bar.left + share * bar.width, bar.y];
      await driver.drag([to(0.1), to(0.5), to(0.99)]);
      await until(driver, 'another step', stepIsNot, Number(first));
      const late = await driver.run(step);
      if (late <= Number(first)) throw new Error(`scrubbed to its end it stands at ${late}, from ${first}`);
      await driver.run(focus, 'scrubber');
      await driver.press('Home');
      await until(
        driver,
        'its start',
        (was) => document.querySelector('[data-testid="controls"]')?.dataset.step === was,
        first,
      );
    },
  ],
  [
    'a figure has the theme that its address names',
    async (driver, { base }) => {
      for (const theme of ['dark', 'light']) {
        await shown(driver, `${base}${FIRST}?theme=${theme}`);
        same('its colour scheme', await driver.run(scheme), theme);
      }
    },
  ],
  [
    'the element’s figure follows the host’s colours, also when they change',
    async (driver, { base }) => {
      await driver.open(`${base}/frame.html?element&src=${FIRST}`);
      await until(driver, 'the element', () => customElements.get('rebind-figure') !== undefined);
      await driver.run(() => {
        document.documentElement.style.colorScheme = 'dark';
        document.querySelector('rebind-figure img').click();
      });
      await until(driver, 'the dark figure', framedIs, 'dark');
      await driver.run(() => {
        document.documentElement.style.colorScheme = 'light';
      });
      await until(driver, 'the light figure', framedIs, 'light');
      same('its theme', await driver.run(framed), 'light');
    },
    'host',
  ],
  [
    'without a script a figure is a picture with its sentence, and leads to the whole page',
    async (driver, { base }) => {
      // In a frame that may run none: from outside it can be read all the same.
      await driver.open(`${base}/frame.html?src=${FIRST}&sandbox=allow-same-origin`);
      const is = await until(driver, 'the picture', () => {
        const doc = document.querySelector('iframe')?.contentDocument;
        if (!doc || doc.readyState !== 'complete' || !doc.querySelector('svg.stage')) return null;
        const seen = (node) => node.getBoundingClientRect().width > 0;
        return {
          sentence: doc.querySelector('[data-testid="sentence"]').textContent.includes('A belongs to T'),
          pictures: [...doc.querySelectorAll('svg.stage')].filter(seen).length,
          buttons: [...doc.querySelectorAll('button')].filter(seen).length,
          links: [...doc.querySelectorAll('a')].filter(seen).map((a) => a.getAttribute('href')),
        };
      });
      same(
        'what is seen',
        [is.sentence, is.pictures, is.buttons, ...new Set(is.links)],
        [true, 1, 0, '../../?story=first'],
      );
    },
    'host',
  ],
];
