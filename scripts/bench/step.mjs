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

/** Steps before it counts. */
const WARM = 20;
/** Between two of them, ms: what a step has others do once its picture stands, the next one is not to pay for. */
const GAP = 250;

const metric = (metrics, name) => metrics.find((m) => m.name === name)?.value ?? 0;

/**
 * @param page a Playwright page that has loaded nothing yet.
 * @param open goes to the moment that is measured.
 * @param counting commits and components are counted, which takes time of its own.
 * @returns ms of processor time of the main thread for each step, sorted (on two cores its tasks also wait for their turn, beside the workers); React commits and components drawn a step, 0 where they are not counted.
 */
export async function measureSteps(page, open, steps, counting = false) {
  if (counting) await page.addInitScript(countCommits);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await open(page);
  const read = async () => (await cdp.send('Performance.getMetrics')).metrics;
  const ms = [];
  const counted = () => page.evaluate(() => ({ commits: 0, drawn: 0, ...window.stepCounts }));
  let before = await counted();
  for (let i = -WARM; i < steps; i++) {
    if (i === 0) before = await counted();
    await page.waitForTimeout(GAP);
    const a = await read();
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const seen = new MutationObserver(() => {
            seen.disconnect();
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          });
          seen.observe(document.querySelector('#root'), {
            attributeFilter: ['data-steps', 'data-hash'],
            subtree: true,
          });
          window.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowRight', key: 'ArrowRight' }));
        }),
    );
    const b = await read();
    if (i >= 0) ms.push(1000 * (metric(b, 'ThreadTime') - metric(a, 'ThreadTime')));
  }
  const after = await counted();
  ms.sort((x, y) => x - y);
  return {
    ms,
    commits: (after.commits - before.commits) / steps,
    drawn: (after.drawn - before.drawn) / steps,
  };
}
