/** The block of a frozen moment: that it is laid out as here, and that every thread stands at a step. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { FRAME_HEAD } from '../../haproxy/proc/proc.ts';
import type { BlockLayout } from '../../memory/plan.ts';
import type { Made } from '../../scenario/world.ts';
import { FileProblem } from './fields.ts';

/** Changes whenever the place or the meaning of a word in the block does; 8 hex digits. */
export function layoutPrint({ regions }: BlockLayout): string {
  let print = 0x811c9dc5;
  const mix = (s: string): void => {
    for (let i = 0; i < s.length; i++) print = Math.imul(print ^ s.charCodeAt(i), 0x01000193);
  };
  for (const r of regions) {
    mix(`${r.name} ${r.base} ${r.n} ${r.stride}\n`);
    for (const f of r.struct?.$fields ?? []) mix(`${f.name} ${f.offset} ${f.kind} ${f.words}\n`);
  }
  return (print >>> 0).toString(16).padStart(8, '0');
}

/** Throws FileProblem unless each thread's frames lie in its own stack, one below the other, each at a step of the program. */
export function eachAtAStep(words: Int32Array, { W, P }: Made): void {
  for (let t = 0; t < W.cfg.threads; t++) {
    const end = W.stackEnd(t);
    let above = end;
    for (let fp = words[W.th(t) + ThreadCtx.fp]!, first = true; fp !== 0 || first; fp = words[fp + 1]!) {
      const step = fp >= W.stack(t) && fp + FRAME_HEAD <= above ? P.steps[words[fp]!] : undefined;
      if (!step || fp + step.frameSize > above)
        throw new FileProblem(`The file is not what it says: T${t} stands at no step of the program.`);
      above = fp;
      first = false;
    }
  }
}
