import { memo } from 'react';
import { order } from '../commands/table.ts';
import { Legend } from '../parts/Legend.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { count } from '../stage/text.ts';
import { PanelTabs } from './PanelTabs.tsx';
import { PANELS } from './panels.ts';

/** Beneath the stage: its panels, the run's totals and what has to be known about it. */
export function BottomPanel() {
  const region = useMark<HTMLElement>('region:bottom');
  const panel = useChoice((c) => c.panel);
  const totals = usePicture((p) => p.stage?.totals);
  const dropped = usePicture((p) => p.stage?.dropped) ?? [];
  const worldNotes = usePicture((p) => p.stage?.notes) ?? [];
  const ownNotes = useChoice((c) => c.notes);
  const keys = useChoice((c) => c.keys);
  const unread = useChoice((c) => c.unread);
  const session = useSession();
  const finding = useChoice((c) => c.find !== null);
  const { View } = PANELS.find((p) => p.id === panel) ?? PANELS[0]!;
  const notes = [...new Set([...ownNotes, ...worldNotes])];
  return (
    <section ref={region} className="bottom" aria-label="Panels and totals" tabIndex={-1}>
      <div className="bottom-head">
        <PanelTabs />
        <button
          type="button"
          className="btn plain"
          title="X"
          data-testid="panel-explorer"
          onClick={() => order(session, 'explorer')}
        >
          Explorer
        </button>
        {totals && (
          <p className="totals" data-testid="totals">
            <Total n={totals.received} word="received" />
            <Total n={totals.handled} word="handled" />
            <Total n={totals.queued} word="waiting" />
            <Total n={totals.redispatches} word="redispatched" tone="redispatch" />
            <Total
              n={totals.dropped}
              word="dropped"
              title={dropped.map((d) => `${d.reason}: ${d.count}`).join(', ')}
            />
            {unread > 0 && (
              <button
                type="button"
                className="btn plain"
                title="Datagrams of the capture that never leave. Lists them."
                data-testid="not-replayed"
                onClick={() => session.set({ panel: 'capture', captureList: 'unread' })}
              >
                <b className="mono">{count(unread)}</b> not replayed
              </button>
            )}
            {totals.lost > 0 && <Total n={totals.lost} word="dropped by the network" />}
          </p>
        )}
        <FindChip />
        {notes.length > 0 && !finding && (
          <details className="notes" data-testid="notes">
            <summary>
              {keys === 'none' ? 'No keys. ' : ''}
              {notes.length === 1 ? '1 note' : `${notes.length} notes`}
            </summary>
            <ul>
              {notes.map((n) => (
                <li key={n}>{n}</li>
              ))}
            </ul>
          </details>
        )}
        <button
          type="button"
          className="btn plain"
          title="J"
          data-testid="export"
          onClick={() => order(session, 'export')}
        >
          Copy, save
        </button>
        <Legend />
      </div>
      <div id="bottom-panel" className="bottom-body" role="tabpanel" aria-labelledby={`panel-${panel}`}>
        <View />
      </div>
    </section>
  );
}

/** What was looked for, while its ticks stand in the overview. */
function FindChip() {
  const session = useSession();
  const find = useChoice((c) => c.find);
  if (!find) return null;
  return (
    <button
      type="button"
      className="btn find-chip"
      data-testid="find-chip"
      title="F3 goes to the next; this takes the ticks away"
      onClick={() => session.set({ find: null })}
    >
      {find.query}, {count(find.total)} {find.total === 1 ? 'hit' : 'hits'} ✕
    </button>
  );
}

interface TotalProps {
  n: number;
  word: string;
  tone?: string;
  title?: string;
}

const Total = memo(({ n, word, tone = '', title }: TotalProps) => {
  return (
    <span className={n > 0 ? tone : ''} title={title} data-total={word}>
      <b className="mono">{count(n)}</b> {word}
    </span>
  );
});
