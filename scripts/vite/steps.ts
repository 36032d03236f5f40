/**
 * The steps compiled to WebAssembly, as a module that holds them: no request of its own, so that they are there wherever the script is.
 *
 *   const { wasm, list } = await import('./runtime.as?steps=shared');   // base64; what is where in it
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { compiledSteps } from '../steps/cached.mjs';

const QUERY = /\?steps=(plain|shared|careful|lookup)$/;

export function steps(): Plugin {
  return {
    name: 'steps',
    enforce: 'pre',
    resolveId: (source) => (QUERY.test(source) ? `\0${source}` : null),
    async load(id) {
      const name = QUERY.exec(id)?.[1];
      if (!name) return null;
      const folder = await compiledSteps();
      const wasm = readFileSync(join(folder, `${name}.wasm`)).toString('base64');
      const list = readFileSync(join(folder, 'steps.json'), 'utf8');
      return `export const wasm = ${JSON.stringify(wasm)};\nexport const list = JSON.parse(${JSON.stringify(list)});`;
    },
  };
}
