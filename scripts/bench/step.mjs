/**
 * What a step costs the page: the main thread's tasks from the key until the stage's picture has been drawn, and until what stands
 * beside it has followed, as a trace of the built page tells them. `measureSteps` presses the step key so many times in one page.
 */

/** Steps before it counts. */
const WARM = 20;
/** Between two of them, ms: what a step has others do once its picture stands, the next one is not to pay for. */
const GAP = 250;

/** In the page: so many steps by key, with a mark at each key, at its stage's frame and at the frame after that. */
async function pressKeys({ steps, gap }) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const changed = () =>
    new Promise((resolve) => {
      const seen = new MutationObserver(() => {
        seen.disconnect();
        resolve();
      });
      const attributeFilter = ['data-steps', 'data-hash'];
      seen.observe(document.querySelector('#root'), { attributeFilter, subtree: true });
    });
  for (let i = 0; i < steps; i++) {
    await new Promise((resolve) => setTimeout(resolve, gap));
    const drawn = changed();
    performance.mark('step:key');
    window.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowRight', key: 'ArrowRight' }));
    await drawn;
    await frame();
    performance.mark('step:stage');
    await frame();
    performance.mark('step:panels');
  }
}

/** How long tasks ran between two instants of a trace, ms. `tasks` in order. */
function busy(tasks, from, to) {
  let us = 0;
  for (const t of tasks) us += Math.max(0, Math.min(t.ts + t.dur, to) - Math.max(t.ts, from));
  return us / 1000;
}

/** The trace of what `work` does, as events of the page's main thread in order. */
async function traced(browser, work) {
  const cdp = await browser.newBrowserCDPSession();
  const events = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const includedCategories = ['disabled-by-default-devtools.timeline', 'blink.user_timing'];
  await cdp.send('Tracing.start', { traceConfig: { includedCategories, excludedCategories: ['*'] } });
  await work();
  const complete = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  await cdp.detach();
  const { pid, tid } = events.find((e) => e.name === 'step:key');
  return events.filter((e) => e.pid === pid && e.tid === tid).sort((a, b) => a.ts - b.ts);
}

/**
 * @param page a Playwright page that has loaded nothing yet.
 * @param open goes to the moment that is measured.
 * @returns ms of main thread for each step, sorted: `stage` until its frame has been drawn, `panels` until the frame after that has.
 */
export async function measureSteps(page, open, steps) {
  await open(page);
  await page.evaluate(pressKeys, { steps: WARM, gap: GAP });
  const events = await traced(page.context().browser(), () => page.evaluate(pressKeys, { steps, gap: GAP }));
  const tasks = events.filter((e) => e.name === 'RunTask' && e.ph === 'X');
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  const at = (name) => events.filter((e) => e.name === name).map((e) => e.ts);
  // A frame's callbacks, its layout and its painting are one task.
  const ends = (ts) => {
    const task = tasks.find((t) => t.ts <= ts && ts <= t.ts + t.dur);
    return task ? task.ts + task.dur : ts;
  };
  const keys = at('step:key');
  const until = (name) =>
    at(name)
      .map((ts, i) => busy(tasks, keys[i], ends(ts)))
      .sort((x, y) => x - y);
  return { stage: until('step:stage'), panels: until('step:panels') };
}
