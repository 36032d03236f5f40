import { NULL } from '../../memory/mem.ts';
import { dgramDispatch } from '../proc/dispatch.ts';
import { rcvBuf } from '../proc/own-socket.ts';
import { COST } from '../step/cost.ts';
import { type Fix, replace } from '../step/patch.ts';

export const F76d502588: Fix = {
  id: '76d502588',
  date: '2023-05-12',
  version: '2.8-dev12',
  bug: 'M14',
  title: 'a stray datagram keeps the address it came from',
  sentence:
    'A datagram for another connection that a connection’s own socket receives is dispatched with the address it came from; before, it got the address of that connection’s peer.',
  requires: ['25174d51e'],
  ops: [
    replace(
      rcvBuf,
      '5c',
      rcvBuf.step(
        '5c2',
        'Dispatch it, with the address it came from',
        { ref: '1.10', cost: COST.local, touches: 'own' },
        (x, l, at) => x.call(at.next, dgramDispatch, l.dg, x.dgSource(l.dg), l.rxbuf, NULL),
      ),
    ),
  ],
};
