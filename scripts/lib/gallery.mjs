import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { sourcesConfig } from './bundle.mjs';
import { root } from './root.mjs';

/** Where the built gallery lies. */
export const GALLERY = join(root, 'node_modules/.rebind-gallery');

/**
 * The stories' small pictures, which the page's build draws, beside the gallery as they are beside the page. Before the first
 * `npm run build` there are none.
 */
const pictures = {
  name: 'rebind-gallery-pictures',
  configureServer(server) {
    server.middlewares.use('/src/gallery/m', (request, _response, next) => {
      request.url = `/dist/m${request.url}`;
      next();
    });
  },
  closeBundle() {
    const from = join(root, 'dist/m');
    const wanted = (path) => !/\.\w+$/.test(path) || path.endsWith('small.svg');
    if (existsSync(from)) cpSync(from, join(GALLERY, 'src/gallery/m'), { recursive: true, filter: wanted });
  },
};

/** As the page is built, with the gallery in its place and without the policy that its own document has. */
export async function galleryConfig() {
  const config = await sourcesConfig();
  return {
    ...config,
    root,
    base: '/',
    logLevel: 'warn',
    plugins: [
      ...config.plugins.filter(({ name }) => name !== 'policy' && name !== 'rebind-brotli'),
      pictures,
    ],
    build: {
      ...config.build,
      outDir: GALLERY,
      emptyOutDir: true,
      rolldownOptions: { ...config.build.rolldownOptions, input: join(root, 'src/gallery/index.html') },
    },
  };
}

/** Builds it anew: some 10 s. */
export async function buildGallery() {
  const { build } = await import('vite');
  await build(await galleryConfig());
}
