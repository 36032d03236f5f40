import type { RunRow } from '../hosts/explorer/contract.ts';

/** Characters of a column: at least, and at most where nobody says how wide the page is. */
const NARROW = 24;
const WIDE = 100;

/**
 * A run as a drawing: one column a thread, one row a step. What no thread does stands across, after a star.
 *
 * @param width characters of a line; 0: as many as it takes
 */
export function columns(rows: readonly RunRow[], threads: number, width: number): string {
  const digits = String(rows.length).length;
  const cellOf = (row: RunRow): string => `${row.procedure} ${row.step}: ${row.label}`;
  const longest = rows.reduce((most, row) => (row.thread < 0 ? most : Math.max(most, cellOf(row).length)), 0);
  const room = width > 0 ? Math.floor((width - digits) / threads) - 2 : WIDE;
  const column = Math.max(NARROW, Math.min(room, longest));
  const line = (number: string, cells: readonly string[]): string =>
    [number.padStart(digits), ...cells.map((cell) => cut(cell, column).padEnd(column))].join('  ').trimEnd();
  const heads = Array.from({ length: threads }, (_, t) => `T${t}`);
  const lines = [line('', heads)];
  rows.forEach((row, i) => {
    const number = String(i + 1);
    if (row.thread < 0) {
      lines.push(`${number.padStart(digits)}  * ${row.label}`);
      return;
    }
    const cells = heads.map((_, t) => (t === row.thread ? cellOf(row) : ''));
    lines.push(line(number, cells));
  });
  return lines.join('\n');
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
