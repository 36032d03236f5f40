import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON, N, STATE } from '../model/flags.ts';
import { Listener, QuicConn } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { release } from '../proc/release.ts';
import { pktRetrieveConn, retrieveFails } from '../proc/retrieve.ts';
import { handshakeDone } from '../proc/rxtreat.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { after, before, type Fix } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = pktRetrieveConn;

/** One handshake less on the connection's listener. HAProxy asserts that there was one. */
function oneLess(x: Exec, qc: Ptr<'quic_conn'>): void {
  const li = x.ld(qc, QuicConn.li);
  if (!x.bugOn(x.rld(li, Listener.currHandshake) === 0, BUG.HANDSHAKE_COUNT))
    x.add(li, Listener.currHandshake, -1);
}

/** Where in the handshake's end, and in the release, the count goes down is ours: no other thread can tell. */
export const F3df6a6011: Fix = {
  id: '3df6a6011',
  date: '2023-11-09',
  version: '2.9-dev10',
  bug: '',
  title: 'a limit of handshakes',
  sentence:
    'A listener counts handshakes under way, and drops a new client’s Initial, without a word and without a counter, while they are half its backlog; before, only half-open connections of the whole process led to a Retry.',
  requires: ['25174d51e'],
  ops: [
    before(
      p,
      '2a',
      p.step(
        '2h',
        'A new client. Too many handshakes on the listener? Then it is dropped',
        { ref: 'B2/N2', cost: COST.atomic, touches: 'shared', to: { refused: RET } },
        (x, l, at) => {
          if (x.rld(x.listener, Listener.currHandshake) < N.BACKLOG >> 1) return at.next;
          x.trace(TP.dropHandshake, NULL);
          retrieveFails(x, l.pkt, DROP_REASON.maxHandshake);
          return at.refused;
        },
      ),
    ),
    before(
      newConn,
      '2',
      newConn.step(
        '1h',
        'Count its handshake on the listener',
        { ref: 'A1 B2/N8', cost: COST.atomic, touches: 'shared', roles: { countsHandshake: {} } },
        (x, _l, at) => {
          x.add(x.listener, Listener.currHandshake, 1);
          return at.next;
        },
      ),
    ),
    after(
      handshakeDone,
      '1',
      handshakeDone.step(
        '1h',
        'One handshake less on the listener',
        { ref: 'A1', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          oneLess(x, l.qc);
          return at.next;
        },
      ),
    ),
    before(
      release,
      '15',
      release.step(
        '14h',
        'Is its handshake not complete? One less on the listener',
        { ref: 'A1 N5/14', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          if (x.ld(l.qc, QuicConn.state) < STATE.COMPLETE) oneLess(x, l.qc);
          return at.next;
        },
      ),
    ),
  ],
};
