/** What a rebind does where several procedures and revisions do it: shared over locals of the same names. */
import { listFirst, listNext } from '../../memory/list.ts';
import type { Ptr } from '../../memory/struct.ts';
import { BUG } from '../model/bugs.ts';
import { QuicCid, QuicConn } from '../model/layouts.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { firstCid } from './conn.ts';
import { countOwner } from './kernel.ts';

/** The store that hands the connection over. */
export function storeTid(x: Exec, qc: Ptr<'quic_conn'>, tid: number): void {
  const cid = firstCid(x, qc);
  x.note(EV.COMMIT, qc, tid, x.t);
  x.ast(cid, QuicCid.tid, tid);
  countOwner(x, x.ld(qc, QuicConn.capConn));
}

/** Its one CID: HAProxy asserts that there is one and no other. */
export function oneCid(x: Exec, qc: Ptr<'quic_conn'>): void {
  const head = x.part(qc, QuicConn.cids);
  const first = listFirst(x.m, head);
  x.bugOn(!first || listNext(x.m, head, first) !== 0, BUG.REBIND_ONE_CID);
}
