/** A process that judges mutants, one after the other, as it is told. */
import type { Come } from './grounds.ts';
import { Judge } from './judge.ts';
import type { Answer, Order } from './messages.ts';

let judge: Judge | undefined;

const answer = (a: Answer): void => void process.send!(a);

process.on('message', (order: Order) => {
  switch (order.kind) {
    case 'begin':
      judge = new Judge(order.depth);
      return;
    case 'look': {
      const comes = order.worlds.map((id) => judge!.come(id)).filter((c): c is Come => c !== undefined);
      answer({ kind: 'looked', comes, battery: order.battery ? judge!.battery() : null });
      return;
    }
    case 'known':
      judge!.take(order.known);
      return;
    case 'judge':
      answer({ kind: 'fate', id: order.id, fate: judge!.judge(order.id) });
  }
});
