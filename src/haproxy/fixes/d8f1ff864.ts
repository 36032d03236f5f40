import { listEmpty } from '../../memory/list.ts';
import { setFlags } from '../lib/conn.ts';
import { BUG } from '../model/bugs.ts';
import { QC } from '../model/flags.ts';
import { QuicConn } from '../model/layouts.ts';
import { acceptPushQc } from '../proc/accept.ts';
import { handshakeDone } from '../proc/rxtreat.ts';
import { sessionAcceptFd } from '../proc/session.ts';
import { taskletWakeup } from '../proc/task.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix, replace } from '../step/patch.ts';

const s = sessionAcceptFd;

export const Fd8f1ff864: Fix = {
  id: 'd8f1ff864',
  date: null,
  version: '3.0-dev5',
  bug: 'M06',
  title: 'the I/O tasklet is woken once the transport starts',
  sentence:
    'A connection that still owes its post-handshake frames has its I/O tasklet woken when the transport starts; before, nobody might run it until the client sent again. And a connection that is pushed to be accepted twice stops the process; of one with early data, which was pushed before, the handshake’s end wakes the I/O tasklet.',
  requires: ['1acbbca17'],
  ops: [
    replace(
      acceptPushQc,
      '1',
      acceptPushQc.step(
        '1o',
        'Once a connection, and no more: set ACCEPT_REGISTERED',
        { ref: 'N8/1', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          if (x.bugOn((x.ld(l.qc, QuicConn.flags) & QC.ACCEPT_REGISTERED) !== 0, BUG.ACCEPT_TWICE))
            return at.next;
          if (x.bugOn(!listEmpty(x.m, x.part(l.qc, QuicConn.acceptList)), BUG.ACCEPT_LISTED)) return at.next;
          setFlags(x, l.qc, QC.ACCEPT_REGISTERED);
          return at.next;
        },
      ),
    ),
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
  early: [
    replace(
      handshakeDone,
      '4',
      handshakeDone.step(
        '4e',
        'Pushed to be accepted already? Then wake its I/O tasklet; else push it',
        { ref: 'N3.3', cost: COST.local, touches: 'conn' },
        (x, l, at) =>
          x.ld(l.qc, QuicConn.flags) & QC.ACCEPT_REGISTERED
            ? x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet))
            : x.call(at.next, acceptPushQc, l.qc),
      ),
    ),
  ],
};
