/** The poster: one moment as an SVG that stands by itself, in a README, a feed, a chat, on paper; both themes, text as text. */

import { fitted } from '../../app/stage/text.ts';
import type { Sentence } from '../../report/view.ts';
import { type Sheet, type Styles, stylesOf } from './styles.ts';
import { classesOf, markupOf, type Node } from './tree.ts';

/** `both`: follows whoever shows it. */
export type PosterTheme = 'both' | 'light' | 'dark';

export interface PosterWords {
  title: string;
  look: string;
  sentence: Sentence;
  /** Where the moment is opened; '' when nobody knows yet. */
  url: string;
  /** A link's text, so that the picture opens as its moment; ''. */
  moment: string;
  theme?: PosterTheme;
}

/** Height of the sentence above the stage, stage units. */
const HEAD = 44;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** What is for a reader's hands, or for nobody's eyes. */
const LEFT_OUT = (n: Node): boolean =>
  n.tag === 'title' ||
  n.tag === 'desc' ||
  classesOf(n).some((c) => ['stage-button', 'hit', 'visually-hidden', 'drag-layer'].includes(c));

const KEPT = new Set([
  'class',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'width',
  'height',
  'rx',
  'cx',
  'cy',
  'r',
  'd',
  'points',
  'transform',
  'dx',
  'dy',
  'font-size',
]);

const short = (value: string): string =>
  value.replace(/-?\d+\.\d{2,}/g, (n) => String(Math.round(Number(n) * 10) / 10));

/** `stage`: the stage's own <svg> as React writes it. */
export function posterSvg(stage: Node, sheet: Sheet, words: PosterWords): string {
  const [, , width = 720, height = 300] = (stage.attributes.get('viewBox') ?? '').split(' ').map(Number);
  const classes = new Classes();
  const drawn = written(stage, [], new Map(), sheet, classes);
  const sentence = headOf(words.sentence, width, sheet, classes);
  const box = `0 0 ${width} ${height + HEAD}`;
  const { title, look, url, moment, theme = 'both' } = words;
  const paper = classes.paper(sheet);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${width}" height="${height + HEAD}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escaped(title)}</title><desc id="d">${escaped(`${words.sentence.lead} ${words.sentence.rest} ${look}`)}</desc>`,
    `<metadata><rebind xmlns="https://rebind.invalid/moment"${url ? ` url="${escaped(url)}"` : ''}${moment ? ` moment="${escaped(moment)}"` : ''}/></metadata>`,
    `<style>${classes.css(theme)}</style>`,
    `<rect class="${paper}" width="100%" height="100%"/>`,
    sentence,
    `<g transform="translate(0 ${HEAD})" class="${drawn.attributes.get('class') ?? ''}">${drawn.children.map((c) => markupOf(c)).join('')}</g></svg>\n`,
  ].join('');
}

/** The same drawing with nothing but what is drawn. */
function written(
  node: Node,
  above: readonly Node[],
  inherited: ReadonlyMap<string, string>,
  sheet: Sheet,
  classes: Classes,
): Node {
  const path = [...above, node];
  const { styles, variables } = stylesOf(sheet, path, inherited);
  const attributes = new Map<string, string>();
  for (const [k, v] of node.attributes) if (KEPT.has(k) && k !== 'class') attributes.set(k, short(v));
  const name = classes.of(styles);
  if (name) attributes.set('class', name);
  const children = node.children
    .filter((c) => typeof c === 'string' || !LEFT_OUT(c))
    .map((c) => (typeof c === 'string' ? c : written(c, path, variables, sheet, classes)))
    // A group that says nothing is its contents.
    .flatMap((c) => (typeof c !== 'string' && c.tag === 'g' && c.attributes.size === 0 ? c.children : [c]))
    .filter((c) => typeof c === 'string' || c.tag !== 'g' || c.children.length > 0);
  return { tag: node.tag, attributes, children };
}

function headOf({ conn, lead, rest }: Sentence, width: number, sheet: Sheet, classes: Classes): string {
  const element = (
    tag: string,
    names: string,
    more: Record<string, string>,
    children: (Node | string)[],
  ): Node => ({
    tag,
    attributes: new Map([['class', names], ...Object.entries(more)]),
    children,
  });
  const narrow = width < 500;
  const size = narrow ? 15 : 17;
  const left = conn ? 46 : 16;
  const room = width - left - 10 - lead.length * size * 0.56;
  const chip = conn
    ? element('g', `chip solid hue${conn.hue}`, {}, [
        element('rect', '', { x: '16', y: '11', width: '22', height: '22', rx: '4.4' }, []),
        element('text', '', { x: '27', y: '26', 'font-size': '11' }, [conn.letter]),
      ])
    : null;
  const said = element('text', 'poster-said', { x: String(left), y: '28', 'font-size': String(size) }, [
    element('tspan', 'poster-lead', {}, [escaped(lead)]),
    ...(room > 60 ? [element('tspan', 'poster-rest', { dx: '5' }, [escaped(fitted(rest, room, size))])] : []),
  ]);
  const svg = element('svg', 'stage', {}, [...(chip ? [chip] : []), said]);
  const out = written(svg, [], new Map(), sheet, classes);
  return `<g class="${out.attributes.get('class') ?? ''}">${out.children.map((c) => markupOf(c)).join('')}</g>`;
}

/** One class for each presentation that there is; the dark theme says what it has otherwise. */
class Classes {
  private readonly names = new Map<string, string>();
  private readonly styles: Styles[] = [];

  of(styles: Styles): string {
    if (styles.light.size === 0) return '';
    const key = JSON.stringify([[...styles.light], [...styles.dark]]);
    const known = this.names.get(key);
    if (known) return known;
    const n = this.names.size;
    const name = n < 26 ? String.fromCharCode(97 + n) : `a${n.toString(36)}`;
    this.names.set(key, name);
    this.styles.push(styles);
    return name;
  }

  paper({ variables }: Sheet): string {
    const of = (theme: 'light' | 'dark') => new Map([['fill', variables[theme].get('--paper') ?? '#fff']]);
    return this.of({ light: of('light'), dark: of('dark') });
  }

  css(theme: PosterTheme): string {
    const names = [...this.names.values()];
    const text = (m: Iterable<[string, string]>): string => [...m].map(([k, v]) => `${k}:${v}`).join(';');
    const all = (of: 'light' | 'dark'): string =>
      this.styles.map((s, i) => `.${names[i]}{${text(s[of])}}`).join('');
    if (theme !== 'both') return `:root{color-scheme:${theme}}${all(theme)}`;
    const dark = this.styles
      .map((s, i) => {
        const other = [...s.dark].filter(([k, v]) => s.light.get(k) !== v);
        return other.length > 0 ? `.${names[i]}{${text(other)}}` : '';
      })
      .join('');
    return `:root{color-scheme:light dark}${all('light')}@media(prefers-color-scheme:dark){${dark}}`;
  }
}
