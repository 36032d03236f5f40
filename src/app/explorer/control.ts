/** Searches: starts them in workers of their own, keeps what they found, goes through the museum one cell after the other. */
import type { Search, SearchBounds, SearchVerdict } from '../../hosts/explorer/contract.ts';
import { startSearch } from '../../hosts/explorer/start.ts';
import type { WorldSpec } from '../../scenario/explore.ts';
import type { Session } from '../session/session.ts';
import { onAsking } from './asking.ts';
import { startForm, withWorld } from './form.ts';
import { drawBeside, drawRun, linkOf, refusalOf, WORLDS, worldRow } from './museum.ts';
import { type Asking, ask, type Noticed, worldsFor } from './question.ts';
import { cellMark, cellRun, createExplorerStore, type ExplorerStore, patchRun, runOf } from './store.ts';
import type { Form, Question, Run } from './types.ts';
import { answerWords, endedSaid, runName } from './words.ts';

export interface Explorer {
  readonly store: ExplorerStore;
  change(form: Form): void;
  /** Searches what the form says. */
  search(): void;
  /** Searches a world as a link says it. */
  searchFor(spec: WorldSpec): void;
  /** Asks the museum's worlds whether they would notice a change. */
  ask(asking: Asking): void;
  /** Shows the last question again. */
  showQuestion(): void;
  pause(): void;
  resume(): void;
  cancel(): void;
  show(run: number): void;
  /** Shows a museum cell's run, or searches it. */
  cell(world: string, fixed: boolean): void;
  /** Decides every cell that has no run yet, one after the other. */
  decideAll(): void;
  /** The address that plays a violation's choices; empty for a run that has none. */
  link(run: Run): string;
  /** Plays a violation's choices on the stage. */
  play(run: Run): void;
  close(): void;
}

/** The figure's Explorer; made at its first use. */
export function explorerOf(session: Session): Explorer {
  return session.attach('explorer', () => createExplorer(session));
}

