/**
 * What a stylesheet makes of a drawing, written out: for each element its own presentation, with every variable and mixed colour
 * worked out for the light and for the dark theme. A drawing so written needs nothing that an SVG reader may lack.
 */
import postcss, { type Declaration } from 'postcss';
import { classesOf, type Node } from './tree.ts';

/** What of CSS means something in a drawing. */
const DRAWN = new Set([
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'letter-spacing',
  'text-anchor',
  'paint-order',
  'display',
  'visibility',
]);

type Theme = 'light' | 'dark';
export type Styles = Record<Theme, Map<string, string>>;

interface Rule {
  selector: Compound[];
  weight: number;
  order: number;
  declarations: [string, string][];
}

/** `combinator`: how it stands to the one before it. */
interface Compound {
  combinator: ' ' | '>';
  tag: string;
  classes: string[];
  first: boolean;
}

export interface Sheet {
  rules: Rule[];
  variables: Record<Theme, Map<string, string>>;
}

/** A selector of classes, tags and :first-child; null for any other. */
function selectorOf(text: string): { selector: Compound[]; weight: number } | null {
  // What :where() holds weighs nothing.
  const plain = text.replace(/:where\(([^()]*)\)/g, '$1');
  const light = [...text.matchAll(/:where\(([^()]*)\)/g)].join(' ');
  if (/[:[*+~]/.test(plain.replaceAll(':first-child', ''))) return null;
  const parts = plain
    .replace(/\s*>\s*/g, ' > ')
    .trim()
    .split(/\s+/);
  const selector: Compound[] = [];
  let combinator: Compound['combinator'] = ' ';
  for (const part of parts) {
    if (part === '>') {
      combinator = '>';
      continue;
    }
    const first = part.includes(':first-child');
    const [tag, ...classes] = part.replace(':first-child', '').split('.');
    selector.push({ combinator, tag: tag!, classes, first });
    combinator = ' ';
  }
  const weight =
    selector.reduce((n, c) => n + c.classes.length * 10 + (c.tag ? 1 : 0) + (c.first ? 10 : 0), 0) -
    (light.match(/\./g)?.length ?? 0) * 5;
  return { selector, weight };
}

/** The rules of a stylesheet that hold on a wide screen, at rest. */
export function readSheet(css: string): Sheet {
  const sheet: Sheet = { rules: [], variables: { light: new Map(), dark: new Map() } };
  let order = 0;
  postcss.parse(css).walkRules((rule) => {
    const media = rule.parent?.type === 'atrule' ? (rule.parent as { params?: string }).params : '';
    const declarations = rule.nodes
      .filter((n): n is Declaration => n.type === 'decl')
      .flatMap((d) => longhands(d.prop, d.value));
    for (const text of rule.selectors) {
      if (text.startsWith(':root')) {
        const dark = text.includes('dark') && !media;
        if (media || (!dark && text !== ':root')) continue;
        for (const [k, v] of declarations) sheet.variables[dark ? 'dark' : 'light'].set(k, v);
        continue;
      }
      const read = media ? null : selectorOf(text);
      if (read) sheet.rules.push({ ...read, order: order++, declarations });
    }
  });
  sheet.rules.sort((a, b) => a.weight - b.weight || a.order - b.order);
  return sheet;
}

function longhands(prop: string, value: string): [string, string][] {
  if (prop !== 'font') return [[prop, value]];
  const m = /^(\d+)\s+([\d.]+px)(?:\/\S+)?\s+(.+)$/.exec(value);
  return m
    ? [
        ['font-weight', m[1]!],
        ['font-size', m[2]!],
        ['font-family', m[3]!],
      ]
    : [];
}

/** `path`: the element and what it stands in, outermost first. */
function fits(selector: readonly Compound[], path: readonly Node[]): boolean {
  const match = (c: Compound, n: Node, parent: Node | undefined): boolean =>
    (c.tag === '' || c.tag === n.tag) &&
    c.classes.every((k) => classesOf(n).includes(k)) &&
    (!c.first || parent?.children.find((x) => typeof x !== 'string') === n);
  const from = (s: number, p: number): boolean => {
    if (!match(selector[s]!, path[p]!, path[p - 1])) return false;
    if (s === 0) return true;
    if (selector[s]!.combinator === '>') return p > 0 && from(s - 1, p - 1);
    for (let q = p - 1; q >= 0; q--) if (from(s - 1, q)) return true;
    return false;
  };
  return from(selector.length - 1, path.length - 1);
}

/** The presentation of the last element of `path`, its own alone; `inherited`: variables that its surroundings set. */
export function stylesOf(
  { rules, variables }: Sheet,
  path: readonly Node[],
  inherited: ReadonlyMap<string, string>,
): { styles: Styles; variables: ReadonlyMap<string, string> } {
  const own = new Map<string, string>();
  const vars = new Map(inherited);
  for (const r of rules) {
    if (!fits(r.selector, path)) continue;
    for (const [k, v] of r.declarations) {
      if (k.startsWith('--')) vars.set(k, v);
      else if (DRAWN.has(k)) own.set(k, v.replace(/\s*!important$/, ''));
    }
  }
  const out: Styles = { light: new Map(), dark: new Map() };
  for (const theme of ['light', 'dark'] as const) {
    const known = (name: string): string =>
      vars.get(name) ??
      (theme === 'dark' ? variables.dark.get(name) : undefined) ??
      variables.light.get(name) ??
      '';
    for (const [k, v] of own) out[theme].set(k, worked(v, known));
  }
  return { styles: out, variables: vars };
}

/** A value with its variables in it, and its mixed colours mixed. */
function worked(value: string, known: (name: string) => string): string {
  let text = value;
  for (let n = 0; n < 8 && text.includes('var('); n++)
    text = text.replace(
      /var\((--[\w-]+)(?:,\s*([^()]*))?\)/g,
      (_, name: string, other?: string) => known(name) || (other ?? ''),
    );
  return text.replace(
    /color-mix\(in srgb,\s*(#[0-9a-f]+)\s+([\d.]+)%,\s*(#[0-9a-f]+)\)/gi,
    (_, a: string, share: string, b: string) => mixed(a, b, Number(share) / 100),
  );
}

function mixed(a: string, b: string, share: number): string {
  const [x, y] = [channels(a), channels(b)];
  return `#${x
    .map((c, i) =>
      Math.round(c * share + y[i]! * (1 - share))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function channels(hex: string): number[] {
  const digits = hex.slice(1);
  const long = digits.length === 3 ? [...digits].map((d) => d + d).join('') : digits;
  return [0, 2, 4].map((i) => Number.parseInt(long.slice(i, i + 2), 16));
}
