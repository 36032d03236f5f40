/** Catches what steps tell while they run: it is passed on, and written down with its position as a row of the event log. */
import { QuicConn, RxPacket, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { EV, type EventSink } from '../../haproxy/step/events.ts';
import type { Exec } from '../../haproxy/step/exec.ts';
import { typeOf, versionOf } from '../sink.ts';
import { ROW, type Rows } from './events.ts';

/** Events whose `a` is a datagram of the store. */
const OF_DATAGRAM: ReadonlySet<number> = new Set([
  EV.RECEIVE,
  EV.DISPATCH,
  EV.POP,
  EV.REDISPATCH,
  EV.HANDLED,
  EV.DROP,
  EV.PKT_DROP,
  EV.NETWORK,
  EV.PARSE,
]);

/** The other thread concerned: by kind, which of the two arguments it is. */
const OTHER: Readonly<Record<number, 'a' | 'b'>> = {
  [EV.DISPATCH]: 'b',
  [EV.REDISPATCH]: 'b',
  [EV.REBIND_START]: 'a',
  [EV.COMMIT]: 'a',
  [EV.REFUSED]: 'a',
  [EV.REBIND_ERROR]: 'a',
};

export class EventCatcher implements EventSink {
  private found = new Int32Array(64 * ROW);
  private used = 0;

  /** `position` tells how many happenings lie before the turn that is running. */
  constructor(
    private readonly inner: EventSink,
    private readonly position: () => number,
  ) {}

  note(x: Exec, kind: number, qc: number, a = 0, b = 0): void {
    this.inner.note(x, kind, qc, a, b);
    const other = OTHER[kind];
    this.write(x, kind, qc, a, b, OF_DATAGRAM.has(kind) ? a : -1);
    if (other) this.found[this.used - ROW + 5] = other === 'a' ? a : b;
  }

  trace(x: Exec, tp: number, qc: number, pkt = 0): void {
    this.inner.trace(x, tp, qc, pkt);
    this.write(x, EV.TRACE, qc, tp, pkt, -1);
    const at = this.used;
    this.found[at - 3] = typeOf(x, qc, pkt);
    if (!pkt) return;
    this.found[at - 2] = x.m.ld(pkt + RxPacket.pn);
    this.found[at - 1] = versionOf(x, pkt);
  }

  called(x: Exec, id: number): void {
    this.inner.called(x, id);
    this.write(x, EV.CALL, 0, id, 0, -1);
  }

  /** In the order of COLUMNS. */
  private write(x: Exec, kind: number, qc: number, a: number, b: number, about: number): void {
    const { m, th } = x;
    const hand = about >= 0 ? about : th ? m.ld(th + ThreadCtx.handDgram) - 1 : -1;
    let conn = qc ? m.ld(qc + QuicConn.capConn) : -1;
    if (conn < 0 && hand >= 0) conn = x.W.consts.datagrams.conn[hand] ?? -1;
    if (this.used + ROW > this.found.length) {
      const wider = new Int32Array(this.found.length * 2);
      wider.set(this.found);
      this.found = wider;
    }
    const { found } = this;
    let i = this.used;
    found[i++] = this.position() + x.nth;
    found[i++] = kind;
    found[i++] = x.t;
    found[i++] = conn;
    found[i++] = hand;
    found[i++] = -1;
    found[i++] = th ? m.ld(th + ThreadCtx.clockMs) : 0;
    found[i++] = th ? m.ld(th + ThreadCtx.clockNs) : 0;
    found[i++] = qc;
    found[i++] = a;
    found[i++] = b;
    found[i++] = qc ? m.ld(qc + QuicConn.flags) : 0;
    found[i++] = 0;
    found[i++] = -1;
    found[i++] = 0;
    this.used = i;
  }

  /** What was caught since the last time, in its order. */
  take(): Rows {
    const rows = this.found.slice(0, this.used);
    this.used = 0;
    return rows;
  }
}