function createExplorer(session: Session): Explorer {
  const store = createExplorerStore(WORLDS[0]!.id);
  let search: Search | null = null;
  let running = -1;
  let runs = 0;

  // All cores search: what a person asks of the page would have to wait for its turn on one of them.
  const endAsking = onAsking(window, () => search?.makeRoom());

  const patch = (id: number, part: Partial<Run>) =>
    store.setState((s) => ({ runs: patchRun(s.runs, id, part) }));

  /** A new run, which is shown. */
  function newRun(form: Form, part: Partial<Run>): number {
    const id = ++runs;
    const run: Run = {
      id,
      form,
      name: runName(form, worldRow(form.spec.world)),
      state: 'searching',
      progress: null,
      verdict: null,
      lifelines: null,
      beside: null,
      failure: '',
      ...part,
    };
    store.setState((s) => ({ runs: [run, ...s.runs], shown: id, compare: false }));
    return id;
  }

  function start(form: Form, bounds: SearchBounds): Search {
    search = startSearch(form.spec, {
      workers: Math.max(1, navigator.hardwareConcurrency || 1),
      memoryMB: form.memoryMB,
      bounds,
      reduction: form.reduction,
      order: form.order,
    });
    return search;
  }

  function begin(form: Form): void {
    search?.cancel();
    const id = newRun(form, {});
    const refusal = refusalOf(form.spec);
    if (refusal) {
      patch(id, { state: 'failed', failure: refusal });
      next();
      return;
    }
    running = id;
    const mine = start(form, form.depth > 0 ? { depth: form.depth } : {});
    mine.onProgress((progress) => {
      if (running === id) patch(id, { progress, state: progress.paused ? 'paused' : 'searching' });
    });
    mine.onVerdict((verdict) => {
      const drawn = verdict.verdict === 'violation' ? pictures(form, verdict.run) : {};
      patch(id, { state: 'ended', verdict, progress: verdict, ...drawn });
      if (search === mine) search = null;
      if (running === id) running = -1;
      const ended = runOf(store.getState(), id);
      if (ended) session.say({ text: endedSaid(ended), urgent: false });
      next();
    });
  }

  function pictures(form: Form, found: Parameters<typeof drawRun>[1]): Partial<Run> {
    try {
      const lifelines = drawRun(form.spec, found);
      return { lifelines, beside: drawBeside(form.spec, found, lifelines) };
    } catch (e) {
      // A world that cannot be set up with its fix in this revision has nothing to stand beside the run.
      return { failure: e instanceof Error ? e.message : String(e) };
    }
  }

  function putQuestion(asking: Asking): void {
    search?.cancel();
    const worlds = worldsFor(asking.proc).length;
    let question: Question = { asking, worlds, asked: [], at: '', state: 'asking', run: -1 };
    /** False when another one has been put since. */
    const now = (part: Partial<Question>): boolean => {
      if (store.getState().question !== question) return false;
      question = { ...question, ...part };
      store.setState({ question });
      return true;
    };
    store.setState({ question, shown: -1, queue: [] });
    const look = (spec: WorldSpec, bounds: SearchBounds): Promise<SearchVerdict | null> => {
      // Whatever is searched now was asked for since.
      if (search || question.state !== 'asking' || !now({ at: spec.world })) return Promise.resolve(null);
      const mine = start({ ...startForm(spec.world), spec }, bounds);
      return new Promise((answer) =>
        mine.onVerdict((v) => {
          if (search === mine) search = null;
          answer(v.verdict === 'limit' && v.limit === 'cancelled' ? null : v);
        }),
      );
    };
    const ended = (noticed: Noticed | null): void => {
      const all = noticed !== null || question.asked.length === worlds;
      if (!now({ at: '', state: all ? 'ended' : 'cancelled' })) return;
      if (noticed) {
        const { spec, verdict } = noticed;
        const form = { ...startForm(spec.world), spec };
        const run = newRun(form, {
          state: 'ended',
          verdict,
          progress: verdict,
          ...pictures(form, verdict.run),
        });
        now({ run });
        store.setState({ form });
      }
      session.say({ text: answerWords(question).heading, urgent: false });
    };
    void ask(asking, look, (asked) => now({ asked: [...question.asked, asked] })).then(ended);
  }

  /** The museum's next cell, if some are waiting and nothing is being searched. */
  function next(): void {
    const [cell, ...queue] = store.getState().queue;
    if (!cell || search) return;
    store.setState({ queue });
    begin(withWorld(startForm(cell.world), cell.world, cell.fixed));
  }

  return {
    store,
    change: (form) => store.setState({ form }),
    search() {
      store.setState({ queue: [] });
      begin(store.getState().form);
    },
    searchFor(spec) {
      const form = { ...startForm(spec.world), spec };
      store.setState({ form, queue: [] });
      begin(form);
    },
    ask: putQuestion,
    showQuestion: () => store.setState({ shown: -1 }),
    pause: () => search?.pause(),
    resume: () => search?.resume(),
    cancel() {
      store.setState({ queue: [] });
      search?.cancel();
    },
    show(shown) {
      const run = runOf(store.getState(), shown);
      if (run) store.setState({ shown, form: run.form, compare: false });
    },
    cell(world, fixed) {
      const known = cellRun(store.getState(), world, fixed);
      if (known && cellMark(known) !== 'none') {
        store.setState({ shown: known.id, form: known.form, compare: false });
        return;
      }
      const form = withWorld(startForm(world), world, fixed);
      store.setState({ form, queue: [] });
      begin(form);
    },
    decideAll() {
      if (store.getState().question?.state === 'asking') search?.cancel();
      const s = store.getState();
      const cells = WORLDS.flatMap((w) => [false, true].map((fixed) => ({ world: w.id, fixed })));
      store.setState({ queue: cells.filter((c) => cellMark(cellRun(s, c.world, c.fixed)) === 'none') });
      next();
    },
    close() {
      endAsking();
      search?.cancel();
    },
    link(run) {
      return run.verdict?.verdict === 'violation' ? linkOf(run.form.spec, run.verdict.run) : '';
    },
    play(run) {
      if (run.verdict?.verdict !== 'violation') return;
      const { broken, run: found } = run.verdict;
      session.set({ explorer: false });
      void session.open(
        {
          kind: 'run',
          spec: run.form.spec,
          run: found,
          broken,
          name: run.name,
        },
        null,
      );
    },
  };
}
