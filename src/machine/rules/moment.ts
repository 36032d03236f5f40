/** All rules of a revision at one moment: for runs that are not watched step by step. */
import type { Revision } from '../../haproxy/revisions.ts';
import type { Machine } from '../machine.ts';
import { RULES, type Rule } from './index.ts';
import { appending, busy, connsOf } from './view.ts';

export interface Looked {
  held: string[];
  notLookedAt: { rule: string; why: string }[];
  broken: { rule: string; text: string }[];
}

/**
 * Looks at every rule that can be looked at now: those of a callback's end only while no thread is in a callback, those of
 * rest only while nothing can run but timers. Nobody steps meanwhile.
 *
 * @param instead checks by rule that take the place of its own, where more is known than stands in the block
 */
export function lookAtRules(
  x: Machine,
  revision: Revision,
  instead: Readonly<Record<string, (x: Machine) => string | null>> = {},
): Looked {
  const out: Looked = { held: [], notLookedAt: [], broken: [] };
  const between = Array.from({ length: x.W.cfg.threads }, (_, t) => x.depth(t)).every((d) => d <= 1);
  const rest = x.quiet;
  const append = appending(x);
  for (const r of RULES) {
    const bug = revision.knownBroken[r.id];
    const why = bug
      ? `off in this revision: ${bug}`
      : r.stable === 'callback' && !between
        ? 'a thread is inside a callback'
        : r.stable === 'list' && append
          ? 'a thread is inside LIST_APPEND'
          : r.stable === 'quiescence' && !rest
            ? 'holds at rest only'
            : '';
    if (why) out.notLookedAt.push({ rule: r.id, why });
    else {
      const own = instead[r.id];
      const text = own ? own(x) : r.stable === 'object' ? overAll(x, r) : r.check(x, 0);
      if (text) out.broken.push({ rule: r.id, text });
      else out.held.push(r.id);
    }
  }
  return out;
}

/** First thing wrong with any connection that no procedure has in hand. */
function overAll(x: Machine, r: Rule): string | null {
  const hands = busy(x);
  const check = r.over ? r.over(x) : (qc: number) => r.check(x, qc);
  for (const qc of connsOf(x)) {
    if (hands.has(qc)) continue;
    const text = check(qc);
    if (text) return text;
  }
  return null;
}
