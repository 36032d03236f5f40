/**
 * Runs before the page's own script, also where that cannot: says why nothing comes. A file of its own and no module, since it has
 * to work from a folder and under a policy that allows no script in the page.
 */
(() => {
  const say = (text) => {
    const at = document.getElementById('before');
    if (!at) return;
    document.documentElement.dataset.open = 'other';
    at.textContent = text;
  };
  const LATE = 20_000;

  // The figure of no moment in particular has a document of its own.
  if (/^\?embed=?$/.test(location.search) && !location.hash.startsWith('#m=')) {
    location.replace('m/first/');
    return;
  }
  if (location.protocol === 'file:') {
    document.addEventListener('DOMContentLoaded', () =>
      say(
        'It was opened as a file. Browsers load no modules and start no workers from files: serve its folder over http (npm start does, or python3 -m http.server) and open that address.',
      ),
    );
    return;
  }
  if (!('noModule' in HTMLScriptElement.prototype)) {
    document.addEventListener('DOMContentLoaded', () =>
      say('This browser knows no JavaScript modules. A current Chromium, Firefox or Safari does.'),
    );
    return;
  }
  addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLScriptElement)
        say(
          origin === 'null'
            ? 'Its script could not be loaded. This frame is sandboxed and has no origin: its server must send Access-Control-Allow-Origin: *, or the frame needs allow-same-origin.'
            : 'Its script could not be loaded: the network may be gone, or the page was replaced by a newer one on its server. Reload it.',
        );
    },
    true,
  );
  setTimeout(
    () => say('It has not started for 20 s. Its script may still be on its way; reloading may help.'),
    LATE,
  );
})();
