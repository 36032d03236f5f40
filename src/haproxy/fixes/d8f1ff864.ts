import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix } from '../step/patch.ts';

const s = sessionAcceptFd;

export const Fd8f1ff864: Fix = {
  id: 'd8f1ff864',
  date: null,
  version: '3.0-dev5',
  bug: 'M06',
  title: 'the I/O tasklet is woken once the transport starts',
  sentence:
    'A connection that still owes its post-handshake frames has its I/O tasklet woken when the transport starts; before, nobody might run it until the client sent again.',
  requires: ['1acbbca17'],
  ops: [
    after(
      s,
      '4',
      s.step(
        '4w',
        'Post-handshake frames due? Wake the I/O tasklet',
        { ref: 'N8/10', cost: COST.local, touches: 'conn' },
        (x, l, at) =>
          x.ld(l.qc, QuicConn.flags) & QC.NEED_POST_HANDSHAKE_FRMS
            ? x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet))
            : at.next,
      ),
    ),
  ],
};
