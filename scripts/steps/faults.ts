/** Texts of what cannot be, kept outside of the module: it says a number and up to two values. */
import { Unfit } from './fold.ts';
import { bare, type Node, type Source, walk } from './source.ts';

/** A text, or what stands between texts: a value, or the name of the pool whose record is at it. */
export type FaultPart = string | { readonly pool: boolean };

/** All texts, each with its number. */
export class Faults {
  readonly sites: (readonly FaultPart[])[] = [];

  number(parts: readonly FaultPart[]): number {
    const text = JSON.stringify(parts);
    const known = this.sites.findIndex((s) => JSON.stringify(s) === text);
    return known < 0 ? this.sites.push(parts) - 1 : known;
  }
}

/** What is thrown: its text in parts, and the expressions whose values stand between. */
export function faultParts(
  thrown: Node,
  functionOf: (name: string) => { source: Source; node: Node } | null,
): { parts: FaultPart[]; args: Node[] } {
  const n = bare(thrown);
  if (n.type === 'NewExpression') return partsOf(n.arguments[0], new Map());
  if (n.type !== 'CallExpression' || n.callee.type !== 'Identifier') throw new Unfit('a throw');
  const made = functionOf(n.callee.name);
  if (!made) throw new Unfit('a throw');
  const given = new Map<string, Node>();
  (made.node.params as Node[]).forEach((p, i) => {
    given.set(p.name, n.arguments[i]);
  });
  let error: Node | undefined;
  walk(made.node.body, (k) => {
    if (k.type === 'NewExpression') error = k;
  });
  if (!error) throw new Unfit('a throw');
  return partsOf(error.arguments[0], given);
}

function partsOf(text: Node, given: ReadonlyMap<string, Node>): { parts: FaultPart[]; args: Node[] } {
  const n = bare(text);
  if (n.type === 'Literal') return { parts: [String(n.value)], args: [] };
  if (n.type !== 'TemplateLiteral') throw new Unfit('a text');
  const parts: FaultPart[] = [];
  const args: Node[] = [];
  (n.quasis as Node[]).forEach((q, i) => {
    if (q.value.cooked) parts.push(q.value.cooked);
    const e = (n.expressions as Node[])[i];
    if (!e) return;
    const named = bare(e);
    const pool = named.type === 'MemberExpression' && named.property.name === 'name';
    parts.push({ pool });
    args.push(pool ? named.object : (named.type === 'Identifier' && given.get(named.name)) || named);
  });
  return { parts, args };
}
