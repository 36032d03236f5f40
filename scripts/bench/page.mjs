import { tsImport } from 'tsx/esm/api';
import { root } from '../lib/root.mjs';
import { measureSteps } from './step.mjs';

const STEPS = 60;
const LOADS = 5;
const SLOWER = 4;
const PRESSES = 40;
/** Between two presses, ms. */
const GAP = 250;

const row = (what, figures, atMost, share = 0.5) => {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { what, unit: 'ms', median: at, low: sorted[0], high: sorted.at(-1), atMost };
};

const stands = (page) =>
  page.waitForFunction(() => document.querySelector('#root [data-testid=stage]')?.dataset.hash, undefined, {
    timeout: 120_000,
  });

/**
 * Runs in the page before its scripts: presses the key as soon as the stage stands for a moment of its own, and keeps when that was
 * answered. From outside it would have to be asked for, which takes its main thread's time.
 */
function pressOnceItStands() {
  if (window !== top) return;
  let was = '';
  const seen = new MutationObserver(() => {
    // Its first key is answered by an order that is no step: by another state.
    const hash = document.querySelector('#root [data-testid=stage]')?.dataset.hash;
    if (!hash || hash === was) return;
    if (was === '') {
      was = hash;
      setTimeout(() => window.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowRight' })));
    } else {
      seen.disconnect();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          window.answeredAt = performance.now();
        }),
      );
    }
  });
  const options = { subtree: true, childList: true, attributeFilter: ['data-hash'] };
  seen.observe(document, options);
}

/** From the address to a key that is answered, in a browser that keeps nothing, its main thread at a fourth of its speed. */
async function untilItAnswers(browser, address) {
  const figures = [];
  for (let load = -1; load < LOADS; load++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(pressOnceItStands);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.goto(`${address}?plain`, { waitUntil: 'commit' });
    const answered = await page.waitForFunction(() => window.answeredAt, undefined, {
      polling: 200,
      timeout: 120_000,
    });
    if (load >= 0) figures.push(await answered.jsonValue());
    await context.close();
  }
  return row(`until the page answers a key, its main thread ${SLOWER} times slower`, figures, 2000);
}

/** The page with a made-up capture of so many connections, all of them there. */
async function withConnections(page, address, connections) {
  const { bigCapture } = await tsImport('../../src/capture/bench.ts', import.meta.url);
  const { file, keys } = bigCapture(1e6, connections);
  await page.goto(`${address}?plain`);
  await stands(page);
  const before = await page.getAttribute('#root [data-testid=stage]', 'data-hash');
  await page.evaluate(
    (list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list)
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      for (const type of ['dragenter', 'drop'])
        window.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [
      { name: 'many.pcap', base64: Buffer.from(file).toString('base64') },
      { name: 'many.keys', base64: Buffer.from(keys).toString('base64') },
    ],
  );
  await page.waitForFunction(
    (was) => {
      const now = document.querySelector('#root [data-testid=stage]')?.dataset.hash;
      return now && now !== was;
    },
    before,
    { timeout: 120_000 },
  );
  // On until the last of them has come in: two datagrams of each, before any other.
  await page.getByTestId('speed').selectOption('full speed');
  await page.keyboard.press('Space');
  await page.waitForFunction(
    (all) => Number.parseInt(document.querySelector('[data-testid=totals]').textContent, 10) > all,
    2 * connections,
    { timeout: 120_000 },
  );
  await page.keyboard.press('Space');
  await page.getByTestId('play').waitFor();
}

/** Main thread's time of a step by key, until its stage has been drawn, and until its panels have followed. */
async function steps(browser, what, atMost, open) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const { stage, panels } = await measureSteps(page, open, STEPS);
    const name = `a step from key to picture, main thread, ${what}`;
    return [
      row(`${name} (95th of 100)`, stage, atMost, 0.95),
      row(`${name} (median)`, stage),
      row(`${name} and its panels (95th of 100)`, panels, undefined, 0.95),
    ];
  } finally {
    await context.close();
  }
}

/** Keys that are pressed while a search runs: a step on and back, the Explorer away and there again. */
const KEYS = ['ArrowRight', 'ArrowLeft', 'KeyX', 'KeyX'];

/** In the page: how long each interaction took, as the browser times it: from the event to the next paint. */
function observe() {
  window.took = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId)
        window.took.set(interactionId, Math.max(window.took.get(interactionId) ?? 0, duration));
  }).observe({ type: 'event', durationThreshold: 16 });
}

/** A search of more states than it can see takes all cores; keys are pressed the while. */
async function besideExplorer(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(`${address}?sample=one`);
    await stands(page);
    await page.keyboard.press('KeyX');
    await page.getByTestId('ex-world').selectOption('M12');
    await page.getByTestId('ex-fixed').check();
    for (let n = 0; n < 2; n++) await page.getByRole('button', { name: 'More: Threads' }).click();
    for (let n = 0; n < 2; n++) await page.getByRole('button', { name: 'More: Timer firings' }).click();
    await page.getByTestId('ex-search').click();
    await page.getByTestId('ex-states').waitFor({ timeout: 120_000 });
    await page.evaluate(observe);
    for (let n = 0; n < PRESSES; n++) {
      await page.keyboard.press(KEYS[n % KEYS.length]);
      await page.waitForTimeout(GAP);
    }
    const { took, searching } = await page.evaluate(() => ({
      took: [...window.took.values()],
      searching: document.querySelector('[data-testid=ex-pause]') !== null,
    }));
    if (!searching) throw new Error('the search ended before the keys did');
    // What was quicker than can be observed is not told of.
    while (took.length < PRESSES) took.push(16);
    return row(
      'from an event to its paint while the Explorer takes both cores (95th of 100)',
      took,
      100,
      0.95,
    );
  } finally {
    await context.close();
  }
}

/** The built page, as a person has it: what it takes to answer. */
export async function pageAnswers({ browser }) {
  const { preview } = await import('vite');
  const server = await preview({ root, logLevel: 'error', preview: { port: 41782, host: 'localhost' } });
  const address = server.resolvedUrls.local[0];
  const six = async (page) => {
    await page.goto(`${address}?plain`);
    await stands(page);
  };
  try {
    return [
      await untilItAnswers(browser, address),
      ...(await steps(browser, 'stage of 6 connections', 8, six)),
      ...(await steps(browser, 'stage of 200 connections', 16, (page) =>
        withConnections(page, address, 200),
      )),
      await besideExplorer(browser, address),
    ];
  } finally {
    await server.close();
  }
}
