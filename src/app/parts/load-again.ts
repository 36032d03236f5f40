/**
 * Loading a part a second time. A browser remembers that a module could not be had and does not ask again, so it is asked for by
 * another address; so is a stylesheet. What a part itself imports keeps its address: if that was lost, only a reload helps.
 */

/** What a failed import or stylesheet names. */
const ADDRESS = /https?:\S+?\.(?:js|css)/;

let attempts = 0;

/**
 * `error`: why `load` failed the last time. `pick` takes out of the module what is wanted; where the address that failed was another
 * module's, there is none. Rejects with why it failed now.
 */
export async function loadAgain<M, T>(
  error: unknown,
  load: () => Promise<M>,
  pick: (m: M) => T | undefined,
): Promise<T> {
  const again = `?again=${++attempts}`;
  let why = error;
  // The stylesheet is what fails first, and then the script.
  for (let i = 0; i < 3; i++) {
    const address = ADDRESS.exec(String(why))?.[0];
    try {
      if (address?.endsWith('.js')) {
        const got = pick((await import(/* @vite-ignore */ address + again)) as M);
        if (got === undefined) throw error;
        return got;
      }
      if (address) await style(address + again);
      return pick(await load())!;
    } catch (e) {
      why = e;
    }
  }
  throw why;
}

function style(href: string): Promise<void> {
  return new Promise((done, fail) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      fail(new Error(`Unable to preload CSS for ${href.replace(/\?.*/, '')}`));
    };
    document.head.append(link);
  });
}
