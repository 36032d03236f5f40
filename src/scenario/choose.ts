/** The choice of a thread for a connection by the program's own steps, apart from any run: semantics 3, A2. */
import { LiPerThread, QuicConn, ThreadCtx } from '../haproxy/model/layouts.ts';
import { listenerAccept } from '../haproxy/proc/listener-accept.ts';
import { FRAME_HEAD } from '../haproxy/step/frame.ts';
import { stepWithoutTime } from '../machine/explore/crank.ts';
import type { Machine } from '../machine/machine.ts';
import { RULES } from '../machine/rules/index.ts';
import { poolAlloc } from '../memory/pool.ts';

const table = RULES.find((r) => r.id === 'F-R3')!;
/** Most steps of one choice. */
const LIMIT = 100;

/** The step of listener_accept that has this label in the program, or the one that stands in its place. Undefined where it is gone. */
function placeOf({ P }: Machine, label: string): number | undefined {
  const now = P.renamed.get(`${listenerAccept.key}/${label}`) ?? label;
  return P.steps.find((s) => s.proc.key === listenerAccept.key && s.label === now)?.pc;
}

/**
 * A connection that waits on thread `t` is given to a thread: by the steps from the cursors' reading to the choice, and the rule's table
 * beside them (null: they agree). Throws where the choice does not end, or a step of it is not there.
 */
export function chooseThread(
  x: Machine,
  t: number,
  qc: number,
): { tid: number; wrong: string | null; wrongElsewhere: string | null } {
  const { m, W } = x;
  const [from, to] = [placeOf(x, '4'), placeOf(x, '5')];
  if (from === undefined || to === undefined) throw new Error('the choice has no beginning or no end');
  const local = (name: string): number => W.stack(t) + FRAME_HEAD + listenerAccept.locals.indexOf(name);
  for (let i = 0; i < 20; i++) m.st(W.stack(t) + i, 0);
  m.st(W.th(t) + ThreadCtx.fp, W.stack(t));
  m.st(W.stack(t), from);
  m.st(local('qc'), qc);
  for (let i = 0; m.ld(W.stack(t)) !== to; i++) {
    if (i > LIMIT) throw new Error('the choice does not end');
    stepWithoutTime(x, t);
  }
  const tid = m.ld(local('tid'));
  const wrong = table.check(x, 0);
  m.st(local('tid'), (tid + 1) % W.cfg.threads);
  const wrongElsewhere = table.check(x, 0);
  m.st(local('tid'), tid);
  return { tid, wrong, wrongElsewhere };
}

/** A connection that nobody has, for `chooseThread`. */
export function nobodysConn(x: Machine): number {
  const qc = poolAlloc(x.m, x.W.pools.conn, 0);
  x.m.st(qc + QuicConn.capConn, -1);
  return qc;
}

/** Threads of `n` connections that stay, one after the other, with empty rings and the cursors at their beginning. */
export function choices(
  x: Machine,
  n: number,
  accepting: (i: number) => number,
  each: (c: ReturnType<typeof chooseThread>) => void,
): number[] {
  const qc = nobodysConn(x);
  return Array.from({ length: n }, (_, i) => {
    const c = chooseThread(x, accepting(i), qc);
    each(c);
    x.m.add(x.W.perThread(c.tid) + LiPerThread.thrConn, 1);
    return c.tid;
  });
}
