import { useStore } from 'zustand';
import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { PageName } from '../top/PageName.tsx';
import { Counterexample } from './Counterexample.tsx';
import { Covers } from './Covers.tsx';
import { explorerOf } from './control.ts';
import { History } from './History.tsx';
import { Museum } from './Museum.tsx';
import { Progress } from './Progress.tsx';
import { QuestionView } from './QuestionView.tsx';
import { Settings } from './Settings.tsx';
import { runOf } from './store.ts';
import { Verdict } from './Verdict.tsx';
import { WorldStory } from './WorldStory.tsx';
import './explorer.css';

/** Every order of events of a small world: what is searched, what was found, and the museum of bugs. */
export function ExplorerView() {
  const session = useSession();
  const left = useMark<HTMLElement>('region:settings');
  const main = useMark<HTMLElement>('region:verdict');
  const right = useMark<HTMLElement>('region:museum');
  const explorer = explorerOf(session);
  const state = useStore(explorer.store);
  const run = runOf(state, state.shown) ?? null;
  const { question } = state;
  const asked = question && (!run || run.id === question.run) ? question : null;
  // A run that was found comes first, what the answer covers behind it.
  const found = run?.verdict?.verdict === 'violation';
  const busy =
    question?.state === 'asking' || state.runs.some((r) => r.state === 'searching' || r.state === 'paused');
  return (
    <div className="explorer" data-testid="explorer">
      <header className="ex-top">
        <PageName />
        <b className="ex-here">Explorer</b>
        <p className="muted">
          Tries every order in which the threads can run, and stops at the shortest one that breaks a rule.
        </p>
        <button
          type="button"
          className="btn"
          data-testid="ex-back"
          title="X"
          onClick={() => session.set({ explorer: false })}
        >
          Back to stage
        </button>
      </header>
      <aside ref={left} className="ex-left" aria-label="What is searched" tabIndex={-1}>
        <Settings form={state.form} busy={busy} explorer={explorer} />
      </aside>
      <main ref={main} className="ex-main" tabIndex={-1}>
        {asked && <QuestionView question={asked} explorer={explorer} />}
        {(run || !asked) && <Verdict run={run} explorer={explorer} />}
        {!run && !asked && <WorldStory spec={state.form.spec} />}
        {run && !found && <Covers run={run} />}
        {run && <Progress run={run} />}
        {run && (
          <Counterexample
            run={run}
            compare={state.compare}
            onCompare={(compare) => explorer.store.setState({ compare })}
          />
        )}
        {run && found && <Covers run={run} />}
      </main>
      <aside ref={right} className="ex-right" aria-label="Museum and history" tabIndex={-1}>
        <Museum state={state} explorer={explorer} />
        <History state={state} explorer={explorer} />
      </aside>
    </div>
  );
}
