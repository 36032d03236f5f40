import { listInit } from '../../memory/list.ts';
import { QuicConn } from '../model/layouts.ts';
import { newConn } from '../proc/conn.ts';
import { COST } from '../step/cost.ts';
import { after, type Fix } from '../step/patch.ts';

export const Fd537ca79d: Fix = {
  id: 'd537ca79d',
  date: null,
  version: '2.8-dev8',
  bug: 'M09',
  title: 'the list node of a new connection is initialised early',
  sentence:
    'A connection that cannot be finished for lack of memory is released like any other; before, its release took a list node out that had never been linked, and crashed.',
  requires: ['25174d51e'],
  ops: [
    after(
      newConn,
      '2',
      newConn.step(
        '2i',
        'Make its thread list node point to itself',
        { ref: '1.9', cost: COST.local, touches: 'conn' },
        (x, l, at) => {
          listInit(x.m, x.part(l.qc, QuicConn.elThCtx));
          return at.next;
        },
      ),
    ),
  ],
};
