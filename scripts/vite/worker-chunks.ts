/**
 * Worker scripts as chunks of the page's own build. Vite bundles a worker by itself, so that page and workers each carry a copy
 * of what they share; as chunks they share files, and the browser fetches and compiles each once.
 *
 *   import url from './thread-worker.ts?worker-chunk';   // address of the script, for `new Worker(url, { type: 'module' })`
 */
import type { Plugin } from 'vite';

const QUERY = '?worker-chunk';

export function workerChunks(): Plugin {
  let serving = false;
  return {
    name: 'worker-chunks',
    enforce: 'pre',
    configResolved(config) {
      serving = config.command === 'serve';
    },
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return null;
      const found = await this.resolve(source.slice(0, -QUERY.length), importer, { skipSelf: true });
      return found && `${found.id}${QUERY}`;
    },
    load(id) {
      if (!id.endsWith(QUERY)) return null;
      const file = id.slice(0, -QUERY.length);
      if (serving) {
        const name = file.slice(file.lastIndexOf('/') + 1);
        return `export default new URL(${JSON.stringify(`./${name}`)}, import.meta.url).href;`;
      }
      const chunk = this.emitFile({
        type: 'chunk',
        id: file,
        name: file.replace(/^.*\//, '').replace(/\.ts$/, ''),
      });
      return `export default import.meta.ROLLUP_FILE_URL_${chunk};`;
    },
  };
}
