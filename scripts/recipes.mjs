/**
 * `npm run recipes [NAME…]`: a page with two figures in each generator, built and opened in a Chromium. Packages come from the npm registry, MkDocs and
 * Sphinx from Debian (as root there they are installed); a generator that cannot be had is skipped and said. Work is kept in the system's
 * folder for what is temporary, so that a second run has its packages. The last line says how many were right; exit 1 when one was not.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installWithApt } from './lib/apt.mjs';
import { onPath } from './lib/browsers.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { chromiumArgs, ensureChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { freePort } from './lib/port.mjs';
import { root } from './lib/root.mjs';
import { run, tail } from './lib/run.mjs';
import { partsOf, RECIPES } from './recipes/generators.mjs';
import { faults } from './recipes/look.mjs';

const WORK = join(tmpdir(), 'rebind-recipes');

/** What *Share* writes of the story `first`, with the figure at `base`. */
async function snippets(base) {
  const { createServer } = await import('vite');
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
  });
  const { snippetIn } = await server.ssrLoadModule('/src/app/share/snippets.ts');
  await server.close();
  return partsOf(snippetIn, base);
}

/** A folder over http, with the one header that public hosts of files send. */
function serve(folder, port) {
  const child = spawn(process.execPath, [join(root, 'e2e/serve-plain.mjs'), String(port), folder], {
    stdio: 'ignore',
    env: { ...process.env, READABLE: '1' },
  });
  return () => child.kill();
}

/** '' or why the generator cannot be had. */
async function have({ packages, debian, build }, at) {
  if (packages) {
    const manifest = { private: true, dependencies: packages };
    writeFileSync(join(at, 'package.json'), JSON.stringify(manifest));
    const npm = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    const { code, output } = await run('npm', npm, { cwd: at, timeoutMs: 600_000 });
    return code === 0 ? '' : `npm install: ${tail(output, 3)}`;
  }
  return debian && !onPath([build[0]]) ? installWithApt(debian) : '';
}

async function recipe(r, parts, browser) {
  const at = join(WORK, r.name);
  mkdirSync(at, { recursive: true });
  const missing = await have(r, at);
  if (missing) return { skipped: missing };
  for (const [file, text] of Object.entries(r.files(parts))) {
    mkdirSync(dirname(join(at, file)), { recursive: true });
    writeFileSync(join(at, file), text);
  }
  if (r.build) {
    rmSync(join(at, r.site), { recursive: true, force: true });
    const [command, ...args] = r.build;
    const env = { CI: 'true', NO_UPDATE_NOTIFIER: '1', DOCUSAURUS_NO_TELEMETRY: '1' };
    const { code, output } = await run(command, args, { cwd: at, env, timeoutMs: 600_000 });
    const warned = output.split('\n').filter((line) => /\bwarn(ing)?\b/i.test(line));
    if (code !== 0 || warned.length > 0)
      return { found: [`built with ${code}: ${warned.join('; ') || tail(output, 6)}`] };
  }
  const port = await freePort();
  const stop = serve(join(at, r.site), port);
  try {
    await answers(`http://localhost:${port}/${r.page}`);
    return {
      found: await faults(browser, `http://localhost:${port}/${r.page}`, r),
    };
  } finally {
    stop();
  }
}

async function answers(address) {
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(address).catch(() => null))?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${address} does not answer`);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !RECIPES.some((r) => r.name === name));
if (unknown.length > 0) {
  console.error(`no such recipe: ${unknown.join(', ')} (there are ${RECIPES.map((r) => r.name).join(', ')})`);
  process.exit(2);
}
await ensureDependencies();
await ensureBuilt();
const executablePath = await ensureChromium();
const port = await freePort();
const stop = serve(join(root, 'dist'), port);
const { chromium } = await import('@playwright/test');
const browser = await chromium.launch({ executablePath, args: chromiumArgs() });
let [passed, failed] = [0, 0];
try {
  const base = `http://localhost:${port}/`;
  await answers(`${base}m/first/`);
  const parts = await snippets(base);
  for (const r of RECIPES.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    const { found = [], skipped } = await recipe(r, parts, browser).catch((error) => ({
      found: [error.message],
    }));
    if (skipped) console.log(`${r.title}: skipped: ${skipped}`);
    else if (found.length === 0) passed++;
    else failed++;
    if (!skipped) console.log(`${r.title}: ${found.length === 0 ? 'right' : 'wrong'}`);
    for (const line of found) console.log(`  ${line}`);
  }
} finally {
  await browser.close();
  stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
