import type { Explorer } from './control.ts';
import type { ExplorerState } from './store.ts';
import { answerWords, verdictWords } from './words.ts';

/** Searches of this visit, newest first. */
export function History({ state, explorer }: { state: ExplorerState; explorer: Explorer }) {
  const { question } = state;
  if (state.runs.length === 0 && !question) return null;
  const answer = question && answerWords(question);
  return (
    <section className="ex-history" aria-label="History of runs">
      <h2>History of runs</h2>
      <ul>
        {answer && (
          <li>
            <button
              type="button"
              className={answer.tone}
              aria-pressed={state.shown === -1}
              data-testid="question-again"
              onClick={explorer.showQuestion}
            >
              <b>{answer.heading}</b>
              <span>{question.asking.words}</span>
            </button>
          </li>
        )}
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
