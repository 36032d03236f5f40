/**
 * Functions of the step language as AssemblyScript. Every value is a 32-bit integer; the executor, the memory and the world are one
 * each, so they are no arguments: `x.ld(p, F)` is `m_ld(p + F)`. A function that is handed a procedure’s locals or a step’s edges is
 * written out for each step that hands them on.
 */
import { type Faults, faultParts } from './faults.ts';
import { Unfit, type Values } from './fold.ts';
import { bare, type Node, type Source, walk } from './source.ts';

/** What a parameter or variable is: a number, or one of what there is once. */
type Kind = 'int' | 'x' | 'm' | 'W' | 'cfg' | 'pool' | 'l' | 'at';

/** The step on whose behalf something is written out. */
export interface Of {
  /** Names of its procedure’s locals, in the order of the frame. */
  readonly locals: readonly string[];
  /** Its named edges, sorted. */
  readonly edges: readonly string[];
  readonly tag: string;
}

interface Wanted {
  readonly source: Source;
  readonly node: Node;
  readonly of: Of | null;
  readonly name: string;
}

/** Fields of a pool’s record that code may read, in words. `name` is for readers alone. */
export const POOL_FIELDS = [
  'base',
  'slotWords',
  'size',
  'perThread',
  'threads',
  'bits',
  'bitWords',
  'sums',
  'sumWords',
  'canFail',
  'fail',
] as const;

/** Fields of the executor that are variables of the module. */
const FIELDS = new Set([
  't',
  'th',
  'fp',
  'pc',
  'woken',
  'resched',
  'fdFrom',
  'k0',
  'k1',
  'k2',
  'k3',
  'k4',
  'klen',
]);
/** Those that are words of the world’s table, and getters. */
const ASKED = new Set([
  'global',
  'fdCount',
  'epWords',
  'ownSockets',
  'listener',
  'ret',
  'now',
  'atOnce',
  'anyFixedBit',
  'forceRetry',
  'frames',
]);
const HEADER = new Set(['pnOff', 'scidOff', 'dcidOff', 'dcidLen', 'tokenOff', 'tokenLen', 'version']);
/** Accesses to a field: place and offset are one sum. */
const ACCESS = new Set(['ld', 'st', 'rld', 'ast', 'cas', 'add', 'or', 'and', 'xchg', 'inc']);
const POOLED = new Set(['alloc', 'free', 'isFree', 'isSlot']);
/** Functions over the parsed header, which the runtime has. */
const OF_HEADER = new Set(['typeOf', 'spoken']);

export interface Setting {
  readonly values: Values;
  readonly faults: Faults;
  /** Number of a pool by name, and of a word of the configuration. */
  pool(name: string): number;
  cfg(name: string): number;
}

export class Printer {
  private readonly names = new Map<string, string>();
  private readonly queue: Wanted[] = [];
  private readonly done: string[] = [];

  constructor(private readonly set: Setting) {}

  /** A step’s body; the name of its function. Nothing of it is kept where it is unfit. */
  body(source: Source, node: Node, of: Of): string {
    const name = `step_${of.tag}`;
    this.whole([{ source, node, of, name }]);
    return name;
  }

  /** A body of an inline function. */
  inline(source: Source, node: Node, name: string): string {
    this.whole([{ source, node, of: null, name }]);
    return name;
  }

  /** All that was asked for and all that it calls. */
  get text(): string {
    return this.done.join('\n');
  }

  private whole(first: Wanted[]): void {
    const before = this.done.length;
    const named = [...this.names.keys()];
    this.queue.push(...first);
    try {
      for (let w = this.queue.pop(); w; w = this.queue.pop())
        this.done.push(new Body(this.set, this, w).text());
    } catch (error) {
      this.queue.length = 0;
      this.done.length = before;
      for (const k of [...this.names.keys()]) if (!named.includes(k)) this.names.delete(k);
      throw error;
    }
  }

