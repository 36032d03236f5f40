import { type Problem, problemText } from './problems.ts';

/** A problem as reports give it; `frame` is null where it belongs to no packet. */
export interface ReportedProblem {
  frame: number | null;
  text: string;
}

/** At most so many are listed; then one more says how many are left out. */
const MOST = 100;

/** One entry a kind, with how often it was met. */
export function problemList(problems: readonly Problem[]): ReportedProblem[] {
  const all = problems.map((problem) => ({
    frame: problem.frame === 0 ? null : problem.frame,
    text: problemText(problem),
  }));
  if (all.length <= MOST) return all;
  return [
    ...all.slice(0, MOST),
    { frame: null, text: `${all.length - MOST} further problems are not listed.` },
  ];
}
