/** A museum world whose steps are changed by a patch from outside: its beginning is led to unchanged, what follows is searched. */
import { CATALOGUE } from '../../haproxy/catalogue.ts';
import { chooseRevision, FIXES, MUTATIONS } from '../../haproxy/revisions.ts';
import { compile } from '../../haproxy/step/compile.ts';
import type { Op } from '../../haproxy/step/patch.ts';
import { carryOver } from '../../machine/explore/carry.ts';
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import type { WorldSpec } from '../explore.ts';
import { museumRun } from './index.ts';

/** `words`: what the patch is called. Throws PatchError where it does not fit, RangeError as `museumRun`. */
export function patchedWorld(spec: WorldSpec, words: string, ops: readonly Op[]): MachineWorld {
  const run = museumRun(spec);
  const revision = chooseRevision(run.options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const { W, P, mem } = run.explorable;
  const patched = compile(CATALOGUE, {
    fixes: FIXES.filter((f) => revision.fixes.has(f.id)),
    mutations: MUTATIONS.filter((m) => revision.mutations.has(m.id)),
    ideas: { words: [words], ops: () => ops },
  });
  const block = carryOver(mem.w, W, P, patched);
  return new MachineWorld(W, patched, block, run.bounds, run.off, [{ of: words, from: P }]);
}
