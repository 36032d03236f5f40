/** The document of a moment: complete without a script, printable, and what an address unfurls to. */
import type { Reel } from '../../tape/reel.ts';
import { captionOf } from '../words.ts';
import { figureMarkup } from './draw.tsx';

export interface PageParts {
  /** Address of the folder on the site where it is published, with a slash at its end; '' where nobody knows yet. */
  site: string;
  /** Address of the whole page from this document, with a slash at its end. */
  page: string;
  /** What the document asks of its figure where it has no address to say so. */
  query?: string;
  poster: string;
  /** A PNG of the poster lies beside it. */
  png: boolean;
  size: { width: number; height: number };
  /** Files beside the document, or their texts where it has to stand alone. */
  theme: Part;
  style: Part;
  script: Part;
}

export type Part = { href: string } | { text: string };

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** What a script element may hold as JSON. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const script = (p: Part): string =>
  'href' in p
    ? `<script src="${p.href}"></script>`
    : `<script>${p.text.replaceAll('</script', '<\\/script')}</script>`;
const style = (p: Part): string =>
  'href' in p ? `<link rel="stylesheet" href="${p.href}">` : `<style>${p.text}</style>`;

/** What the document may load and run: what lies beside it, and the machine once a reader changes something. */
const policy = ({ style: s }: PageParts): string =>
  'href' in s
    ? "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
    : "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function momentPage(reel: Reel, parts: PageParts): string {
  const { title, look } = reel.tape;
  const { site, png, size, query } = parts;
  const meta = (name: string, content: string | number): string =>
    `<meta ${name.includes(':') && !name.startsWith('twitter') ? 'property' : 'name'}="${name}" content="${escaped(String(content))}">`;
  const alone = 'text' in parts.script;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · Rebind</title>
${meta('description', look)}
${meta('og:type', 'article')}
${meta('og:title', title)}
${meta('og:description', look)}
${site ? meta('og:url', site) : ''}
${png && !alone ? `${meta('og:image', `${site}poster.png`)}\n${meta('og:image:width', size.width * 2)}\n${meta('og:image:height', size.height * 2)}\n${meta('twitter:card', 'summary_large_image')}` : ''}
${alone ? '' : `<link rel="alternate" type="application/json+oembed" href="${site}oembed.json" title="${escaped(title)}">`}
<link rel="icon" href="data:,">
${script(parts.theme)}
${style(parts.style)}
</head>
<body>
<main id="figure" data-page="${escaped(parts.page)}" data-caption="${escaped(captionOf(reel.tape))}"${query ? ` data-query="${escaped(query)}"` : ''}>${figureMarkup(reel, parts.page)}</main>
<script type="application/json" id="tape">${json(reel.tape)}</script>
${script(parts.script)}
</body>
</html>
`.replace(/\n{2,}/g, '\n');
}

/** The figure as other pages hold it, for programs that ask. A host scales it: width over height is kept. */
export const oembed = (reel: Reel, { site, png, size }: PageParts): string =>
  `${JSON.stringify({
    version: '1.0',
    type: 'rich',
    provider_name: 'Rebind',
    title: reel.tape.title,
    width: 720,
    height: 440,
    html: `<iframe src="${escaped(site || './')}" title="${escaped(reel.tape.title)}" width="720" height="440" style="border:0;max-width:100%" loading="lazy"></iframe>`,
    ...(png
      ? {
          thumbnail_url: `${site}poster.png`,
          thumbnail_width: size.width * 2,
          thumbnail_height: size.height * 2,
        }
      : {}),
  })}\n`;
