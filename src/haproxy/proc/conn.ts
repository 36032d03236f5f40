/** A new connection (semantics 1.9). */
import { listAppend, listInit } from '../../memory/list.ts';
import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlInit } from '../../memory/mtlist.ts';
import type { Ptr } from '../../memory/struct.ts';
import { copyKey, storeKey } from '../lib/cid.ts';
import { elOf, pktnsOf } from '../lib/conn.ts';
import { idleRearm } from '../lib/idle.ts';
import { initTask } from '../lib/tasks.ts';
import { FD, LEVEL, N, QC, STATE } from '../model/flags.ts';
import {
  Fdtab,
  Global,
  Pktns,
  Qel,
  QuicCid,
  QuicConn,
  QuicDgram,
  RxPacket,
  ThreadCtx,
  Word,
} from '../model/layouts.ts';
import { maskBit } from '../model/mask.ts';
import { AT } from '../model/places.ts';
import { LISTENER_FD } from '../model/world.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import type { Exec } from '../step/exec.ts';
import { int, procedure, RET, to } from '../step/proc.ts';
import { fdWantRecv } from './fd.ts';
import { connIoCb } from './io.ts';
import { listAppendSplit } from './list-append.ts';
import { connSockFdIocb } from './own-socket.ts';
import { release } from './release.ts';
import { idleTimerTask, processTimer } from './timers.ts';

/** Makes a connection for a first CID, from a datagram's packet. Returns it, or 0. */
export const newConn = procedure({
  key: 'qc_new_conn',
  verb: 'Creating a connection',
  locals: {
    cid: to('quic_connection_id'),
    dgram: to('quic_dgram'),
    pkt: to('quic_rx_packet'),
    qc: to('quic_conn'),
    task: to('task'),
    fd: int,
  },
  args: ['cid', 'dgram', 'pkt'],
  roles: ['create'],
});

