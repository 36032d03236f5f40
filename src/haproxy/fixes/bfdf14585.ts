import { BUG } from '../model/bugs.ts';
import { MUX, QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { release } from '../proc/release.ts';
import { COST } from '../step/cost.ts';
import { before, type Fix, replace } from '../step/patch.ts';
import { TP } from '../step/trace.ts';

export const Fbfdf14585: Fix = {
  id: 'bfdf14585',
  date: '2024-07-03',
  version: '3.1-dev3',
  bug: 'M03',
  title: 'an assertion: no release while it is being rebound',
  sentence:
    'Releasing a connection that is marked as moved and not finalized stops the process; before, it went on.',
  requires: ['d6646dddc'],
  ops: [
    before(
      release,
      '1',
      release.step(
        '1b',
        'It must not be marked as being rebound',
        { ref: 'N5/1 M03', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.releaseEnter, l.qc);
          x.bugOn((x.ld(l.qc, QuicConn.flags) & QC.AFFINITY_CHANGED) !== 0, BUG.RELEASE_REBOUND);
          return at.next;
        },
      ),
    ),
    replace(
      release,
      '1',
      release.step(
        '1m',
        'No mux may hold it',
        { ref: 'N5/1', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.bugOn(x.ld(l.qc, QuicConn.muxState) === MUX.READY, BUG.RELEASE_MUX_READY);
          return at.next;
        },
      ),
    ),
  ],
};
