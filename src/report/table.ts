/** A table as text to be taken along: columns in line, CSV (RFC 4180), JSON. */

export type Cell = string | number | boolean | null;

export interface Table {
  /** What it is, and part of its file's name: letters, digits, hyphens. */
  name: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export const FORMATS = ['text', 'CSV', 'JSON'] as const;
export type Format = (typeof FORMATS)[number];

/** Names of files end so, and the page says so what they hold. */
export const ENDING: Readonly<Record<Format, { ending: string; mime: string }>> = {
  text: { ending: 'txt', mime: 'text/plain' },
  CSV: { ending: 'csv', mime: 'text/csv' },
  JSON: { ending: 'json', mime: 'application/json' },
};

export function tableText(table: Table, format: Format): string {
  if (format === 'CSV') return csv(table);
  return format === 'JSON' ? json(table) : text(table);
}

const shown = (c: Cell): string => (c === null ? '' : String(c));

/** Columns in line, numbers to the right; a single column without head is lines as they are. */
function text({ columns, rows }: Table): string {
  if (columns.length === 1) return rows.map((r) => `${shown(r[0]!)}\n`).join('');
  const cells = rows.map((r) => r.map(shown));
  const widths = columns.map((c, i) => Math.max(c.length, ...cells.map((r) => r[i]!.length)));
  const right = columns.map(
    (_, i) => rows.length > 0 && rows.every((r) => typeof r[i] === 'number' || r[i] === null),
  );
  const line = (r: readonly string[]): string =>
    `${r
      .map((c, i) => (right[i] ? c.padStart(widths[i]!) : c.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()}\n`;
  return [columns, ...cells].map(line).join('');
}

function csv({ columns, rows }: Table): string {
  const field = (c: Cell): string => {
    const s = shown(c);
    return /[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
  };
  return [columns, ...rows].map((r) => `${r.map(field).join(',')}\r\n`).join('');
}

/** An array of objects, a row a line. */
function json({ columns, rows }: Table): string {
  const lines = rows.map((r) => `  ${JSON.stringify(Object.fromEntries(columns.map((c, i) => [c, r[i]])))}`);
  return lines.length === 0 ? '[]\n' : `[\n${lines.join(',\n')}\n]\n`;
}
