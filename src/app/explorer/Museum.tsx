import type { Explorer } from './control.ts';
import { MARK_WORDS, Mark } from './Marks.tsx';
import { WORLDS } from './museum.ts';
import { cellMark, cellRun, type ExplorerState, runOf } from './store.ts';
import type { CellMark, WorldRow } from './types.ts';
import './museum.css';

const COLUMNS = [
  { fixed: false, head: 'before, or with the mutation' },
  { fixed: true, head: 'after, or without' },
] as const;

/** A world a row; each cell is one search, and opens its run. */
export function Museum({ state, explorer }: { state: ExplorerState; explorer: Explorer }) {
  const shown = runOf(state, state.shown);
  const waiting = state.queue.length > 0;
  return (
    <section className="ex-museum" aria-label="Museum of bugs">
      <div className="ex-museum-head">
        <h2>Museum of bugs</h2>
        <button
          type="button"
          className="btn"
          data-testid="ex-all"
          disabled={waiting}
          onClick={explorer.decideAll}
        >
          {waiting ? `${state.queue.length} to go` : 'Search every cell'}
        </button>
      </div>
      <p className="muted">
        Each cell is one search of a small world that begins shortly before the trouble, within the world’s
        own bounds. A cell opens its run, or searches it.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">World</th>
            {COLUMNS.map((c) => (
              <th scope="col" key={c.head}>
                {c.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WORLDS.map((w) => (
            <tr key={w.id}>
              <th scope="row">
                <b>
                  <code>{w.id}</code> {w.title}
                </b>
                <small>{w.trouble}</small>
                {w.hypothesis && <small>{w.hypothesis}</small>}
              </th>
              {COLUMNS.map((c) => (
                <td key={c.head}>
                  <Cell
                    world={w}
                    fixed={c.fixed}
                    mark={cellMark(cellRun(state, w.id, c.fixed))}
                    shown={shown !== undefined && shown === cellRun(state, w.id, c.fixed)}
                    onOpen={() => explorer.cell(w.id, c.fixed)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="ex-key">
        {(['found', 'safe', 'none'] as const).map((m) => (
          <li key={m}>
            <Mark mark={m} />
            {MARK_WORDS[m]}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface CellProps {
  world: WorldRow;
  fixed: boolean;
  mark: CellMark;
  shown: boolean;
  onOpen(): void;
}

function Cell({ world, fixed, mark, shown, onOpen }: CellProps) {
  const which = world.sides[fixed ? 1 : 0];
  return (
    <button
      type="button"
      className="ex-cell"
      aria-label={`${world.id} ${which}: ${MARK_WORDS[mark]}`}
      aria-pressed={shown}
      data-testid={`cell-${world.id}-${fixed ? 'after' : 'before'}`}
      data-mark={mark}
      onClick={onOpen}
    >
      <Mark mark={mark} />
    </button>
  );
}
