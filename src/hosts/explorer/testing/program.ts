/** Small random programs: threads over a few shared words, with locks, asserts, plain accesses and loops. */
import type { Choice } from '../../../machine/choice.ts';
import type { Broken, ChoiceLine, Explorable } from '../../../machine/explorable.ts';
import { JournaledMem } from '../../../memory/journaled.ts';
import { BlockPlan } from '../../../memory/plan.ts';
import { f, struct } from '../../../memory/struct.ts';

/** `word` is a shared word, `k` a small constant, `to` a line of the same thread. */
export type Op =
  /** Own word only: nobody can notice. */
  | { op: 'own'; k: number }
  | { op: 'mix'; word: number; k: number }
  /** Plain: may race. */
  | { op: 'read'; word: number }
  | { op: 'write'; word: number; k: number }
  | { op: 'lock'; word: number }
  | { op: 'unlock'; word: number }
  /** Breaks rule `A` where the own word is `k`. */
  | { op: 'assert'; k: number }
  /** Goes to `to`, which may be behind, while the shared word is `k`. */
  | { op: 'loop'; word: number; k: number; to: number };

export interface ProgramSpec {
  threads: readonly (readonly Op[])[];
  /** Word 0 must not be this; -1: whatever it likes. */
  forbidden: number;
}

export const WORDS = 3;
const Thread = struct('program thread', { pc: f.word, own: f.word });

export class ProgramWorld implements Explorable {
  readonly mem: JournaledMem;
  readonly threads: number;
  readonly factNames = ['word 1 is set', 'word 2 is odd'];
  readonly maxEnabled: number;
  private readonly shared: number;
  private readonly base: number;
  private wrong: Broken | null = null;
  private footprints: { word: number; writes: boolean; thread: number }[] = [];

  constructor(private readonly spec: ProgramSpec) {
    this.threads = spec.threads.length;
    this.maxEnabled = this.threads;
    const plan = new BlockPlan();
    this.shared = plan.region(struct('program', { words: f.words(WORDS) }));
    this.base = plan.array(Thread, this.threads).base;
    const block = plan.build();
    this.mem = new JournaledMem(new Int32Array(block.words), block.kinds);
  }

  enabled(out: Int32Array): number {
    let n = 0;
    for (let t = 0; t < this.threads; t++) {
      const op = this.op(t);
      if (op && !(op.op === 'lock' && this.word(op.word) !== 0)) out[n++] = t;
    }
    return n;
  }

  take(t: number): void {
    const { mem } = this;
    const op = this.op(t)!;
    const pc = this.base + t * Thread.$size + Thread.pc;
    const own = this.base + t * Thread.$size + Thread.own;
    const o = mem.ld(own);
    let to = mem.ld(pc) + 1;
    this.wrong = null;
    switch (op.op) {
      case 'own':
        mem.st(own, (o * 3 + op.k) & 7);
        break;
      case 'mix':
        mem.ast(this.shared + op.word, (mem.ald(this.shared + op.word) * 3 + o + op.k) & 7);
        break;
      case 'read':
        this.footprints.push({ word: op.word, writes: false, thread: t });
        mem.st(own, mem.ld(this.shared + op.word));
        break;
      case 'write':
        this.footprints.push({ word: op.word, writes: true, thread: t });
        mem.st(this.shared + op.word, op.k);
        break;
      case 'lock':
        mem.ast(this.shared + op.word, t + 1);
        break;
      case 'unlock':
        mem.ast(this.shared + op.word, 0);
        break;
      case 'assert':
        if (o === op.k) this.wrong = { symptom: 'rule', rule: 'A', text: `T${t} holds ${o}.` };
        break;
      case 'loop':
        if (mem.ald(this.shared + op.word) === op.k) to = op.to;
        break;
    }
    mem.st(pc, to);
    if (op.op !== 'own' && this.word(0) === this.spec.forbidden)
      this.wrong ??= { symptom: 'rule', rule: 'W', text: `Word 0 is ${this.spec.forbidden}.` };
  }

  broken(): Broken | null {
    return this.wrong;
  }

  pending(): string {
    for (let t = 0; t < this.threads; t++) if (this.op(t)) return `T${t} waits for a lock for ever.`;
    return '';
  }

  facts(): number {
    return (this.word(1) ? 1 : 0) | ((this.word(2) & 1) << 1);
  }

  opened(): void {
    this.footprints = [];
  }

  closed(): Broken | null {
    for (const f of this.footprints) {
      for (const g of this.footprints) {
        if (f.thread >= g.thread || f.word !== g.word || !(f.writes || g.writes)) continue;
        return { symptom: 'race', rule: '', text: `T${f.thread} and T${g.thread} meet at word ${f.word}.` };
      }
    }
    return null;
  }

  local(t: number): boolean {
    return this.op(t)?.op === 'own';
  }

  threadOf(t: number): number {
    return t;
  }

  describe(t: number): ChoiceLine {
    return { thread: t, procedure: 'program', step: `P${this.pc(t)}`, label: JSON.stringify(this.op(t)) };
  }

  schedule(codes: readonly number[]): Choice[] {
    return codes.map((tid) => ({ kind: 'step', tid }));
  }

  private op(t: number): Op | undefined {
    return this.spec.threads[t]![this.pc(t)];
  }

  private pc(t: number): number {
    return this.mem.w[this.base + t * Thread.$size + Thread.pc]!;
  }

  private word(i: number): number {
    return this.mem.w[this.shared + i]!;
  }
}
