import type { FuzzReport } from '../../quic/fuzz/engine.ts';
import { Reason, type ReasonName, reasonSentence } from '../../quic/index.ts';

/** Only writers give this one: no input can reach it. */
const NOT_FROM_INPUT: ReadonlySet<ReasonName> = new Set(['outputTooSmall']);

/** The reasons that input can reach and that a run did not reach. */
export function unreached(report: FuzzReport): ReasonName[] {
  return (Object.keys(Reason) as ReasonName[]).filter(
    (name) => !NOT_FROM_INPUT.has(name) && !report.reasons.has(name),
  );
}

/** The report of a run as text: inputs by target, mutations, and how often each error reason was reached. */
export function fuzzReport(report: FuzzReport): string {
  const lines = ['', 'what was read'];
  for (const [target, count] of report.byTarget) lines.push(row(count, target));
  lines.push(
    row(report.accepted, 'packets, payloads and messages read to their end'),
    '',
    'how it was broken',
  );
  for (const [name, count] of Object.entries(report.mutations)) lines.push(row(count, name));
  lines.push('', 'errors reached');
  for (const [name, count] of [...report.reasons].sort((a, b) => b[1] - a[1])) {
    lines.push(`${row(count, name.padEnd(24))} ${reasonSentence(name)}`);
  }
  const missing = unreached(report);
  lines.push(
    '',
    missing.length === 0
      ? 'every error that input can reach was reached'
      : `not reached: ${missing.join(', ')}`,
  );
  lines.push(`${report.inputs} inputs, no crash, no read outside, no changed byte`);
  return lines.join('\n');
}

function row(count: number, text: string): string {
  return `${String(count).padStart(10)}  ${text}`;
}
