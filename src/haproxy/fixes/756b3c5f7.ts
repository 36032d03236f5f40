import { clearFlags, setFlags } from '../lib/conn.ts';
import { QC } from '../model/flags.ts';
import { killConn } from '../proc/errors.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';
import { TP } from '../step/trace.ts';

const k = killConn;

export const F756b3c5f7: Fix = {
  id: '756b3c5f7',
  date: '2023-11-20',
  version: '2.9-dev11',
  bug: 'M33',
  title: 'a connection that is to be killed sends nothing once more',
  sentence:
    'A kill takes back that packets are to be sent again; before, a probe that was due could fail after the idle task had freed itself, and killed a second time, which woke a task that was gone.',
  requires: ['7ecf4b34b'],
  ops: [
    replace(
      k,
      'K1t',
      k.step(
        'K1r',
        'It is to be killed; nothing is sent again',
        { ref: 'N6.8', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          x.trace(TP.killEnter, l.qc);
          x.trace(TP.killKilling, l.qc);
          setFlags(x, l.qc, QC.TO_KILL);
          clearFlags(x, l.qc, QC.RETRANS_NEEDED);
          return at.next;
        },
      ),
      '7ecf4b34b',
    ),
  ],
};
