/** The Explorer's own store: it lives as long as its figure, whether its view is open or not. */
import { createStore } from 'zustand/vanilla';
import { startForm } from './form.ts';
import type { CellMark, Form, Question, Run } from './types.ts';

export interface ExplorerState {
  form: Form;
  /** Newest first. */
  runs: Run[];
  /** The run that is shown, or -1. */
  shown: number;
  /** Whether the same choices with the fix stand beside the run. */
  compare: boolean;
  /** Cells of the museum that are still to be decided, in order. */
  queue: { world: string; fixed: boolean }[];
  /** The last one that was asked. It is shown where no run is, and above the run that answers it. */
  question: Question | null;
}

export type ExplorerStore = ReturnType<typeof createExplorerStore>;

export function createExplorerStore(world: string) {
  return createStore<ExplorerState>(() => ({
    form: startForm(world),
    runs: [],
    shown: -1,
    compare: false,
    queue: [],
    question: null,
  }));
}

export const patchRun = (runs: readonly Run[], id: number, part: Partial<Run>): Run[] =>
  runs.map((r) => (r.id === id ? { ...r, ...part } : r));

export const runOf = (s: ExplorerState, id: number): Run | undefined => s.runs.find((r) => r.id === id);

/** The newest run of a museum cell: a world as it is, nothing switched by hand. */
export const cellRun = (s: ExplorerState, world: string, fixed: boolean): Run | undefined =>
  s.runs.find((r) => {
    const { spec } = r.form;
    const own = spec.revision ?? spec.without ?? spec.mutations ?? spec.ideas ?? spec.bounds ?? spec.rulesOff;
    return spec.world === world && spec.fixed === fixed && own === undefined;
  });

/** A run that did not come to an end leaves no mark. */
export function cellMark(run: Run | undefined): CellMark {
  if (!run) return 'none';
  if (run.state === 'searching' || run.state === 'paused') return 'running';
  const verdict = run.verdict?.verdict;
  if (verdict === 'violation') return 'found';
  return verdict === 'safe' ? 'safe' : 'none';
}
