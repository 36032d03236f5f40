/** The further browsers of the smoke tests: found, or installed where that takes no question, or a reason why not. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installWithApt } from './apt.mjs';

/** A program on PATH, or ''. */
export function onPath(names, env = process.env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder || '.', name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next folder may have it.
      }
    }
  }
  return '';
}

/** `{firefox}` or `{why}`. */
export async function ensureFirefox(env = process.env, install = installWithApt) {
  const find = () => env.FIREFOX || onPath(['firefox-esr', 'firefox'], env);
  const have = find();
  if (have) return { firefox: have };
  const why = await install(['firefox-esr']);
  const firefox = find();
  return firefox ? { firefox } : { why: `no Firefox found, and none could be installed: ${why}` };
}

/** WebKitGTK's own little browser lies among its libraries, in a folder of the machine's kind. */
function miniBrowser(lib = '/usr/lib') {
  if (!existsSync(lib)) return '';
  for (const kind of ['', ...readdirSync(lib)]) {
    for (const edition of ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0']) {
      const path = join(lib, kind, edition, 'MiniBrowser');
      if (existsSync(path)) return path;
    }
  }
  return '';
}

/** `{driver, browser, display}` or `{why}`; `display`: xvfb-run, since it needs a display. */
export async function ensureWebKit(env = process.env, install = installWithApt) {
  const find = () => ({
    driver: onPath(['WebKitWebDriver'], env),
    browser: miniBrowser(),
    display: onPath(['xvfb-run'], env),
  });
  const whole = ({ driver, browser, display }) => driver !== '' && browser !== '' && display !== '';
  if (whole(find())) return find();
  const why = await install(['webkit2gtk-driver', 'xvfb', 'xauth']);
  return whole(find())
    ? find()
    : { why: `no WebKitGTK with its driver and xvfb-run found, and none could be installed: ${why}` };
}
