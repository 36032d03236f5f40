/**
 * `npm run bench`: every suite in Node and in headless Chromium, each in a realm of its own, then the size of the page's
 * script. Prints a table; `--only WORD` runs the suites whose name contains it, `--in node|chromium` one of the two,
 * `--write` puts the table into README.md with machine and date.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumSuite, openBench } from './bench/chromium.mjs';
import { fromDrop } from './bench/drop.mjs';
import { largeLive } from './bench/large-live.mjs';
import { pageAnswers } from './bench/page.mjs';
import { table, writeReadme } from './bench/table.mjs';
import { pageWeight } from './bench/weight.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { bundleForNode } from './lib/bundle.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/root.mjs';
import { run, tail } from './lib/run.mjs';

async function inNode(args) {
  const { code, output } = await run(process.execPath, [join(BUNDLE, 'node.js'), ...args]);
  if (code !== 0) throw new Error(tail(output, 20));
  return JSON.parse(output.trim().split('\n').at(-1));
}

const BUNDLE = join(root, 'node_modules/.rebind-bench');

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      in: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  await ensureDependencies();
  await bundleForNode(BUNDLE, {
    node: 'bench/node.ts',
    'search-worker': 'src/hosts/explorer/node-worker.ts',
    'live-worker': 'src/hosts/live/live-node.ts',
  });
  const suites = (await inNode([])).filter((suite) => suite.name.includes(values.only));
  /** @type {{where: string, rows: any[]}[]} */
  const results = [];
  for (const { name, where } of suites) {
    if (!where.includes('node') || (values.in ?? 'node') !== 'node') continue;
    console.error(`${name}, Node …`);
    results.push({ where: 'Node', rows: await inNode([name]) });
  }
  let chromium = '';
  if ((values.in ?? 'chromium') === 'chromium') {
    const bench = await openBench();
    try {
      chromium = bench.version;
      for (const { name, where } of suites) {
        if (!where.includes('chromium')) continue;
        console.error(`${name}, Chromium …`);
        results.push({ where: 'Chromium', rows: await chromiumSuite(bench, name) });
      }
      if ('drop'.includes(values.only)) {
        await ensureBuilt();
        results.push({ where: 'Chromium', rows: await fromDrop(bench) });
      }
      if ('large live'.includes(values.only)) {
        await ensureBuilt();
        results.push({ where: 'Chromium', rows: await largeLive(bench) });
      }
      if ('page answers'.includes(values.only)) {
        await ensureBuilt();
        results.push({ where: 'Chromium', rows: await pageAnswers(bench) });
      }
    } finally {
      await bench.close();
    }
    if ('page weight'.includes(values.only)) {
      await ensureBuilt();
      results.push({ where: 'Chromium', rows: await pageWeight(join(root, 'dist')) });
    }
  }
  const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.versions.node}${chromium && `, Chromium ${chromium}`}`;
  const text = table(results, `${machine}, ${new Date().toISOString().slice(0, 10)}`);
  console.log(text);
  if (values.write) writeReadme(join(root, 'README.md'), text);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(`npm run bench: ${error.message}`);
    process.exit(1);
  },
);
