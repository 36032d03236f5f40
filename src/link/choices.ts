/** Choices as bytes: one table says, for each kind, its number and its operands. A number is never given to another kind. */
import type { Choice } from '../machine/choice.ts';
import { LinkProblem, type Reader, type Writer } from './bytes.ts';

/** An operand: a whole number from `low` on (written less `low`), a yes or no, or one of some words. */
type Field =
  | { name: string; low: number; optional?: boolean }
  | { name: string; yes: true }
  | { name: string; words: readonly string[] };

interface Row {
  code: number;
  fields: readonly Field[];
}

/** Most threads, sockets and datagrams that a link may speak of. */
const MOST = 1e9;

const tid: Field = { name: 'tid', low: 0 };
const dgram: Field = { name: 'dgram', low: 0 };
const conn: Field = { name: 'conn', low: 0 };
/** Written as -1 where it is absent. */
const any = (name: string): Field => ({ name, low: -1, optional: true });

const ROWS: { [K in Choice['kind']]: Row } = {
  step: { code: 1, fields: [tid] },
  deliver: { code: 2, fields: [dgram, any('fd'), any('tid')] },
  'keep-back': { code: 3, fields: [dgram] },
  drop: { code: 4, fields: [dgram] },
  duplicate: { code: 5, fields: [dgram] },
  reorder: { code: 6, fields: [dgram, { name: 'after', low: 0 }] },
  expire: { code: 7, fields: [tid] },
  'expire-timer': { code: 8, fields: [conn, { name: 'timer', words: ['idle', 'loss'] }] },
  hold: { code: 9, fields: [tid] },
  release: { code: 10, fields: [tid] },
  'fail-allocation': { code: 11, fields: [{ name: 'n', low: 0 }] },
  rebind: { code: 12, fields: [conn, tid] },
  'accept-target': {
    code: 13,
    fields: [
      { name: 'tid', low: -1 },
      { name: 'conn', low: -1 },
    ],
  },
  gate: { code: 14, fields: [{ name: 'on', yes: true }] },
  close: { code: 15, fields: [conn] },
  'fail-socket': { code: 17, fields: [{ name: 'n', low: 0 }] },
  'show-quic': { code: 16, fields: [tid, { name: 'all', yes: true }] },
};

const KINDS = Object.keys(ROWS) as Choice['kind'][];

/** Number of a choice's kind, 1..63. */
export const codeOf = (c: Choice): number => ROWS[c.kind].code;

/** Writes the operands; the kind's number is written by whoever frames them. */
export function writeOperands(w: Writer, c: Choice): void {
  const values = c as unknown as Record<string, number | boolean | string | undefined>;
  for (const f of ROWS[c.kind].fields) {
    const v = values[f.name];
    if ('yes' in f) w.byte(v ? 1 : 0);
    else if ('words' in f) w.byte(f.words.indexOf(String(v)));
    else w.num((typeof v === 'number' ? v : -1) - f.low);
  }
}

/** Reads the operands of kind number `code`. Throws LinkProblem on what no choice can be. */
export function readOperands(r: Reader, code: number): Choice {
  const kind = KINDS.find((k) => ROWS[k].code === code);
  if (!kind) throw new LinkProblem(`it holds a choice of an unknown kind (${code})`);
  return choiceFrom(kind, (f) => ('low' in f ? r.num() + f.low : r.byte()));
}

/** The choice that a plain object says, from a link of people's own making. Throws LinkProblem on what no choice can be. */
export function choiceOf(raw: unknown): Choice {
  const from = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const kind = KINDS.find((k) => k === from.kind);
  if (!kind) throw new LinkProblem('it holds a choice of an unknown kind');
  return choiceFrom(kind, (f) => {
    const v = from[f.name];
    // Nothing is made a number or a text of: a list in a list in a list would be walked.
    if ('words' in f) return typeof v === 'string' ? f.words.indexOf(v) : -1;
    if ('yes' in f) return v === true ? 1 : v === false ? 0 : -1;
    if (v === undefined && f.optional) return -1;
    return typeof v === 'number' ? v : Number.NaN;
  });
}

function choiceFrom(kind: Choice['kind'], read: (f: Field) => number): Choice {
  const out: Record<string, unknown> = { kind };
  for (const f of ROWS[kind].fields) {
    const v = read(f);
    const wrong = (): LinkProblem => new LinkProblem(`it holds a choice ${kind} with a wrong ${f.name}`);
    if ('words' in f) {
      if (f.words[v] === undefined) throw wrong();
      out[f.name] = f.words[v];
    } else if ('yes' in f) {
      if (v !== 0 && v !== 1) throw wrong();
      out[f.name] = v === 1;
    } else {
      if (!Number.isInteger(v) || v < f.low || v > MOST) throw wrong();
      if (!(f.optional && v === -1)) out[f.name] = v;
    }
  }
  // Every field of the table has been checked: this is what the kind's type asks for.
  return out as Choice;
}
