/** The words of an item, field by field. */
import type { Edition, Field } from './edition.ts';
import { gone } from './gone.ts';
import type { Values } from './values.ts';

/** How the items of a struct are moved: what is known on both sides, what is not here any more, what has come since. */
interface Plan {
  moves: { from: number; to: number; words: number; holds: string; path: string }[];
  lost: Field[];
  fresh: Field[];
}

/** Fields that are not here any more as they were, and need not be: a pointer to the first CID, whose bytes stand there today. */
const FOLLOWS: ReadonlySet<string> = new Set(['quic_conn.scid']);

export class Items {
  private readonly plans = new Map<string, Plan>();

  constructor(
    private readonly from: Edition,
    private readonly to: Edition,
    private readonly values: Values,
    private readonly words: Int32Array,
    private readonly out: Int32Array,
  ) {}

  /** Fields that the other edition did not have. */
  fresh(struct: string): readonly Field[] {
    return this.plan(struct).fresh;
  }

  /** Moves the item at `a` to `b`; fields that have come since stay as they are. Throws FileProblem. */
  move(struct: string, a: number, b: number): void {
    const { words, out, values } = this;
    const { moves, lost } = this.plan(struct);
    for (const f of lost)
      if (!FOLLOWS.has(`${struct}.${f.path}`) && !this.empty(f, a + f.offset))
        throw gone(`a ${struct} has no field ${f.path}`);
    for (const { from, to, words: n, holds, path } of moves) {
      const what = (): string => `${path} of a ${struct}`;
      for (let i = 0; i < n; i++) out[b + to + i] = values.of(words[a + from + i]!, holds, what);
    }
  }

  /** Gives the fields that have come since, in an item that was not there at boot, what an allocation and its maker give: zero, an empty list. */
  begin(struct: string, b: number): void {
    for (const f of this.fresh(struct)) {
      const at = b + f.offset;
      this.out.fill(f.holds === 'list' ? at : 0, at, at + f.words);
    }
  }

  /** Whether nothing is lost with a field: it is only drawn, zero, or a list of nobody. */
  private empty(f: Field, at: number): boolean {
    if (f.holds === 'raw') return true;
    const none = f.holds === 'list' ? at : 0;
    for (let i = at; i < at + f.words; i++) if (this.words[i] !== 0 && this.words[i] !== none) return false;
    return true;
  }

  private plan(struct: string): Plan {
    let plan = this.plans.get(struct);
    if (!plan) {
      plan = planOf(leaves(this.from, struct), leaves(this.to, struct));
      this.plans.set(struct, plan);
    }
    return plan;
  }
}

const leaves = (e: Edition, struct: string): Field[] =>
  (e.structs.get(struct) ?? []).filter((f) => !f.holds.startsWith('part '));

function planOf(from: readonly Field[], to: readonly Field[]): Plan {
  const here = new Map(to.map((f) => [f.path, f]));
  const plan: Plan = { moves: [], lost: [], fresh: [] };
  const known = new Set<string>();
  for (const f of from) {
    const t = here.get(f.path);
    if (!t || t.words !== f.words || kind(t) !== kind(f)) {
      plan.lost.push(f);
      continue;
    }
    known.add(f.path);
    plan.moves.push({ from: f.offset, to: t.offset, words: f.words, holds: f.holds, path: f.path });
  }
  plan.fresh = to.filter((f) => !known.has(f.path));
  return plan;
}

/** Numbers that are only drawn are numbers; pointers are pointers, whatever to. */
const kind = ({ holds }: Field): string => (holds === 'raw' ? '' : holds.startsWith('>') ? '>' : holds);
