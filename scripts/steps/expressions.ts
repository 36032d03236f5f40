/** Expressions of the step language, printed. Every value is a 32-bit integer; a test is one only where it is asked for its value. */

import { POOL_WORDS } from '../../src/machine/compiled/layout.ts';
import type { Faults } from './faults.ts';
import { Unfit, type Values } from './fold.ts';
import { bare, type Node, type Source } from './source.ts';
import {
  ASKED,
  COMPARE,
  FIELDS,
  HEADER,
  isBoolean,
  isUnsigned,
  type Kind,
  literal,
  local,
  operatorOf,
} from './words.ts';

/** The step on whose behalf something is written out. */
export interface Of {
  /** Names of its procedure’s locals, in the order of the frame. */
  readonly locals: readonly string[];
  /** Its named edges, sorted. */
  readonly edges: readonly string[];
  readonly tag: string;
}

export interface Setting {
  readonly values: Values;
  readonly faults: Faults;
  /** Number of a pool by name, and of a word of the configuration. */
  pool(name: string): number;
  cfg(name: string): number;
}

/** A function that is wanted, its name, and on whose behalf. */
export interface Wanted {
  readonly source: Source;
  readonly node: Node;
  readonly of: Of | null;
  readonly name: string;
}

export abstract class Expressions {
  protected readonly vars = new Map<string, Kind>();
  protected temps = 0;
  protected readonly source: Source;

  constructor(
    protected readonly set: Setting,
    protected readonly w: Wanted,
  ) {
    this.source = w.source;
  }

  protected abstract call(n: Node): string;

  protected test(node: Node): string {
    const n = bare(node);
    if (n.type === 'LogicalExpression' && n.operator !== '??')
      return `(${this.test(n.left)} ${n.operator} ${this.test(n.right)})`;
    if (n.type === 'UnaryExpression' && n.operator === '!') return `!(${this.test(n.argument)})`;
    if (n.type === 'BinaryExpression' && COMPARE.has(n.operator)) return this.value(n);
    return `(${this.value(n)}) != 0`;
  }

  protected value(node: Node): string {
    const n = bare(node);
    switch (n.type) {
      case 'Literal':
        return literal(n.value);
      case 'Identifier':
        return this.identifier(n);
      case 'MemberExpression':
        return this.member(n);
      case 'CallExpression':
        return this.call(n);
      case 'UnaryExpression':
        return this.unary(n);
      case 'BinaryExpression':
        return this.binary(n);
      case 'LogicalExpression':
        return this.logical(n);
      case 'ConditionalExpression':
        return `(${this.test(n.test)} ? <i32>(${this.value(n.consequent)}) : <i32>(${this.value(n.alternate)}))`;
      case 'AssignmentExpression':
        return this.assignment(n);
      case 'UpdateExpression':
        return `${n.prefix ? n.operator : ''}${this.variable(n.argument)}${n.prefix ? '' : n.operator}`;
      default:
        throw new Unfit(n.type);
    }
  }

  protected variable(n: Node): string {
    if (n.type !== 'Identifier' || this.vars.get(n.name) !== 'int')
      throw new Unfit('assignment to no variable');
    return local(n.name);
  }

  protected identifier(n: Node): string {
    const kind = this.vars.get(n.name);
    if (kind === 'int' || kind === 'pool') return local(n.name);
    if (kind) throw new Unfit(`${n.name} as a value`);
    return this.constant(n);
  }

  protected constant(n: Node): string {
    const v = this.set.values.fold(this.source, n);
    if (typeof v === 'number' || typeof v === 'boolean') return literal(v);
    throw new Unfit(`no constant: ${this.source.text.slice(n.start, n.end)}`);
  }

  protected unary(n: Node): string {
    if (n.operator === '!') return `<i32>!(${this.test(n.argument)})`;
    if (n.operator === '-' || n.operator === '~' || n.operator === '+')
      return `(${n.operator}(${this.value(n.argument)}))`;
    throw new Unfit(n.operator);
  }

  protected binary(n: Node): string {
    const [l, r] = [bare(n.left), bare(n.right)];
    // Division is of whole numbers, whose rest is dropped at once.
    if (n.operator === '|' && l.type === 'BinaryExpression' && l.operator === '/' && r.type === 'Literal')
      return `((${this.value(l.left)}) / (${this.value(l.right)}))`;
    if (n.operator === '/') throw new Unfit('a broken number');
    const unsigned = isUnsigned(l) || isUnsigned(r);
    if (unsigned && (COMPARE.has(n.operator) || n.operator === '%')) {
      const text = `(<u32>(${this.value(l)}) ${operatorOf(n.operator)} <u32>(${this.value(r)}))`;
      return n.operator === '%' ? `<i32>${text}` : text;
    }
    if (COMPARE.has(n.operator))
      return `(<i32>(${this.value(l)}) ${operatorOf(n.operator)} <i32>(${this.value(r)}))`;
    return `(<i32>(${this.value(l)}) ${n.operator} <i32>(${this.value(r)}))`;
  }