  /** Name of a function that is called. */
  want(source: Source, node: Node, called: string, of: Of | null): string {
    const key = `${source.file}:${node.start}:${of?.tag ?? ''}`;
    const known = this.names.get(key);
    if (known) return known;
    const name = `f${this.names.size}_${called}`;
    this.names.set(key, name);
    this.queue.push({ source, node, of, name });
    return name;
  }
}

const COMPARE = new Set(['===', '!==', '<', '>', '<=', '>=']);

class Body {
  private readonly vars = new Map<string, Kind>();
  private temps = 0;
  private readonly source: Source;

  constructor(
    private readonly set: Setting,
    private readonly printer: Printer,
    private readonly w: Wanted,
  ) {
    this.source = w.source;
  }

  text(): string {
    const { node, name, of } = this.w;
    const params: string[] = [];
    (node.params as Node[]).forEach((p, i) => {
      const id: Node = p.type === 'AssignmentPattern' ? p.left : p;
      if (id.type !== 'Identifier') throw new Unfit(`parameter ${id.type}`);
      const kind = kindOf(id, i, name.startsWith('step_'));
      if ((kind === 'l' || kind === 'at') && !of) throw new Unfit('locals of no step');
      this.vars.set(id.name, kind);
      if (kind !== 'int' && kind !== 'pool') return;
      const or = p.type === 'AssignmentPattern' ? ` = ${this.value(p.right)}` : id.optional ? ' = 0' : '';
      params.push(`${local(id.name)}: i32${or}`);
    });
    const answers = answersOf(node);
    const body =
      node.body.type === 'BlockStatement'
        ? (node.body.body as Node[]).map((s) => this.statement(s)).join('\n')
        : answers
          ? `return ${this.value(node.body)};`
          : this.effect(node.body);
    const temps = Array.from({ length: this.temps }, (_, i) => `let q${i}: i32 = 0;\n`).join('');
    const end = answers && node.body.type === 'BlockStatement' ? '\nreturn unreachable();' : '';
    return `function ${name}(${params.join(', ')}): ${answers ? 'i32' : 'void'} {\n${temps}${body}${end}\n}`;
  }

  // Statements.

  private statement(n: Node): string {
    switch (n.type) {
      case 'BlockStatement':
        return `{ ${(n.body as Node[]).map((s) => this.statement(s)).join('\n')} }`;
      case 'ExpressionStatement':
        return this.effect(n.expression);
      case 'VariableDeclaration':
        return `${this.declaration(n)};`;
      case 'ReturnStatement':
        return this.returned(n);
      case 'IfStatement': {
        const other = n.alternate ? ` else { ${this.statement(n.alternate)} }` : '';
        return `if (${this.test(n.test)}) { ${this.statement(n.consequent)} }${other}`;
      }
      case 'ForStatement':
        return this.loop(n);
      case 'WhileStatement':
        return `while (${this.test(n.test)}) { ${this.statement(n.body)} }`;
      case 'SwitchStatement':
        return this.choice(n);
      case 'BreakStatement':
        return 'break;';
      case 'ContinueStatement':
        return 'continue;';
      case 'ThrowStatement':
        return this.fault(n.argument);
      case 'EmptyStatement':
        return ';';
      default:
        throw new Unfit(n.type);
    }
  }

  private returned(n: Node): string {
    if (!n.argument) return 'return;';
    return answersOf(this.w.node)
      ? `return ${this.value(n.argument)};`
      : `{ ${this.effect(n.argument)} return; }`;
  }

  private declaration(n: Node): string {
    const parts = (n.declarations as Node[]).map((d) => {
      if (d.id.type !== 'Identifier') throw new Unfit(d.id.type);
      const init = d.init && bare(d.init);
      const kind = init?.type === 'MemberExpression' ? this.kind(init) : 'int';
      if (kind !== 'int' && kind !== 'pool') {
        this.vars.set(d.id.name, kind);
        return '';
      }
      const text = `${local(d.id.name)}: i32 = ${d.init ? this.value(d.init) : '0'}`;
      this.vars.set(d.id.name, kind);
      return text;
    });
    const told = parts.filter((p) => p !== '');
    return told.length === 0 ? '' : `let ${told.join(', ')}`;
  }

