/**
 * WebAssembly out of our own AssemblyScript, as text that a script can hold: no request of its own, so that it is there wherever the
 * script is.
 *
 *   const { default: text } = await import('./gcm.as?wasm-bytes');   // base64
 */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const QUERY = '?wasm-bytes';

/** Memory is laid out by the source itself, and grown by whoever calls: one page holds what the module begins with. */
const OPTIONS = [
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--initialMemory',
  '1',
  '--enable',
  'simd',
];

export function wasmBytes(): Plugin {
  return {
    name: 'wasm-bytes',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return null;
      const found = await this.resolve(source.slice(0, -QUERY.length), importer, { skipSelf: true });
      return found && `${found.id}${QUERY}`;
    },
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const file = id.slice(0, -QUERY.length);
      this.addWatchFile(file);
      return `export default ${JSON.stringify(Buffer.from(await compiled(file)).toString('base64'))};`;
    },
  };
}

/** The compiled bytes of one source. Throws what the compiler says. */
async function compiled(file: string): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  const { error, stderr } = await asc.main(['in.ts', '--outFile', 'out.wasm', ...OPTIONS], {
    readFile: (name) => (name === 'in.ts' ? readFileSync(file, 'utf8') : null),
    writeFile: (name, contents) => {
      if (name === 'out.wasm') bytes = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`${file}: ${stderr.toString() || error?.message}`);
  return bytes;
}
