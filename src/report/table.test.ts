/** Tables taken along come back as they were. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cell, type Table, tableText } from './table.ts';

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '0') }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const table: fc.Arbitrary<Table> = fc.integer({ min: 2, max: 4 }).chain((n) =>
  fc.record({
    name: fc.constant('t'),
    columns: fc.constant(['a', 'b', 'c', 'd'].slice(0, n)),
    rows: fc.array(fc.array(cell, { minLength: n, maxLength: n }), { maxLength: 5 }),
  }),
);

/** RFC 4180, read by its grammar: fields with or without quotes, records ended by CRLF. */
function readCsv(s: string): string[][] {
  const out: string[][] = [];
  let record: string[] = [];
  for (let i = 0; i < s.length; ) {
    let field = '';
    if (s[i] === '"') {
      for (i++; s[i] !== '"' || s[i + 1] === '"'; i++) {
        if (s[i] === '"') i++;
        field += s[i];
      }
      i++;
    } else for (; i < s.length && s[i] !== ',' && s[i] !== '\r'; i++) field += s[i];
    record.push(field);
    if (s[i] === ',') {
      i++;
      if (i === s.length) record.push('');
    } else {
      expect(s.slice(i, i + 2)).toBe('\r\n');
      i += 2;
      out.push(record);
      record = [];
    }
  }
  return out;
}

test('as CSV every field comes back, whatever is in it', () => {
  fc.assert(
    fc.property(table, (t) => {
      const [head, ...rows] = readCsv(tableText(t, 'CSV'));
      expect(head).toEqual(t.columns);
      expect(rows).toEqual(t.rows.map((r) => r.map((c) => (c === null ? '' : String(c)))));
    }),
  );
});

test('as JSON every value comes back with its kind', () => {
  fc.assert(
    fc.property(table, (t) => {
      const rows = JSON.parse(tableText(t, 'JSON')) as Record<string, Cell>[];
      expect(rows.map((r) => t.columns.map((c) => r[c]))).toEqual(t.rows);
    }),
  );
});

test('as text columns stand in line, numbers to the right; one column is lines as they are', () => {
  const t = { name: 't', columns: ['thread', 'handled'], rows: [['T0', 7] as const, ['T10', 1204] as const] };
  expect(tableText(t, 'text')).toBe('thread  handled\nT0            7\nT10        1204\n');
  expect(tableText({ name: 't', columns: ['line'], rows: [['  a '], ['b']] }, 'text')).toBe('  a \nb\n');
});
