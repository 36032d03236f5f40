/** How long what happened stands before a reader's eyes when a run is played by its events, and how fast the rest goes by. */
import { EV } from '../../haproxy/step/events.ts';
import type { EventLog } from './events.ts';

/** How long a moment stands, ms of the wall clock at the usual pace. */
const REST = { commit: 1400, redispatch: 1200, refused: 1200, begun: 700, finalize: 600, handled: 300 };
/** From a move's third redispatch on. */
const THIRD = 800;
/** Happenings a second while a rebind is being prepared. */
export const PREPARING = 25;
/** A recorded stretch in which nothing is worth a stop passes in so long, ms. */
export const SKIM = 250;
/** Events looked at to find the next stop, or what a stop belongs to. */
export const FAR = 20_000;

/** How long event `i` of a log stands, ms; 0 when it is not stopped at. */
export function restAt(log: EventLog, i: number): number {
  const { kind, conn, dgram } = log.columns;
  switch (kind[i]) {
    case EV.COMMIT:
      return REST.commit;
    case EV.REFUSED:
    case EV.REBIND_ERROR:
      return REST.refused;
    case EV.REBIND_START:
      return REST.begun;
    case EV.FINALIZE:
      return REST.finalize;
    case EV.REDISPATCH: {
      let before = 0;
      for (let k = i - 1; k >= Math.max(0, i - FAR) && before < 2; k--) {
        if (conn[k] !== conn[i]) continue;
        if (kind[k] === EV.COMMIT) break;
        if (kind[k] === EV.REDISPATCH) before++;
      }
      return before < 2 ? REST.redispatch : THIRD;
    }
    case EV.HANDLED: {
      // Only what came the long way.
      for (let k = i - 1; k >= Math.max(0, i - FAR); k--)
        if (dgram[k] === dgram[i] && kind[k] === EV.REDISPATCH) return REST.handled;
      return 0;
    }
    default:
      return 0;
  }
}
