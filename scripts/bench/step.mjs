/**
 * What a step costs the page: React's commits and drawn components, and the main thread's time from the key to the
 * picture, in the built page. `measureSteps` presses the step key so many times in one page and reads after each.
 */

/** Runs in the page before its scripts: counts what React commits and which components it ran for it. */
function countCommits() {
  const PERFORMED_WORK = 1;
  const counts = { commits: 0, drawn: 0 };
  const walk = (fiber) => {
    for (let f = fiber; f; f = f.sibling) {
      const was = f.alternate;
      // A tree that was left alone is the same object as before: nothing in it was run.
      if (typeof f.type === 'function' || (f.type && typeof f.type === 'object')) {
        if (f.flags & PERFORMED_WORK) counts.drawn++;
      }
      if (f.child && (!was || f.child !== was.child)) walk(f.child);
    }
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberRoot(_, root) {
      counts.commits++;
      walk(root.current.child);
    },
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    checkDCE() {},
  };
  window.stepCounts = counts;
}

const metric = (metrics, name) => metrics.find((m) => m.name === name)?.value ?? 0;

/**
 * @param page a Playwright page that has loaded nothing yet.
 * @param open goes to the moment that is measured.
 * @returns per step: ms of the main thread (sorted), React commits and components drawn (means).
 */
export async function measureSteps(page, open, steps) {
  await page.addInitScript(countCommits);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await open(page);
  const read = async () => (await cdp.send('Performance.getMetrics')).metrics;
  const ms = [];
  const script = [];
  const counted = async () => page.evaluate(() => ({ ...window.stepCounts }));
  const before = await counted();
  for (let i = 0; i < steps; i++) {
    const a = await read();
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const svg = document.querySelector('[data-testid=stage]');
          const seen = new MutationObserver(() => {
            seen.disconnect();
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          });
          seen.observe(svg, { attributeFilter: ['data-steps'] });
          window.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowRight', key: 'ArrowRight' }));
        }),
    );
    const b = await read();
    ms.push(1000 * (metric(b, 'TaskDuration') - metric(a, 'TaskDuration')));
    script.push(1000 * (metric(b, 'ScriptDuration') - metric(a, 'ScriptDuration')));
  }
  const after = await counted();
  ms.sort((x, y) => x - y);
  script.sort((x, y) => x - y);
  const at = (list, share) => list[Math.min(list.length - 1, Math.floor(list.length * share))];
  return {
    median: at(ms, 0.5),
    p95: at(ms, 0.95),
    script: at(script, 0.5),
    commits: (after.commits - before.commits) / steps,
    drawn: (after.drawn - before.drawn) / steps,
  };
}
