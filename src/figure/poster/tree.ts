/** Markup as React writes it, as a tree, and back. */

export interface Node {
  tag: string;
  attributes: Map<string, string>;
  children: (Node | string)[];
}

const TAG = /<(\/?)([a-zA-Z0-9]+)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([a-zA-Z0-9:-]+)="([^"]*)"/g;

/** The elements of well-formed markup. */
export function parseMarkup(markup: string): Node[] {
  const top: Node = { tag: '', attributes: new Map(), children: [] };
  const open: Node[] = [top];
  for (const [, end, tag, rest, empty, text] of markup.matchAll(TAG)) {
    const in_ = open.at(-1)!;
    if (text !== undefined) in_.children.push(text);
    else if (end) open.pop();
    else {
      const attributes = new Map([...rest!.matchAll(ATTRIBUTE)].map((m) => [m[1]!, m[2]!]));
      const node: Node = { tag: tag!, attributes, children: [] };
      in_.children.push(node);
      if (!empty) open.push(node);
    }
  }
  return top.children.filter((c): c is Node => typeof c !== 'string');
}

/** `html`: nothing closes itself, as in HTML, where only some elements may. */
export function markupOf(node: Node | string, html = false): string {
  if (typeof node === 'string') return node;
  const attributes = [...node.attributes].map(([k, v]) => ` ${k}="${v}"`).join('');
  if (node.children.length === 0 && !html) return `<${node.tag}${attributes}/>`;
  return `<${node.tag}${attributes}>${node.children.map((c) => markupOf(c, html)).join('')}</${node.tag}>`;
}

export function find(nodes: readonly (Node | string)[], is: (n: Node) => boolean): Node | null {
  for (const n of nodes) {
    if (typeof n === 'string') continue;
    const found = is(n) ? n : find(n.children, is);
    if (found) return found;
  }
  return null;
}

export const classesOf = (n: Node): string[] =>
  (n.attributes.get('class') ?? '').split(/\s+/).filter(Boolean);
