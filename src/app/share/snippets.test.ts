/** What is copied for another page is valid there, whatever the moment is called. */
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language, type Shown, snippetIn } from './snippets.ts';

const plain: Shown = {
  title: 'T2 passes datagram 33 on',
  sentence: 'A now belongs to T0. T2 passes datagram 33 on; 2 left.',
  frame: 'https://example.org/r/m/first/?at=8215',
  poster: 'https://example.org/r/m/first/poster.svg',
  full: 'https://example.org/r/?story=first&at=8215',
  script: 'https://example.org/r/embed/rebind-figure.js',
};
const nasty: Shown = { ...plain, title: `"A" <b>&[x](y)\`*_`, sentence: `</a><script>x</script>"]() |` };

/** Start tags in their order. */
const tags = (html: string): string[] => [...html.matchAll(/<([a-z-]+)[\s>]/g)].map((m) => m[1]!);

describe.each([
  ['plain', plain],
  ['of a name that is full of signs', nasty],
])('%s', (_, shown) => {
  test('HTML holds one frame and nothing that the name would make', () => {
    const html = snippetIn('html', shown);
    expect(tags(html)).toEqual(['iframe']);
    expect(html).toContain('width="100%"');
    expect(html).not.toContain('\n');
  });

  test('the element’s content is a picture that leads to the moment', () => {
    expect(tags(snippetIn('element', shown))).toEqual(['script', 'rebind-figure', 'a', 'img']);
    const without = snippetIn('element', { ...shown, poster: '' });
    expect(tags(without)).toEqual(['script', 'rebind-figure', 'a']);
  });

  test('MDX is JSX without a style as a text', () => {
    const mdx = snippetIn('mdx', shown);
    const { errors } = parseSync('figure.jsx', `export const F = () => (${mdx});`);
    expect(errors).toEqual([]);
    expect(mdx).not.toMatch(/style="/);
    const [, title] = /title="([^"]*)"/.exec(mdx)!;
    // As JSX reads attributes: entities and nothing else.
    const read = renderToStaticMarkup(createElement('i', { title: shown.title }));
    expect(read).toContain(`title="${title}"`);
  });

  test('reStructuredText indents all that belongs to a directive', () => {
    const lines = snippetIn('rst', shown).split('\n');
    expect(lines[0]).toBe('.. raw:: html');
    for (const line of lines)
      expect(line === '' || line.startsWith('.. ') || line.startsWith('   ')).toBe(true);
    expect(lines.filter((l) => l.includes('<iframe')).length).toBe(1);
  });

  test('AsciiDoc passes the frame through', () => {
    const lines = snippetIn('asciidoc', shown).split('\n');
    expect([lines[0]![0], lines[1], lines[3]]).toEqual(['.', '++++', '++++']);
    expect(lines.length).toBe(4);
  });

  test('Markdown holds a picture and a way there, and no tag', () => {
    const text = snippetIn('markdown', shown);
    expect(text).not.toMatch(/(^|[^\\])</);
    expect(text.startsWith('[![')).toBe(true);
    expect(text).toContain(`](${shown.full})`);
  });
});

test('every language has one', () => {
  for (const { id } of LANGUAGES) expect(snippetIn(id as Language, plain).length).toBeGreaterThan(40);
});
