/**
 * Lines of steps that follow one another in most runs: a thread goes on from one to the next without a jump that hangs on a table. Whatever
 * the lines are, runs are the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOf, REVISIONS } from '../../src/haproxy/revisions.ts';
import type { FoundStep } from './collect.ts';

export const keyOf = (s: { wrote: string; proc: string; label: string }): string =>
  `${s.wrote} ${s.proc} ${s.label}`;

/** A step in a line, and the one behind it: come to by an edge, into a procedure that it calls, or back from its own. */
export interface Place {
  readonly key: string;
  readonly next?: { readonly key: string; readonly by: 'goesOn' | 'goesIn' | 'goesBack' };
}

/** The lines of `way.txt`: keys of steps, one after the other. A step may stand in several. */
export function ways(): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../../src/machine/compiled/way.txt'), 'utf8');
  return text.split('\n\n').map((part) => part.split('\n').filter((line) => line && !line.startsWith('#')));
}

/**
 * Steps in the order that the newest program has them, those of others behind; and lines in which each stands once at least: those of
 * `way.txt`, then stretches of the newest program's procedures.
 */
export function inOrder(found: readonly FoundStep[]): { steps: FoundStep[]; lines: Place[][] } {
  const program = programOf(REVISIONS.at(-1)!).steps.map((s) => ({
    key: keyOf({ wrote: s.wrote, proc: s.proc.key, label: s.label }),
    proc: s.proc,
  }));
  const place = new Map(program.map((s, i) => [s.key, i]));
  const at = (s: FoundStep): number => place.get(keyOf(s)) ?? program.length;
  const steps = [...found].sort((a, b) => at(a) - at(b));

  const firsts = new Set(program.filter((s, i) => program[i - 1]?.proc !== s.proc).map((s) => s.key));
  const lines = ways().map((line) =>
    line.map((key, i): Place => {
      const next = line[i + 1];
      if (!next) return { key };
      const [from, to] = [key, next].map((k) => program[place.get(k) ?? -1]?.proc);
      if (!from || !to) throw new Error(`way.txt: the newest program has no ${from ? next : key}`);
      const by = from === to ? 'goesOn' : firsts.has(next) ? 'goesIn' : 'goesBack';
      return { key, next: { key: next, by } };
    }),
  );
  const known = new Set(lines.flat().map((p) => p.key));
  let line: Place[] = [];
  steps.forEach((s, i) => {
    const key = keyOf(s);
    if (known.has(key)) return;
    const next = steps[i + 1] && keyOf(steps[i + 1]!);
    const p = place.get(key) ?? program.length;
    const follows =
      next !== undefined &&
      !known.has(next) &&
      program[p + 1]?.key === next &&
      program[p + 1]!.proc === program[p]!.proc;
    line.push(follows ? { key, next: { key: next, by: 'goesOn' } } : { key });
    if (follows) return;
    lines.push(line);
    line = [];
  });
  return { steps, lines };
}

/**
 * Takes the step of a body, and those behind it in its line as long as the run goes there. Each line is a function of its own: V8
 * gives up allocating registers well in one that has them all.
 */
export function takes(bodies: readonly { key: string; name: string }[], lines: readonly Place[][]): string {
  const numbers = new Map(bodies.map((b, i) => [b.key, i]));
  const labelled = new Set<number>();
  const functions: string[] = [];
  const cases: string[] = [];
  const switched = (within: readonly string[]): string =>
    `(body: i32): i32 {\n  switch (body) {\n${within.join('\n')}\n  }\n  return unreachable();\n}`;
  for (const whole of lines) {
    const line = whole.filter((p) => numbers.has(p.key));
    const fresh: number[] = [];
    const within = line.map(({ key, next }) => {
      const i = numbers.get(key)!;
      const then = next && numbers.get(next.key);
      const label = labelled.has(i) ? '' : `case ${i}: `;
      if (label) fresh.push(i);
      labelled.add(i);
      const { name } = bodies[i]!;
      return then === undefined
        ? `    ${label}return ${name}();`
        : `    ${label}{ const r = ${name}(); if (!${next!.by}(r, ${then})) return r; }`;
    });
    if (line.length === 1) cases.push(within[0]!);
    else if (fresh.length > 0) {
      const name = `line_${functions.length}`;
      functions.push(`function ${name}${switched(within)}`);
      cases.push(`    ${fresh.map((i) => `case ${i}:`).join(' ')} return ${name}(body);`);
    }
  }
  return [...functions, `function take${switched(cases)}`].join('\n');
}
