/** How the guide's Markdown differs from plain: headings can be linked to, tables scroll by themselves, documents lead to pages. */

/** `S14 · Store the new tid` is found by its number, any other heading by its words. */
export function idOf(text) {
  const number = / · /.test(text) ? text.split(' · ')[0] : text;
  return number
    .replace(/[^\p{L}\p{N}./-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .replace(/\//g, '-');
}

/** @param pages names of the pages that are made of documents beside the guide: `fidelity` is fidelity.html */
export function markdown(md, pages) {
  md.set({ html: true, linkify: false, typographer: false });
  md.core.ruler.push('heading-ids', ({ tokens }) => {
    for (const [i, token] of tokens.entries()) {
      if (token.type === 'heading_open') token.attrSet('id', idOf(tokens[i + 1].content.replaceAll('`', '')));
      for (const inline of token.children ?? [])
        if (inline.type === 'link_open') inline.attrSet('href', linkOf(inline.attrGet('href'), pages));
    }
  });
  // A wide table is moved about with the keys too.
  md.renderer.rules.table_open = () =>
    '<div class="table" tabindex="0" role="region" aria-label="Table"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  // `sh run`: run by a test as it stands.
  md.renderer.rules.fence = ([...tokens], i) => {
    const [language, ...marks] = tokens[i].info.trim().split(/\s+/);
    const run = marks.includes('run') ? ' data-run' : '';
    return `<pre tabindex="0"${run}><code class="${md.utils.escapeHtml(language ?? '')}">${md.utils.escapeHtml(tokens[i].content)}</code></pre>\n`;
  };
}

function linkOf(href, pages) {
  const [, name, hash] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  if (name === undefined) return href;
  if (!pages.has(name)) throw new Error(`the guide has no page ${name}`);
  return `${name}.html${hash ?? ''}`;
}
