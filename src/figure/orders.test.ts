/** Messages of other pages: whatever they hold, what comes of them is an order or nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderIn } from './orders.ts';

test.each([
  [{ do: 'play' }, { do: 'play' }],
  [{ do: 'pause', more: 1 }, { do: 'pause' }],
  [
    { do: 'seek', to: 12 },
    { do: 'seek', to: 12 },
  ],
  [
    { do: 'seek', to: 'A.redispatch.1' },
    { do: 'seek', to: 'A.redispatch.1' },
  ],
  [{ do: 'seek', to: -1 }, null],
  [{ do: 'seek', to: 1.5 }, null],
  [{ do: 'seek', to: 'x'.repeat(201) }, null],
  [{ do: 'seek', to: { toString: 1, valueOf: 1 } }, null],
  [
    { do: 'select', conn: 'A' },
    { do: 'select', conn: 'A', dgram: null },
  ],
  [
    { do: 'select', dgram: 41 },
    { do: 'select', conn: null, dgram: '41' },
  ],
  [
    { do: 'theme', theme: 'dark' },
    { do: 'theme', theme: 'dark' },
  ],
  [{ do: 'theme', theme: { toString: 1 } }, null],
  [{ do: 'toString' }, null],
  [null, null],
  ['play', null],
])('%j', (data, order) => {
  expect(orderIn(data)).toEqual(order);
});

test('anything that can be sent', () => {
  const names = fc.constantFrom('play', 'pause', 'seek', 'select', 'theme');
  const value = fc.oneof(fc.anything(), fc.string(), fc.double(), fc.constant({ toString: 1, valueOf: 1 }));
  fc.assert(
    fc.property(
      fc.oneof(fc.anything(), fc.record({ do: names, to: value, conn: value, dgram: value, theme: value })),
      (data) => {
        const order = orderIn(data);
        if (order?.do === 'seek')
          expect(typeof order.to === 'string' || Number.isSafeInteger(order.to)).toBe(true);
        if (order?.do === 'select')
          for (const v of [order.conn, order.dgram]) expect(v === null || typeof v === 'string').toBe(true);
      },
    ),
    { numRuns: 5000 },
  );
});
