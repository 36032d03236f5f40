import { RETRY } from '../../memory/mem.ts';
import { ledgerDrop } from '../lib/kernel.ts';
import { contiguousFree, fillRingEnd, freeAtEnd, takeRoom } from '../lib/rxbuf.ts';
import { DROP_REASON } from '../model/flags.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

export const Fb34d35396: Fix = {
  id: 'b34d35396',
  date: '2023-08-04',
  version: '2.9-dev3',
  bug: 'M20',
  title: 'a stray datagram wraps round the receive buffer',
  sentence:
    'A stray datagram that does not fit at the end of a receive buffer goes to its beginning; before, it and all that followed it were dropped although there was room.',
  requires: ['25174d51e'],
  ops: [
    replace(
      rcvBuf,
      '5b',
      rcvBuf.step(
        '5bn',
        'Make room for it',
        { ref: '1.10', cost: COST.pool, touches: 'shared', to: { lost: '2', full: '5d' } },
        (x, l, at) => {
          const len = x.dgLength(l.dg);
          if (contiguousFree(x, l.rxbuf) < len && freeAtEnd(x, l.rxbuf)) {
            const d = x.alloc('dgram');
            if (d === RETRY) return at.retry;
            if (!d) {
              // M21: on to the next datagram, and the receive buffer is in nobody's list any more.
              ledgerDrop(x, l.dg, DROP_REASON.noMemory);
              return at.lost;
            }
            fillRingEnd(x, l.rxbuf, d);
          }
          if (takeRoom(x, l.rxbuf, len)) return at.next;
          ledgerDrop(x, l.dg, DROP_REASON.rxbufFull);
          return at.full;
        },
      ),
    ),
  ],
};
