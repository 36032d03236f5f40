/**
 * A rule about the thread that an accepted connection is given to (F-R3): a check of the model by itself, with the table of semantics A2
 * written once more, from its words.
 */

import { PICKED } from '../../haproxy/lib/choice.ts';
import { Listener } from '../../haproxy/model/layouts.ts';
import { hasRole, type Program } from '../../haproxy/step/compile.ts';
import type { Machine } from '../machine.ts';
import { type Rule, ruleThere } from './rule.ts';
import { held } from './view.ts';

/** A cursor wraps here. */
const CURSORS = 64;

interface Chosen {
  readonly tid: number;
  /** The cursors afterwards. */
  readonly t1: number;
  readonly t2: number;
}

interface Asked {
  /** Threads of the listener, ascending. */
  readonly threads: readonly number[];
  /** The accepting thread. */
  readonly own: number;
  /** The cursors before. */
  readonly t1: number;
  readonly t2: number;
  /** Loads as they were read: of the accepting thread, and of the two that the cursors name. */
  readonly loads: readonly [number, number, number];
}

const above = ({ threads }: Asked, t: number): number => threads.find((u) => u >= t) ?? threads[0]!;
const below = ({ threads }: Asked, t: number): number | undefined => threads.findLast((u) => u <= t);

/** A2.1, 2 and 3. */
function pairAtFirst(a: Asked): [number, number] {
  const t1 = a.threads.includes(a.t1) ? a.t1 : above(a, a.t1 + 1);
  if (a.threads.includes(a.t2) && t1 !== a.t2) return [t1, a.t2];
  return [t1, below(a, a.t2 === 0 ? CURSORS - 1 : a.t2) ?? a.threads.at(-1)!];
}

/** A2.2, 2 and 4. */
function pairApart(a: Asked): [number, number] {
  const t1 = above(a, a.t1);
  for (let t2 = a.t2; ; t2 = CURSORS - 1) {
    if (a.threads.includes(t2) && t2 !== t1) return [t1, t2];
    const next = below(a, t2 - 1);
    if (next !== undefined) return [t1, next];
    if (t2 === CURSORS - 1) return [t1, t1];
  }
}

/** What the table of a program's revision gives. */
function byTable(P: Program, a: Asked): Chosen {
  const [t1, t2] = P.fixes.has('9d360604b') ? pairApart(a) : pairAtFirst(a);
  const [q0, q1, q2] = a.loads;
  const asksOwn = P.fixes.has('8adffaa89');
  const up = (t1 + 1) % CURSORS;
  const down = (t2 + CURSORS - 1) % CURSORS;
  if (q1 < q2) return { tid: asksOwn && q0 <= q1 ? a.own : t1, t1, t2: down };
  if (q1 > q2) return { tid: asksOwn && q0 <= q2 ? a.own : t2, t1: up, t2 };
  return { tid: asksOwn && q0 < q1 ? a.own : t1, t1: up, t2 };
}

/** A cursor word taken apart: the two cursors, and the counter beside them where there is one. */
function cursors(word: number, P: Program): { t1: number; t2: number; count: number } {
  if (!P.fixes.has('ff18504d7')) return { t1: word & 0xffff, t2: word >>> 16, count: -1 };
  return { t1: word & 63, t2: (word >>> 12) & 63, count: word >>> 24 };
}

function wrong(x: Machine, t: number): string | null {
  const { m, W, P } = x;
  const s = x.at(t);
  // Over two receivers nobody has written the table once more but a test.
  if (W.cfg.groups > 1) return null;
  if (!hasRole(s, 'chosen') || held(x, t, s, 'chosen', 'pair') === PICKED) return null;
  const value = (name: 'before' | 'q0' | 'q1' | 'q2' | 'tid'): number => held(x, t, s, 'chosen', name);
  // The listener is bound to all of them.
  const threads = Array.from({ length: W.cfg.threads }, (_, u) => u);
  const before = cursors(value('before'), P);
  const a: Asked = { threads, own: t, ...before, loads: [value('q0'), value('q1'), value('q2')] };
  const expected = byTable(P, a);
  if (expected.tid !== value('tid'))
    return `T${t} gives a connection to T${value('tid')}, and by the loads that it read T${expected.tid} is next`;
  // Others may have moved the cursors since; where they are counted it can be told.
  const now = cursors(m.ald(W.listener + Listener.thrIdx), P);
  const own = before.count >= 0 && now.count === ((before.count + 1) & 0xff);
  return own && (now.t1 !== expected.t1 || now.t2 !== expected.t2)
    ? `T${t} has left the cursors at T${now.t1} and T${now.t2} instead of T${expected.t1} and T${expected.t2}`
    : null;
}

export const choiceRules: readonly Rule[] = [
  ruleThere('F-R3', ['chosen'], (x) => {
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const text = wrong(x, t);
      if (text) return text;
    }
    return null;
  }),
];
