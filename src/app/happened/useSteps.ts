/** The steps of a move as they were taken: label, sentence, position and time of each, and nothing of other threads. */
import { useEffect, useState } from 'react';
import type { Slices } from '../../hosts/engine.ts';
import type { Move } from '../../report/ledger.ts';
import { usePicture, useSession } from '../session/context.tsx';
import type { Session } from '../session/session.ts';

export interface MoveStep {
  label: string;
  text: string;
  /** Position from which it can be seen. */
  at: number;
  /** Virtual ns at which it began. */
  start: number;
  tid: number;
  commit: boolean;
  part: 'rebind' | 'finish';
}

/** Happenings beyond the commit in which the new thread's part is looked for, where the line does not say when it ended. */
const BEYOND = 400;

export function useSteps(move: Move | null): MoveStep[] {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const [got, setGot] = useState<{ key: string; steps: MoveStep[] }>({ key: '', steps: [] });
  const from = move && move.begunAt >= 0 ? move.begunAt : (move?.at ?? 0);
  const to = move ? Math.max(move.at, move.finalizedAt, move.at + (move.finalizedAt < 0 ? BEYOND : 8)) : 0;
  const key = move ? `${line} ${from} ${to}` : '';
  useEffect(() => {
    if (!move || key === '') return;
    const stop = session.onSlices((rows) => {
      // Others ask for rows of theirs.
      if (rows.from !== from || rows.line !== line) return;
      setGot({ key, steps: stepsIn(rows, move, session.stepWords) });
    });
    session.askSlices(from, to);
    return stop;
  }, [session, key, from, to, line, move]);
  return got.key === key ? got.steps : [];
}

function stepsIn(rows: Slices, move: Move, words: Session['stepWords']): MoveStep[] {
  const out: MoveStep[] = [];
  for (let r = 0; r < rows.to - rows.from; r++) {
    const w = rows.pc[r]! >= 0 ? words(rows.pc[r]!) : null;
    if (!w || (w.part !== 'rebind' && w.part !== 'finish')) continue;
    const tid = rows.tid[r]!;
    if (tid !== (w.part === 'rebind' ? move.from : move.to)) continue;
    const at = rows.from + r + 1;
    if (w.part === 'finish' && at <= move.at) continue;
    out.push({
      label: w.label,
      text: w.text,
      at,
      start: rows.start[r]!,
      tid,
      commit: w.commit,
      part: w.part,
    });
  }
  return out;
}
