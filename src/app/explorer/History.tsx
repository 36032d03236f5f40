import type { Explorer } from './control.ts';
import type { ExplorerState } from './store.ts';
import { verdictWords } from './words.ts';

/** Searches of this visit, newest first. */
export function History({ state, explorer }: { state: ExplorerState; explorer: Explorer }) {
  if (state.runs.length === 0) return null;
  return (
    <section className="ex-history" aria-label="History of runs">
      <h2>History of runs</h2>
      <ul>
        {state.runs.map((run) => {
          const w = verdictWords(run);
          return (
            <li key={run.id}>
              <button
                type="button"
                className={w.tone}
                aria-pressed={run.id === state.shown}
                data-testid={`run-${run.id}`}
                onClick={() => explorer.show(run.id)}
              >
                <b>{w.heading}</b>
                <span>{run.name}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
