import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { processTimer } from '../proc/timers.ts';
import { COST } from '../step/cost.ts';
import { aside, before, type Fix } from '../step/patch.ts';
import { RET } from '../step/proc.ts';
import { TP } from '../step/trace.ts';

const p = processTimer;

export const Fd21c628ff: Fix = {
  id: 'd21c628ff',
  date: null,
  version: '2.8-dev9',
  bug: '',
  title: 'no loss timer for a connection that drains or is to be killed',
  sentence:
    'The loss timer does nothing for a connection that is draining or to be killed; before, it marked packets for a probe. It answers that its task is gone, which it is not (M23).',
  requires: ['25174d51e'],
  ops: [
    before(
      p,
      '1',
      p.step(
        '0d',
        'Draining, or to be killed? Then nothing is done',
        { ref: 'N4', cost: COST.local, touches: 'conn', to: { dead: '0n' } },
        (x, l, at) => (x.ld(l.qc, QuicConn.flags) & (QC.DRAINING | QC.TO_KILL) ? at.dead : at.next),
      ),
    ),
    aside(
      p,
      '3',
      p.step(
        '0n',
        'It answers that its task is gone (M23)',
        { ref: 'N4', cost: COST.local, touches: 'own', to: { done: RET }, down: false },
        (x, l, at) => {
          x.trace(TP.processTimerLeave, l.qc);
          x.setRet(0);
          return at.done;
        },
      ),
    ),
  ],
};
