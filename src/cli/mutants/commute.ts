/**
 * Whether two neighbouring steps, each with all that it calls, may stand the other way round: in every state that is met, both orders lead
 * to one state, and of one of the two no other thread's next step, before, between or behind them, touches what it touches. Then that one
 * can be put off, or done earlier, without anybody seeing it.
 */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { stepWithoutTime } from '../../machine/explore/crank.ts';
import type { Machine } from '../../machine/machine.ts';
import { Access, type JournaledMem } from '../../memory/journaled.ts';

/** Words that a step reads and writes, and those of them that it accesses atomically. */
export interface Foot {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
  readonly atomics: ReadonlySet<number>;
}

/** What looks at a world in each state that is met, and leaves it as it is. */
export interface Onlooker {
  look(x: Machine, m: JournaledMem): void;
}

const meets = (a: Foot, b: Foot): boolean =>
  some(a.writes, b.writes) || some(a.writes, b.reads) || some(a.reads, b.writes);

function some(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const i of a) if (b.has(i)) return true;
  return false;
}

export class Commuting implements Onlooker {
  /** States in which the first of the two was about to be done. */
  states = 0;
  /** Another thread's next step touches what the first, or the second, touches. */
  private firstSeen = false;
  private secondSeen = false;
  /** The two orders led to different states, or one of the two did not simply go down. */
  differ = false;

  /** `first`: address of the upper step; the other one stands below it. */
  constructor(readonly first: number) {}

  /** Whether nothing speaks against it. */
  get holds(): boolean {
    return this.states > 0 && !this.differ && !(this.firstSeen && this.secondSeen);
  }

  /** Looks at each thread that stands at the first step; leaves the world as it is. */
  look(x: Machine, m: JournaledMem): void {
    if (this.differ || (this.firstSeen && this.secondSeen)) return;
    for (let t = 0; t < x.W.cfg.threads; t++) {
      const fp = m.w[x.W.th(t) + ThreadCtx.fp]!;
      if (m.w[fp] !== this.first || !x.enabled(t)) continue;
      const watch = m.watch;
      const mark = m.mark();
      try {
        this.compare(x, m, t, fp);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        this.differ = true;
      }
      m.undo(mark);
      m.watch = watch;
    }
  }

  private compare(x: Machine, m: JournaledMem, t: number, fp: number): void {
    const { first } = this;
    const second = first + 1;
    const mark = m.mark();
    const before = this.others(x, m, t);
    const a = whole(x, m, t, fp);
    // It waits for another thread, which the other one, done first, might not.
    if (!a) {
      this.apart();
      return;
    }
    this.states++;
    const between = this.others(x, m, t);
    const b = this.down(x, m, fp, second) ? whole(x, m, t, fp) : null;
    if (!b || !this.down(x, m, fp, second + 1)) return;
    const behind = this.others(x, m, t);
    const [one, two] = [m.lane(0, true), m.lane(1, true)];
    m.undo(mark);
    m.st(fp, second);
    if (!whole(x, m, t, fp) || !this.down(x, m, fp, second + 1)) {
      this.apart();
      return;
    }
    const turned = this.others(x, m, t);
    m.st(fp, first);
    if (!whole(x, m, t, fp) || !this.down(x, m, fp, second)) {
      this.apart();
      return;
    }
    m.st(fp, second + 1);
    if (m.lane(0, true) !== one || m.lane(1, true) !== two) this.differ = true;
    m.undo(mark);
    const all = [...before, ...between, ...behind, ...turned];
    if (all.some((o) => meets(o, a))) this.firstSeen = true;
    if (all.some((o) => meets(o, b))) this.secondSeen = true;
  }

  /** Whether the thread stands at that step in its frame, and the machine goes on; else nothing is known of the two. */
  private down(x: Machine, m: JournaledMem, fp: number, place: number): boolean {
    if (m.w[fp] === place && !x.stopped) return true;
    this.apart();
    return false;
  }

  private apart(): void {
    this.differ = true;
  }

  /** What the next step of each other thread touches. */
  private others(x: Machine, m: JournaledMem, t: number): Foot[] {
    const out: Foot[] = [];
    for (let o = 0; o < x.W.cfg.threads; o++) {
      if (o === t || !x.enabled(o)) continue;
      const mark = m.mark();
      out.push(tread(x, m, o));
      m.undo(mark);
    }
    return out;
  }
}

/** Steps of one call at most. */
const LONGEST = 400;

/** Takes a step of thread `t` and all that it calls, until its frame `fp` is on top again; null where it waits for another thread. */
function whole(x: Machine, m: JournaledMem, t: number, fp: number): Foot | null {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const atomics = new Set<number>();
  for (let n = 0; n < LONGEST; n++) {
    const mark = m.mark();
    const foot = tread(x, m, t);
    if (m.mark() === mark) return null;
    for (const i of foot.reads) reads.add(i);
    for (const i of foot.writes) writes.add(i);
    for (const i of foot.atomics) atomics.add(i);
    if (x.stopped || m.w[x.W.th(t) + ThreadCtx.fp] === fp) return { reads, writes, atomics };
  }
  return null;
}

/** Takes a step of thread `t` and tells what it touched; words that only drawing reads do not count. */
export function tread(x: Machine, m: JournaledMem, t: number): Foot {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const atomics = new Set<number>();
  m.watch = (kind, i) => {
    if (m.kinds[i] === 0) return;
    if (kind === Access.ald || kind === Access.ast) atomics.add(i);
    if (kind === Access.st || kind === Access.ast) writes.add(i);
    else reads.add(i);
  };
  try {
    stepWithoutTime(x, t);
  } finally {
    m.watch = null;
  }
  return { reads, writes, atomics };
}
