/**
 * Ideas before C: what a person changes of a program, in words that a command line, a link and a file hold.
 *
 *   drop S14                  the step is taken out
 *   move S9 after S14         it is taken out and put after (or before) another
 *   swap S9 S14               two steps change places
 *   edge S5.1.absent S7       a named edge leads to another step, or to RET
 *
 * A step is named by its label where only one procedure has such a label, else by procedure and label:
 * `qc_set_tid_affinity/S9`. An idea brings no new body: it moves, drops and links steps that are there.
 */
import { PROCEDURES } from './catalogue.ts';
import { MOST_IDEA, MOST_IDEAS } from './kept.ts';
import { labelsOf, procedureNamed } from './names.ts';
import { PatchError } from './step/listing.ts';
import { ANYBODY, edge, move, type Op, remove, type Spot } from './step/patch.ts';
import { RET } from './step/proc.ts';

function stepOf(text: string): Spot {
  const cut = text.lastIndexOf('/');
  if (cut > 0) {
    const proc = procedureNamed(text.slice(0, cut));
    if (!proc) throw new PatchError(`there is no procedure ${text.slice(0, cut)}`);
    return { proc, label: text.slice(cut + 1) };
  }
  const have = PROCEDURES.filter((p) => labelsOf(p).has(text));
  if (have.length === 0) throw new PatchError(`no procedure has a step ${text}`);
  // S8, S13 and S14 stand in the commit since 95f624540: which of the two has it is the program's.
  if (have.length > 1 && !have.every((p) => p.roles.has('rebind') || p.roles.has('commit')))
    throw new PatchError(`several procedures have a step ${text}: say which, as in ${have[0]!.key}/${text}`);
  return { proc: have[0]!, label: text };
}

/** Of a step that stands in one of two procedures: where it is in a program with these steps. */
export type Where = (s: Spot) => Spot;

/** The operations that the words say. Throws PatchError on words that say none. */
export function ideasOf(words: readonly string[], where: Where): Op[] {
  if (words.length > MOST_IDEAS) throw new PatchError(`at most ${MOST_IDEAS} ideas at once`);
  return words.flatMap((w) => ideaOf(w, where));
}

function ideaOf(text: string, where: Where): Op[] {
  const step = (t: string): Spot => where(stepOf(t));
  const parts = text.trim().slice(0, MOST_IDEA).split(/\s+/);
  const [verb, a, b, c] = parts;
  if (verb === 'drop' && a && parts.length === 2) {
    const s = step(a);
    return remove(s.proc, s.label);
  }
  if (verb === 'move' && a && (b === 'before' || b === 'after') && c && parts.length === 4) {
    const s = step(a);
    const t = step(c);
    return [move(s.proc, s.label, b, t.label, t.proc)];
  }
  if (verb === 'swap' && a && b && parts.length === 3) return [{ op: 'swap', at: step(a), target: step(b) }];
  if (verb === 'edge' && a && b && parts.length === 3) {
    const dot = a.lastIndexOf('.');
    if (dot > 0) {
      const s = step(a.slice(0, dot));
      return [edge(s.proc, s.label, a.slice(dot + 1), b === 'RET' ? RET : b, ANYBODY)];
    }
  }
  throw new PatchError(
    `“${text}” is no idea: drop STEP, move STEP before|after STEP, swap STEP STEP, edge STEP.EDGE STEP|RET`,
  );
}
