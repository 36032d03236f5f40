/** Steps and procedures of another edition, here: by key and label, through labels that have been replaced since. */
import type { Edition } from './edition.ts';
import { gone } from './gone.ts';

/** A step of an edition: its procedure's id, and which of its steps it is. */
export interface Place {
  proc: number;
  step: number;
}

export class Places {
  private readonly first: readonly number[];
  private readonly firstHere: readonly number[];
  private readonly ids: ReadonlyMap<string, number>;

  constructor(
    private readonly from: Edition,
    private readonly here: Edition,
    private readonly renamed: ReadonlyMap<string, string>,
  ) {
    this.first = begins(from);
    this.firstHere = begins(here);
    this.ids = new Map(here.procs.map((p, id) => [p.key, id]));
  }

  /** The step at an address of the other edition; null where there is none. */
  at(pc: number): Place | null {
    if (!(pc >= 0)) return null;
    const proc = this.first.findLastIndex((f) => f <= pc);
    const step = pc - (this.first[proc] ?? 0);
    return proc >= 0 && step < this.from.procs[proc]!.labels.length ? { proc, step } : null;
  }

  /** The id here of a procedure of the other edition. Throws FileProblem. */
  proc(id: number): number {
    const p = this.from.procs[id];
    const here = p && this.ids.get(p.key);
    if (here === undefined) throw gone(`there is no procedure ${p?.key ?? id}`);
    return here;
  }

  /** The address here of a step of the other edition. Throws FileProblem. */
  step({ proc, step }: Place): number {
    const id = this.proc(proc);
    const { key, labels } = this.here.procs[id]!;
    const was = this.from.procs[proc]!.labels[step]!;
    let label: string | undefined = was;
    // A label never comes back, so this ends; a table from outside decides nothing here.
    while (label !== undefined && !labels.includes(label)) label = this.renamed.get(`${key}/${label}`);
    if (label === undefined) throw gone(`${key} has no step ${was}`);
    return this.firstHere[id]! + labels.indexOf(label);
  }
}

function begins({ procs }: Edition): number[] {
  let n = 0;
  return procs.map((p) => {
    const first = n;
    n += p.labels.length;
    return first;
  });
}
