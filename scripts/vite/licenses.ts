/** The licences of everything that is in the build, in dist/licenses.txt: Vite writes those of scripts, this adds those of fonts. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export const LICENSES = 'licenses.txt';

/** The folder of the package that a file lies in, from the project's top; '' when it is ours. */
const packageOf = (file: string): string => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? '';

function section(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = readdirSync(folder).find((file) => /^(licen[cs]e|ofl)/i.test(file));
  if (!text) throw new Error(`${name} comes without the text of its licence`);
  return `\n## ${name} - ${version} (${license})\n\n${readFileSync(join(folder, text), 'utf8').trim()}\n`;
}

export function licenses(): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    writeBundle: {
      order: 'post',
      handler({ dir }, bundle) {
        const file = join(dir ?? 'dist', LICENSES);
        if (!existsSync(file)) return;
        const packages = new Set<string>();
        for (const part of Object.values(bundle))
          if (part.type === 'asset') for (const from of part.originalFileNames) packages.add(packageOf(from));
        const fonts = [...packages].filter((p) => p !== '').sort();
        writeFileSync(file, readFileSync(file, 'utf8') + fonts.map(section).join(''));
      },
    },
  };
}
