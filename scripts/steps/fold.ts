/** What names at the top of the step sources are worth: numbers, layouts, procedures, as the modules themselves have them. */
import { pathToFileURL } from 'node:url';
import { bare, type Node, type Source, type Sources, type Top } from './source.ts';

/** Says why something cannot be compiled; its step then runs as a closure. */
export class Unfit extends Error {}

/** Values of what files declare. Modules are loaded once, before anything is asked. */
export class Values {
  private readonly modules = new Map<string, Record<string, unknown>>();

  constructor(private readonly sources: Sources) {}

  /** Loads a module and what it imports, as far as names may lead there. */
  async load(file: string): Promise<void> {
    if (this.modules.has(file)) return;
    this.modules.set(file, {});
    this.modules.set(file, (await import(pathToFileURL(file).href)) as Record<string, unknown>);
    for (const top of this.sources.of(file).tops.values())
      if (top.kind === 'import') await this.load(top.file);
  }

  /** What a top-level name of a file is worth; undefined where that is known only when it runs. */
  named(source: Source, name: string): unknown {
    const top = source.tops.get(name);
    if (!top) return undefined;
    if (top.kind === 'import') return this.exported(top.file, top.name);
    const own = this.modules.get(source.file)?.[name];
    if (own !== undefined) return own;
    return top.kind === 'const' ? this.constant(source, top) : undefined;
  }

  private exported(file: string, name: string): unknown {
    return this.modules.get(file)?.[name];
  }

  private constant(source: Source, top: Top & { kind: 'const' }): unknown {
    const v = this.fold(source, top.init);
    return top.prop === undefined || v === undefined ? v : (v as Record<string, unknown>)[top.prop];
  }

  /** Where a name’s function stands: the file and the node; null when it is none. */
  functionOf(source: Source, name: string): { source: Source; node: Node } | null {
    const top = source.tops.get(name);
    if (!top) return null;
    if (top.kind === 'function') return { source, node: top.node };
    if (top.kind === 'import') return this.functionOf(this.sources.of(top.file), top.name);
    return null;
  }

  /** The value of a constant expression; undefined where it has none. */
  fold(source: Source, node: Node): unknown {
    const n = bare(node);
    switch (n.type) {
      case 'Literal':
        return n.value;
      case 'Identifier':
        return n.name === 'undefined' ? undefined : this.named(source, n.name);
      case 'MemberExpression': {
        const o = this.fold(source, n.object);
        if (typeof o !== 'object' || o === null) return undefined;
        const key = n.computed ? this.fold(source, n.property) : n.property.name;
        return (o as Record<string, unknown>)[String(key)];
      }
      case 'UnaryExpression':
        return unary(n.operator, this.fold(source, n.argument));
      case 'BinaryExpression':
        return binary(n.operator, this.fold(source, n.left), this.fold(source, n.right));
      case 'ArrayExpression':
        return (n.elements as Node[]).map((e) => this.fold(source, e));
      case 'ObjectExpression':
        return this.object(source, n);
      case 'CallExpression':
        return this.frozen(source, n);
      default:
        return undefined;
    }
  }

  private object(source: Source, n: Node): unknown {
    const out: Record<string, unknown> = {};
    for (const p of n.properties as Node[]) {
      if (p.type !== 'Property') return undefined;
      out[String(p.key.name ?? p.key.value)] = this.fold(source, p.value);
    }
    return out;
  }

  /** `Object.freeze(...)` and the like are not folded; `procedure({ key })` is found by its key. */
  private frozen(source: Source, n: Node): unknown {
    const callee = bare(n.callee);
    if (callee.type === 'Identifier' && callee.name === 'procedure') {
      const head = this.fold(source, n.arguments[0]) as { key?: string } | undefined;
      return head?.key === undefined ? undefined : this.procedures.get(head.key);
    }
    if (callee.type === 'MemberExpression' && !callee.computed && callee.property.name === 'body')
      return this.fold(source, callee.object);
    return undefined;
  }

  /** Every procedure of the catalogue, by key. */
  readonly procedures = new Map<string, unknown>();
}

function unary(operator: string, v: unknown): unknown {
  if (typeof v !== 'number') return undefined;
  if (operator === '-') return -v;
  if (operator === '~') return ~v;
  return undefined;
}

function binary(operator: string, a: unknown, b: unknown): unknown {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    default:
      return undefined;
  }
}
