/** Goes from one moment that was found to the next, and keeps the ticks in the overview. */
import { rowAt } from '../../machine/recording/events.ts';
import type { EventFilter } from '../../machine/recording/query.ts';
import { eventFilter, type FindIn, LINE_KINDS } from '../../report/find.ts';
import type { StageView } from '../../report/view.ts';
import type { Session } from '../session/session.ts';

/** Parts that the line is counted in for the overview's ticks. */
const PARTS = 300;

export const worldOf = (stage: StageView | null): FindIn => ({
  threads: stage?.threads.length ?? 0,
  names: stage?.names ?? {},
  conns: (stage?.clients ?? []).map((c) => ({
    index: c.connIndex,
    addr: c.addr,
    cids: stage?.conns.find((k) => k.index === c.connIndex)?.cids.map((k) => k.cid) ?? [],
  })),
});

/** Looks for words on the whole line and keeps what was found; where they name nothing it is taken away. */
export async function findMoments(session: Session, query: string): Promise<void> {
  const filter = eventFilter(query, worldOf(session.picture.getState().stage), LINE_KINDS);
  if (!filter) {
    session.set({ find: null });
    return;
  }
  const { at } = session.picture.getState().travel;
  const got = await session.ask('events', { filter, from: 0, to: 0, at, spread: PARTS });
  if (!got) return;
  const { line, end, total, before, spread } = got;
  session.set({ find: { query, filter, line, end, total, before, spread: spread ?? new Int32Array(0) } });
}

/** To the nearest moment before (-1) or after (1) the playhead that was found; false when there is none. */
export async function goToMoment(session: Session, by: -1 | 1): Promise<boolean> {
  const { find } = session.choices.getState();
  if (!find) return false;
  const { at } = session.picture.getState().travel;
  // A moment made by happening n is seen from n + 1 on: those seen here already lie before.
  const { before, total } = await asked(session, find.filter, at);
  const behind = by > 0 ? before : (await asked(session, find.filter, at - 1)).before - 1;
  if (behind < 0 || behind >= total) return false;
  const got = await session.ask('events', { filter: find.filter, from: behind, to: behind + 1 });
  if (!got || got.rows.length === 0) return false;
  const row = rowAt(got.rows, 0);
  session.travel({ kind: 'seek', at: row.at + 1 });
  if (row.conn >= 0 && session.picture.getState().stage?.conns.some((c) => c.index === row.conn))
    session.select(row.conn);
  session.set({ find: { ...find, before: behind + 1, total } });
  return true;
}

async function asked(
  session: Session,
  filter: EventFilter,
  at: number,
): Promise<{ before: number; total: number }> {
  const got = await session.ask('events', { filter, from: 0, to: 0, at });
  return got ?? { before: 0, total: 0 };
}
