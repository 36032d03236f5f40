/**
 * The text of steps' bodies, as it stands in the source. A step is found by who wrote it, its procedure, its label and the
 * words of its function: no two bodies of one author have all of these in common without being the same.
 */
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import { SEED_BODY } from '../../haproxy/step/patch.ts';
import { Files, type SourceFile } from './files.ts';
import { isFunction, isNode, type Node, nameOf, parsed, walk, wordsOf } from './tree.ts';

/** A piece of source. */
export interface Piece {
  /** What it is: a step's label, or a function's name. */
  readonly name: string;
  /** `src/haproxy/proc/rebind.ts:38`. */
  readonly at: string;
  /** Without the blanks that all its lines begin with. */
  readonly text: string;
}

export interface Source {
  readonly body: Piece;
  readonly file: SourceFile;
  readonly node: Node;
}

const files = new Files();

function filesOf(wrote: string): readonly SourceFile[] {
  if (wrote === SEED_BODY) return [...files.in('proc'), ...files.in('fixes')];
  const folder = /^[XH]/.test(wrote) ? 'mutations' : 'fixes';
  // A large fix has files of its own behind its name.
  return files.in(folder).filter((f) => f.path.startsWith(`${folder}/${wrote}`));
}

/** Where the body of a step stands. Throws when it is not found, or found twice. */
export function bodyOf(step: CompiledStep): Source {
  const words = wordsOf(onlyFunction(step.def.run.toString()));
  const all = filesOf(step.wrote).flatMap((file) =>
    file
      .steps()
      .filter((c) => (c.label === step.label || c.label === '') && c.words === words)
      .map((c) => ({ file, call: c })),
  );
  const here = all.filter((a) => a.call.key === step.proc.key);
  // A step that has been moved here from another procedure is written there.
  const found = here.length > 0 ? here : all;
  const [first] = found;
  const different = new Set(found.map((f) => f.file.text.slice(f.call.body.start, f.call.body.end)));
  if (!first || different.size !== 1)
    throw new Error(`${step.proc.key} ${step.label} by ${step.wrote}: ${found.length} bodies in the source`);
  return {
    body: pieceOf(step.label, first.file, first.call.body),
    file: first.file,
    node: first.call.body,
  };
}

/** The function that a text is. */
function onlyFunction(text: string): Node {
  const statement = (parsed('body.js', `(${text})`).body as Node[])[0]!;
  const expression = statement.expression as Node;
  return expression.type === 'ParenthesizedExpression' ? (expression.expression as Node) : expression;
}

const pieceOf = (name: string, file: SourceFile, node: Node): Piece => ({
  name,
  at: `src/haproxy/${file.path}:${file.line(node.start)}`,
  text: outdented(file.text, node),
});

/** The text of a node, its later lines moved left by what its line begins with. */
function outdented(text: string, node: Node): string {
  const lineStart = text.lastIndexOf('\n', node.start - 1) + 1;
  const blanks = /^ */.exec(text.slice(lineStart, node.start))![0].length;
  return text
    .slice(node.start, node.end)
    .split('\n')
    .map((line, i) => (i === 0 ? line : line.slice(Math.min(blanks, /^ */.exec(line)![0].length))))
    .join('\n');
}

/** Rooms whose functions are part of what a step does; those below are memory, layouts, packets. */
const ROOMS = ['proc/', 'lib/', 'fixes/', 'mutations/'];

/**
 * The functions that these bodies call, and those that they call, each once, in the order they are met. A function that a
 * fix of the program has written anew is given as that fix wrote it.
 */
export function calledBy(P: Program, bodies: readonly Source[]): Piece[] {
  const met = new Map<Node, Piece>();
  const follow = (file: SourceFile, node: Node): void => {
    walk(node, (n) => {
      const name = n.type === 'CallExpression' ? nameOf(n.callee) : '';
      const meant = name ? file.meaning(name) : null;
      if (!meant || !ROOMS.some((r) => meant.file.path.startsWith(r))) return;
      const own = functionIn(meant.node);
      if (!own || met.has(own.node)) return;
      const anew = own.inline ? rewritten(P, own.inline) : null;
      const at = anew ?? { file: meant.file, node: own.node };
      met.set(own.node, pieceOf(name, at.file, at.node));
      follow(at.file, at.node);
    });
  };
  for (const b of bodies) follow(b.file, b.node);
  return [...met.values()];
}

/** The function that a declaration gives a name, and HAProxy's name for it where patches may write it anew. */
function functionIn(node: Node): { node: Node; inline: string } | null {
  if (isFunction(node)) return { node, inline: '' };
  if (node.type !== 'CallExpression' || nameOf(node.callee) !== 'inline') return null;
  const [key, body] = node.arguments as Node[];
  return body && isFunction(body) ? { node: body, inline: String(key!.value) } : null;
}

/** The body that a fix gives an inline function in this program; null where it is the seed's. */
function rewritten(P: Program, key: string): { file: SourceFile; node: Node } | null {
  const wrote = P.inlineBy.get(key) ?? SEED_BODY;
  if (wrote === SEED_BODY) return null;
  const [file] = filesOf(wrote);
  let found: Node | null = null;
  walk(file!.program, (n) => {
    if (n.type !== 'CallExpression' || nameOf(n.callee) !== 'inlineAs') return;
    const [which, body] = n.arguments as Node[];
    const meant = file!.meaning(nameOf(which))?.node;
    const named = meant && functionIn(meant)?.inline;
    if (named === key && isNode(body)) found = body;
  });
  return found ? { file: file!, node: found } : null;
}
