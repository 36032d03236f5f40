/** Finds marks while steps run: what a step tells is passed on, and what is worth going to is written down. */
import { QuicConn, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { EV, type EventSink } from '../../haproxy/proc/events.ts';
import type { Exec } from '../../haproxy/proc/exec.ts';
import type { Mark } from './mark.ts';

const KINDS: Readonly<Record<number, Mark['kind']>> = {
  [EV.COMMIT]: 'commit',
  [EV.REDISPATCH]: 'redispatch',
  [EV.REFUSED]: 'refused',
  [EV.REBIND_ERROR]: 'refused',
  [EV.BUG]: 'violation',
};

export class MarkSink implements EventSink {
  private found: Mark[] = [];

  /** `position` tells how many happenings lie before the turn that is running. */
  constructor(
    private readonly inner: EventSink,
    private readonly position: () => number,
  ) {}

  note(x: Exec, kind: number, qc: number, a = 0, b = 0): void {
    this.inner.note(x, kind, qc, a, b);
    const mark = KINDS[kind];
    if (mark === undefined) return;
    const { m } = x;
    let conn = qc ? m.ld(qc + QuicConn.capConn) : -1;
    if (kind === EV.REDISPATCH) conn = x.W.consts.datagrams.conn[a] ?? -1;
    this.found.push({
      at: this.position() + x.nth,
      kind: mark,
      tid: x.t,
      conn,
      ms: m.ld(x.th + ThreadCtx.clockMs),
      ns: m.ld(x.th + ThreadCtx.clockNs),
    });
  }

  trace(x: Exec, tp: number, qc: number, pkt?: number): void {
    this.inner.trace(x, tp, qc, pkt);
  }

  /** The marks found since the last time, in their order. */
  take(): Mark[] {
    const { found } = this;
    if (found.length > 0) this.found = [];
    return found;
  }
}
