/** Sends and reads that fail, and what becomes of their connection (semantics N3.4, N6, 3 B1). */
import { NULL, RETRY } from '../../memory/mem.ts';
import { asConn } from '../lib/closed.ts';
import { pktnsOf, setFlags } from '../lib/conn.ts';
import { muxLetsGo } from '../lib/mux.ts';
import { enterSent } from '../lib/sent.ts';
import { callFails } from '../lib/socket.ts';
import { taskWakeup } from '../lib/tasks.ts';
import { BUG_NULL } from '../model/bugs.ts';
import { MUX, QC, SPACE, TASK } from '../model/flags.ts';
import { Pktns, QuicConn } from '../model/layouts.ts';
import { buildPostHandshakeFrames } from '../proc/cids.ts';
import { closedIoCb, releaseCcConn } from '../proc/closed.ts';
import { killConn, notifyErr } from '../proc/errors.ts';
import { connIoCb } from '../proc/io.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { setTimer } from '../proc/timers.ts';
import { dgramsRetransmit, noteSent, OWN_PN, SENT, sendPpkts } from '../proc/tx.ts';
import { COST } from '../step/cost.ts';
import { SCRIPT } from '../step/packets.ts';
import { after, aside, before, newProcedure, type Op } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const k = killConn;
const n = notifyErr;
const s = sendPpkts;
const p = dgramsRetransmit;
const b = buildPostHandshakeFrames;
const r = rcvBuf;
const io = connIoCb;
const c = closedIoCb;

/** Bytes of a datagram with post-handshake frames. */
const FRAMES = 120;

