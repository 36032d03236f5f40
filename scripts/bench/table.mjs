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

function verdict(row) {
  if (row.atMost !== undefined) return row.median <= row.atMost ? 'reached' : 'missed';
  if (row.atLeast !== undefined) return row.median >= row.atLeast ? 'reached' : 'missed';
  return '';
}

/** All rows as a Markdown table, under a line that says where and when. */
export function table(results, where) {
  const lines = [
    where,
    '',
    '| what | where | median | lowest to highest | beside | to reach | |',
    '|---|---|--:|---|---|---|---|',
  ];
  for (const { where: place, rows } of results) {
    for (const row of rows) {
      const beside = row.ratio ? `${row.ratio.times.toFixed(2)} times as fast as ${row.ratio.to}` : '';
      const cells = [
        row.what,
        place,
        `${number(row.median)} ${row.unit}`,
        row.low === row.high ? '' : `${number(row.low)} to ${number(row.high)}`,
        beside,
        reach(row),
        verdict(row),
      ];
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines.join('\n');
}

/** Replaces what stands between the two marks in a Markdown file. Throws when the marks are not there. */
export function writeReadme(path, text) {
  const old = readFileSync(path, 'utf8');
  const begin = old.indexOf(BEGIN);
  const end = old.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} has no place for the table`);
  writeFileSync(path, `${old.slice(0, begin + BEGIN.length)}\n${text}\n${old.slice(end)}`);
}
