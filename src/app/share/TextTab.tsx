import { useEffect, useState } from 'react';
import { rowAt } from '../../machine/recording/events.ts';
import {
  lastMove,
  markdownOf,
  mermaidOf,
  type ToldStep,
  toldFilter,
  toldSteps,
} from '../../report/run-text.ts';
import { addressOf } from '../address/browser.ts';
import { useSession } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { Choice } from './Choice.tsx';
import { Copy } from './Copy.tsx';
import type { Shared } from './shared.ts';

/** Most events of a connection that are told. */
const MOST = 400;

const TEXTS = [
  { id: 'markdown', name: 'Markdown' },
  { id: 'mermaid', name: 'Mermaid' },
] as const;
type TextKind = (typeof TEXTS)[number]['id'];
const HOLDS = [
  { id: 'move', name: 'The last move' },
  { id: 'all', name: 'All of it' },
] as const;
type HoldsKind = (typeof HOLDS)[number]['id'];

/** What happened to the selected connection, for an issue or a commit message. */
export function TextTab({ hash, title }: Shared) {
  const session = useSession();
  const [kind, setKind] = useState<TextKind>('markdown');
  const [holds, setHolds] = useState<HoldsKind>('move');
  const [steps, setSteps] = useState<ToldStep[]>([]);
  const { selected, options } = session.choices.getState();
  useEffect(() => {
    let here = true;
    void stepsOf(session, selected).then((s) => here && setSteps(s));
    return () => {
      here = false;
    };
  }, [session, selected]);
  const revision = session.backend.revisions.find((r) => r.id === options.revision)?.name ?? options.revision;
  const words = { title, revision, link: addressOf(hash, false) };
  const told = holds === 'move' ? lastMove(steps) : steps;
  const text = kind === 'markdown' ? markdownOf(told, words) : mermaidOf(told, words);
  return (
    <>
      <Copy name="In words" text={text} testid="words">
        <Choice<TextKind> label="As" of={TEXTS} chosen={kind} choose={setKind} testid="words-as" />
        <Choice<HoldsKind> label="What of it" of={HOLDS} chosen={holds} choose={setHolds} testid="words-of" />
      </Copy>
      <p className="muted">
        For an issue or a commit message: what happened to the selected connection, up to this moment and on.
      </p>
    </>
  );
}

/** What the selected connection has gone through up to this moment, and what of its recorded run lies ahead. */
async function stepsOf(session: Session, conn: number): Promise<ToldStep[]> {
  if (conn < 0) return [];
  const a = await session.ask('events', { filter: toldFilter(conn), from: 0, to: MOST });
  if (!a) return [];
  const events = Array.from({ length: Math.min(a.total, MOST) }, (_, i) => rowAt(a.rows, i));
  return toldSteps(events, conn, (dgram) => String(dgram + 1));
}
