/**
 * The step sources as syntax: what each file imports and declares, and its steps and inline functions. Nothing is run here.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'vite';

/** A node of the syntax tree (ESTree, with TypeScript’s). */
export interface Node {
  type: string;
  start: number;
  end: number;
  // biome-ignore lint/suspicious/noExplicitAny: a tree of another's making
  [key: string]: any;
}

export const isNode = (v: unknown): v is Node =>
  typeof v === 'object' && v !== null && typeof (v as Node).type === 'string';

const kids = (n: Node): Node[] =>
  Object.values(n).flatMap((v) => (isNode(v) ? [v] : Array.isArray(v) ? v.filter(isNode) : []));

export function walk(n: Node, visit: (n: Node) => void): void {
  visit(n);
  for (const k of kids(n)) walk(k, visit);
}

/** What a name at the top of a file stands for. */
export type Top =
  | { kind: 'import'; file: string; name: string }
  | { kind: 'function'; node: Node }
  | { kind: 'const'; init: Node; prop?: string };

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
  readonly tops: ReadonlyMap<string, Top>;
}

/** An expression without what TypeScript says about it. */
export function bare(n: Node): Node {
  let at = n;
  while (
    at.type === 'TSAsExpression' ||
    at.type === 'TSNonNullExpression' ||
    at.type === 'TSSatisfiesExpression' ||
    at.type === 'ParenthesizedExpression'
  )
    at = at.expression;
  return at;
}

export const isFunction = (n: Node): boolean =>
  n.type === 'ArrowFunctionExpression' || n.type === 'FunctionExpression' || n.type === 'FunctionDeclaration';

export class Sources {
  private readonly known = new Map<string, Source>();

  /** A file, read once. Throws what the parser says. */
  of(file: string): Source {
    const known = this.known.get(file);
    if (known) return known;
    const text = readFileSync(file, 'utf8');
    const { program, errors } = parseSync(file, text);
    if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
    const source = {
      file,
      text,
      program: program as unknown as Node,
      tops: topsOf(program as unknown as Node, file),
    };
    this.known.set(file, source);
    return source;
  }
}

function topsOf(program: Node, file: string): Map<string, Top> {
  const tops = new Map<string, Top>();
  for (const statement of program.body as Node[]) {
    if (statement.type === 'ImportDeclaration') {
      const from = String(statement.source.value);
      if (!from.startsWith('.')) continue;
      for (const s of statement.specifiers as Node[])
        if (s.type === 'ImportSpecifier')
          tops.set(s.local.name, {
            kind: 'import',
            file: resolve(dirname(file), from),
            name: s.imported.name,
          });
      continue;
    }
    const d: Node =
      statement.type === 'ExportNamedDeclaration' && statement.declaration
        ? statement.declaration
        : statement;
    if (d.type === 'FunctionDeclaration') tops.set(d.id.name, { kind: 'function', node: d });
    if (d.type === 'VariableDeclaration') for (const v of d.declarations as Node[]) declare(tops, v);
    if (statement.type === 'ExportNamedDeclaration' && !statement.declaration && statement.source)
      for (const s of statement.specifiers as Node[])
        tops.set(s.exported.name, {
          kind: 'import',
          file: resolve(dirname(file), String(statement.source.value)),
          name: s.local.name,
        });
  }
  return tops;
}

function declare(tops: Map<string, Top>, v: Node): void {
  if (!v.init) return;
  if (v.id.type === 'Identifier') {
    const init = bare(v.init);
    tops.set(v.id.name, isFunction(init) ? { kind: 'function', node: init } : { kind: 'const', init });
    return;
  }
  if (v.id.type === 'ObjectPattern')
    for (const p of v.id.properties as Node[])
      if (p.type === 'Property' && p.value.type === 'Identifier')
        tops.set(p.value.name, { kind: 'const', init: v.init, prop: String(p.key.name) });
}
