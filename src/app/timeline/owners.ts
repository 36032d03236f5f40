/** Who owned the selected connection when, and while it was being moved: the strip above the lanes. */
import type { Mark, Slices } from '../../hosts/engine.ts';
import type { Fold } from './fold.ts';
import { LOOP_DEPTH, type Words } from './groups.ts';
import { playheadNs, type SpanPlace } from './places.ts';

export interface OwnerInput {
  rows: Slices;
  words: Words;
  marks: readonly Mark[];
  /** Capture connection, -1 none. */
  conn: number;
  letter: string;
  at: number;
  /** Virtual ns at which the clock's next choice begins. */
  now: number;
  /** Its owner at the playhead, -1 when it is not there. */
  owner: number;
}

interface Move {
  mark: Mark;
  /** When the rebind began and the commit came, ns. */
  begun: number;
  committed: number;
  /** When the new thread had finished it; the commit's time where the rows do not tell. */
  finished: number;
  /** New owner, -1 where nothing tells it. */
  to: number;
}

/** Pieces of the strip from left to right, within the rows. Where nothing tells the owner there is no piece. */
export function ownerSpans(fold: Fold, input: OwnerInput): SpanPlace[] {
  const { rows, letter, at, owner, now } = input;
  const n = rows.to - rows.from;
  if (input.conn < 0 || n === 0) return [];
  const end = Math.max(rows.start[n - 1]! + rows.cost[n - 1]!, playheadNs(rows, at, now));
  const moves = movesOf(input);
  const out: SpanPlace[] = [];
  let from = rows.start[0]!;
  const put = (upTo: number, who: number, kind: SpanPlace['kind'], text: string, ahead: boolean) => {
    const to = Math.min(upTo, end);
    if (to <= from) return;
    const place = { x: fold.x(from), w: fold.x(to) - fold.x(from), owner: who, kind, text };
    if (who >= 0) out.push({ ...place, state: ahead ? 'ahead' : 'done' });
    from = to;
  };
  for (const m of moves) {
    const ahead = m.mark.at >= at;
    put(m.begun, m.mark.tid, 'owns', `T${m.mark.tid} owns ${letter}`, false);
    put(m.committed, m.mark.tid, 'moving', `Rebind ${letter}, T${m.mark.tid} owns`, ahead);
    put(m.finished, m.to, 'moved', `T${m.to} owns`, ahead);
  }
  const last = moves.at(-1);
  const who = last ? last.to : owner;
  put(end, who, 'owns', `T${who} owns ${letter}`, (last?.mark.at ?? -1) >= at);
  return out;
}

function movesOf({ rows, words, marks, conn, at, owner }: OwnerInput): Move[] {
  const commits = marks.filter((m) => m.kind === 'commit' && m.conn === conn);
  return commits.map((mark, i) => {
    const committed = mark.ms * 1e6 + mark.ns;
    const next = commits[i + 1];
    const move: Move = {
      mark,
      begun: committed,
      committed,
      finished: committed,
      // What the store stored; a mark that does not say it: who moved it next, or who has it now.
      to: mark.other >= 0 ? mark.other : next ? next.tid : mark.at < at ? owner : -1,
    };
    const before = commits[i - 1];
    /** Who is still on the way out of the move before this one: its last steps are no beginning of this. */
    let leaving = before?.tid ?? -1;
    const until = next ? next.at : Number.POSITIVE_INFINITY;
    for (let r = 0; r < rows.to - rows.from; r++) {
      const pos = rows.from + r;
      if (before && pos > before.at && rows.tid[r] === leaving && rows.depth[r]! <= LOOP_DEPTH) leaving = -1;
      if (rows.conn[r] !== conn || pos >= until) continue;
      const part = words(rows.pc[r]!)?.part;
      if (part === 'rebind' && pos <= mark.at && pos > (before?.at ?? -1) && rows.tid[r] !== leaving)
        move.begun = Math.min(move.begun, rows.start[r]!);
      if (part !== 'finish' || pos <= mark.at) continue;
      if (mark.other < 0) move.to = rows.tid[r]!;
      move.finished = rows.start[r]! + rows.cost[r]!;
    }
    return move;
  });
}
