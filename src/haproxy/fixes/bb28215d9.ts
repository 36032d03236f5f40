import { NULL, RETRY } from '../../memory/mem.ts';
import { mtlDelete, mtlPop } from '../../memory/mtlist.ts';
import { BUG } from '../model/bugs.ts';
import { DROP_REASON, N, QC } from '../model/flags.ts';
import { LiPerThread, Listener, QuicConn } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { acceptPushQc } from '../proc/accept.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { release } from '../proc/release.ts';
import { pktRetrieveConn, retrieveFails } from '../proc/retrieve.ts';
import { COST } from '../step/cost.ts';
import type { Exec } from '../step/exec.ts';
import { after, aside, before, type Fix, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = pktRetrieveConn;
const a = acceptPushQc;
const l = listenerAccept;
const r = release;

/** One connection less that waits. HAProxy asserts that there was one. */
function oneLess(x: Exec): void {
  if (!x.bugOn(x.rld(x.listener, Listener.currAccept) <= 0, BUG.ACCEPT_COUNT))
    x.add(x.listener, Listener.currAccept, -1);
}

/** Where in the push the count goes up is ours. */
export const Fbb28215d9: Fix = {
  id: 'bb28215d9',
  date: '2023-11-09',
  version: '2.9-dev10',
  bug: '',
  title: 'a limit of connections that wait to be accepted',
  sentence:
    'A listener counts the connections that wait in accept lists, and drops a new client’s Initial, without a word and without a counter, while they are half its backlog.',
  requires: ['25174d51e'],
  ops: [
    before(
      p,
      '2a',
      p.step(
        '2p',
        'Too many connections that wait to be accepted? Then it is dropped',
        { ref: 'B2/N2', cost: COST.atomic, touches: 'shared', to: { refused: RET } },
        (x, l, at) => {
          if (x.rld(x.listener, Listener.currAccept) < N.BACKLOG >> 1) return at.next;
          x.trace(TP.dropAccept, NULL);
          retrieveFails(x, l.pkt, DROP_REASON.maxAccept);
          return at.refused;
        },
      ),
    ),
    after(
      a,
      '3',
      a.step(
        '3c',
        'Count it on the listener as one that waits',
        { ref: 'A1', cost: COST.atomic, touches: 'shared', roles: { countsAccept: {} } },
        (x, l, at) => {
          x.add(x.ld(l.qc, QuicConn.li), Listener.currAccept, 1);
          return at.next;
        },
      ),
    ),
    replace(
      l,
      '2',
      l.step(
        '2q',
        'Take a connection that waits',
        { ref: 'N8/4', cost: COST.atomic, touches: 'shared', to: { none: 'none', closing: 'nonec' } },
        (x, l, at) => {
          const el = mtlPop(x.m, x.part(x.at(AT.perThread, x.t), LiPerThread.conns));
          if (el === RETRY) return at.retry;
          if (el === NULL) return at.none;
          const qc = x.owner(el, QuicConn.acceptList);
          if (x.ld(qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) return at.closing;
          l.qc = qc;
          return at.next;
        },
      ),
    ),
    after(
      l,
      '3s',
      l.step('3c', 'It waits no longer', { ref: 'A1', cost: COST.atomic, touches: 'shared' }, (x, _l, at) => {
        oneLess(x);
        return at.next;
      }),
    ),
    aside(
      l,
      'AF1',
      l.step(
        'nonec',
        'It closes: it waits no longer',
        { ref: 'A1', cost: COST.atomic, touches: 'shared', to: { none: 'none' }, down: false },
        (x, _l, at) => {
          oneLess(x);
          return at.none;
        },
      ),
    ),
    replace(
      r,
      '4',
      r.step(
        '4l',
        'Leave the accept list',
        { ref: 'N5/4', cost: COST.atomic, touches: 'shared', to: { not: '4b' } },
        (x, l, at) => {
          const was = mtlDelete(x.m, x.part(l.qc, QuicConn.acceptList));
          if (was === RETRY) return at.retry;
          return was ? at.next : at.not;
        },
      ),
    ),
    after(
      r,
      '4l',
      r.step(
        '4c',
        'It was there: it waits no longer',
        { ref: 'A1 N5/4', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          x.add(x.ld(l.qc, QuicConn.li), Listener.currAccept, -1);
          return at.next;
        },
      ),
    ),
  ],
};
