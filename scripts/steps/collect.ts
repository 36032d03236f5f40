/** Every step body and every body of an inline function there is, in the files that write them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Values } from './fold.ts';
import { bare, isFunction, type Node, type Source, type Sources, walk } from './source.ts';

/** A step as its file has it. Who wrote it, the procedure it was written over, and its label name it for ever. */
export interface FoundStep {
  readonly wrote: string;
  readonly proc: string;
  readonly label: string;
  readonly source: Source;
  readonly node: Node;
}

export interface FoundInline {
  readonly wrote: string;
  /** Its place in the catalogue. */
  readonly id: number;
  readonly key: string;
  readonly source: Source;
  readonly node: Node;
}

const FOLDERS = ['proc', 'lib', 'fixes', 'mutations'];

/** Files that write steps, below `src/haproxy`. */
export const stepFiles = (haproxy: string): string[] =>
  FOLDERS.flatMap((d) =>
    readdirSync(join(haproxy, d))
      .filter((f) => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'index.ts')
      .map((f) => join(haproxy, d, f)),
  );

/** Who writes what a file has: the seed, or the patch that it is, or is a part of, named by its file. */
function authorOf(file: string): string {
  const [folder, name] = file.split('/').slice(-2) as [string, string];
  return folder === 'proc' || folder === 'lib' ? 'seed' : name.replace(/\.ts$/, '').replace(/-.*$/, '');
}

export function collect(
  sources: Sources,
  values: Values,
  files: readonly string[],
): { steps: FoundStep[]; inlines: FoundInline[] } {
  const steps: FoundStep[] = [];
  const inlines: FoundInline[] = [];
  for (const file of files) {
    const source = sources.of(file);
    const wrote = authorOf(file);
    walk(source.program, (n) => {
      if (n.type !== 'CallExpression') return;
      const callee = bare(n.callee);
      const args = n.arguments as Node[];
      if (callee.type === 'MemberExpression' && !callee.computed && callee.property.name === 'step') {
        const proc = values.fold(source, callee.object) as { key?: string; locals?: unknown } | undefined;
        const label = values.fold(source, args[0]!);
        const body = args[3] && bare(args[3]);
        if (proc?.key !== undefined && typeof label === 'string' && body && isFunction(body))
          steps.push({ wrote, proc: proc.key, label, source, node: body });
        return;
      }
      if (callee.type !== 'Identifier') return;
      if (callee.name === 'inline' && wrote === 'seed') {
        const key = String(values.fold(source, args[0]!));
        const id = [...source.tops].find(([, t]) => t.kind === 'const' && t.init === n)?.[0];
        const value = id && (values.named(source, id) as { id: number } | undefined);
        const body = functionAt(source, values, args[1]!);
        if (value && body) inlines.push({ wrote, id: value.id, key, ...body });
      }
      if (callee.name === 'inlineAs') {
        const value = values.fold(source, args[0]!) as { id: number; key: string } | undefined;
        const body = functionAt(source, values, args[1]!);
        if (value && body) inlines.push({ wrote, id: value.id, key: value.key, ...body });
      }
    });
  }
  return { steps, inlines };
}

function functionAt(source: Source, values: Values, arg: Node): { source: Source; node: Node } | null {
  const n = bare(arg);
  if (isFunction(n)) return { source, node: n };
  return n.type === 'Identifier' ? values.functionOf(source, n.name) : null;
}
