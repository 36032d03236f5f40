/** Orders by hand: our gate, and where an order goes. HAProxy has none of it. */
import { listEmpty, listFirst, listNext } from '../../memory/list.ts';
import type { Mem } from '../../memory/mem.ts';
import { QC } from '../model/flags.ts';
import { Connection, QuicConn } from '../model/layouts.ts';
import { CONN } from './accept.ts';

/** Why a rebind by hand is refused; 0 = it is not. */
export const REFUSAL = [
  '',
  'it has more than one CID',
  'it is closing',
  'it is draining',
  'it waits to be accepted',
  'it is being rebound',
  'it is on that thread',
] as const;

/** Numbers of REFUSAL that steps give. */
export const REFUSED = { severalCids: 1, moving: 5 } as const;

/** Our gate before S1 of a rebind by hand: number of the reason in REFUSAL. */
export function gateReason(m: Mem, qc: number): number {
  const flags = m.ld(qc + QuicConn.flags);
  if (flags & (QC.CLOSING | QC.EXP_TIMER)) return 2;
  if (flags & QC.DRAINING) return 3;
  if (m.ld(qc + QuicConn.pendTo)) return REFUSED.moving;
  const waiting = flags & QC.ACCEPT_REGISTERED && !acceptedFully(m, qc);
  if (waiting) return 4;
  const head = qc + QuicConn.cids;
  const first = listFirst(m, head);
  return first && listNext(m, head, first) !== 0 ? REFUSED.severalCids : 0;
}

/** session_accept_fd is through with it. */
function acceptedFully(m: Mem, qc: number): boolean {
  const conn = m.ld(qc + QuicConn.conn);
  return (
    listEmpty(m, qc + QuicConn.acceptList) &&
    conn !== 0 &&
    (m.ld(conn + Connection.flags) & CONN.ACCEPTED) !== 0
  );
}
