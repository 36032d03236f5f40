/** The guide's generator: Eleventy, whose output is what the templates say. Pages lie flat and lead to each other without a prefix. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { markdown } from './markdown.mjs';

/** The contents, in their order. `from`: a document of the repository that is a page here too. */
export const PAGES = [
  { name: 'index', title: 'A guide to Rebind' },
  { part: 'What happens' },
  { name: 'affinity', title: 'Thread affinity in five minutes' },
  { name: 'steps', title: 'The rebind, step by step' },
  { name: 'late', title: 'What happens to a late datagram' },
  { name: 'bugs', title: 'The bugs, and what each taught' },
  { part: 'With it' },
  { name: 'your-capture', title: 'Your capture, your trace' },
  { name: 'in-your-page', title: 'Put it in your page', from: 'in-your-page.md' },
  { name: 'recipes', title: 'Recipes for site generators' },
  { name: 'hosting', title: 'Host it' },
  { name: 'ideas', title: 'Ideas before C', from: 'ideas.md' },
  { part: 'How far to trust it' },
  { name: 'safe', title: 'What “safe within bounds” means' },
  { name: 'fidelity', title: 'What is modelled and what not', from: 'fidelity.md' },
  { name: 'semantics', title: 'What HAProxy does, entry by entry', from: 'semantics.md' },
  { name: 'checklist', title: 'Read beside the source', from: 'checklist.md' },
  { part: 'Reference' },
  { name: 'commands', title: 'Commands' },
  { name: 'formats', title: 'Links, files, messages, JSON' },
];

const escaped = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/**
 * A figure of the product's own. In print, and where frames are not shown, the moment's picture stands in its place.
 * @param folder the moment's, from the guide: `../m/store/`
 */
const figure = (folder, query, caption) => `<figure class="moment">
<iframe src="${folder}?${escaped([query, 'caption=off'].filter(Boolean).join('&'))}" title="${escaped(caption.replace(/[*`]/g, ''))}" loading="lazy"></iframe>
<img src="${folder}poster.svg" alt="" loading="lazy">
<figcaption>${escaped(caption)}</figcaption>
</figure>`;

/** Eleventy's configuration, with `data` for the templates. */
export const configure = (data) => (config) => {
  const pages = PAGES.filter((p) => p.name);
  config.setUseGitIgnore(false);
  config.setTemplateFormats(['md']);
  config.addPassthroughCopy({ 'docs/guide/guide.css': 'guide.css' });
  config.amendLibrary('md', (md) => markdown(md, new Set(pages.map((p) => p.name))));
  config.addShortcode('figure', (story, query, caption) => figure(`../m/${story}/`, query, caption));
  config.addShortcode('run', (world, caption) =>
    data.runs.has(world) ? figure(`m/${world}/`, '', caption) : '',
  );
  for (const [name, value] of Object.entries({ ...data, contents: PAGES })) config.addGlobalData(name, value);
  config.addGlobalData('layout', 'page.njk');
  config.addGlobalData(
    'permalink',
    () =>
      ({ page }) =>
        `${page.fileSlug || 'index'}.html`,
  );
  config.addGlobalData('eleventyComputed', {
    title: ({ page }) => pages.find((p) => p.name === (page.fileSlug || 'index'))?.title,
  });
  for (const { name, from } of pages) {
    // What these say of braces is meant as it stands.
    const front = '---\ntemplateEngineOverride: md\n---\n';
    if (from) config.addTemplate(`${name}.md`, front + readFileSync(join(root, 'docs', from), 'utf8'));
  }
};
