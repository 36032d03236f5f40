import { cpus } from 'node:os';
import { root } from '../lib/root.mjs';

const WORKERS = 16;
const CONNECTIONS = 20_000;
/** Share of all cores that the run is to take. */
const LOAD = 0.6;
/** How long is looked at, ms; and how long the connections may take to open. */
const LOOK = 10_000;
const OPEN = 180_000;
/** A frame, us. */
const FRAME = 1e6 / 60;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Processor time of all renderers so far, s. */
async function rendererTime(browserCdp) {
  const { processInfo } = await browserCdp.send('SystemInfo.getProcessInfo');
  return processInfo.filter((p) => p.type === 'renderer').reduce((n, p) => n + p.cpuTime, 0);
}

/** Share of the cores that the renderers take, over `ms`. */
async function share(browserCdp, ms) {
  const [before, from] = [await rendererTime(browserCdp), performance.now()];
  await wait(ms);
  return (((await rendererTime(browserCdp)) - before) * 1000) / (performance.now() - from) / cpus().length;
}

/** The tasks of the page's main thread over `ms`: when each began, us, and how much of the processor's time it took, ms. */
async function mainThreadTasks(page, ms) {
  const cdp = await page.context().newCDPSession(page);
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  await page.waitForTimeout(ms);
  const complete = new Promise((done) => cdp.once('Tracing.tracingComplete', done));
  await cdp.send('Tracing.end');
  await complete;
  const mains = new Set(
    events
      .filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain')
      .map((e) => `${e.pid}/${e.tid}`),
  );
  return events
    .filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && mains.has(`${e.pid}/${e.tid}`))
    .map((e) => ({ at: e.ts, ms: (e.tdur ?? e.dur) / 1000 }));
}

/** Value at `share` of sorted numbers. */
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Live with many connections under load, in the built page: what its main thread has to do. */
export async function largeLive({ browser }) {
  const { preview } = await import('vite');
  const server = await preview({ root, logLevel: 'error', preview: { port: 41783, host: 'localhost' } });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const browserCdp = await browser.newBrowserCDPSession();
  try {
    const page = await context.newPage();
    await page.goto(`${server.resolvedUrls.local[0]}?plain`);
    await page.getByTestId('mode-live').click();
    await page.getByTestId('live-opening').selectOption('routing');
    await page.getByTestId('live-workers').selectOption(String(WORKERS));
    await page.getByTestId('live-churnPerSecond').fill('0');
    await setSlider(page, 'connections', CONNECTIONS);
    await page.waitForFunction(
      (n) => Number(document.querySelector('[data-testid=skyline]')?.dataset.connections) >= n,
      CONNECTIONS * 0.98,
      { timeout: OPEN, polling: 500 },
    );
    // From what it takes now to what it is to take: the rate is all that changes.
    let rate = CONNECTIONS;
    for (let n = 0; n < 4; n++) {
      await setSlider(page, 'datagramsPerSecond', rate);
      await wait(1500);
      const taken = await share(browserCdp, 3000);
      rate = Math.min(1e6, Math.max(2000, (rate * LOAD) / taken));
    }
    await setSlider(page, 'datagramsPerSecond', rate);
    await wait(1500);
    const [taken, tasks] = await Promise.all([share(browserCdp, LOOK), mainThreadTasks(page, LOOK)]);
    const frames = new Map();
    for (const { at, ms } of tasks) {
      const frame = Math.floor(at / FRAME);
      frames.set(frame, (frames.get(frame) ?? 0) + ms);
    }
    const work = [...frames.values()].sort((a, b) => a - b);
    const longest = tasks.map((t) => t.ms).sort((a, b) => a - b);
    const name = `Live, ${WORKERS} workers, 20,000 connections`;
    const row = (what, unit, sorted, part, atMost) => ({
      what,
      unit,
      median: at(sorted, part),
      low: sorted[0],
      high: sorted.at(-1),
      atMost,
    });
    return [
      row(`${name}: share of the cores it takes`, '%', [100 * taken], 0.5),
      row(
        'the same: work of the page’s main thread in a frame that has any (95th of 100)',
        'ms',
        work,
        0.95,
        8,
      ),
      row('the same: the main thread’s longest task', 'ms', longest, 1, 50),
    ];
  } finally {
    await context.close();
    await server.close();
  }
}

/** Puts a slider of Live to the position whose value is nearest to `value`, and lets go of it. */
async function setSlider(page, name, value) {
  const slider = page.getByTestId(`live-${name}`);
  const read = async (position) => {
    await slider.fill(String(position));
    return Number(
      (await slider.getAttribute('aria-valuetext')).replace(/\D/g, '') || Number.POSITIVE_INFINITY,
    );
  };
  let [low, high] = [0, 99];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await read(middle)) < value) low = middle + 1;
    else high = middle;
  }
  await read(low);
  await slider.blur();
}
