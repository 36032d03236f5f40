/** A new connection (semantics 1.9), and the lists it stands in. */
import { cidSetKey as setKey } from '../../memory/cidtree.ts';
import {
  listAppend,
  listAppend1,
  listAppend2,
  listAppend3,
  listAppend4,
  listInit,
} from '../../memory/list.ts';
import { type Mem, RETRY } from '../../memory/mem.ts';
import { mtlInit } from '../../memory/mtlist.ts';
import { FD, LEVEL, N, QC, STATE, TASK } from '../model/flags.ts';
import {
  Fdtab,
  Global,
  Pktns,
  Qel,
  QuicCid,
  QuicConn,
  QuicDgram,
  RxPacket,
  Task,
  ThreadCtx,
} from '../model/layouts.ts';
import { maskBit, maskWord } from '../model/mask.ts';
import { LISTENER_FD } from '../model/world.ts';
import { equal, storeCid } from './cidkey.ts';
import { COST } from './cost.ts';
import { EV } from './events.ts';
import type { Exec } from './exec.ts';
import { fdRefcInit, fdWantRecv } from './fd.ts';
import { elOf, pktnsOf } from './handle.ts';
import { connIoCb } from './io.ts';
import { connSockFdIocb } from './own-socket.ts';
import { NEXT, procedure, RET, RETRY_STEP, step } from './proc.ts';
import { release } from './release.ts';
import { idleRearm, idleTimerTask, processTimer } from './timers.ts';

/** Writes a CID's key into its tree node. */
export function cidSetKey(m: Mem, node: number, cid: Uint8Array): void {
  setKey(m, node, cid, 0, cid.length);
}

/** LIST_APPEND on a plain list: four writes, none of them protected. */
export const listAppendSplit = procedure(
  'LIST_APPEND',
  'Appending to a list',
  ['head', 'el'],
  [
    step('.1', 'el.prev = head.prev', '0.1', COST.local, (x) => {
      listAppend1(x.m, x.get(0), x.get(1));
      return NEXT;
    }),
    step('.2', 'el.next = head', '0.1', COST.local, (x) => {
      listAppend2(x.m, x.get(0), x.get(1));
      return NEXT;
    }),
    step('.3', 'head.prev.next = el', '0.1', COST.local, (x) => {
      listAppend3(x.m, x.get(0), x.get(1));
      return NEXT;
    }),
    step('.4', 'head.prev = el', '0.1', COST.local, (x) => {
      listAppend4(x.m, x.get(0), x.get(1));
      return RET;
    }),
  ],
);

/** Makes a fresh task or tasklet of slot `t`. */
export function initTask(
  x: Exec,
  t: number,
  tid: number,
  process: number,
  context: number,
  tasklet: boolean,
): void {
  const { m } = x;
  m.ast(t + Task.state, tasklet ? TASK.F_TASKLET : 0);
  m.st(t + Task.tid, tid);
  m.st(t + Task.process, process);
  m.st(t + Task.context, context);
  listInit(m, t + Task.list);
  listInit(m, t + Task.wq);
  if (!tasklet) m.add(x.th + ThreadCtx.nbTasks, 1);
}

/** socket(): takes the lowest file descriptor that is not in use, or -1. It is ours from here on. */
function takeFd(x: Exec): number {
  const { m, W } = x;
  for (let i = 0, n = x.fdFrom; i < W.fdCount; i++, n++) {
    if (n <= LISTENER_FD || n >= W.fdCount) n = LISTENER_FD + 1;
    const at = W.fd(n) + Fdtab.iocb;
    if (m.ld(at) !== 0 || !m.cas(at, 0, connSockFdIocb.id)) continue;
    if (m.shared) x.fdFrom = n + 1;
    return n;
  }
  return -1;
}

/** Locals of qc_new_conn: the first CID, the datagram, its packet. Returns the connection, or 0. */
const C = { cid: 0, dgram: 1, pkt: 2, qc: 3, task: 4, fd: 5 } as const;

