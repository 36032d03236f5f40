import type { Ptr } from '../../memory/struct.ts';
import { cursorsOf, takeTarget } from '../lib/accept.ts';
import { PICKED } from '../lib/choice.ts';
import { ledgerReason } from '../lib/kernel.ts';
import { DROP_REASON } from '../model/flags.ts';
import { Listener, QuicConn, Word } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { dgramParse } from '../proc/dgram.ts';
import { dgramWrite } from '../proc/dgram-write.ts';
import { listenerAccept } from '../proc/listener-accept.ts';
import { COST } from '../step/cost.ts';
import { after, aside, edge, type Fix, replace } from '../step/patch.ts';

const a = listenerAccept;
const p = dgramParse;
const w = dgramWrite;

/** Drops that stand for an answer: Version Negotiation, a Retry, a stateless reset. */
const isAnswer = (reason: number): boolean =>
  reason === DROP_REASON.versionNegotiationAnswered ||
  reason === DROP_REASON.retryAnswered ||
  reason === DROP_REASON.statelessResetAnswered;

/** With the commits of its day that make the tables (02b768501, defc3d1f0, eef010489). Where the answers are sent is ours: in HAProxy within what refuses. */
export const F3430556a8: Fix = {
  id: '3430556a8',
  date: '2026-07-30',
  version: '3.5-dev4',
  bug: '',
  title: 'with fd tables of a group’s own, a connection stays in its group',
  sentence:
    'Where thread groups have fd tables of their own (tune.fd.tables per-thread-group), a connection is given to a thread of the group that accepts it, by that group’s own cursors; where they share them nothing is changed.',
  requires: ['9d360604b', '9b5f11cd3'],
  ops: [],
  apart: [
    replace(
      a,
      '4',
      a.step(
        '4s',
        'Choose a thread, of this group even if it has one only: read its listener’s two cursors',
        { ref: '9', cost: COST.atomic, touches: 'shared', to: { picked: '5' } },
        (x, l, at) => {
          const wanted = takeTarget(x, x.ld(l.qc, QuicConn.capConn));
          if (wanted) {
            l.tid = wanted - 1;
            l.pair = PICKED;
            return at.picked;
          }
          l.idx = x.rld(cursorsOf(x), Listener.thrIdx);
          return at.next;
        },
      ),
      '1acbbca17',
    ),
    after(
      w,
      'W8',
      w.step(
        'W8l',
        'and the listener whose socket it was read from',
        { ref: 'B7/W8', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          if (!l.again) x.st(x.at(AT.cameBy, l.dg), Word.v, x.listenerOf(x.t));
          return at.next;
        },
      ),
    ),
    after(
      p,
      '0',
      p.step(
        '0l',
        'Its listener is the one whose socket it was read from',
        { ref: '1.5 M36', cost: COST.local, touches: 'shared' },
        (x, l, at) => {
          l.li = x.ld(x.at(AT.cameBy, l.dg), Word.v) as Ptr<'listener'>;
          return at.next;
        },
      ),
    ),
    aside(
      p,
      '4',
      p.step(
        's',
        'Refused, or nobody’s: is it answered?',
        { ref: '1.7/3', cost: COST.local, touches: 'shared', to: { silent: 'next' } },
        (x, l, at) =>
          isAnswer(l.reason || ledgerReason(x.ld(x.at(AT.ledger, l.dg), Word.v))) ? at.next : at.silent,
      ),
      p.step(
        'sf',
        'The answer goes out by the listener’s socket',
        {
          ref: '1.7/3 M36',
          cost: COST.syscall,
          touches: 'shared',
          roles: { answersBy: { li: 'li' } },
          to: { sent: 'next' },
          down: false,
        },
        (_x, _l, at) => at.sent,
      ),
    ),
    edge(p, '2', 'refused', 's'),
    edge(p, '3a', 'unknown', 's'),
  ],
};
