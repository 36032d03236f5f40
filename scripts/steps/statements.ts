/** A function, printed: its parameters, temporary values and statements. */
import { Calls } from './calls.ts';
import { faultParts } from './faults.ts';
import { Unfit } from './fold.ts';
import { bare, type Node } from './source.ts';
import { answersOf, kindOf, local } from './words.ts';

export abstract class Statements extends Calls {
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

  protected statement(n: Node): string {
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

  protected returned(n: Node): string {
    if (!n.argument) return 'return;';
    return answersOf(this.w.node)
      ? `return ${this.value(n.argument)};`
      : `{ ${this.effect(n.argument)} return; }`;
  }

  protected declaration(n: Node): string {
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

  protected loop(n: Node): string {
    const init = !n.init
      ? ''
      : n.init.type === 'VariableDeclaration'
        ? this.declaration(n.init)
        : this.value(n.init);
    const test = n.test ? this.test(n.test) : '';
    const update = n.update ? this.effect(n.update).replace(/;$/, '') : '';
    return `for (${init}; ${test}; ${update}) { ${this.statement(n.body)} }`;
  }

  protected choice(n: Node): string {
    const cases = (n.cases as Node[]).map((c) => {
      const head = c.test ? `case ${this.value(c.test)}:` : 'default:';
      return `${head} ${(c.consequent as Node[]).map((s) => this.statement(s)).join('\n')}`;
    });
    return `switch (${this.value(n.discriminant)}) { ${cases.join('\n')} }`;
  }

  /** An expression for what it does. */
  protected effect(node: Node): string {
    const n = bare(node);
    if (n.type === 'LogicalExpression' && n.operator === '&&')
      return `if (${this.test(n.left)}) { ${this.effect(n.right)} }`;
    if (n.type === 'ConditionalExpression')
      return `if (${this.test(n.test)}) { ${this.effect(n.consequent)} } else { ${this.effect(n.alternate)} }`;
    return `${this.value(n)};`;
  }

  protected fault(argument: Node): string {
    const site = faultParts(argument, (name) => this.set.values.functionOf(this.source, name));
    const [a, b] = site.args.map((arg) => this.value(arg));
    return `m_fault(${this.set.faults.number(site.parts)}, ${a ?? '0'}, ${b ?? '0'}); unreachable();`;
  }
}