export const newConn = procedure(
  'qc_new_conn',
  'Creating a connection',
  ['cid', 'dgram', 'pkt', 'qc', 'task', 'fd'],
  [
    step('1', 'Allocate it, zeroed', '1.9', COST.pool, (x) => {
      const qc = x.alloc(x.W.pools.conn);
      if (qc === RETRY) return RETRY_STEP;
      if (qc === 0) {
        x.setRet(0);
        return RET;
      }
      x.set(C.qc, qc);
      return NEXT;
    }),
    step('2', 'Fill it: addresses, CIDs, levels, packet number spaces', '1.9', COST.local, (x) => {
      fill(x, x.get(C.qc), x.get(C.dgram), x.get(C.pkt));
      return NEXT;
    }),
    step(
      '2i',
      'Make its thread list node point to itself',
      '1.9',
      COST.local,
      (x) => {
        listInit(x.m, x.get(C.qc) + QuicConn.elThCtx);
        return NEXT;
      },
      { since: 'd537ca79d' },
    ),
    step('3', 'Its first CID points to it', '1.9', COST.local, (x) => {
      const { m } = x;
      const qc = x.get(C.qc);
      const cid = x.get(C.cid);
      m.st(cid + QuicCid.qc, qc);
      m.st(cid + QuicCid.seqNum, 0);
      if (!x.P.fixes.has('123181096')) listAppend(m, qc + QuicConn.cids, cid + QuicCid.byQc);
      m.st(qc + QuicConn.scid, cid);
      m.st(qc + QuicConn.nextCidSeq, 1);
      x.sink.note(x, EV.CREATE, qc, m.ld(qc + QuicConn.capConn));
      return NEXT;
    }),
    step(
      '4',
      'Open a socket of its own, bound and connected to the client',
      '1.9',
      COST.syscall * 3,
      (x, go) => {
        if (x.W.cfg.socketOwner !== 'connection') return go['5']!;
        const fd = takeFd(x);
        if (fd < 0) return go['5']!;
        const { m, W } = x;
        const at = W.fd(fd);
        const qc = x.get(C.qc);
        m.st(at + Fdtab.owner, qc);
        m.st(at + Fdtab.peer, m.ld(qc + QuicConn.peerAddr) + 1);
        m.ast(maskWord(at + Fdtab.threadMask, x.t), maskBit(x.t));
        m.ast(at + Fdtab.refcTgid, fdRefcInit);
        m.ast(at + Fdtab.state, FD.READY_R | FD.READY_W);
        m.ast(W.socketOf(m.ld(qc + QuicConn.peerAddr)), fd);
        m.st(qc + QuicConn.fd, fd);
        m.add(W.global + Global.jobs, 1);
        x.set(C.fd, fd);
        return NEXT;
      },
    ),
    step('4b', 'Ask to read it', '1.9', COST.local, (x) => x.call(fdWantRecv, x.get(C.fd))),
    step(
      '5',
      'Allocate its I/O tasklet, bound to no thread: it runs where it is woken',
      '1.9',
      COST.pool,
      (x, go) => {
        const tl = x.alloc(x.W.pools.tasklet);
        if (tl === RETRY) return RETRY_STEP;
        if (tl === 0) return go.err!;
        initTask(x, tl, -1, connIoCb.id, x.get(C.qc), true);
        x.m.st(x.get(C.qc) + QuicConn.tasklet, tl);
        return NEXT;
      },
    ),
    step('6', 'Allocate its loss timer task', '1.9', COST.pool, (x, go) => {
      const t = x.alloc(x.W.pools.task);
      if (t === RETRY) return RETRY_STEP;
      if (t === 0) return go.err!;
      initTask(x, t, x.t, processTimer.id, x.get(C.qc), false);
      x.m.st(x.get(C.qc) + QuicConn.timerTask, t);
      return NEXT;
    }),
    step('7', 'Allocate its idle timer task', '1.9', COST.pool, (x, go) => {
      const t = x.alloc(x.W.pools.task);
      if (t === RETRY) return RETRY_STEP;
      if (t === 0) return go.err!;
      initTask(x, t, x.t, idleTimerTask.id, x.get(C.qc), false);
      x.m.st(x.get(C.qc) + QuicConn.idleTask, t);
      return NEXT;
    }),
    step('7b', 'Arm the idle timer', '1.9', COST.local, (x) => {
      idleRearm(x, x.get(C.qc), true, false);
      return NEXT;
    }),
    step('8', 'Append it to this thread’s connections', '1.9', COST.local, (x) => {
      return x.call(listAppendSplit, x.th + ThreadCtx.quicConns, x.get(C.qc) + QuicConn.elThCtx);
    }),
    step('9', 'Stamp it with the present epoch', '1.9', COST.atomic, (x) => {
      x.m.st(x.get(C.qc) + QuicConn.qcEpoch, x.m.ald(x.W.global + Global.qcEpoch));
      x.setRet(x.get(C.qc));
      return RET;
    }),
    step('err', 'No memory: release what there is', '1.9', COST.local, (x) => x.call(release, x.get(C.qc))),
    step('err1', 'Leave without a connection', '1.9', COST.local, (x) => {
      x.setRet(0);
      return RET;
    }),
  ],
);

