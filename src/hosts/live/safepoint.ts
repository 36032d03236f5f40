/** What is looked at while all threads stand still: the rules of the revision, and the end of every datagram. */

import { hopsOf, ledgerReason, ledgerState } from '../../haproxy/lib/kernel.ts';
import { DROP, LEDGER } from '../../haproxy/model/flags.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { Revision } from '../../haproxy/revisions.ts';
import type { Machine } from '../../machine/machine.ts';
import { lookAtRules } from '../../machine/rules/moment.ts';
import { type Board, CONN } from './board.ts';
import type { Balance, SafePoint } from './contract.ts';
import { LiveReading } from './reading.ts';
import { NUMBER } from './slots.ts';

/** Where every datagram is that has arrived so far, counted anew from the ledgers and compared with what the threads counted. */
export function balance(
  W: World,
  machine: Machine,
  board: Board,
  numbers: Float64Array,
  booked: Int32Array,
): Balance {
  const { m } = machine;
  const reasons = new Array<number>(DROP.length).fill(0);
  let handled = numbers[NUMBER.handled]!;
  let queued = 0;
  let unread = 0;
  for (let r = 0; r < DROP.length; r++) reasons[r] = numbers[NUMBER.dropped + r]!;
  for (let d = 0; d < W.consts.datagrams.count; d++) {
    if (booked[d]) continue;
    const v = m.ald(W.ledger(d));
    switch (ledgerState(v)) {
      case LEDGER.HANDLED:
        handled++;
        break;
      case LEDGER.DROPPED:
        reasons[ledgerReason(v)]!++;
        break;
      case LEDGER.KERNEL:
        queued++;
        unread++;
        break;
      default:
        queued++;
    }
  }
  const received = numbers[NUMBER.arrivals]!;
  const dropped = reasons.reduce((a, b) => a + b, 0);
  return {
    received,
    handled,
    dropped,
    reasons: reasons.map((count, r) => ({ reason: DROP[r]!, count })).filter((r) => r.count > 0),
    queued,
    wrong: wrong(board, {
      received,
      handled,
      dropped,
      queued,
      unread,
      full: reasons[FULL]!,
      closed: reasons[CLOSED]!,
    }),
  };
}

const FULL = DROP.indexOf('socket buffer full');
const CLOSED = DROP.indexOf('socket closed');

interface Sums {
  received: number;
  handled: number;
  dropped: number;
  queued: number;
  unread: number;
  full: number;
  closed: number;
}

function wrong(board: Board, s: Sums): string {
  const reading = new LiveReading(board);
  if (s.received !== s.handled + s.dropped + s.queued)
    return `${s.received} received, but ${s.handled} handled, ${s.dropped} dropped and ${s.queued} queued are ${s.handled + s.dropped + s.queued}`;
  // The threads have counted for themselves what they did.
  const handled = reading.total('handled');
  if (handled !== s.handled) return `the threads count ${handled} handled, the ledgers ${s.handled}`;
  const read = reading.total('received');
  const outside = s.unread + s.full + s.closed;
  if (read + outside !== s.received)
    return `the threads count ${read} read, and ${outside} were never read: that is not ${s.received}`;
  return '';
}

/** I14 where connections are moved again and again: at most once more than its connection was rebound. */
function redispatches(x: Machine, board: Board, booked: Int32Array): string | null {
  const { W, m } = x;
  for (let d = 0; d < W.consts.datagrams.count; d++) {
    if (booked[d]) continue;
    const hops = hopsOf((i) => m.ald(i), W, d);
    const moves = board.words[board.conn(W.consts.datagrams.conn[d]!) + CONN.moves]!;
    if (hops > 1 + moves)
      return `datagram ${d + 1} was redispatched ${hops} times, its connection rebound ${moves} times`;
  }
  return null;
}

/** Looks at everything. Nobody steps meanwhile. `ms`: time in the run. */
export function lookAtAll(
  machine: Machine,
  revision: Revision,
  board: Board,
  numbers: Float64Array,
  booked: Int32Array,
  ms: number,
): SafePoint {
  const looked = lookAtRules(machine, revision, { I14: (x) => redispatches(x, board, booked) });
  return {
    ms,
    atRest: machine.quiet,
    rulesHeld: looked.held,
    rulesNotLookedAt: looked.notLookedAt,
    rulesBroken: looked.broken,
    balance: balance(machine.W, machine, board, numbers, booked),
  };
}
