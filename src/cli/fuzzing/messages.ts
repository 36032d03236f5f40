/** Messages between a page and a figure in it: orders and events with any value anywhere, and what is neither. */
import { eventIn } from '../../embed/messages.ts';
import { orderIn } from '../../figure/orders.ts';
import type { Random } from '../../quic/fuzz/random.ts';
import type { FuzzedKind } from './kind.ts';
import { value } from './links.ts';

const ORDERS = ['play', 'pause', 'seek', 'select', 'theme'];
const EVENTS = ['ready', 'mark', 'step', 'end', 'height', 'error'];
const FIELDS = [
  'to',
  'conn',
  'dgram',
  'theme',
  'title',
  'look',
  'lasts',
  'marks',
  'step',
  'name',
  'height',
  'text',
];

export function messages(): FuzzedKind<unknown> {
  return {
    name: 'messages',
    make(random: Random) {
      if (random.oneIn(8)) return value(random, 4);
      const out: Record<string, unknown> = random.oneIn(2)
        ? { do: random.oneIn(8) ? value(random, 2) : random.pick(ORDERS) }
        : { on: random.oneIn(8) ? value(random, 2) : random.pick(EVENTS) };
      for (const field of FIELDS)
        if (random.oneIn(2))
          out[field] = random.oneIn(3) ? random.pick(['A', '41', 'dark', 'A.commit.1']) : value(random, 3);
      return out;
    },
    read: (data) => (orderIn(data) ? 'an order' : eventIn(data) ? 'an event' : 'neither'),
    show: (data) => JSON.stringify(data),
  };
}
