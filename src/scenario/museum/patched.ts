/** A museum world whose steps are changed by a patch from outside: its beginning is led to unchanged, what follows is searched. */
import { CATALOGUE } from '../../haproxy/catalogue.ts';
import { chooseRevision, FIXES, MUTATIONS } from '../../haproxy/revisions.ts';
import { compile, type Program } from '../../haproxy/step/compile.ts';
import type { Op } from '../../haproxy/step/patch.ts';
import { carryOver } from '../../machine/explore/carry.ts';
import { MachineWorld, type Races } from '../../machine/explore/machine-world.ts';
import type { WorldSpec } from '../explore.ts';
import { type MuseumRun, museumRun } from './index.ts';

/** A world where its search begins, and what is not looked at. */
export type Searched = Pick<MuseumRun, 'explorable' | 'bounds' | 'off'>;

/** `words`: what the patch is called. Throws PatchError where it does not fit, RangeError as `museumRun`. */
export function patchedWorld(spec: WorldSpec, words: string, ops: readonly Op[]): MachineWorld {
  const run = museumRun(spec);
  const revision = chooseRevision(run.options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const patched = compile(CATALOGUE, {
    fixes: FIXES.filter((f) => revision.fixes.has(f.id)),
    mutations: MUTATIONS.filter((m) => revision.mutations.has(m.id)),
    ideas: { words: [words], ops: () => ops },
  });
  return worldWith(run, patched, words);
}

/**
 * The world of `run` with another program from where its search begins; `everywhere`: races are looked for at every atomic word. Throws
 * RangeError where a thread stands at a step that is gone.
 */
export function worldWith(
  run: Searched,
  program: Program,
  words: string,
  races: Races = 'objects',
): MachineWorld {
  const { W, P, mem } = run.explorable;
  const block = carryOver(mem.w, W, P, program);
  return new MachineWorld(W, program, block, run.bounds, run.off, [{ of: words, from: P }], races);
}
