/** What letting go of a connection over a lane would do, in words, before it is let go. */
import type { ConnView, StageView } from '../../report/view.ts';
import { plural } from './text.ts';

export interface Outcome {
  kind: 'home' | 'rebind' | 'refused' | 'lost';
  lead: string;
  rest: string;
}

/** @param tid lane under the pointer, or the one a menu or key names. */
export function outcome(view: StageView, conn: ConnView, tid: number): Outcome {
  const { letter } = conn.name;
  if (tid === conn.owner) {
    return { kind: 'home', lead: 'Let go: nothing changes', rest: 'Esc puts it back too' };
  }
  if (view.threads[tid]?.state === 'lost') {
    return { kind: 'lost', lead: `T${tid} has lost its worker`, rest: 'Nothing can run there' };
  }
  if (conn.rebindRefusal) {
    return { kind: 'refused', lead: `${letter} cannot be rebound now`, rest: conn.rebindRefusal };
  }
  const T = `T${conn.owner}`;
  // The order is given to the owner, and one that is held would never begin with it.
  const held = view.threads[conn.owner]?.held ? ` ${T} is held: this releases it.` : '';
  const waiting = view.threads[conn.owner]?.inbox.filter((d) => d.conn?.letter === letter).length ?? 0;
  const stay =
    waiting > 0
      ? `Its ${plural(waiting, 'waiting datagram')} ${waiting === 1 ? 'stays' : 'stay'} with ${T}, which passes ${waiting === 1 ? 'it' : 'them'} on.`
      : 'None of its datagrams waits.';
  return { kind: 'rebind', lead: `Let go: ${letter} goes to T${tid}`, rest: `${stay}${held}` };
}