function fill(x: Exec, qc: number, dgram: number, pkt: number): void {
  const { m, W } = x;
  const s = W.consts.datagrams;
  const dg = m.ld(pkt + RxPacket.dgram);
  const at = s.offset[dg]!;
  const dlen = s.bytes[at + 5]!;
  const slen = s.bytes[at + 6 + dlen]!;
  storeCid(m, qc + QuicConn.odcid, s.bytes.subarray(at + 6, at + 6 + dlen));
  storeCid(m, qc + QuicConn.dcid, s.bytes.subarray(at + 7 + dlen, at + 7 + dlen + slen));
  m.st(qc + QuicConn.flags, QC.LISTENER);
  m.st(qc + QuicConn.state, STATE.INITIAL);
  m.st(qc + QuicConn.fd, -1);
  m.st(qc + QuicConn.li, W.listener);
  const conn = s.conn[dg]!;
  // An Initial retransmitted from another address makes a second connection; the capture's script belongs to the first.
  const script = conn >= 0 ? W.consts.conns[conn] : undefined;
  const mine =
    script &&
    script.saddr === m.ld(dgram + QuicDgram.saddr) &&
    equal(script.odcid, s.bytes.subarray(at + 6, at + 6 + dlen));
  m.st(qc + QuicConn.capConn, mine ? conn : -1);
  m.st(qc + QuicConn.peerAddr, m.ld(dgram + QuicDgram.saddr));
  m.st(qc + QuicConn.srtt, N.RTT_INIT);
  m.st(qc + QuicConn.rttvar, N.RTTVAR_INIT);
  m.st(qc + QuicConn.nbPktForCc, 1);
  m.st(qc + QuicConn.processed, -1);
  m.st(qc + QuicConn.seen, -1);
  listInit(m, qc + QuicConn.cids);
  listInit(m, qc + QuicConn.rxPkts);
  mtlInit(m, qc + QuicConn.acceptList);
  for (let level = 0; level <= LEVEL.APP; level++) {
    listInit(m, elOf(qc, level) + Qel.pqpkts);
    listInit(m, elOf(qc, level) + Qel.rx);
  }
  for (let space = 0; space < 3; space++) {
    const ns = pktnsOf(qc, space);
    listInit(m, ns + Pktns.sent);
    m.st(ns + Pktns.largestRx, -1);
    m.st(ns + Pktns.largestAcked, -1);
  }
}

export const connProcedures = [listAppendSplit, newConn] as const;
