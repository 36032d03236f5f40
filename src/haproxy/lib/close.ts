/** Closing, draining, and what a connection tells of it (semantics N5, N6). */
import { listAppend, listDelete } from '../../memory/list.ts';
import type { Ptr } from '../../memory/struct.ts';
import { MUX, QC } from '../model/flags.ts';
import { Fdtab, Global, QuicConn, ThreadCtx, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { TP } from '../step/trace.ts';
import { setFlags } from './conn.ts';
import { idleDoRearm } from './idle.ts';
import { muxLetsGo } from './mux.ts';

type Qc = Ptr<'quic_conn'>;

/** qc_detach_th_ctx_list for a connection that closes: out of this thread's list, into the thread's closing list. */
export function detachClosing(x: Exec, qc: Qc): void {
  const el = x.part(qc, QuicConn.elThCtx);
  listDelete(x.m, el);
  listAppend(x.m, x.part(x.th, ThreadCtx.quicConnsClo), el);
}

/** qc_notify_close: tells a started mux once. The mux is scripted: told, it lets go of the connection at once, and its session ends; or it stays. */
export function notifyClose(x: Exec, qc: Qc): void {
  x.trace(TP.notifyEnter, qc);
  if (!(x.ld(qc, QuicConn.flags) & QC.NOTIFY_CLOSE)) {
    setFlags(x, qc, QC.NOTIFY_CLOSE);
    if (x.ld(qc, QuicConn.muxState) === MUX.READY) muxLetsGo(x, qc, true);
  }
  x.trace(TP.notifyLeave, qc);
}

/** The half-open count goes down once a connection. */
export function halfOpenDone(x: Exec, qc: Qc): void {
  if (x.ld(qc, QuicConn.flags) & QC.HALF_OPEN_CNT_DECREMENTED) return;
  setFlags(x, qc, QC.HALF_OPEN_CNT_DECREMENTED);
  x.add(x.global, Global.halfOpen, -1);
}

/** CONNECTION_CLOSE from the client. */
export function startDraining(x: Exec, qc: Qc): void {
  if (x.ld(qc, QuicConn.flags) & QC.DRAINING) return;
  setFlags(x, qc, QC.DRAINING | QC.IMMEDIATE_CLOSE);
  detachClosing(x, qc);
  idleDoRearm(x, qc, false);
  notifyClose(x, qc);
  x.note(EV.CLOSE, qc);
}

/** qc_rx_check_closing: counts datagrams of a closing connection and asks for another CONNECTION_CLOSE now and then. */
export function checkClosing(x: Exec, qc: Qc): boolean {
  if (!(x.ld(qc, QuicConn.flags) & QC.CLOSING)) return false;
  const since = x.ld(qc, QuicConn.nbPktSinceCc) + 1;
  const limit = x.ld(qc, QuicConn.nbPktForCc);
  if (since >= limit) {
    setFlags(x, qc, QC.IMMEDIATE_CLOSE);
    x.st(qc, QuicConn.nbPktForCc, limit + 1);
    x.st(qc, QuicConn.nbPktSinceCc, 0);
  } else x.st(qc, QuicConn.nbPktSinceCc, since);
  x.trace(TP.closingState, qc);
  return true;
}

/** qc_handle_conn_migration: listeners always disable active migration, so another address is always refused. */
export function migration(x: Exec, qc: Qc, saddr: number): boolean {
  if (x.ld(qc, QuicConn.peerAddr) === saddr) return false;
  x.trace(TP.migrationEnter, qc);
  x.trace(TP.migrationRefused, qc);
  x.trace(TP.migrationLeave, qc);
  return true;
}

/** close(): kernel and fd table let go of fd number `fd`. */
export function closeFd(x: Exec, fd: number): void {
  const at = x.at(AT.fd, fd);
  const words = x.cfg.threads > 32 || x.cfg.groups > 1 ? 2 : 1;
  for (let word = 0; word < words; word++) {
    x.ast(x.word(at, Fdtab.threadMask, word), Word.v, 0);
    x.ast(x.word(at, Fdtab.pollRecv, word), Word.v, 0);
  }
  x.ast(at, Fdtab.state, 0);
  x.st(at, Fdtab.owner, 0);
  // Last: from here on another thread may take this number.
  x.ast(at, Fdtab.iocb, 0);
}
