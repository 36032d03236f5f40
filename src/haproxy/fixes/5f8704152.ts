import { inFlight, lossDate, probeDate, timerValue, wantsNoTimer } from '../lib/timer-value.ts';
import { type Fix, inlineAs } from '../step/patch.ts';

export const F5f8704152: Fix = {
  id: '5f8704152',
  date: '2023-04-18',
  version: '2.8-dev8',
  bug: '',
  title: 'the loss timer can be set again from state',
  sentence:
    'With nothing in flight the loss timer keeps its date when it is set again; before, it was set to a probe timeout from now, another date each time.',
  requires: ['25174d51e'],
  ops: [
    inlineAs(timerValue, (x, qc) => {
      const loss = lossDate(x, qc);
      if (loss) return loss;
      const flying = inFlight(x, qc);
      if (wantsNoTimer(x, qc, flying)) return 0;
      return flying ? probeDate(x, qc) : -1;
    }),
  ],
};
