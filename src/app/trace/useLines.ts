/** A window of the trace's rows, asked of the columns of the recording: however long it is, only what is seen is made. */
import { useEffect, useRef, useState } from 'react';
import type { LinesAsk, LinesRead } from '../../hosts/questions.ts';
import { type EventRow, rowAt } from '../../machine/recording/events.ts';
import { FOLD, FOLD_WORDS } from '../../machine/recording/folds.ts';
import { usePicture, useSession } from '../session/context.tsx';

/** One row: a line, or all lines that one run of a callback told. */
export interface TraceRow {
  row: EventRow;
  /** Number of its first line among those that fit: a row keeps it when it is opened. */
  first: number;
  /** Happening that called the callback, -1 for a line of none. */
  call: number;
  /** Lines of this callback that fit, how many of them lie before the playhead, and which of them this row begins with, from 1. */
  size: number;
  seen: number;
  nth: number;
  /** It stands for all of them. */
  shut: boolean;
  /** First step of the procedure that was called, -1 none. */
  pc: number;
  /** The line that says most, and how many are of its kind. */
  telling: EventRow;
  alike: number;
  /** The last line before the playhead is in it. */
  here: boolean;
}

export interface LineWindow {
  /** Lines that fit, rows that they stand in, and how many rows there are up to the playhead. */
  lines: number;
  total: number;
  before: number;
  /** Number of the first of `rows` among all. */
  from: number;
  rows: TraceRow[];
}

/** How often a line that grows is asked again, ms. */
const AGAIN = 150;
const NONE: LineWindow = { lines: 0, total: 0, before: 0, from: 0, rows: [] };

/** Rows of what `ask` says at the playhead; null: none. */
export function useLines(ask: Omit<LinesAsk, 'at'> | null): LineWindow {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  const end = usePicture((p) => p.travel.end);
  const at = usePicture((p) => p.travel.at);
  const [got, setGot] = useState<LineWindow>(NONE);
  const last = useRef(0);
  const key = JSON.stringify(ask);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is what is asked, `line` and `end` are what it is asked of.
  useEffect(() => {
    if (!ask) {
      setGot(NONE);
      return;
    }
    let wanted = true;
    const get = async () => {
      last.current = performance.now();
      const a = await session.ask('lines', { ...ask, at });
      if (a && wanted) setGot(windowOf(a));
    };
    const wait = setTimeout(() => void get(), Math.max(0, last.current + AGAIN - performance.now()));
    return () => {
      wanted = false;
      clearTimeout(wait);
    };
  }, [session, key, at, line, end]);
  return got;
}

function windowOf({ events, total, before, from, rows, telling, folds }: LinesRead): LineWindow {
  const n = folds.length / FOLD_WORDS;
  const word = (i: number, which: number): number => folds[i * FOLD_WORDS + which]!;
  return {
    lines: events,
    total,
    before,
    from,
    rows: Array.from({ length: n }, (_, i) => ({
      row: rowAt(rows, i),
      first: word(i, FOLD.first),
      call: word(i, FOLD.call),
      size: word(i, FOLD.size),
      seen: word(i, FOLD.seen),
      nth: word(i, FOLD.nth),
      shut: word(i, FOLD.shut) === 1,
      pc: word(i, FOLD.proc),
      telling: rowAt(telling, i),
      alike: word(i, FOLD.alike),
      here: word(i, FOLD.here) === 1,
    })),
  };
}
