/** docs/semantics.md, for the page. Loaded with the dialog that shows it. */
import text from '../../../docs/semantics.md?raw';
import { type Entry, entriesOf } from '../../report/semantics.ts';
import type { Reading } from './reading.ts';

export const ENTRIES: ReadonlyMap<string, Entry> = entriesOf(text);

/** "S14 · Store the new tid", "95f624540", "Changed by hand". */
export function titleOf(what: Reading): string {
  if (what.kind === 'line') return 'Commits and mutations';
  if (what.kind === 'changes') return 'Changed by hand';
  if (what.kind === 'patch') return what.id;
  const entry = ENTRIES.get(what.number);
  return entry ? `${entry.number} · ${entry.title}` : what.number;
}

/** The entries before and after one, in the document's order. */
export function besides(number: string): readonly [Entry | undefined, Entry | undefined] {
  const all = [...ENTRIES.values()];
  const at = all.findIndex((e) => e.number === number);
  return [all[at - 1], all[at + 1]];
}
