/**
 * What our own code makes once, at build, instead of in each reader's browser.
 *
 *   import url from './prepare.ts?made-at-build';   // address of the bytes that its `make` gave; '' on the development server
 *
 * `make` is given the files of public/captures and runs here, in Node; beside the bytes it gives markup, which stands in the built page
 * in place of MARK.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Plugin } from 'vite';
import type { Made } from '../../src/app/first/prepare.ts';

const QUERY = '?made-at-build';
const MARK = '<!-- made at build -->';
const NO_STYLE = '\0no-style';

interface Maker {
  readonly make: (read: (file: string) => Uint8Array) => Promise<Made>;
}

/** Markup takes no stylesheet with it: the page has those. */
const noStyles: Plugin = {
  name: 'no-styles',
  enforce: 'pre',
  resolveId: (source) => (source.endsWith('.css') ? NO_STYLE : null),
  load: (id) => (id === NO_STYLE ? '' : null),
};

export function madeAtBuild(): Plugin {
  let root = '';
  let building = false;
  let made: Promise<Made> | null = null;
  const make = async (file: string): Promise<Made> => {
    // Open until it has been made: what is loaded on the way is loaded through it.
    const server = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, ws: false, watch: null },
      optimizeDeps: { noDiscovery: true },
      plugins: [noStyles],
    });
    try {
      const { make } = (await server.ssrLoadModule(file)) as Maker;
      return await make((name) => new Uint8Array(readFileSync(join(root, 'public/captures', name))));
    } finally {
      await server.close();
    }
  };
  return {
    name: 'made-at-build',
    enforce: 'pre',
    configResolved(config) {
      root = config.root;
      building = config.command === 'build';
    },
    buildStart() {
      made = null;
    },
    async resolveId(source, importer) {
      if (!source.endsWith(QUERY)) return null;
      const found = await this.resolve(source.slice(0, -QUERY.length), importer, { skipSelf: true });
      return found && `${found.id}${QUERY}`;
    },
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      if (!building) return "export default '';";
      made ??= make(id.slice(0, -QUERY.length));
      const asset = this.emitFile({ type: 'asset', name: 'first.bin', source: (await made).bytes });
      return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
    },
    transformIndexHtml: {
      order: 'post',
      async handler(html, { bundle }) {
        if (!made) return html;
        // The picture has the page's faces if they come with it.
        const faces = Object.keys(bundle ?? {}).filter((name) => name.endsWith('.woff2'));
        return {
          html: html.replace(MARK, (await made).html),
          tags: faces.map((name) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `./${name}` },
            injectTo: 'head-prepend',
          })),
        };
      },
    },
  };
}
