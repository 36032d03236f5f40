import { RETRY } from '../../memory/mem.ts';
import { ledgerDrop } from '../lib/kernel.ts';
import { contiguousFree, fillRingEnd, freeAtEnd, takeRoom } from '../lib/rxbuf.ts';
import { DROP_REASON } from '../model/flags.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

export const Ff59635c49: Fix = {
  id: 'f59635c49',
  date: '2023-08-04',
  version: '2.9-dev3',
  bug: 'M21',
  title: 'the receive buffer is put back without memory too',
  sentence:
    'A receive buffer that cannot be wrapped for want of memory is put back; before, it was in nobody’s list any more.',
  requires: ['b34d35396'],
  ops: [
    replace(
      rcvBuf,
      '5bn',
      rcvBuf.step(
        '5bnn',
        'Make room for it',
        { ref: '1.10', cost: COST.pool, touches: 'shared', to: { full: '5d' } },
        (x, l, at) => {
          const len = x.dgLength(l.dg);
          if (contiguousFree(x, l.rxbuf) < len && freeAtEnd(x, l.rxbuf)) {
            const d = x.alloc('dgram');
            if (d === RETRY) return at.retry;
            if (d) fillRingEnd(x, l.rxbuf, d);
          }
          if (takeRoom(x, l.rxbuf, len)) return at.next;
          ledgerDrop(x, l.dg, DROP_REASON.rxbufFull);
          return at.full;
        },
      ),
      'b34d35396',
    ),
  ],
};
