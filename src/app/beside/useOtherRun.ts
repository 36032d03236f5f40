/** The same beginning and choices in another revision: a second engine, as long as somebody looks at it. */
import { useEffect, useState } from 'react';
import { type EventRow, rowAt } from '../../machine/recording/events.ts';
import type { EventFilter } from '../../machine/recording/query.ts';
import { lineOf } from '../../report/trace.ts';
import type { TraceLine } from '../../report/view.ts';
import { storedMoment } from '../address/moments.ts';
import type { Running } from '../opening/contract.ts';
import { usePicture, useSession } from '../session/context.tsx';
import { sentence } from '../session/notices.ts';

export interface OtherRun {
  rows: EventRow[];
  /** How far it was run. */
  end: number;
  lineOf(row: EventRow): TraceLine;
}

export interface OtherState {
  run: OtherRun | null;
  /** Choices that were not found in that program, a sentence each; or why it could not be begun. */
  notes: readonly string[];
}

/** A run that grows is asked again so often, ms. */
const AGAIN = 200;
const NOTHING: OtherState = { run: null, notes: [] };

/** @param revision '' for none */
export function useOtherRun(revision: string, filter: EventFilter, most: number): OtherState {
  const session = useSession();
  const line = usePicture((p) => p.travel.line);
  // Its place is sought anew when this run stands still somewhere else.
  const end = usePicture((p) => (p.status.playing ? -1 : p.travel.end));
  const [running, setRunning] = useState<Running | null>(null);
  const [state, setState] = useState(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `line` and `end` are what it is begun for.
  useEffect(() => {
    if (!revision || end <= 0) return;
    let wanted = true;
    let mine: Running | null = null;
    const begin = async () => {
      const opened = session.opened();
      const here = await session.parts.links?.moment();
      if (!opened || !here || !wanted) return;
      const options = { ...session.choices.getState().options, revision };
      const at = { ...here, playhead: { ...here.playhead, at: here.end, undone: 0 } };
      mine = await opened.start(options, { ...storedMoment(at), at: here.end });
      if (!wanted) mine.engine.close();
      else setRunning(mine);
    };
    setState(NOTHING);
    begin().catch((error: unknown) => {
      if (wanted) setState({ run: null, notes: [error instanceof Error ? error.message : String(error)] });
    });
    return () => {
      wanted = false;
      mine?.engine.close();
      setRunning(null);
    };
  }, [session, revision, line, end]);
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the filter.
  useEffect(() => {
    if (!running) return;
    let wanted = true;
    let asked: ReturnType<typeof setTimeout> | undefined;
    const { engine, reader } = running;
    const ask = async () => {
      asked = undefined;
      const got = await engine.ask('events', { filter, from: 0, to: most });
      if (!wanted) return;
      const rows = Array.from({ length: Math.min(most, got.total) }, (_, i) => rowAt(got.rows, i));
      setState((s) => ({ ...s, run: { rows, end: got.end, lineOf: (row) => lineOf(reader, row) } }));
    };
    const soon = () => {
      asked ??= setTimeout(() => void ask(), AGAIN);
    };
    const stops = [
      engine.onFrame(soon),
      engine.onMisplaced((notes) => setState((s) => ({ ...s, notes: notes.map(sentence) }))),
    ];
    soon();
    return () => {
      wanted = false;
      clearTimeout(asked);
      for (const stop of stops) stop();
    };
  }, [running, key, most]);
  return state;
}
