/**
 * A page with two figures, as the authors of each generator write it: a frame and an element, by the snippets that *Share* gives. `files` are
 * the page and what the generator asks for; `build` makes `site` of them; `page` is where the page is in it.
 *
 * @typedef {{
 *   name: string, title: string, packages?: Record<string, string>, debian?: string[],
 *   files(f: {frame: (language: string, query?: string) => string, element: string, script: string}): Record<string, string>,
 *   build?: string[], site: string, page: string, note?: string, slides?: boolean, light?: boolean,
 * }} Recipe
 */

/** The snippets that *Share* gives of the story `first`, with the figures at `base`; a query tells the frame more. */
export function partsOf(snippetIn, base) {
  const shown = {
    title: 'Moved while packets wait',
    sentence: 'A belongs to T2. T2 is held; 3 datagrams of it wait in its inbox.',
    frame: `${base}m/first/`,
    poster: `${base}m/first/poster.svg`,
    full: `${base}?story=first`,
    script: `${base}embed/rebind-figure.js`,
  };
  return {
    frame: (language, query = '') => snippetIn(language, { ...shown, frame: shown.frame + query }),
    element: snippetIn('element', shown),
    script: shown.script,
  };
}

/** The element's own lines; its script goes where the generator has a place for scripts. */
const withoutScript = (element) => element.split('\n').slice(1).join('\n');
/** Every tag is closed in MDX, and all of it stands in one line. */
const closed = (element) => element.replace(/(<img [^>]*[^/])>/g, '$1 />').replace(/\n\s*/g, '');

const HTML = (f) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Moves</title>
<link rel="icon" href="data:,">
<style>body { max-width: 46rem; margin: 0 auto; padding: 0 1rem }</style>
<h1>Moves</h1>
<p>A connection moves.</p>
${f.frame('html')}
<p>Once more.</p>
${f.element}
`;

/** @type {Recipe[]} */
export const RECIPES = [
  {
    name: 'html',
    title: 'A plain page',
    files: (f) => ({ 'site/index.html': HTML(f) }),
    site: 'site',
    page: 'index.html',
  },
  {
    name: 'vitepress',
    title: 'VitePress',
    packages: { vitepress: '1.6.4' },
    files: (f) => ({
      'docs/.vitepress/config.mjs': `export default {
  title: 'Docs',
  head: [['script', { type: 'module', src: '${f.script}' }]],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'rebind-figure' } } },
};
`,
      'docs/index.md': `# Moves\n\nA connection moves.\n\n${f.frame('html')}\n\nOnce more.\n\n${withoutScript(f.element)}\n`,
    }),
    build: ['npx', 'vitepress', 'build', 'docs'],
    site: 'docs/.vitepress/dist',
    page: 'index.html',
    note: 'The element’s script goes into `head`, since a `<script>` in a page is Vue’s there, and `isCustomElement` names the tag.',
  },
  {
    name: 'docusaurus',
    title: 'Docusaurus',
    packages: {
      '@docusaurus/core': '3.10.2',
      '@docusaurus/preset-classic': '3.10.2',
      react: '19.0.9',
      'react-dom': '19.0.9',
    },
    files: (f) => ({
      'docusaurus.config.js': `module.exports = {
  title: 'Docs',
  url: 'http://localhost',
  baseUrl: '/',
  trailingSlash: true,
  onBrokenLinks: 'throw',
  scripts: [{ src: '${f.script}', type: 'module' }],
  themeConfig: { colorMode: { respectPrefersColorScheme: true } },
  presets: [['classic', { docs: { routeBasePath: '/', sidebarPath: undefined }, blog: false }]],
};
`,
      'docs/index.mdx': `---\nslug: /\n---\n\n# Moves\n\nA connection moves.\n\n${f.frame('mdx')}\n\nOnce more.\n\n${closed(withoutScript(f.element))}\n`,
    }),
    build: ['npx', 'docusaurus', 'build'],
    site: 'build',
    // By its folder: under another address the page that was built is not the one that is drawn.
    page: '',
    note: 'The element’s script goes into `scripts`. In MDX every tag is closed (`<img … />`), `style` is no text, and the element stands in one line.',
  },
  {
    name: 'mkdocs',
    title: 'MkDocs Material',
    debian: ['mkdocs', 'mkdocs-material'],
    files: (f) => ({
      'mkdocs.yml': `site_name: Docs
use_directory_urls: false
theme:
  name: material
  font: false
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
`,
      'docs/index.md': `# Moves\n\nA connection moves.\n\n${f.frame('html')}\n\nOnce more.\n\n${f.element}\n`,
    }),
    build: ['mkdocs', 'build', '--strict', '--site-dir', 'site'],
    site: 'site',
    page: 'index.html',
  },
  {
    name: 'sphinx',
    title: 'Sphinx',
    debian: ['python3-sphinx'],
    files: (f) => ({
      'conf.py': `project = 'Docs'\nhtml_js_files = [('${f.script}', {'type': 'module'})]\n`,
      'index.rst': `Moves\n=====\n\nA connection moves.\n\n${f.frame('rst', '?theme=light')}\n\nOnce more.\n\n.. raw:: html\n\n${withoutScript(f.element).replace(/^/gm, '   ')}\n`,
    }),
    build: ['sphinx-build', '-q', '-W', '-b', 'html', '.', 'site'],
    site: 'site',
    page: 'index.html',
    light: true,
    note: 'The element’s script goes into `html_js_files`. Its usual theme is light only, so the frame is told so: `?theme=light`. The frame’s snippet brings a picture for builders other than HTML.',
  },
  {
    name: 'reveal',
    title: 'reveal.js',
    packages: { 'reveal.js': '6.0.2' },
    files: (f) => ({
      'index.html': `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Moves</title>
<link rel="stylesheet" href="node_modules/reveal.js/dist/reveal.css">
<link rel="stylesheet" href="node_modules/reveal.js/dist/theme/white.css">
<style>.reveal iframe { max-width: none; max-height: none }</style>
<div class="reveal"><div class="slides">
<section>${f.frame('html', '?theme=light')}</section>
<section>${f.element}</section>
</div></div>
<script type="module">
  import Reveal from './node_modules/reveal.js/dist/reveal.mjs';
  new Reveal().initialize({ width: 960, height: 700, hash: true });
</script>
`,
    }),
    site: '.',
    page: 'index.html',
    slides: true,
    light: true,
    note: 'reveal.js makes frames as small as their slide allows; the line of CSS takes that back. Esc gives the keys back to the slides.',
  },
];
