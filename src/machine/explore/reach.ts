/** Whether a search comes to what was changed in its world: "safe" says nothing of steps that never ran. */
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import { inlinesOtherwise, otherwise } from '../../haproxy/step/otherwise.ts';
import type { Edge } from '../../haproxy/step/proc.ts';
import type { Change } from '../explorable.ts';

/** One thing that was changed, and the program without that change. */
export interface Changed {
  /** In words: "without 192abc6f8", "mutation X02". */
  readonly of: string;
  readonly from: Program;
}

export class Reach {
  readonly changes: readonly Change[];
  /** How often each part of each change was executed, in their order. */
  readonly executed: Float64Array;
  /** The program, whose changed steps, edges and inline functions count. */
  readonly program: Program;

  constructor(program: Program, changed: readonly Changed[]) {
    const steps = [...program.steps];
    const inlines = [...program.inlines];
    let parts = 0;
    const counts = changed.map(({ of, from }) => {
      const what: string[] = [];
      const note = (name: string): number => {
        what.push(name);
        return parts++;
      };
      const marks = otherwise(program, from).map(({ pc, edge }) => {
        const s = program.steps[pc]!;
        const to = edge && (edge === 'next' ? (program.steps[pc + 1]?.label ?? '') : s.to[edge]!);
        return { pc, edge, part: note(`${s.proc.name} ${s.label}${to && ` to ${to.replace(/^>/, '')}`}`) };
      });
      const names = [...program.inlineBy.keys()];
      const calls = inlinesOtherwise(program, from).map((i) => ({ i, part: note(names[i]!) }));
      return { change: { of, parts: what }, marks, calls };
    });
    const executed = new Float64Array(parts);
    for (const { marks, calls } of counts) {
      for (const { pc, edge, part } of marks)
        steps[pc] = edge
          ? countedEdge(steps[pc]!, edge, executed, part)
          : counted(steps[pc]!, executed, part);
      for (const { i, part } of calls) {
        const run = inlines[i]!;
        inlines[i] = (...args) => {
          executed[part]!++;
          return run(...args);
        };
      }
    }
    this.changes = counts.map((c) => c.change);
    this.executed = executed;
    this.program = parts === 0 ? program : { ...program, steps, inlines };
  }
}

function counted(s: CompiledStep, executed: Float64Array, part: number): CompiledStep {
  const { run } = s;
  return {
    ...s,
    run: (x, l, at) => {
      executed[part]!++;
      return run(x, l, at);
    },
  };
}

/** A body names an edge where it takes it, so that naming it is what counts. */
function countedEdge(s: CompiledStep, edge: string, executed: Float64Array, part: number): CompiledStep {
  const at = Object.defineProperties({}, Object.getOwnPropertyDescriptors(s.at));
  Object.defineProperty(at, edge, {
    enumerable: true,
    configurable: true,
    get: (): Edge => {
      executed[part]!++;
      return s.at[edge]!;
    },
  });
  return { ...s, at: at as CompiledStep['at'] };
}
