/** Parts of a connection, and its flags. */
import { listFirst } from '../../memory/list.ts';
import type { Ptr } from '../../memory/struct.ts';
import { Pktns, Qel, QuicCid, QuicConn } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';

type Qc = Ptr<'quic_conn'>;

/** The encryption level `level` (LEVEL) of a connection. */
export const elOf = (x: Exec, qc: Qc, level: number): Ptr<'quic_enc_level'> =>
  (x.part(qc, QuicConn.els) + level * Qel.$size) as Ptr<'quic_enc_level'>;

/** The packet number space `space` (SPACE) of a connection. */
export const pktnsOf = (x: Exec, qc: Qc, space: number): Ptr<'quic_pktns'> =>
  (x.part(qc, QuicConn.pktns) + space * Pktns.$size) as Ptr<'quic_pktns'>;

export function setFlags(x: Exec, qc: Qc, bits: number): void {
  x.st(qc, QuicConn.flags, x.ld(qc, QuicConn.flags) | bits);
}

export function clearFlags(x: Exec, qc: Qc, bits: number): void {
  x.st(qc, QuicConn.flags, x.ld(qc, QuicConn.flags) & ~bits);
}

/** K, the first of the connection's CIDs. It must have one. */
export function firstCid(x: Exec, qc: Qc): Ptr<'quic_connection_id'> {
  return x.owner(listFirst(x.m, x.part(qc, QuicConn.cids)), QuicCid.byQc);
}
