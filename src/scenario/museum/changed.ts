/** What a search's switches change, each beside the program without it. */
import { chooseRevision, programOf, type Switches } from '../../haproxy/revisions.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { Changed } from '../../machine/explore/reach.ts';

/** Fixes taken out, mutations put in, a person's own changes: each by itself. */
export function changedIn(o: Switches): Changed[] {
  const { without = [], mutations = [], ideas = [] } = o;
  const changed: Changed[] = [
    ...[...new Set(without)].map((id) => ({
      of: `without ${id}`,
      from: programFor(o, { without: without.filter((w) => w !== id) }),
    })),
    ...[...new Set(mutations)].map((id) => ({
      of: `mutation ${id}`,
      from: programFor(o, { mutations: mutations.filter((m) => m !== id) }),
    })),
  ];
  if (ideas.length > 0) changed.push({ of: ideas.join(', '), from: programFor(o, { ideas: [] }) });
  return changed;
}

/** The program with one switch back; where the others cannot stand without it, the plain revision. */
function programFor(o: Switches, back: Partial<Switches>): Program {
  const one = chooseRevision({ ...o, ...back });
  const made =
    typeof one === 'string' ? chooseRevision({ ...o, without: [], mutations: [], ideas: [] }) : one;
  if (typeof made === 'string') throw new RangeError(made);
  return programOf(made);
}
