import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { Global, QuicConn, ThreadCtx } from '../model/layouts.ts';
import { listAppendSplit } from '../proc/list-append.ts';
import { setTidAffinity } from '../proc/rebind.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, remove } from '../step/patch.ts';
import { finalizeRebind } from './739de3f11.ts';

const f = finalizeRebind;

export const F7b516d373: Fix = {
  id: '7b516d373',
  date: null,
  version: '2.8-dev9',
  bug: 'M01',
  title: 'each thread links only into its own list',
  sentence:
    'The old thread takes a connection out of its list, and the new one links it into its own when it finalizes; before, the old thread wrote into the new one’s list.',
  requires: ['d6646dddc'],
  ops: [
    ...remove(setTidAffinity, 'S10', 'S11', 'S12'),
    after(
      f,
      'F0',
      f.step(
        'F0c',
        'It must not be closing or draining',
        { ref: 'N10', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.bugOn((x.ld(l.qc, QuicConn.flags) & (QC.CLOSING | QC.DRAINING)) !== 0, BUG.FINALIZE_CLOSING);
          return at.next;
        },
      ),
      f.step(
        'F0d',
        'Append it to this thread’s own list',
        {
          ref: 'N10',
          cost: COST.local,
          touches: 'own',
          roles: { listJoin: { qc: 'qc' } },
          inset: () => listAppendSplit,
        },
        (x, l, at) =>
          x.call(at.next, listAppendSplit, x.part(x.th, ThreadCtx.quicConns), x.part(l.qc, QuicConn.elThCtx)),
      ),
      f.step(
        'F0e',
        'Stamp it with the present epoch',
        { ref: 'N10', cost: COST.atomic, touches: 'shared' },
        (x, l, at) => {
          x.st(l.qc, QuicConn.qcEpoch, x.rld(x.global, Global.qcEpoch));
          return at.next;
        },
      ),
    ),
  ],
};