  private loop(n: Node): string {
    const init = !n.init
      ? ''
      : n.init.type === 'VariableDeclaration'
        ? this.declaration(n.init)
        : this.value(n.init);
    const test = n.test ? this.test(n.test) : '';
    const update = n.update ? this.effect(n.update).replace(/;$/, '') : '';
    return `for (${init}; ${test}; ${update}) { ${this.statement(n.body)} }`;
  }

  private choice(n: Node): string {
    const cases = (n.cases as Node[]).map((c) => {
      const head = c.test ? `case ${this.value(c.test)}:` : 'default:';
      return `${head} ${(c.consequent as Node[]).map((s) => this.statement(s)).join('\n')}`;
    });
    return `switch (${this.value(n.discriminant)}) { ${cases.join('\n')} }`;
  }

  /** An expression for what it does. */
  private effect(node: Node): string {
    const n = bare(node);
    if (n.type === 'LogicalExpression' && n.operator === '&&')
      return `if (${this.test(n.left)}) { ${this.effect(n.right)} }`;
    if (n.type === 'ConditionalExpression')
      return `if (${this.test(n.test)}) { ${this.effect(n.consequent)} } else { ${this.effect(n.alternate)} }`;
    return `${this.value(n)};`;
  }

  private fault(argument: Node): string {
    const site = faultParts(this.source, argument, (name) => this.set.values.functionOf(this.source, name));
    const [a, b] = site.args.map((arg) => this.value(arg));
    return `m_fault(${this.set.faults.number(site.parts)}, ${a ?? '0'}, ${b ?? '0'}); unreachable();`;
  }

  // Expressions.

  private test(node: Node): string {
    const n = bare(node);
    if (n.type === 'LogicalExpression' && n.operator !== '??')
      return `(${this.test(n.left)} ${n.operator} ${this.test(n.right)})`;
    if (n.type === 'UnaryExpression' && n.operator === '!') return `!(${this.test(n.argument)})`;
    if (n.type === 'BinaryExpression' && COMPARE.has(n.operator)) return this.value(n);
    return `(${this.value(n)}) != 0`;
  }

