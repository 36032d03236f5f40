import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- bench: npm run bench -- --write -->';
const END = '<!-- /bench -->';

function number(value) {
  return value >= 1000
    ? Math.round(value).toString()
    : value >= 100
      ? value.toFixed(0)
      : value.toPrecision(3);
}

function reach(row) {
  if (row.atMost !== undefined) return `at most ${row.atMost} ${row.unit}`;
  if (row.atLeast !== undefined) return `at least ${row.atLeast} ${row.unit}`;
  return '';
}

/** True when a row is on the wrong side of what it should reach. */
export function missed(row) {
  return (
    row.median > (row.atMost ?? Number.POSITIVE_INFINITY) ||
    row.median < (row.atLeast ?? Number.NEGATIVE_INFINITY)
  );
}

function figure(row) {
  if (row === undefined) return '';
  const range = row.low === row.high ? '' : ` [${number(row.low)}..${number(row.high)}]`;
  const other = row.ratio?.to.startsWith(`${row.what}, `)
    ? row.ratio.to.slice(row.what.length + 2)
    : row.ratio?.to;
  const ratio = row.ratio ? `, ${row.ratio.times.toFixed(1)} times as fast as ${other}` : '';
  return `${number(row.median)} ${row.unit}${range}${ratio}${missed(row) ? ' **missed**' : ''}`;
}

/**
 * All rows as a Markdown table, under a line that says on what machine and when: a line for each thing measured, with
 * median, lowest and highest round, and how it compares.
 *
 * @param {{where: 'Node' | 'Chromium', rows: any[]}[]} results
 */
export function table(results, machine) {
  const places = ['Node', 'Chromium'];
  /** @type {Map<string, Record<string, any>>} */
  const lines = new Map();
  for (const { where, rows } of results) {
    for (const row of rows) lines.set(row.what, { ...lines.get(row.what), [where]: row });
  }
  const body = [...lines].map(([what, by]) => {
    const cells = [what, reach(by.Node ?? by.Chromium), ...places.map((place) => figure(by[place]))];
    return `| ${cells.join(' | ')} |`;
  });
  return [machine, '', '| what | to reach | Node | Chromium |', '|---|---|---|---|', ...body].join('\n');
}

/** Replaces what stands between the two marks in a Markdown file. Throws when the marks are not there. */
export function writeReadme(path, text) {
  const old = readFileSync(path, 'utf8');
  const begin = old.indexOf(BEGIN);
  const end = old.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for the table`);
  writeFileSync(path, `${old.slice(0, begin + BEGIN.length)}\n${text}\n${old.slice(end)}`);
}
