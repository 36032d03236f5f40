/** What threads saw shortly before a moment was frozen, in words. From each thread's own ring: the order between threads is approximate. */
import type { PastEvent } from '../../hosts/live/contract.ts';
import { type Around, happeningOf } from '../../report/happenings.ts';
import type { Happening, TraceLine } from '../../report/view.ts';

const KIND: Partial<Record<Happening['kind'], TraceLine['kind']>> = {
  commit: 'commit',
  redispatch: 'redispatch',
  drop: 'drop',
  bug: 'bug',
};

/** Lines for the trace, oldest first, with a last one that says what they are. Their numbers lie before every step's. */
export function pastLines(past: readonly PastEvent[]): TraceLine[] {
  let conn = -1;
  const around: Around = {
    no: (d) => String(d + 1),
    // Places in the store of datagrams are used again; the event itself knows its connection.
    connOf: () => conn,
    waiting: () => -1,
  };
  const lines: TraceLine[] = [];
  past.forEach((p, i) => {
    conn = p.conn;
    const record = { ...p, ns: p.us * 1000, qc: 0, flags: 0, type: 0, pn: 0, version: 0 };
    const h = happeningOf(i - past.length, record, p.conn, around);
    if (!h) return;
    const { seq, tid, clock } = h;
    lines.push({ seq, tid, clock, text: '', note: h.text, kind: KIND[h.kind] ?? 'other', conn: h.conn });
  });
  const last = lines.at(-1);
  if (!last) return [];
  const note =
    'Up to here: observed in Live, order between threads approximate. From here on every step is exact.';
  return [...lines, { ...last, seq: 0, kind: 'other', conn: null, note }];
}