  private value(node: Node): string {
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

  private variable(n: Node): string {
    if (n.type !== 'Identifier' || this.vars.get(n.name) !== 'int')
      throw new Unfit('assignment to no variable');
    return local(n.name);
  }

  private identifier(n: Node): string {
    const kind = this.vars.get(n.name);
    if (kind === 'int' || kind === 'pool') return local(n.name);
    if (kind) throw new Unfit(`${n.name} as a value`);
    return this.constant(n);
  }

  private constant(n: Node): string {
    const v = this.set.values.fold(this.source, n);
    if (typeof v === 'number' || typeof v === 'boolean') return literal(v);
    throw new Unfit(`no constant: ${this.source.text.slice(n.start, n.end)}`);
  }

  private unary(n: Node): string {
    if (n.operator === '!') return `<i32>!(${this.test(n.argument)})`;
    if (n.operator === '-' || n.operator === '~' || n.operator === '+')
      return `(${n.operator}(${this.value(n.argument)}))`;
    throw new Unfit(n.operator);
  }

  private binary(n: Node): string {
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

  private logical(n: Node): string {
    if (n.operator === '??') throw new Unfit('??');
    if (isBoolean(n)) return `<i32>(${this.test(n)})`;
    const left = `<i32>(${this.value(n.left)})`;
    const right = `<i32>(${this.value(n.right)})`;
    const q = `q${this.temps++}`;
    return n.operator === '&&'
      ? `((${q} = ${left}) ? ${right} : ${q})`
      : `((${q} = ${left}) ? ${q} : ${right})`;
  }

  private assignment(n: Node): string {
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

  private offset(name: string): number {
    const i = this.w.of!.locals.indexOf(name);
    if (i < 0) throw new Unfit(`no local ${name}`);
    return 2 + i;
  }

  /** What there is once that an expression names, or `int`. */
  private kind(node: Node): Kind {
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

  private member(n: Node): string {
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
        return `load<i32>(${local((bare(object) as Node).name)}, ${4 * POOL_FIELDS.indexOf(name as 'base')})`;
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
  private listed(n: Node): string {
    const list = this.set.values.fold(this.source, n.object);
    if (!Array.isArray(list)) throw new Unfit('an index');
    const i = this.value(n.property);
    return list
      .slice(0, -1)
      .reduceRight((rest, v, k) => `((${i}) == ${k} ? ${literal(v)} : ${rest})`, literal(list.at(-1)));
  }

  // Calls.

  private call(n: Node): string {
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

  private math(name: string, args: Node[]): string {
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
  private operation(name: string, args: Node[]): string {
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

  private function(name: string, args: Node[]): string {
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
    const text = this.printer.want(found.source, found.node, name, handsOn ? this.w.of : null);
    return `${text}(${given.join(', ')})`;
  }
}

const local = (name: string): string => `v_${name}`;

function literal(v: unknown): string {
  if (typeof v === 'boolean') return v ? '1' : '0';
  if (typeof v !== 'number' || !Number.isInteger(v)) throw new Unfit(`no whole number: ${String(v)}`);
  return (v | 0) < 0 ? `(${v | 0})` : String(v | 0);
}

const operatorOf = (o: string): string => (o === '===' ? '==' : o === '!==' ? '!=' : o);

/** `a >>> 0` as an operand of a comparison or a rest: 32 bits without a sign. */
const isUnsigned = (n: Node): boolean =>
  n.type === 'BinaryExpression' &&
  n.operator === '>>>' &&
  bare(n.right).type === 'Literal' &&
  bare(n.right).value === 0;

function isBoolean(node: Node): boolean {
  const n = bare(node);
  if (n.type === 'LogicalExpression') return isBoolean(n.left) && isBoolean(n.right);
  if (n.type === 'UnaryExpression') return n.operator === '!';
  if (n.type === 'BinaryExpression') return COMPARE.has(n.operator);
  return n.type === 'Literal' && typeof n.value === 'boolean';
}

/** What a parameter is, by its type; a step’s body has executor, locals and edges in this order. */
function kindOf(id: Node, i: number, step: boolean): Kind {
  if (step) return (['x', 'l', 'at'] as const)[i]!;
  const type = id.typeAnnotation?.typeAnnotation as Node | undefined;
  const name = type?.type === 'TSTypeReference' ? String(type.typeName.name) : '';
  if (name === 'Exec' || (!type && i === 0 && (id.name === 'x' || id.name === '_x'))) return 'x';
  if (name === 'Mem') return 'm';
  if (name === 'World') return 'W';
  if (name === 'WorldConfig') return 'cfg';
  if (name === 'Pool') return 'pool';
  if (name === 'LocalsOf' || id.name === 'l') return 'l';
  if (id.name === 'at' && type?.type === 'TSTypeLiteral') return 'at';
  if (type?.type === 'TSTypeLiteral') return id.name === 'at' ? 'at' : 'l';
  if (name === 'Edges' || name === 'At') return 'at';
  return 'int';
}

/** Whether a function answers a value. */
export function answersOf(n: Node): boolean {
  const type = n.returnType?.typeAnnotation as Node | undefined;
  if (type) return type.type !== 'TSVoidKeyword' && type.type !== 'TSNeverKeyword';
  if (n.body.type !== 'BlockStatement') return true;
  let found = false;
  walk(n.body, (k) => {
    if (k.type === 'ReturnStatement' && k.argument) found = true;
  });
  return found;
}
