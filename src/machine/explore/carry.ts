/** A state of one program as a state of another: each thread stands at the step of the same label. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { Program } from '../../haproxy/step/compile.ts';

/**
 * A copy of `block` in which every frame names the steps of `to`, also those that have another label there. Throws RangeError where
 * a step is not part of it.
 */
export function carryOver(block: Int32Array, W: World, from: Program, to: Program): Int32Array {
  const w = block.slice();
  const there = new Map(to.steps.map((s) => [`${s.proc.key}/${s.label}`, s.pc]));
  for (let t = 0; t < W.cfg.threads; t++)
    for (let fp = w[W.th(t) + ThreadCtx.fp]!; fp !== 0; fp = w[fp + 1]!) {
      const s = from.steps[w[fp]!]!;
      const key = `${s.proc.key}/${s.label}`;
      const pc = there.get(key) ?? there.get(`${s.proc.key}/${to.renamed.get(key)}`);
      if (pc === undefined) throw new RangeError(`T${t} stands at step ${s.label} of ${s.proc.name}`);
      w[fp] = pc;
    }
  return w;
}
