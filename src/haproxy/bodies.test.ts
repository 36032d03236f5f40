/**
 * What bodies of steps, and the functions that they call, are written in: whole numbers, locals, places, operations, functions
 * of the same kind. And that each takes the edges that its step declares, all of them and no other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { PROCEDURES } from './catalogue.ts';
import { FIXES } from './fixes/index.ts';
import { MUTATIONS } from './mutations/index.ts';
import type { Op } from './step/patch.ts';
import type { StepDef } from './step/proc.ts';

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const isNode = (v: unknown): v is Node =>
  typeof v === 'object' && v !== null && typeof (v as Node).type === 'string';

const kids = (n: Node): Node[] =>
  Object.values(n).flatMap((v) => (isNode(v) ? [v] : Array.isArray(v) ? v.filter(isNode) : []));

function walk(
  n: Node,
  visit: (n: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(n, parents);
  for (const k of kids(n)) walk(k, visit, [...parents, n]);
}

/** What may not stand in a body. */
const FOREIGN = new Set([
  'ObjectExpression',
  'ArrayExpression',
  'ArrowFunctionExpression',
  'FunctionExpression',
  'ClassExpression',
  'NewExpression',
  'ObjectPattern',
  'ArrayPattern',
  'SpreadElement',
  'ForOfStatement',
  'ForInStatement',
  'ThrowStatement',
  'TryStatement',
  'TemplateLiteral',
  'TaggedTemplateExpression',
  'ChainExpression',
  'AwaitExpression',
  'YieldExpression',
  'ThisExpression',
]);

/** Operations of the executor that take a name: of a pool, or of what cannot be. */
const NAMING = new Set(['alloc', 'free', 'isFree', 'isSlot', 'fault']);

const memberOf = (n: unknown, object: string): string | null => {
  if (!isNode(n) || n.type !== 'MemberExpression' || n.computed) return null;
  const [o, p] = [n.object as Node, n.property as Node];
  return o.type === 'Identifier' && o.name === object ? String(p.name) : null;
};

/** What is foreign in a body, as text. */
function foreignIn(body: Node, source: string): string[] {
  const out: string[] = [];
  const say = (n: Node, why: string): void =>
    void out.push(`${why}: ${source.slice(n.start, n.end).slice(0, 60)}`);
  walk(body, (n, parents) => {
    const parent = parents.at(-1);
    if (FOREIGN.has(n.type)) say(n, n.type);
    if (n.type === 'Literal' && typeof n.value === 'string' && parent?.type !== 'TSLiteralType') {
      const op = parent?.type === 'CallExpression' ? memberOf(parent.callee, 'x') : null;
      if (!op || !NAMING.has(op)) say(n, 'a text');
    }
    // Memory itself is for composites, which take it first.
    if (memberOf(n, 'x') === 'm') {
      const first = parent?.type === 'CallExpression' && (parent.arguments as Node[])[0] === n;
      if (!first) say(parent ?? n, 'memory by hand');
    }
    for (const hidden of ['P', 'W', 'sink', 'locals', 'fp', 'pc'])
      if (memberOf(n, 'x') === hidden) say(n, 'the machine’s own');
  });
  return out;
}

const FOLDERS = ['proc', 'fixes', 'mutations', 'lib'];

/** Functions whose first parameter is the executor, in the files of a folder, by file. */
function bodies(folder: string): { file: string; body: Node; source: string }[] {
  const at = join(import.meta.dirname, folder);
  return readdirSync(at)
    .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts'))
    .flatMap((f) => {
      const source = readFileSync(join(at, f), 'utf8');
      const found: { file: string; body: Node; source: string }[] = [];
      walk(parseSync(f, source).program as unknown as Node, (n, parents) => {
        if (!['ArrowFunctionExpression', 'FunctionDeclaration', 'FunctionExpression'].includes(n.type))
          return;
        if (parents.some((p) => found.some((o) => o.body === p))) return;
        const first = (n.params as Node[])[0];
        const name = first && (first.type === 'Identifier' ? String(first.name) : '');
        if (name === 'x' || name === '_x')
          found.push({ file: `${folder}/${f}`, body: n.body as Node, source });
      });
      return found;
    });
}

describe.each(FOLDERS)('%s', (folder) => {
  test('bodies hold nothing foreign', () => {
    const found = bodies(folder);
    expect(found.length).toBeGreaterThan(10);
    expect(found.flatMap((b) => foreignIn(b.body, b.source).map((w) => `${b.file}: ${w}`))).toEqual([]);
  });
});

const opSteps = (op: Op): readonly StepDef[] => ('steps' in op ? op.steps : 'step' in op ? [op.step] : []);

const everyStep: [string, StepDef][] = [
  ...PROCEDURES.flatMap((p) => p.steps.map((s): [string, StepDef] => [`${p.key} ${s.label}`, s])),
  ...FIXES.flatMap((f) => f.ops.flatMap(opSteps).map((s): [string, StepDef] => [`${f.id} ${s.label}`, s])),
  ...MUTATIONS.flatMap((m) =>
    m.forms
      .flatMap((form) => form.ops.flatMap(opSteps))
      .map((s): [string, StepDef] => [`${m.id} ${s.label}`, s]),
  ),
];

test('each step takes the edges that it declares, and no other', () => {
  const wrong: string[] = [];
  for (const [name, s] of everyStep) {
    const source = s.run.toString();
    const params =
      /^\(?\s*([^)=]*?)\s*\)?\s*=>/
        .exec(source)?.[1]
        ?.split(',')
        .map((p) => p.trim()) ?? [];
    const at = params[2];
    // A body that hands its edges on to a shared function takes them there.
    const handsOn =
      at !== undefined && new RegExp(`[(,]\\s*${at}\\s*[),]`).test(source.slice(source.indexOf('=>')));
    const taken = new Set([...source.matchAll(new RegExp(`\\b${at}\\.(\\w+)`, 'g'))].map((m) => m[1]!));
    const declared = new Set(Object.keys(s.to));
    for (const e of taken)
      if (e !== 'next' && e !== 'retry' && !declared.has(e)) wrong.push(`${name} takes ${e}`);
    if (handsOn) continue;
    for (const e of declared) if (!taken.has(e)) wrong.push(`${name} declares ${e}`);
    if (s.down !== taken.has('next')) wrong.push(`${name} ${s.down ? 'never goes' : 'goes'} down`);
  }
  expect(wrong).toEqual([]);
});
