/** What puts a figure into somebody else's page, in that page's own language. */

export interface Shown {
  title: string;
  /** The sentence of the moment: what a reader has where nothing can be shown. */
  sentence: string;
  /** Address of the figure's document. */
  frame: string;
  /** Of its picture; '' where there is none. */
  poster: string;
  /** Of the moment in the whole page. */
  full: string;
  /** Address of the element's script. */
  script: string;
}

export const LANGUAGES = [
  { id: 'html', name: 'HTML' },
  { id: 'element', name: 'Element' },
  { id: 'markdown', name: 'Markdown' },
  { id: 'mdx', name: 'MDX' },
  { id: 'rst', name: 'reStructuredText' },
  { id: 'asciidoc', name: 'AsciiDoc' },
] as const;
export type Language = (typeof LANGUAGES)[number]['id'];

const attribute = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
const markdown = (text: string): string => text.replace(/[\\[\]*_`<>]/g, '\\$&').replace(/\s+/g, ' ');
const inAddress = (url: string): string =>
  url.replace(/[()\s<>]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** In one line; as wide as its column, with an aspect that needs no script of the host. */
const iframe = ({ frame, title }: Shown): string =>
  `<iframe src="${attribute(frame)}" title="${attribute(title)}" width="100%" style="border:0;aspect-ratio:720/460;min-height:440px" loading="lazy" allow="cross-origin-isolated"></iframe>`;

const WRITERS: Readonly<Record<Language, (s: Shown) => string>> = {
  html: iframe,
  element: ({ script, frame, full, poster, sentence }) =>
    [
      `<script type="module" src="${attribute(script)}"></script>`,
      `<rebind-figure src="${attribute(frame)}">`,
      poster
        ? `  <a href="${attribute(full)}"><img src="${attribute(poster)}" alt="${attribute(sentence)}" width="100%"></a>`
        : `  <a href="${attribute(full)}">${attribute(sentence)}</a>`,
      '</rebind-figure>',
    ].join('\n'),
  markdown: ({ title, sentence, poster, full }) =>
    poster
      ? `[![${markdown(sentence)}](${inAddress(poster)})](${inAddress(full)})\n\n**${markdown(title)}.** ${markdown(sentence)}`
      : `[**${markdown(title)}.** ${markdown(sentence)}](${inAddress(full)})`,
  // A style there is an object, never a text.
  mdx: ({ frame, title }) =>
    `<iframe src=${JSON.stringify(frame)} title="${attribute(title)}" width="100%" height="460" style={{ border: 0 }} loading="lazy" />`,
  rst: (s) =>
    [
      '.. raw:: html',
      '',
      `   ${iframe(s)}`,
      '',
      '.. only:: not html',
      '',
      ...(s.poster
        ? [`   .. image:: ${s.poster}`, `      :alt: ${s.sentence}`, `      :target: ${s.full}`]
        : [`   \`${s.title.replace(/[`<>]/g, '')} <${s.full}>\`__`]),
    ].join('\n'),
  asciidoc: (s) => `.${s.title.replace(/\s+/g, ' ')}\n++++\n${iframe(s)}\n++++`,
};

export const snippetIn = (language: Language, shown: Shown): string => WRITERS[language](shown);
