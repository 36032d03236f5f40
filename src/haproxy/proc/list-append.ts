import { listAppend1, listAppend2, listAppend3, listAppend4 } from '../../memory/list.ts';
import { COST } from '../step/cost.ts';
import { procedure, RET, to } from '../step/proc.ts';

const append = procedure({
  key: 'LIST_APPEND',
  verb: 'Appending to a list',
  locals: { head: to('list'), el: to('list') },
  args: ['head', 'el'],
  roles: ['listWriter'],
  means: true,
});

/** LIST_APPEND on a plain list: four writes, none of them protected. */
export const listAppendSplit = append.body([
  append.step(
    '.1',
    'el.prev = head.prev',
    { ref: '0.1', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      listAppend1(x.m, l.head, l.el);
      return at.next;
    },
  ),
  append.step('.2', 'el.next = head', { ref: '0.1', cost: COST.local, touches: 'shared' }, (x, l, at) => {
    listAppend2(x.m, l.head, l.el);
    return at.next;
  }),
  append.step(
    '.3',
    'head.prev.next = el',
    { ref: '0.1', cost: COST.local, touches: 'shared' },
    (x, l, at) => {
      listAppend3(x.m, l.head, l.el);
      return at.next;
    },
  ),
  append.step(
    '.4',
    'head.prev = el',
    { ref: '0.1', cost: COST.local, touches: 'shared', to: { done: RET }, down: false },
    (x, l, at) => {
      listAppend4(x.m, l.head, l.el);
      return at.done;
    },
  ),
]);
