/** What reads a socket writes straight into the owner's byte ring: no receive buffers, no list of descriptors (semantics B7). */
import { NULL, RETRY } from '../../memory/mem.ts';
import { kqPop, ledgerDrop, ledgerRead } from '../lib/kernel.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON } from '../model/flags.ts';
import { ThreadCtx } from '../model/layouts.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { dgramDispatch, lstnrSockFdIocb } from '../proc/dispatch.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { EV } from '../step/events.ts';
import { edge, type Op, remove, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const d = dgramDispatch;
const s = lstnrSockFdIocb;
const r = rcvBuf;

const dispatch: readonly Op[] = [
  edge(d, '1', 'refused', RET),
  ...remove(d, '2'),
  replace(
    d,
    '4',
    d.step(
      '4w',
      'Write it into that thread’s byte ring',
      { ref: 'B7/W1', cost: COST.local, touches: 'own' },
      (x, l, at) => {
        l.tid = x.ret < 0 ? x.t : x.ret;
        // A freed entry read after the unlock (M12) can name any thread: HAProxy would index out of its array and crash.
        if (x.bugOn(l.tid >= x.cfg.threads, BUG.FREED_OBJECT)) return at.next;
        return x.call(at.next, dgramWrite, l.dg, l.saddr, l.tid, 0);
      },
    ),
  ),
  replace(
    d,
    '5',
    d.step(
      '5w',
      'Full? rxbuf_full counts it, and it is gone',
      { ref: 'B7/W4', cost: COST.local, touches: 'shared', to: { refused: RET } },
      (x, l, at) => {
        if (x.ret === 1) return at.next;
        ledgerDrop(x, l.dg, DROP_REASON.rxbufFull);
        return at.refused;
      },
    ),
  ),
  ...remove(d, '6', 'spare'),
];

const listener: readonly Op[] = [
  ...remove(s, '2', '3a', '3b'),
  replace(
    s,
    '3c',
    s.step(
      '3w',
      'recvmsg()',
      { ref: 'B7', cost: COST.syscall, touches: 'shared', to: { empty: RET }, verb: 'Receiving' },
      (x, l, at) => {
        const got = kqPop(x, l.fd);
        if (got === RETRY) return at.retry;
        if (got === 0) return at.empty;
        l.dg = got - 1;
        ledgerRead(x, l.dg);
        x.st(x.th, ThreadCtx.handDgram, got);
        x.note(EV.RECEIVE, NULL, l.dg);
        return at.next;
      },
    ),
  ),
  replace(
    s,
    '3d',
    s.step('3x', 'Dispatch it', { ref: 'B7', cost: COST.local, touches: 'own' }, (x, l, at) =>
      x.call(at.next, dgramDispatch, l.dg, x.dgSource(l.dg), NULL, NULL),
    ),
  ),
  replace(
    s,
    '3e',
    s.step(
      '3y',
      'The next, up to the batch limit',
      { ref: 'B7', cost: COST.local, touches: 'own', to: { more: '3w', done: RET }, down: false },
      (x, l, at) => {
        x.st(x.th, ThreadCtx.handDgram, 0);
        l.count = l.count + 1;
        return l.count < x.cfg.maxPollEvents ? at.more : at.done;
      },
    ),
  ),
  ...remove(s, '4', '5'),
];

const own: readonly Op[] = [
  replace(
    r,
    '4b',
    r.step(
      '4w',
      'Parsed: the next',
      { ref: '1.10 B7', cost: COST.local, touches: 'own', to: { more: '2' }, down: false },
      (x, _l, at) => {
        x.st(x.th, ThreadCtx.handDgram, 0);
        return at.more;
      },
    ),
  ),
  ...remove(r, '5', '5a', '5bnn'),
  replace(
    r,
    '5c2',
    r.step(
      '5w',
      'For another connection: dispatch it, with the address it came from',
      { ref: '1.10 B7', cost: COST.local, touches: 'own' },
      (x, l, at) => {
        x.trace(TP.rcvOther, l.qc);
        return x.call(at.next, dgramDispatch, l.dg, x.dgSource(l.dg), NULL, NULL);
      },
    ),
    '76d502588',
  ),
  replace(
    r,
    '5r',
    r.step(
      '5x',
      'On with the next',
      { ref: '1.10 B7', cost: COST.local, touches: 'own', to: { more: '2' }, down: false },
      (x, _l, at) => {
        x.st(x.th, ThreadCtx.handDgram, 0);
        return at.more;
      },
    ),
  ),
  ...remove(r, '5d'),
];

export const sockets: readonly Op[] = [...dispatch, ...listener, ...own];
