/** Calls: operations of the executor, of the memory, and functions of the same kind. */
import { Expressions, type Of } from './expressions.ts';
import { Unfit } from './fold.ts';
import { bare, type Node, type Source } from './source.ts';
import { ACCESS, OF_HEADER, POOLED } from './words.ts';

export abstract class Calls extends Expressions {
  /** Name of a function that is called; it is printed too. */
  protected abstract want(source: Source, node: Node, called: string, of: Of | null): string;

  protected call(n: Node): string {
    const callee = bare(n.callee);
    const args = n.arguments as Node[];
    if (callee.type === 'MemberExpression' && !callee.computed) {
      const name = String(callee.property.name);
      const kind = this.kind(callee.object);
      if (kind === 'x') return this.operation(name, args);
      if (kind === 'm') return `m_${name}(${args.map((a) => this.value(a)).join(', ')})`;
      if (kind === 'W') return `w_${name}(${args.map((a) => this.value(a)).join(', ')})`;
      if (bare(callee.object).type === 'Identifier' && bare(callee.object).name === 'Math')
        return this.math(name, args);
    }
    if (callee.type !== 'Identifier') throw new Unfit('a call of no function');
    return this.function(callee.name, args);
  }

  protected math(name: string, args: Node[]): string {
    const v = (i: number): string => `<i32>(${this.value(args[i]!)})`;
    switch (name) {
      case 'min':
      case 'max':
        return args.slice(1).reduce((text, _, i) => `${name}<i32>(${text}, ${v(i + 1)})`, v(0));
      case 'abs':
        return `abs<i32>(${v(0)})`;
      case 'clz32':
        return `clz<i32>(${v(0)})`;
      case 'imul':
        return `(${v(0)} * ${v(1)})`;
      case 'floor': {
        const d = bare(args[0]!);
        if (d.type === 'BinaryExpression' && d.operator === '/')
          return `<i32>floor<f64>(<f64>(${this.value(d.left)}) / <f64>(${this.value(d.right)}))`;
      }
    }
    throw new Unfit(`Math.${name}`);
  }

  /** An operation of the executor. */
  protected operation(name: string, args: Node[]): string {
    const v = (i: number): string => this.value(args[i]!);
    const rest = (from: number): string[] => args.slice(from).map((a) => this.value(a));
    if (ACCESS.has(name)) return `x_${name}(${[v(0), v(1), ...rest(2)].join(', ')})`;
    if (name === 'part') return `x_part(${v(0)}, ${v(1)})`;
    if (name === 'owner') return `(${v(0)} - ${v(1)})`;
    if (name === 'word') return `(${v(0)} + ${v(1)} + ${v(2)})`;
    if (name === 'further') return `(${v(0)} + ${v(1)})`;
    if (POOLED.has(name)) {
      const pool = bare(args[0]!);
      if (pool.type !== 'Literal') throw new Unfit('a pool without a name');
      return `x_${name}(pool(${this.set.pool(String(pool.value))})${rest(1)
        .map((t) => `, ${t}`)
        .join('')})`;
    }
    if (name === 'fault') {
      const text = bare(args[0]!);
      return `m_fault(${this.set.faults.number([String(text.value)])}, 0, 0)`;
    }
    if (name === 'call') {
      const proc = this.set.values.fold(this.source, args[1]!) as { id?: unknown } | undefined;
      if (typeof proc?.id !== 'number') throw new Unfit('a call of no procedure');
      const given = rest(2);
      while (given.length < 4) given.push('0');
      return `x_call(${v(0)}, ${proc.id}, ${given.join(', ')})`;
    }
    return `x_${name}(${rest(0).join(', ')})`;
  }

  protected function(name: string, args: Node[]): string {
    if (OF_HEADER.has(name)) return `h_${name}()`;
    const value = this.set.values.named(this.source, name) as { seed?: unknown; id?: number } | undefined;
    if (typeof value?.seed === 'function') {
      const [, ...given] = args;
      return `inline_${value.id}(${given.map((a) => this.value(a)).join(', ')})`;
    }
    const found = this.set.values.functionOf(this.source, name);
    if (!found) throw new Unfit(`no function ${name}`);
    const given: string[] = [];
    let handsOn = false;
    for (const a of args) {
      const kind = this.kind(a);
      if (kind === 'l' || kind === 'at') handsOn = true;
      else if (kind === 'int' || kind === 'pool') given.push(this.value(a));
    }
    const text = this.want(found.source, found.node, name, handsOn ? this.w.of : null);
    return `${text}(${given.join(', ')})`;
  }
}