newConn.body([
  newConn.step(
    '1',
    'Allocate it, zeroed',
    { ref: '1.9', cost: COST.pool, touches: 'shared', to: { none: RET } },
    (x, l, at) => {
      const qc = x.alloc('conn');
      if (qc === RETRY) return at.retry;
      if (qc === NULL) {
        x.setRet(0);
        return at.none;
      }
      l.qc = qc;
      return at.next;
    },
  ),
  newConn.step(
    '2',
    'Fill it: addresses, CIDs, levels, packet number spaces',
    { ref: '1.9', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      fill(x, l.qc, l.dgram, l.pkt);
      return at.next;
    },
  ),
  newConn.step(
    '3',
    'Its first CID points to it',
    { ref: '1.9', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      x.st(l.cid, QuicCid.qc, l.qc);
      x.st(l.cid, QuicCid.seqNum, 0);
      listAppend(x.m, x.part(l.qc, QuicConn.cids), x.part(l.cid, QuicCid.byQc));
      x.st(l.qc, QuicConn.nextCidSeq, 1);
      x.note(EV.CREATE, l.qc, x.ld(l.qc, QuicConn.capConn));
      return at.next;
    },
  ),
  newConn.step(
    '4',
    'Open a socket of its own, bound and connected to the client',
    { ref: '1.9', cost: COST.syscall * 3, touches: 'shared', to: { none: '4s' } },
    (x, l, at) => {
      if (!x.ownSockets) return at.none;
      const fd = takeFd(x);
      if (fd < 0) return at.none;
      const place = x.at(AT.fd, fd);
      const peer = x.ld(l.qc, QuicConn.peerAddr);
      x.st(place, Fdtab.owner, l.qc);
      x.st(place, Fdtab.peer, peer + 1);
      x.ast(x.word(place, Fdtab.threadMask, x.t >> 5), Word.v, maskBit(x.t));
      x.ast(place, Fdtab.refcTgid, x.groupOf(x.t) + 1);
      x.ast(place, Fdtab.state, FD.READY_R | FD.READY_W);
      x.ast(x.at(AT.socketOf, peer), Word.v, fd);
      x.st(l.qc, QuicConn.fd, fd);
      l.fd = fd;
      return at.next;
    },
  ),
  newConn.step('4b', 'Ask to read it', { ref: '1.9', cost: COST.local, touches: 'own' }, (x, l, at) =>
    x.call(at.next, fdWantRecv, l.fd),
  ),
  newConn.step(
    '4j',
    'The process has one job more',
    { ref: '1.9', cost: COST.atomic, touches: 'shared' },
    (x, _l, at) => {
      x.add(x.global, Global.jobs, 1);
      return at.next;
    },
  ),
  newConn.step(
    '4s',
    'Keep a copy of its first CID',
    { ref: '1.9', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      copyKey(x, l.qc, QuicConn.scid, l.cid);
      return at.next;
    },
  ),
  newConn.step(
    '5',
    'Allocate its I/O tasklet, bound to no thread: it runs where it is woken',
    { ref: '1.9', cost: COST.pool, touches: 'shared', to: { none: 'err' } },
    (x, l, at) => {
      const tl = x.alloc('tasklet');
      if (tl === RETRY) return at.retry;
      if (tl === NULL) return at.none;
      initTask(x, tl, -1, connIoCb.id, l.qc, true);
      x.st(l.qc, QuicConn.tasklet, tl);
      return at.next;
    },
  ),
  newConn.step(
    '6',
    'Allocate its loss timer task',
    { ref: '1.9', cost: COST.pool, touches: 'shared', to: { none: 'err' } },
    (x, l, at) => {
      const t = x.alloc('task');
      if (t === RETRY) return at.retry;
      if (t === NULL) return at.none;
      initTask(x, t, x.t, processTimer.id, l.qc, false);
      x.st(l.qc, QuicConn.timerTask, t);
      return at.next;
    },
  ),
  newConn.step(
    '7',
    'Allocate its idle timer task',
    { ref: '1.9', cost: COST.pool, touches: 'shared', to: { none: 'err' } },
    (x, l, at) => {
      const t = x.alloc('task');
      if (t === RETRY) return at.retry;
      if (t === NULL) return at.none;
      initTask(x, t, x.t, idleTimerTask.id, l.qc, false);
      x.st(l.qc, QuicConn.idleTask, t);
      return at.next;
    },
  ),
  newConn.step('7b', 'Arm the idle timer', { ref: '1.9', cost: COST.local, touches: 'conn' }, (x, l, at) => {
    idleRearm(x, l.qc, true, false);
    return at.next;
  }),
  newConn.step(
    '8',
    'Append it to this thread’s connections',
    { ref: '1.9', cost: COST.local, touches: 'own', roles: { listJoin: { qc: 'qc' } } },
    (x, l, at) =>
      x.call(at.next, listAppendSplit, x.part(x.th, ThreadCtx.quicConns), x.part(l.qc, QuicConn.elThCtx)),
  ),
  newConn.step(
    '9',
    'Stamp it with the present epoch',
    { ref: '1.9', cost: COST.atomic, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      x.st(l.qc, QuicConn.qcEpoch, x.rld(x.global, Global.qcEpoch));
      x.setRet(l.qc);
      return at.done;
    },
  ),
  newConn.step(
    'err',
    'No memory: release what there is',
    { ref: '1.9', cost: COST.local, touches: 'own' },
    (x, l, at) => x.call(at.next, release, l.qc),
  ),
  newConn.step(
    'err1',
    'Leave without a connection',
    { ref: '1.9', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
    (x, _l, at) => {
      x.setRet(0);
      return at.done;
    },
  ),
]);

/** socket(): takes the lowest file descriptor that is not in use, or -1. It is ours from here on. */
function takeFd(x: Exec): number {
  let fd = x.fdFrom;
  for (let i = 0; i < x.fdCount; i++) {
    if (fd <= LISTENER_FD || fd >= x.fdCount) fd = LISTENER_FD + 1;
    const place = x.at(AT.fd, fd);
    if (x.ld(place, Fdtab.iocb) === 0 && x.cas(place, Fdtab.iocb, 0, connSockFdIocb.id)) {
      if (x.atOnce) x.fdFrom = fd + 1;
      return fd;
    }
    fd++;
  }
  return -1;
}

function fill(x: Exec, qc: Ptr<'quic_conn'>, dgram: Ptr<'quic_dgram'>, pkt: Ptr<'quic_rx_packet'>): void {
  const dg = x.ld(pkt, RxPacket.dgram);
  const saddr = x.ld(dgram, QuicDgram.saddr);
  const at = x.dgBegin(dg);
  const dlen = x.byte(at + 5);
  x.loadKey(at + 6, dlen);
  storeKey(x, qc, QuicConn.odcid);
  x.loadKey(at + 7 + dlen, x.byte(at + 6 + dlen));
  storeKey(x, qc, QuicConn.dcid);
  x.st(qc, QuicConn.flags, QC.LISTENER);
  x.st(qc, QuicConn.state, STATE.INITIAL);
  x.st(qc, QuicConn.fd, -1);
  x.st(qc, QuicConn.li, x.listener);
  // An Initial retransmitted from another address makes a second connection; the capture's script belongs to the first.
  x.st(qc, QuicConn.capConn, x.beginsScript(dg, saddr) ? x.dgConn(dg) : -1);
  x.st(qc, QuicConn.peerAddr, saddr);
  x.st(qc, QuicConn.srtt, N.RTT_INIT);
  x.st(qc, QuicConn.rttvar, N.RTTVAR_INIT);
  x.st(qc, QuicConn.nbPktForCc, 1);
  x.st(qc, QuicConn.processed, -1);
  x.st(qc, QuicConn.seen, -1);
  listInit(x.m, x.part(qc, QuicConn.cids));
  listInit(x.m, x.part(qc, QuicConn.rxPkts));
  mtlInit(x.m, x.part(qc, QuicConn.acceptList));
  for (let level = 0; level <= LEVEL.APP; level++) {
    const el = elOf(x, qc, level);
    listInit(x.m, x.part(el, Qel.pqpkts));
    listInit(x.m, x.part(el, Qel.rx));
  }
  for (let space = 0; space < 3; space++) {
    const ns = pktnsOf(x, qc, space);
    listInit(x.m, x.part(ns, Pktns.sent));
    x.st(ns, Pktns.largestRx, -1);
    x.st(ns, Pktns.largestAcked, -1);
  }
}
