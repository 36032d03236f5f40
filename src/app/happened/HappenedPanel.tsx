import { useState } from 'react';
import { type LateDatagram, type Move, moveWords } from '../../report/ledger.ts';
import { duration } from '../../stories/cast.ts';
import { InlineChip, ThreadBadge } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { copied } from '../session/copy.ts';
import type { Session } from '../session/session.ts';
import { clockText, count } from '../stage/text.ts';
import { LateAxis } from './LateAxis.tsx';
import { useMoves } from './useMoves.ts';
import { type MoveStep, useSteps } from './useSteps.ts';
import './happened.css';

const clock = (ns: number): string => clockText({ ms: Math.floor(ns / 1e6), ns: ns % 1e6 });

/** What became of the selected connection's moves: result, steps, and who was late. */
export function HappenedPanel() {
  const selected = useChoice((c) => c.selected);
  const name = usePicture((p) => p.stage?.clients.find((c) => c.connIndex === selected)?.conn ?? null);
  const moves = useMoves(selected);
  const [picked, setPicked] = useState(-1);
  if (!name || !moves) return <p className="muted pad">No connection is selected.</p>;
  if (moves.length === 0)
    return (
      <p className="muted pad" data-testid="no-moves">
        {name.letter} has not been moved on this run. Drag it to another thread, or let it be accepted.
      </p>
    );
  const at = moves[picked] ? picked : moves.length - 1;
  return (
    <div className="happened" data-testid="happened" data-moves={moves.length}>
      <ul className="move-list" aria-label={`Moves of ${name.letter}`}>
        {moves
          .map((m, i) => ({ m, i }))
          .reverse()
          .map(({ m, i }) => (
            <li key={m.at}>
              <button type="button" aria-pressed={i === at} data-testid="move" onClick={() => setPicked(i)}>
                <InlineChip name={name} side={15} /> T{m.from} → T{m.to}
                {m.refused && ' refused'}
                <span className="mono">{count(m.at)}</span>
              </button>
            </li>
          ))}
      </ul>
      <OneMove key={moves[at]!.at} move={moves[at]!} letter={name.letter} />
    </div>
  );
}

function OneMove({ move, letter }: { move: Move; letter: string }) {
  const session = useSession();
  const steps = useSteps(move);
  const threads = usePicture((p) => p.stage?.threads.length ?? 4);
  return (
    <>
      <section className="move-result">
        <h2>
          {move.refused ? `${letter} stays with T${move.from}` : `${letter}: T${move.from} to T${move.to}`}
        </h2>
        <p data-testid="move-words">{moveWords(move, letter, duration)}</p>
        {!move.refused && (
          <dl>
            {move.begun >= 0 && (
              <div>
                <dt>Prepared for</dt>
                <dd>{duration(move.store - move.begun)}</dd>
              </div>
            )}
            <div>
              <dt>Stored at</dt>
              <dd>
                <Step session={session} at={move.at} /> <span className="mono">{clock(move.store)}</span>
              </dd>
            </div>
            <div>
              <dt>Finalized</dt>
              <dd>
                {move.finalizedAt < 0 ? (
                  'not yet'
                ) : (
                  <>
                    <Step session={session} at={move.finalizedAt} /> {duration(move.finalized - move.store)}{' '}
                    later, on T{move.to}
                  </>
                )}
              </dd>
            </div>
          </dl>
        )}
        <p>
          <button
            type="button"
            className="btn"
            data-testid="watch-again"
            onClick={() => {
              session.travel({
                kind: 'seek',
                at: move.begunAt >= 0 ? move.begunAt : Math.max(0, move.at - 1),
              });
              const last = Math.max(move.at, move.finalizedAt, ...move.late.map((l) => l.endedAt));
              session.playTo(last);
            }}
          >
            Watch again
          </button>{' '}
          <button
            type="button"
            className="btn"
            data-testid="copy-move"
            onClick={() => void copied(session, asText(move, letter, steps))}
          >
            Copy as text
          </button>
        </p>
      </section>
      <section className="move-steps" aria-label="Its steps">
        <ol>
          {steps.map((s) => (
            <li key={s.at} className={s.commit ? 'commit' : ''}>
              <Step session={session} at={s.at} />
              <span className="mono time">{clock(s.start)}</span>
              <ThreadBadge tid={s.tid} threads={threads} />
              <code>{s.label}</code>
              <span>{s.text}</span>
            </li>
          ))}
          {steps.length === 0 && <li className="muted">Being looked for…</li>}
        </ol>
      </section>
      <section className="move-late" aria-label="Who was late">
        {move.late.length > 0 && <LateAxis move={move} />}
        {move.late.length > 0 && (
          <table data-testid="late-table">
            <thead>
              <tr>
                <th scope="col">Datagram</th>
                <th scope="col">waited with T{move.from}</th>
                <th scope="col">passed on</th>
                <th scope="col">waited on</th>
                <th scope="col">handled by</th>
              </tr>
            </thead>
            <tbody>
              {move.late.map((l) => (
                <Late key={l.dgram} l={l} session={session} />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}

function Late({ l, session }: { l: LateDatagram; session: Session }) {
  const left = l.passed >= 0 ? l.passed : l.ended;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="link" onClick={() => session.openPacket(l.dgram + 1)}>
          {l.dgram + 1}
        </button>
      </th>
      <td>{left >= 0 ? duration(left - l.sorted) : 'still there'}</td>
      <td>{l.passedAt >= 0 ? <Step session={session} at={l.passedAt} /> : 'no'}</td>
      <td>{l.passed >= 0 && l.ended >= 0 ? duration(l.ended - l.passed) : ''}</td>
      <td>
        {l.endedAt < 0 ? (
          'nobody yet'
        ) : (
          <>
            {l.dropped ? 'dropped' : `T${l.by}`} <Step session={session} at={l.endedAt} />
          </>
        )}
      </td>
    </tr>
  );
}

function Step({ session, at }: { session: Session; at: number }) {
  return (
    <button type="button" className="link mono step" onClick={() => session.travel({ kind: 'seek', at })}>
      {count(at)}
    </button>
  );
}

/** The same as plain text, for a report or a ticket. */
function asText(m: Move, letter: string, steps: readonly MoveStep[]): string {
  const lines = [
    `${letter}: T${m.from} to T${m.to}, step ${m.at}, ${clock(m.store)} ms`,
    moveWords(m, letter, duration),
    ...steps.map((s) => `${s.at}\t${clock(s.start)}\tT${s.tid}\t${s.label}\t${s.text}`),
    ...m.late.map(
      (l) =>
        `datagram ${l.dgram + 1}\twaited ${l.ended < 0 ? 'still' : duration(l.ended - l.sorted)}\t${l.by < 0 ? '' : `handled by T${l.by} at step ${l.endedAt}`}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
