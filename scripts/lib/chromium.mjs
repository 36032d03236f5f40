import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installWithApt } from './apt.mjs';
import { runTool, tail } from './run.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A Chromium of this system: the one CHROMIUM names, else the first of the usual names on PATH; '' when there is none.
 * A CHROMIUM that cannot be run is an error, because whoever set it meant it.
 */
export function findChromium(env = process.env) {
  if (env.CHROMIUM) {
    if (!isExecutable(env.CHROMIUM)) throw new Error(`CHROMIUM is ${env.CHROMIUM}, which cannot be run`);
    return env.CHROMIUM;
  }
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      if (folder !== '' && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return '';
}

/** The browser that `npx playwright install chromium` has put into its cache, or ''. */
async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : '';
}

/**
 * What tests want Chromium to do without. The last `--disable-features` on a command line stands alone, so those that
 * Playwright 1.65 leaves out are named again; after them the pages that Chromium 156 keeps ready for its address bar, one
 * renderer for each context, which a test never sees and pays for.
 */
const FEATURES_OFF = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',
];

/** Switches that Chromium needs where tests run: no sandbox for root, no calls home. */
export function chromiumArgs() {
  const args = ['--disable-background-networking', `--disable-features=${FEATURES_OFF.join(',')}`];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return args;
}

async function installWithPlaywright() {
  console.log("Downloading Playwright's Chromium …");
  const result = await runTool('@playwright/test/cli.js', ['install', 'chromium'], { timeoutMs: 600_000 });
  return result.code === 0 ? '' : `playwright install chromium: ${tail(result.output, 5)}`;
}

/**
 * The path of a Chromium, installed first if need be. Needs the project's dependencies. Throws with the command a person
 * should run when none can be had.
 */
export async function ensureChromium() {
  const have = findChromium() || (await playwrightsOwn());
  if (have) return have;
  const reasons = [];
  for (const install of [() => installWithApt(['chromium']), installWithPlaywright]) {
    const reason = await install();
    if (reason) reasons.push(reason);
    const found = findChromium() || (await playwrightsOwn());
    if (found) return found;
  }
  throw new Error(
    [
      'No Chromium found, and none could be installed. Install one, then run this again:',
      '  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y chromium',
      '  elsewhere:       npx playwright install chromium',
      '  or set CHROMIUM to the path of a Chromium or Chrome.',
      ...reasons,
    ].join('\n'),
  );
}
