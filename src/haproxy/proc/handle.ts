/** A packet on its connection: storing it (semantics 1.9). */
import { listAppend } from '../../memory/list.ts';
import { clearFlags, elOf } from '../lib/conn.ts';
import { packetDropped } from '../lib/kernel.ts';
import { hold, levelOf, mayRemoveHp, removeHp } from '../lib/rx.ts';
import { taskletWakeupAfter } from '../lib/tasks.ts';
import { N, PKT_DROP_REASON, QC } from '../model/flags.ts';
import { Qel, QuicConn, RxPacket } from '../model/layouts.ts';
import { COST } from '../step/cost.ts';
import { procedure, RET, to } from '../step/proc.ts';
import { TP } from '../step/trace.ts';
import { setTimer } from './timers.ts';

const p = procedure({
  key: 'qc_rx_pkt_handle',
  verb: 'Taking over a packet',
  locals: { qc: to('quic_conn'), pkt: to('quic_rx_packet') },
  args: ['qc', 'pkt'],
  worksOnConn: true,
});

export const pktHandle = p.body([
  p.step(
    '1',
    'After the amplification limit the loss timer is armed again',
    { ref: '1.9', cost: COST.local, touches: 'conn' },
    (x, l, at) => {
      x.trace(TP.handleEnter, l.qc);
      x.trace(TP.handlePkt, l.qc, l.pkt);
      if (!(x.ld(l.qc, QuicConn.flags) & QC.ANTI_AMPLIFICATION_REACHED)) return at.next;
      clearFlags(x, l.qc, QC.ANTI_AMPLIFICATION_REACHED);
      x.trace(TP.handleAmplification, l.qc);
      return x.call(at.next, setTimer, l.qc);
    },
  ),
  p.step(
    '2',
    'Keep the packet; remove its header protection if the keys are there',
    { ref: '1.9', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      const level = levelOf(x.ld(l.pkt, RxPacket.type));
      const dg = x.ld(l.pkt, RxPacket.dgram);
      if (x.ld(l.qc, QuicConn.flags) & QC.IMMEDIATE_CLOSE) {
        x.trace(TP.handleError, l.qc);
        return at.next;
      }
      if (x.ld(elOf(x, l.qc, level), Qel.discarded)) {
        packetDropped(x, l.qc, PKT_DROP_REASON.keysDiscarded, dg);
        x.trace(TP.handleDropped, l.qc, l.pkt);
        return at.next;
      }
      const used = x.ld(l.qc, QuicConn.rxBufUsed) + x.ld(l.pkt, RxPacket.len);
      if (used > N.QC_RXBUF) {
        packetDropped(x, l.qc, PKT_DROP_REASON.connectionBufferFull, dg);
        x.trace(TP.handleOverrun, l.qc);
        return at.next;
      }
      x.st(l.qc, QuicConn.rxBufUsed, used);
      x.inc(l.qc, QuicConn.packets, 1);
      x.st(l.pkt, RxPacket.qc, l.qc);
      x.inc(l.pkt, RxPacket.refcnt, 1);
      hold(x, dg, 1);
      listAppend(x.m, x.part(l.qc, QuicConn.rxPkts), x.part(l.pkt, RxPacket.byQc));
      // HAProxy prints this line before the packet has its number as a key: it has none in it.
      x.trace(TP.handleNew, l.qc, l.pkt);
      if (mayRemoveHp(x, l.qc, level)) removeHp(x, l.qc, l.pkt, level);
      else listAppend(x.m, x.part(elOf(x, l.qc, level), Qel.pqpkts), x.part(l.pkt, RxPacket.byLevel));
      x.trace(TP.handleDone, l.qc, l.pkt);
      return at.next;
    },
  ),
  p.step(
    '3',
    'Wake the connection’s I/O tasklet, here, right after this one',
    { ref: '1.9', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      if (!taskletWakeupAfter(x, x.ld(l.qc, QuicConn.tasklet))) return x.halt();
      x.trace(TP.handleLeave, l.qc);
      return at.done;
    },
  ),
]);
