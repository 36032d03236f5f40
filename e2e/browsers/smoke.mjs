/**
 * What every browser has to do: start, stand at the same state as Chromium at the first moment and 100 steps on, move a connection
 * by hand, search in the Explorer, run threads at once where memory can be shared. Each with and without headers.
 */

import { FIGURE } from './figure.mjs';
import { click, focus, until } from './until.mjs';

// These run in the page, each by itself.
const text = (id) => document.querySelector(`[data-testid="${id}"]`)?.textContent ?? '';
const contains = (id, part) =>
  (document.querySelector(`[data-testid="${id}"]`)?.textContent ?? '').includes(part);
const moves = () => Number(document.querySelector('[data-testid="stage"]')?.dataset.steps) > 0;
const standing = () => {
  const stage = document.querySelector('[data-testid="stage"]');
  const hash = stage?.dataset.hash;
  return hash ? { hash, steps: Number(stage.dataset.steps) } : null;
};
const here = () =>
  ['clock', 'next'].map((id) => document.querySelector(`[data-testid="${id}"]`).textContent).join(' ');
const hereIsNot = (was) =>
  ['clock', 'next'].map((id) => document.querySelector(`[data-testid="${id}"]`).textContent).join(' ') !==
  was;

/** Opens the page and goes to its first moment. */
export async function atMoment(driver, base) {
  await driver.open(`${base}/?plain`);
  await until(driver, 'the first step', moves);
  await until(driver, 'the first moment', contains, 'sentence', 'is held; 3 datagrams of it wait');
  return until(driver, 'its hash', standing);
}

/** The hashes at the first moment and 100 steps on; the machine's own steps are counted, arrivals are not. */
export async function hashesOf(driver, base) {
  const first = await atMoment(driver, base);
  await driver.run(focus, 'chip-A');
  for (let i = 0; i < 100; i++) {
    // A choice that is made on the way is no step of the clock, but what comes next is another.
    const before = await driver.run(here);
    await driver.run(click, 'step');
    await until(driver, `step ${i + 1}`, hereIsNot, before);
  }
  const { hash } = await until(driver, 'the hash 100 steps on', standing);
  return { first: first.hash, on: hash };
}

/** Name and test of each; `site`: `{base, isolated}`, `wanted`: the hashes of Chromium. */
const SMOKE = [
  ...FIGURE,
  [
    'stands where Chromium stands, at the first moment and 100 steps on',
    async (driver, { base }, wanted) => {
      const is = await hashesOf(driver, base);
      if (is.first !== wanted.first || is.on !== wanted.on)
        throw new Error(`${JSON.stringify(is)}, Chromium ${JSON.stringify(wanted)}`);
    },
  ],
  [
    'a rebind by hand, by the keyboard',
    async (driver, { base }) => {
      await atMoment(driver, base);
      await driver.run(focus, 'chip-A');
      await driver.press('0', ['Shift']);
      await until(driver, 'the order', contains, 'sentence', 'A rebind to T0 is ordered');
      await driver.run(() => {
        const speed = document.querySelector('[data-testid="speed"]');
        const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set;
        set.call(speed, [...speed.options].at(-1).value);
        speed.dispatchEvent(new Event('change', { bubbles: true }));
        document.querySelector('[data-testid="play"]').click();
      });
      await until(driver, 'the new owner', contains, 'lane-T0', 'owner of A');
    },
  ],
  [
    'a figure plays its tape, and goes on in the machine when a thread is held',
    async (driver, { base }) => {
      await driver.open(`${base}/m/first/?begin=still`);
      await until(driver, 'the controls', () => document.querySelector('[data-testid="next-mark"]') !== null);
      const at = () => document.querySelector('[data-testid="scrubber"]').getAttribute('aria-valuetext');
      for (let n = 0; n < 6 && !/^commit/.test(await driver.run(at)); n++)
        await driver.run(click, 'next-mark');
      if (!/^commit/.test(await driver.run(at))) throw new Error('There is no commit on the tape.');
      await driver.run(focus, 'thread-T0');
      await driver.press('Enter');
      await until(
        driver,
        'T0 held',
        () => document.querySelector('[data-testid="thread-T0"]').getAttribute('aria-label') === 'Release T0',
      );
    },
  ],
  [
    'the Explorer finds M01',
    async (driver, { base }) => {
      await driver.open(`${base}/?sample=one`);
      await until(driver, 'the stage', contains, 'next', 'arrives');
      await driver.press('x');
      await until(driver, 'the Explorer', contains, 'verdict', 'Nothing searched yet');
      await driver.run(click, 'ex-search');
      await until(driver, 'a violation', () =>
        /Violation in \d+ steps/.test(document.querySelector('[data-testid="verdict"]').textContent),
      );
    },
  ],
  [
    'Live runs, or says why not',
    async (driver, { base, isolated }) => {
      await driver.open(`${base}/?plain`);
      await until(driver, 'the stage', standing);
      const shared = await driver.run(() => crossOriginIsolated && typeof SharedArrayBuffer === 'function');
      await driver.run(click, 'mode-live');
      if (!shared) {
        const why = await until(
          driver,
          'why Live is off',
          () => /Live needs memory that workers share\. .+/.exec(document.body.innerText)?.[0],
        );
        const served = /served without cross-origin isolation/.test(why);
        if (served === isolated) throw new Error(`Live says: ${why}`);
        return;
      }
      await until(
        driver,
        'datagrams handled',
        () => Number(document.querySelector('[data-testid="live-totals"]')?.dataset.handled) > 500,
      );
      await driver.run(click, 'live-toggle');
      await until(driver, 'the safe point', contains, 'live-status', 'all datagrams accounted for');
    },
  ],
];

/** The tests that a site can have: a host's page is served on the one without headers. */
export const testsOf = ({ isolated }) => SMOKE.filter(([, , needs]) => needs !== 'host' || !isolated);
