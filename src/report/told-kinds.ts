/** Which events tell how a run went: what its text says of it, and by what two runs are laid beside each other. */
import { EV } from '../haproxy/step/events.ts';

/** What becomes of connections, and of datagrams that end. */
export const TOLD_KINDS: readonly number[] = [
  EV.CREATE,
  EV.ACCEPT,
  EV.REBIND_START,
  EV.COMMIT,
  EV.FINALIZE,
  EV.REFUSED,
  EV.REBIND_ERROR,
  EV.REDISPATCH,
  EV.HANDLED,
  EV.DROP,
  EV.CLOSE,
  EV.RELEASE,
];
