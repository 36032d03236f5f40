/** The files that hold steps, as trees, and what the names in them stand for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isFunction, isNode, type Node, nameOf, parsed, walk, wordsOf } from './tree.ts';

const HAPROXY = join(import.meta.dirname, '../../haproxy');

/** A call `p.step(label, text, meta, body)`. */
export interface StepCall {
  /** First name of the procedure it is a step of. */
  readonly key: string;
  /** Empty where the call does not spell it. */
  readonly label: string;
  readonly body: Node;
  /** `wordsOf` its body. */
  readonly words: string;
}

interface Named {
  readonly file: SourceFile;
  readonly node: Node;
}

export class SourceFile {
  readonly text: string;
  readonly program: Node;
  /** Top level declarations by name: the value that a name is given, or its function. */
  private readonly declared = new Map<string, Node>();
  /** Imported names: from which file, under which name. */
  private readonly imported = new Map<string, { from: string; name: string }>();
  private calls: StepCall[] | null = null;

  constructor(
    /** From src/haproxy, with forward slashes. */
    readonly path: string,
    private readonly files: Files,
  ) {
    this.text = readFileSync(join(HAPROXY, path), 'utf8');
    this.program = parsed(path, this.text);
    for (const s of this.program.body as Node[]) this.declare(s);
  }

  private declare(s: Node): void {
    if (s.type === 'ExportNamedDeclaration' && isNode(s.declaration)) {
      this.declare(s.declaration);
      return;
    }
    if (s.type === 'FunctionDeclaration') this.declared.set(nameOf(s.id), s);
    if (s.type === 'VariableDeclaration')
      for (const d of s.declarations as Node[]) if (isNode(d.init)) this.declared.set(nameOf(d.id), d.init);
    if (s.type !== 'ImportDeclaration') return;
    const source = String((s.source as Node).value);
    if (!source.startsWith('.')) return;
    const from = posix.normalize(posix.join(posix.dirname(this.path), source));
    for (const i of s.specifiers as Node[])
      this.imported.set(nameOf(i.local), { from, name: nameOf(i.imported) });
  }

  /** What a top level name stands for, wherever that is declared; null for what is not of src/haproxy. */
  meaning(name: string): Named | null {
    const own = this.declared.get(name);
    if (own) return own.type === 'Identifier' ? this.meaning(nameOf(own)) : { file: this, node: own };
    const from = this.imported.get(name);
    if (!from || from.from.startsWith('..')) return null;
    return this.files.at(from.from).meaning(from.name);
  }

  /** First name of the procedure that a name stands for, '' where it stands for none. */
  private procedure(name: string): string {
    const meant = this.meaning(name);
    const call = meant?.node;
    if (call?.type !== 'CallExpression') return '';
    const callee = call.callee as Node;
    if (callee.type === 'MemberExpression' && nameOf(callee.property) === 'body')
      return meant!.file.procedure(nameOf(callee.object));
    if (nameOf(callee) !== 'procedure') return '';
    const head = (call.arguments as Node[])[0]!;
    const key = (head.properties as Node[]).find((p) => nameOf(p.key) === 'key')!;
    return String((key.value as Node).value);
  }

  /** Every call that makes a step. */
  steps(): readonly StepCall[] {
    if (this.calls) return this.calls;
    const calls: StepCall[] = [];
    walk(this.program, (n, parents) => {
      const callee = n.type === 'CallExpression' ? (n.callee as Node) : null;
      if (callee?.type !== 'MemberExpression' || nameOf(callee.property) !== 'step') return;
      const object = nameOf(callee.object);
      // A parameter of that name would be something else than the procedure.
      const hidden = parents.some(
        (p) => isFunction(p) && (p.params as Node[]).some((q) => nameOf(q) === object),
      );
      const [label, , , body] = n.arguments as Node[];
      const key = hidden ? '' : this.procedure(object);
      if (key && label && body && isFunction(body))
        calls.push({
          key,
          label: label.type === 'Literal' ? String(label.value) : '',
          body,
          words: wordsOf(body),
        });
    });
    this.calls = calls;
    return calls;
  }

  /** Line, from 1, of a place in the text. */
  line(at: number): number {
    return this.text.slice(0, at).split('\n').length;
  }
}

export class Files {
  private readonly read = new Map<string, SourceFile>();

  at(path: string): SourceFile {
    const known = this.read.get(path);
    if (known) return known;
    const file = new SourceFile(path, this);
    this.read.set(path, file);
    return file;
  }

  /** The files of a folder. */
  in(folder: string): SourceFile[] {
    return readdirSync(join(HAPROXY, folder))
      .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
      .map((f) => this.at(`${folder}/${f}`));
  }
}
