/**
 * `npm test`: sets up what is missing, then runs everything there is: types, lint, layout, unit and conformance tests, mutants,
 * end to end in Chromium, and a smoke test in Firefox and WebKitGTK. `npm test -- types unit` runs only these. The last line is `N passed, N failed`; exit 1 when one failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { countPlaywright, countVitest, oneCheck } from './lib/counts.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { freePort } from './lib/port.mjs';
import { run, runTool } from './lib/run.mjs';

const LIMIT_MS = 25 * 60_000;
const scratch = mkdtempSync(join(tmpdir(), 'rebind-test-'));

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function check(script, args) {
  const { code, output } = await runTool(script, args, { timeoutMs: LIMIT_MS });
  return oneCheck(code, output);
}

async function layout() {
  const { code, output } = await run(process.execPath, ['scripts/layout.mjs']);
  return oneCheck(code, output);
}

async function unit() {
  const file = join(scratch, 'vitest.json');
  const args = ['run', '--reporter=json', `--outputFile=${file}`];
  const { code, output } = await runTool('vitest/vitest.mjs', args, { timeoutMs: LIMIT_MS });
  return countVitest(readReport(file), code, output);
}

/** Steps of some functions forgotten or turned round: nothing goes unseen but what is recorded. */
const mutants = () => check('tsx/dist/cli.mjs', ['src/cli/mutants.ts', '--share']);

async function endToEnd() {
  const CHROMIUM = await ensureChromium();
  await ensureBuilt();
  const file = join(scratch, 'playwright.json');
  const env = {
    CHROMIUM,
    E2E_PORT: String(await freePort()),
    E2E_PLAIN_PORT: String(await freePort()),
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  };
  const args = ['test', '--reporter=json', '--pass-with-no-tests'];
  const { code, output } = await runTool('@playwright/test/cli.js', args, { env, timeoutMs: LIMIT_MS });
  return countPlaywright(readReport(file), code, output);
}

/** Firefox and WebKitGTK, where they can be had; what is skipped counts in neither number, and its reason is named. */
async function otherBrowsers() {
  const chromium = await ensureChromium();
  await ensureBuilt();
  const { smoke } = await import('../e2e/browsers/run.mjs');
  return smoke({ chromium, port: await freePort(), plainPort: await freePort() });
}

const STAGES = {
  types: () => check('typescript/bin/tsc', ['-p', 'tsconfig.json']),
  lint: () => check('@biomejs/biome/bin/biome', ['check', '.']),
  layout,
  unit,
  mutants,
  e2e: endToEnd,
  browsers: otherBrowsers,
};

async function main() {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((name) => !(name in STAGES));
  if (unknown.length > 0)
    throw new Error(`no such part: ${unknown.join(', ')} (there are ${Object.keys(STAGES).join(', ')})`);
  await ensureDependencies();
  let passed = 0;
  let failed = 0;
  for (const name of chosen.length > 0 ? chosen : Object.keys(STAGES)) {
    const began = performance.now();
    const count = await STAGES[name]().catch((error) => oneCheck(1, error.message));
    passed += count.passed;
    failed += count.failed;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`${name.padEnd(8)}${count.passed} passed, ${count.failed} failed${skipped}  (${seconds} s)`);
    for (const reason of count.reasons ?? []) console.log(`  skipped: ${reason}`);
    for (const failure of count.failures) console.log(`\n  ${failure}\n`);
  }
  return { passed, failed };
}

let result;
try {
  result = await main();
} catch (error) {
  console.log(`npm test: ${error.message}`);
  result = { passed: 0, failed: 1 };
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exit(result.failed === 0 ? 0 : 1);