const ends: readonly Op[] = [
  newProcedure(
    k,
    k.step('K1t', 'It is to be killed', { ref: 'N6.8', cost: COST.local, touches: 'conn' }, (x, l, at) => {
      x.trace(TP.killEnter, l.qc);
      x.trace(TP.killKilling, l.qc);
      setFlags(x, l.qc, QC.TO_KILL);
      return at.next;
    }),
    k.step(
      'K2t',
      'Wake its idle task, which ends it; nobody asks whether it has one still',
      { ref: 'N6.8', cost: COST.local, touches: 'shared' },
      (x, l, at) => {
        const idle = x.ld(l.qc, QuicConn.idleTask);
        if (!x.bugOn(idle === NULL, BUG_NULL)) taskWakeup(x, idle, TASK.WOKEN_OTHER);
        return at.next;
      },
    ),
    k.step('K3', 'Tell what stands on it', { ref: 'N6.8', cost: COST.local, touches: 'own' }, (x, l, at) =>
      x.call(at.next, notifyErr, l.qc),
    ),
    k.step(
      'K4',
      'Back',
      { ref: 'N6.8', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
      (x, l, at) => {
        x.trace(TP.killLeave, l.qc);
        return at.done;
      },
    ),
  ),
  newProcedure(
    n,
    n.step(
      'E1',
      'A mux? It is told (scripted)',
      { ref: 'N6.7', cost: COST.local, touches: 'shared', to: { done: RET }, down: false },
      (x, l, at) => {
        x.trace(TP.notifyEnter, l.qc);
        if (x.ld(l.qc, QuicConn.muxState) === MUX.READY) muxLetsGo(x, l.qc, true);
        x.trace(TP.notifyLeave, l.qc);
        return at.done;
      },
    ),
  ),
];

const sends: readonly Op[] = [
  before(
    s,
    '2',
    s.step(
      '2e',
      'Does the host take it? A send that fails for good ends the connection',
      { ref: 'N3.4', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { fails: 'kill' } },
      (x, _l, at) => (callFails(x) ? at.fails : at.next),
    ),
  ),
  before(
    s,
    'ack',
    s.step(
      'acke',
      'Does the host take it?',
      { ref: 'N3.4', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { fails: 'kill' } },
      (x, _l, at) => (callFails(x) ? at.fails : at.next),
    ),
  ),
  before(
    s,
    'cc',
    s.step(
      'cce',
      'Does the host take the CONNECTION_CLOSE?',
      { ref: 'N3.4', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { fails: 'kill' } },
      (x, _l, at) => (callFails(x) ? at.fails : at.next),
    ),
  ),
  aside(
    s,
    'acke',
    s.step(
      'kill',
      'It fails: kill the connection',
      { ref: 'N3.4', cost: COST.local, touches: 'own', to: { killed: 'out' }, down: false },
      (x, l, at) => x.call(at.killed, killConn, l.qc),
    ),
  ),

  before(
    p,
    '2',
    p.step(
      '2e',
      'Does the host take the probe?',
      { ref: 'N3.4', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { fails: 'kill' } },
      (x, l, at) => (l.left > 0 && callFails(x) ? at.fails : at.next),
    ),
  ),
  after(
    p,
    '4',
    p.step(
      'kill',
      'It fails: kill the connection',
      { ref: 'N3.4', cost: COST.local, touches: 'own', to: { killed: '4' }, down: false },
      (x, l, at) => x.call(at.killed, killConn, l.qc),
    ),
  ),

  before(
    c,
    'C2',
    c.step(
      'C2e',
      'Does the host take it? A send that fails for good ends the closed object',
      {
        ref: 'B4/CC8',
        cost: COST.local,
        touches: 'shared',
        roles: { socketCall: {} },
        to: { fails: 'kill' },
      },
      (x, _l, at) => (callFails(x) ? at.fails : at.next),
    ),
  ),
  after(
    c,
    'C3',
    c.step(
      'kill',
      'It fails: free the closed object',
      { ref: 'B4/CC8', cost: COST.local, touches: 'own', to: { gone: 'C3' }, down: false },
      (x, l, at) => {
        const cc = l.cc;
        x.trace(TP.closedIoFatal, asConn(cc));
        l.cc = NULL;
        return x.call(at.gone, releaseCcConn, cc);
      },
    ),
  ),

  before(
    io,
    '12',
    io.step(
      '11k',
      'A send failed? Then leave',
      { ref: 'N3.4', cost: COST.local, touches: 'conn', to: { killed: 'cl' } },
      (x, l, at) => (x.ld(l.qc, QuicConn.flags) & QC.TO_KILL ? at.killed : at.next),
    ),
  ),
];

/** A recording says itself when its server sent them; where there is none, and CIDs are announced, they leave with the next send. */
const frames: readonly Op[] = [
  after(
    b,
    '1',
    b.step(
      '1q',
      'Once they are ready they are to be sent',
      { ref: 'N7', cost: COST.local, touches: 'conn' },
      (x, l, at) => {
        const conn = x.ld(l.qc, QuicConn.capConn);
        const recorded = conn >= 0 && x.script(SCRIPT.sends, conn) > 0;
        if (!recorded && !x.cfg.withholdPostHandshake) x.st(l.qc, QuicConn.appFramesQueued, 1);
        return at.next;
      },
    ),
  ),
  before(
    s,
    '1',
    s.step(
      'f',
      'Post-handshake frames that no recording has? They go first',
      { ref: 'N7', cost: COST.local, touches: 'conn', to: { none: '1' } },
      (x, l, at) => {
        const shut =
          x.ld(l.qc, QuicConn.flags) & (QC.IMMEDIATE_CLOSE | QC.CLOSING | QC.DRAINING | QC.TO_KILL);
        return x.ld(l.qc, QuicConn.appFramesQueued) && !shut ? at.next : at.none;
      },
    ),
    s.step(
      'fe',
      'Does the host take them?',
      { ref: 'N3.4', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { fails: 'kill' } },
      (x, _l, at) => (callFails(x) ? at.fails : at.next),
    ),
    s.step(
      'fs',
      'sendto() with the post-handshake frames (of the model’s own)',
      { ref: 'N7', cost: COST.syscall, touches: 'shared', to: { full: '1' } },
      (x, l, at) => {
        const ns = pktnsOf(x, l.qc, SPACE.APP);
        const pn = x.ld(ns, Pktns.nextPn);
        const sent = enterSent(x, l.qc, SPACE.APP, OWN_PN + pn, FRAMES);
        if (sent === RETRY) return at.retry;
        x.st(l.qc, QuicConn.appFramesQueued, 0);
        if (!sent) return at.full;
        x.st(ns, Pktns.nextPn, pn + 1);
        x.inc(l.qc, QuicConn.txBytes, FRAMES);
        noteSent(x, l.qc, FRAMES, SENT.frames);
        return at.next;
      },
    ),
    s.step('ft', 'Set the loss timer', { ref: 'N4', cost: COST.local, touches: 'own' }, (x, l, at) =>
      x.call(at.next, setTimer, l.qc),
    ),
  ),
];

const reads: readonly Op[] = [
  before(
    r,
    '2',
    r.step(
      '2e',
      'Does it say that nobody listens at the client’s? That counts as nothing to read, and it is not asked to read again (M38)',
      { ref: '1.10', cost: COST.local, touches: 'shared', roles: { socketCall: {} }, to: { refused: '8' } },
      (x, _l, at) => (callFails(x) ? at.refused : at.next),
    ),
  ),
];

export const errors: readonly Op[] = [...ends, ...sends, ...frames, ...reads];
