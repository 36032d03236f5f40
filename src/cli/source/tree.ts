/** Source text as a tree: what of it the finder needs. */
import { parseSync } from 'vite';

/** An ESTree node. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export const isNode = (v: unknown): v is Node =>
  typeof v === 'object' && v !== null && typeof (v as Node).type === 'string';

export const kids = (n: Node): Node[] =>
  Object.values(n).flatMap((v) => (isNode(v) ? [v] : Array.isArray(v) ? v.filter(isNode) : []));

/** Every node below, with those that it stands in, outermost first. */
export function walk(
  n: Node,
  visit: (n: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(n, parents);
  for (const k of kids(n)) walk(k, visit, [...parents, n]);
}

/** Parses TypeScript, or JavaScript where `file` says so. Throws on what is none. */
export function parsed(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  return program as unknown as Node;
}

export const nameOf = (v: unknown): string =>
  isNode(v) && v.type === 'Identifier' ? String((v as Node).name) : '';

export const isFunction = (n: Node): boolean =>
  ['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'].includes(n.type);

/** What the names of modules are where tests have compiled them. */
const IMPORTED = /^__vite_ssr_import_\d+__$/;

/** Names that a function gives: its parameters, then its variables, in their order. */
function boundIn(n: Node): string[] {
  const names: string[] = [];
  walk(n, (v) => {
    if (isFunction(v)) names.push(...(v.params as Node[]).map(nameOf));
    if (v.type === 'VariableDeclarator') names.push(nameOf(v.id));
  });
  return [...new Set(names)];
}

/**
 * The words of a function in their order: names, values, operators, kinds of statements. Two texts of one function have the
 * same words, whether types have been taken out, blanks and brackets left out, its own names changed, or imports reached
 * through their module.
 */
export function wordsOf(n: Node): string {
  const own = new Map(boundIn(n).map((name, i) => [name, `$${i}`]));
  const out: string[] = [];
  const say = (v: unknown): void => {
    if (!isNode(v)) return;
    if (v.type.startsWith('TS')) {
      // `a as T`, `a!`: what is typed, without its type.
      say(v.expression);
      return;
    }
    switch (v.type) {
      case 'EmptyStatement':
        return;
      case 'ParenthesizedExpression':
        say(v.expression);
        return;
      case 'SequenceExpression':
        say((v.expressions as Node[]).at(-1));
        return;
      case 'Identifier':
        out.push(own.get(String(v.name)) ?? String(v.name));
        return;
      case 'Literal':
        out.push(`${typeof v.value} ${String(v.value)}`);
        return;
      case 'MemberExpression':
        if (!IMPORTED.test(nameOf(v.object))) say(v.object);
        if (v.computed === true) say(v.property);
        else out.push(String((v.property as Node).name));
        return;
    }
    out.push(v.type, typeof v.operator === 'string' ? v.operator : '');
    for (const [key, value] of Object.entries(v)) {
      if (key === 'typeAnnotation' || key === 'returnType' || key === 'typeArguments') continue;
      if (Array.isArray(value)) for (const item of value) say(item);
      else say(value);
    }
  };
  say(n);
  return out.filter((w) => w !== '').join(' ');
}
