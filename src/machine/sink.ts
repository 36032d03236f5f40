/** Writes what steps tell into the block's event ring: raw words, read by drawing and reports only. */

import { QuicConn, RxPacket, ThreadCtx } from '../haproxy/model/layouts.ts';
import { EV, type EventSink } from '../haproxy/step/events.ts';
import type { Exec } from '../haproxy/step/exec.ts';
import { ringAt, ringClaim, ringPublish } from '../memory/ring.ts';

function write(
  x: Exec,
  kind: number,
  qc: number,
  a: number,
  b: number,
  type: number,
  pn: number,
  version: number,
): void {
  const { m, W } = x;
  const seq = ringClaim(m, W.events);
  const at = ringAt(W.events, seq);
  m.st(at, kind);
  m.st(at + 1, x.t);
  m.st(at + 2, m.ld(x.th + ThreadCtx.clockMs));
  m.st(at + 3, m.ld(x.th + ThreadCtx.clockNs));
  m.st(at + 4, qc);
  m.st(at + 5, a);
  m.st(at + 6, b);
  m.st(at + 7, qc ? m.ld(qc + QuicConn.flags) : 0);
  m.st(at + 8, qc ? m.ld(qc + QuicConn.capConn) : -1);
  m.st(at + 9, type);
  m.st(at + 10, pn);
  m.st(at + 11, version);
  ringPublish(m, W.events, seq);
}

/** Version in a packet's long header; 0 for a short header and for none. */
export function versionOf(x: Exec, pkt: number): number {
  if (!pkt) return 0;
  const s = x.W.consts.datagrams;
  const dg = x.m.ld(pkt + RxPacket.dgram);
  const off = x.m.ld(pkt + RxPacket.off);
  const at = s.offset[dg]! + off;
  if (s.length[dg]! - off < 5 || !(s.bytes[at]! & 0x80)) return 0;
  return (s.bytes[at + 1]! << 24) | (s.bytes[at + 2]! << 16) | (s.bytes[at + 3]! << 8) | s.bytes[at + 4]!;
}

/** Type of the packet, and above its three bits the connection's idle timer task; each 0 where there is none. */
export const typeOf = (x: Exec, qc: number, pkt: number): number =>
  ((qc ? x.m.ld(qc + QuicConn.idleTask) : 0) << 3) | (pkt ? x.m.ld(pkt + RxPacket.type) : 0);

/** The recording sink. Shares nothing between worlds: it only writes into the block of the step's executor. */
export const recording: EventSink = {
  note(x, kind, qc, a = 0, b = 0) {
    write(x, kind, qc, a, b, 0, 0, 0);
  },
  trace(x, tp, qc, pkt = 0) {
    write(
      x,
      EV.TRACE,
      qc,
      tp,
      pkt,
      typeOf(x, qc, pkt),
      pkt ? x.m.ld(pkt + RxPacket.pn) : -1,
      versionOf(x, pkt),
    );
  },
  called() {},
};
