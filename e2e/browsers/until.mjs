/** What the tests of every browser ask of a page. */

const LIMIT = 180_000;

/** Waits until `fn`, run in the page, gives something; says what it gave last when it does not. */
export async function until(driver, what, fn, ...args) {
  const end = Date.now() + LIMIT;
  for (;;) {
    const got = await driver.run(fn, ...args);
    if (got) return got;
    if (Date.now() > end) {
      const shown = await driver.run(() => document.body.innerText.slice(0, 300));
      throw new Error(`${what} did not come. The page shows: ${shown}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

// These run in the page, each by itself.
export const click = (id) => document.querySelector(`[data-testid="${id}"]`).click();
export const focus = (id) => document.querySelector(`[data-testid="${id}"]`).focus();
