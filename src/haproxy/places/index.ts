/**
 * Where a step stands in HAProxy's source: `quic_conn.c:8463` of the revision shown where that line is known, else the first
 * and last line of its function, else `?`. No number is worked out: all were read in a state of the source (SOURCES).
 */
import type { CompiledStep } from '../step/compile.ts';
import { SEED_BODY } from '../step/patch.ts';
import type { AnyProcedure } from '../step/proc.ts';
import { FUNCTIONS, type FunctionName } from './functions.ts';
import { columnFrom, columnOf, SOURCES } from './sources.ts';
import { STATEMENTS, type Statement } from './statements.ts';
import { PLACES, type Where } from './steps.ts';

export const UNKNOWN = '?';

export interface Place {
  /** In the revision shown; UNKNOWN where that is not known. */
  readonly at: string;
  /** Where it is not known in that revision: in the next state of the source, or the last, in which it is. */
  readonly near?: { readonly at: string; readonly source: string };
}

/** The part of a compiled step that says where it stands. */
export type Placed = Pick<CompiledStep, 'label' | 'wrote'> & { readonly proc: { readonly key: string } };

/** Column by column, `file:lines` or '' where it is not there. */
function cells(text: string): string[] {
  let file = '';
  let last = '';
  return text.split(' ').map((cell) => {
    if (cell === '=') return last;
    if (cell === '-') {
      last = '';
      return last;
    }
    const colon = cell.indexOf(':');
    if (colon >= 0) file = cell.slice(0, colon);
    last = `${file}:${cell.slice(colon + 1)}`;
    return last;
  });
}

const cellsOf = <K extends string>(table: Readonly<Record<K, string>>): ReadonlyMap<K, string[]> =>
  new Map(Object.entries<string>(table).map(([k, text]) => [k as K, cells(text)]));

const statements = cellsOf<Statement>(STATEMENTS);
const functions = cellsOf<FunctionName>(FUNCTIONS);

/** First column of the byte ring. */
const BYTE_RING = SOURCES.findIndex((s) => s.name === '50872daa6');

const byKey = new Map([...PLACES].map(([p, places]) => [p.key, places]));

/** The entries of a procedure, or none: for the test that each names a step. */
export const namedSteps = (key: string): readonly string[] => Object.keys(byKey.get(key)?.steps ?? {});

/** Of a step at a column: '' where it is not there, or nobody knows. */
function cell(key: string, label: string, column: number): string {
  const places = byKey.get(key);
  if (!places) return '';
  const own = places.steps[label];
  const found = own ? ofWhere(own, column) : undefined;
  return found ?? ofWhere(places.otherwise, column) ?? '';
}

/** Undefined: this says nothing of that column. */
function ofWhere(w: Where, column: number): string | undefined {
  if (w.kind === 'nowhere') return '';
  if (w.kind === 'function')
    return w.until && column >= BYTE_RING ? '' : functions.get(w.name)![column] || undefined;
  const parts = w.lines.map((line) => {
    const [name, n] = typeof line === 'string' ? [line, -1] : line;
    const text = statements.get(name)![column]!;
    if (text === '' || n < 0) return text;
    const [file, numbers] = text.split(':') as [string, string];
    const one = numbers.split(',')[n];
    return one === undefined ? undefined : `${file}:${one}`;
  });
  if (parts.some((p) => p === undefined)) return undefined;
  const file = parts[0]!.slice(0, parts[0]!.indexOf(':') + 1);
  return parts.every((p) => p?.startsWith(file))
    ? file + parts.map((p) => p?.slice(file.length)).join(',')
    : parts.join(' ');
}

/**
 * The place of a step in a program that was made from the revision of these fixes: with fixes taken out, mutations or ideas
 * the numbers are still that revision's.
 */
export function placeOf(step: Placed, base: ReadonlySet<string>): Place {
  const { label, wrote, proc } = step;
  // What a mutation wrote stands in no source.
  if (wrote !== SEED_BODY && !base.has(wrote)) return { at: UNKNOWN };
  const own = columnOf(base);
  if (own >= 0) return { at: cell(proc.key, label, own) || UNKNOWN };
  const from = columnFrom(base);
  const columns = [...SOURCES.keys()];
  for (const c of [...columns.slice(from), ...columns.slice(0, from).reverse()]) {
    const at = cell(proc.key, label, c);
    if (at) return { at: UNKNOWN, near: { at, source: SOURCES[c]!.name } };
  }
  return { at: UNKNOWN };
}

/** The state of the source whose lines a revision's places are; '' where none is known. */
export const sourceOf = (base: ReadonlySet<string>): string => SOURCES[columnOf(base)]?.name ?? '';

/** The procedures in which steps of one of HAProxy's functions stand that is no procedure here; null where none is known. */
export function stepsInC(name: string): AnyProcedure[] | null {
  const has = (w: Where): boolean => w.kind === 'function' && w.name === name;
  const found = [...PLACES].filter(([, p]) => has(p.otherwise) || Object.values(p.steps).some(has));
  return found.length > 0 ? found.map(([proc]) => proc) : null;
}
