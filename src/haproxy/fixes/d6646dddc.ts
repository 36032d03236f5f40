import { NULL } from '../../memory/mem.ts';
import { clearFlags, setFlags } from '../lib/conn.ts';
import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { dgramParse } from '../proc/dgram.ts';
import { fdWantRecv } from '../proc/fd.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix, replace } from '../step/patch.ts';
import { TP } from '../step/trace.ts';
import { finalizeByHand, finalizeRebind } from './739de3f11.ts';

const f = finalizeRebind;
const s = sessionAcceptFd;
const d = dgramParse;
const a = finalizeByHand;

export const Fd6646dddc: Fix = {
  id: 'd6646dddc',
  date: null,
  version: '2.8-dev9',
  bug: 'M02',
  title: 'a flag: whatever comes first on the new thread finalizes',
  sentence:
    'A flag marks a connection that was moved and not finalized; a datagram or the session, whichever comes first on the new thread, finalizes it. Before, a datagram could run it unfinished.',
  requires: ['1acbbca17'],
  ops: [
    before(
      setTidAffinity,
      'S14',
      setTidAffinity.step(
        'S13f',
        'Mark it as rebound, not finalized',
        { ref: 'N10', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          setFlags(x, l.qc, QC.AFFINITY_CHANGED);
          return at.next;
        },
      ),
    ),
    before(
      f,
      'F1',
      f.step(
        'F0',
        'It must be marked as rebound; clear the mark',
        { ref: 'N10', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.finalizeEnter, l.qc);
          const marked = (x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0;
          if (x.bugOn(!marked, BUG.REBIND_FLAG)) return at.next;
          clearFlags(x, l.qc, QC.AFFINITY_CHANGED);
          return at.next;
        },
      ),
    ),
    replace(
      f,
      'F1',
      f.step(
        'F1n',
        'Ask to read its socket, if it has one of its own',
        { ref: 'N10/1', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          const fd = x.ld(l.qc, QuicConn.fd);
          return fd >= 0 ? x.call(at.next, fdWantRecv, fd) : at.next;
        },
      ),
      '739de3f11',
    ),
    before(
      d,
      '4c',
      d.step(
        '4f',
        'Rebound and not finished yet? Finish it first',
        { ref: '1.5/4', cost: COST.local, touches: 'conn', to: { no: '4c' } },
        (x, l, at) =>
          x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED ? x.call(at.next, finalizeRebind, l.qc) : at.no,
      ),
    ),
    replace(
      s,
      '3f',
      s.step(
        '3g',
        'Rebound and not finished yet? Finish it',
        { ref: 'N8/9', cost: COST.local, touches: 'conn' },
        (x, l, at) =>
          x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED ? x.call(at.next, finalizeRebind, l.qc) : at.next,
      ),
      '1acbbca17',
    ),
    replace(
      a,
      'H9',
      a.step(
        'H9n',
        'Finish the rebind on this thread, unless a datagram has done it',
        { ref: '', cost: COST.local, touches: 'conn', to: { gone: 'H10' } },
        (x, l, at) => {
          if (!l.qc) return at.gone;
          x.st(l.qc, QuicConn.handTask, NULL);
          if (!(x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED)) return at.gone;
          return x.call(at.next, finalizeRebind, l.qc);
        },
      ),
      '739de3f11',
    ),
  ],
};
