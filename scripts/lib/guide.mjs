import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guideData } from '../guide/data.mjs';
import { configure } from '../guide/eleventy.mjs';
import { root } from './root.mjs';
import { run, tail } from './run.mjs';

/** Builds the guide into dist/guide. The command line and the bundled moments have to be there. Throws when that fails. */
export async function buildGuide() {
  const data = await guideData();
  const runs = JSON.parse(readFileSync(join(root, 'docs/guide/runs.json'), 'utf8'));
  const said = await buildRuns(data.museum, runs);
  if (said) console.error(`${said}\nnode scripts/guide/runs.mjs looks for the guide’s runs anew`);
  const made = Object.keys(runs).filter((id) => existsSync(join(root, 'dist/guide/m', id, 'tape.json')));
  const { default: Eleventy } = await import('@11ty/eleventy');
  const site = new Eleventy('docs/guide', 'dist/guide', {
    quietMode: true,
    configPath: '',
    config: configure({ ...data, runs: new Set(made) }),
  });
  await site.write();
}

/** The shortest runs that the Explorer found, as moments to be looked at; their links stand in docs/guide/runs.json. What could not be made, a line each. */
async function buildRuns(museum, runs) {
  const list = Object.fromEntries(
    museum
      .filter((w) => runs[w.id])
      .map((w) => [w.id, { link: runs[w.id], title: w.title, look: w.trouble }]),
  );
  const folder = mkdtempSync(join(tmpdir(), 'rebind-runs-'));
  try {
    const file = join(folder, 'runs.json');
    writeFileSync(file, JSON.stringify(list));
    const to = ['--out', 'dist/guide/m', '--figure', '../../../figure/', '--page', '../../../'];
    // Nobody unfurls these: without a browser on the way no PNG is drawn.
    const env = { PATH: '', CHROMIUM: '' };
    const { code, output } = await run(
      process.execPath,
      ['out/cli/rebind.js', 'moment', '--list', file, ...to],
      { env },
    );
    if (code > 1) throw new Error(`the guide’s runs: ${tail(output, 12)}`);
    // Of another program: the page does without that figure.
    return code === 0
      ? ''
      : output
          .split('\n')
          .filter((line) => line.startsWith('moment: '))
          .join('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