  protected logical(n: Node): string {
    if (n.operator === '??') throw new Unfit('??');
    if (isBoolean(n)) return `<i32>(${this.test(n)})`;
    const left = `<i32>(${this.value(n.left)})`;
    const right = `<i32>(${this.value(n.right)})`;
    const q = `q${this.temps++}`;
    return n.operator === '&&'
      ? `((${q} = ${left}) ? ${right} : ${q})`
      : `((${q} = ${left}) ? ${q} : ${right})`;
  }

  protected assignment(n: Node): string {
    const to = bare(n.left);
    const v = `<i32>(${this.value(n.right)})`;
    if (to.type === 'Identifier') return `${this.variable(to)} ${n.operator} ${v}`;
    if (to.type !== 'MemberExpression') throw new Unfit('assignment');
    const kind = this.kind(to.object);
    if (kind === 'l') {
      const at = `x_fp + ${this.offset(to.property.name)}`;
      return n.operator === '='
        ? `m_st(${at}, ${v})`
        : `m_st(${at}, m_ld(${at}) ${n.operator.slice(0, -1)} ${v})`;
    }
    if (kind === 'x' && n.operator === '=' && FIELDS.has(to.property.name))
      return `x_${to.property.name} = ${v}`;
    throw new Unfit('assignment');
  }

  protected offset(name: string): number {
    const i = this.w.of!.locals.indexOf(name);
    if (i < 0) throw new Unfit(`no local ${name}`);
    return 2 + i;
  }

  /** What there is once that an expression names, or `int`. */
  protected kind(node: Node): Kind {
    const n = bare(node);
    if (n.type === 'Identifier') return this.vars.get(n.name) ?? 'int';
    if (n.type === 'MemberExpression' && !n.computed) {
      const of = this.kind(n.object);
      if (of === 'x' && n.property.name === 'm') return 'm';
      if (of === 'x' && n.property.name === 'W') return 'W';
      if ((of === 'x' || of === 'W') && n.property.name === 'cfg') return 'cfg';
    }
    return 'int';
  }

  protected member(n: Node): string {
    const { object } = n;
    if (n.computed) return this.listed(n);
    const name = String(n.property.name);
    switch (this.kind(object)) {
      case 'x':
        if (FIELDS.has(name)) return `x_${name}`;
        if (ASKED.has(name)) return `x_${name}()`;
        throw new Unfit(`x.${name}`);
      case 'l':
        return `m_ld(x_fp + ${this.offset(name)})`;
      case 'at': {
        if (name === 'retry') return '-2';
        const i = name === 'next' ? 0 : this.w.of!.edges.indexOf(name) + 1;
        if (i === 0 && name !== 'next') throw new Unfit(`no edge ${name}`);
        return `edge(${i})`;
      }
      case 'cfg':
        return `cfg(${this.set.cfg(name)})`;
      case 'pool':
        return `load<i32>(${local((bare(object) as Node).name)}, ${4 * POOL_WORDS.indexOf(name as 'base')})`;
      case 'm':
        if (name === 'shared') return 'SHARED';
        throw new Unfit(`m.${name}`);
      case 'W':
        if (name === 'perGroup') return 'w_perGroup()';
        if (name === 'ownFds') return 'w_ownFds()';
        throw new Unfit(`W.${name}`);
    }
    const inner = bare(object);
    if (inner.type === 'MemberExpression' && !inner.computed) {
      const [of, field] = [this.kind(inner.object), inner.property.name];
      if (of === 'x' && field === 'header' && HEADER.has(name)) return `h_${name}`;
      if (of === 'm' && field === 'w' && name === 'length') return 'm_words()';
    }
    return this.constant(n);
  }

  /** The i-th number of a constant list. */
  protected listed(n: Node): string {
    const list = this.set.values.fold(this.source, n.object);
    if (!Array.isArray(list)) throw new Unfit('an index');
    const i = this.value(n.property);
    return list
      .slice(0, -1)
      .reduceRight((rest, v, k) => `((${i}) == ${k} ? ${literal(v)} : ${rest})`, literal(list.at(-1)));
  }
}
