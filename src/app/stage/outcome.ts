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
    return { kind: 'home', lead: 'Esc puts it back', rest: 'still the owner, until the commit' };
  }
  if (view.threads[tid]?.state === 'lost') {
    return { kind: 'lost', lead: `T${tid} has lost its worker`, rest: 'Nothing can run there' };
  }
  if (conn.rebindRefusal) {
    return { kind: 'refused', lead: `${letter} cannot be rebound now`, rest: conn.rebindRefusal };
  }
  const held = view.threads[conn.owner]?.held ? `, once T${conn.owner} is released` : '';
  const waiting = view.threads[conn.owner]?.inbox.filter((d) => d.conn?.letter === letter).length ?? 0;
  const rest =
    waiting > 0 ? `${plural(waiting, 'datagram')} will follow${held}` : `No datagram waits behind${held}`;
  return { kind: 'rebind', lead: `Release to rebind ${letter} to T${tid}`, rest };
}
