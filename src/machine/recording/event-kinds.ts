/** Which events of the recording a name stands for. Apart from the names: a figure reads names, and knows its events by them alone. */
import { EV } from '../../haproxy/step/events.ts';
import { connOfLetter, type EventKind, type Named } from './named.ts';
import type { EventFilter } from './query.ts';

export const EVENT_KINDS = {
  create: [EV.CREATE],
  accept: [EV.ACCEPT],
  rebind: [EV.REBIND_START],
  commit: [EV.COMMIT],
  finalize: [EV.FINALIZE],
  refused: [EV.REFUSED, EV.REBIND_ERROR],
  receive: [EV.RECEIVE],
  dispatch: [EV.DISPATCH],
  pop: [EV.POP],
  redispatch: [EV.REDISPATCH],
  handled: [EV.HANDLED],
  drop: [EV.DROP, EV.PKT_DROP],
  timer: [EV.TIMER],
  close: [EV.CLOSE],
  release: [EV.RELEASE],
  violation: [EV.BUG],
} as const satisfies Record<EventKind, readonly number[]>;

/** What to look for in the events from `start` on. `dgramOf` gives the place of a datagram in the store, -1 none. */
export function filterOf(
  n: Extract<Named, { kind: 'event' }>,
  start: number,
  dgramOf: (no: string) => number,
): EventFilter {
  return {
    from: start,
    all: [
      { kinds: EVENT_KINDS[n.event] },
      ...(n.conn ? [{ conns: [connOfLetter(n.conn)] }] : []),
      ...(n.dgram ? [{ dgrams: [dgramOf(n.dgram)] }] : []),
    ],
  };
}
