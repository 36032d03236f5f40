/**
 * The toy whose states Spin counts: a byte that all threads read and write in every third step, and a nibble of each
 * thread's own. `toy-3x12.pml` beside this file is the same program in Spin's language.
 */
import type { Choice } from '../../../machine/choice.ts';
import type { Broken, ChoiceLine, Explorable } from '../../../machine/explorable.ts';
import { JournaledMem } from '../../../memory/journaled.ts';
import { BlockPlan } from '../../../memory/plan.ts';
import { f, struct } from '../../../memory/struct.ts';

const Thread = struct('toy thread', { pc: f.word, nibble: f.word });

export class Toy implements Explorable {
  readonly mem: JournaledMem;
  readonly factNames = ['the byte is odd'];
  readonly maxEnabled: number;
  private readonly byte: number;
  private readonly base: number;

  constructor(
    readonly threads: number,
    private readonly length: number,
    /** The byte must never be this; -1: nothing is wrong. */
    private readonly forbidden = -1,
  ) {
    const plan = new BlockPlan();
    this.byte = plan.region(struct('toy', { byte: f.word }));
    this.base = plan.array(Thread, threads).base;
    this.maxEnabled = threads;
    const block = plan.build();
    this.mem = new JournaledMem(new Int32Array(block.words), block.kinds);
  }

  enabled(out: Int32Array): number {
    let n = 0;
    for (let t = 0; t < this.threads; t++) if (this.pc(t) < this.length) out[n++] = t;
    return n;
  }

  take(t: number): void {
    const { mem } = this;
    const at = this.base + t * Thread.$size;
    const pc = mem.ld(at + Thread.pc);
    let nibble = mem.ld(at + Thread.nibble);
    if (pc % 3 === 0) {
      const byte = (mem.ld(this.byte) * 3 + nibble + t + 1 + pc) & 255;
      mem.st(this.byte, byte);
      nibble += byte;
    } else nibble = nibble * 5 + pc;
    mem.st(at + Thread.nibble, nibble & 15);
    mem.st(at + Thread.pc, pc + 1);
  }

  broken(): Broken | null {
    if (this.mem.w[this.byte] !== this.forbidden) return null;
    return { symptom: 'rule', rule: 'T1', text: `The byte is ${this.forbidden}.` };
  }

  pending(): string {
    return '';
  }

  facts(): number {
    return this.mem.w[this.byte]! & 1;
  }

  local(t: number): boolean {
    return this.pc(t) % 3 !== 0;
  }

  threadOf(t: number): number {
    return t;
  }

  describe(t: number): ChoiceLine {
    return {
      thread: t,
      procedure: 'toy',
      step: `S${this.pc(t)}`,
      label: this.local(t) ? 'Own nibble' : 'Byte',
    };
  }

  schedule(codes: readonly number[]): Choice[] {
    return codes.map((tid) => ({ kind: 'step', tid }));
  }

  private pc(t: number): number {
    return this.mem.w[this.base + t * Thread.$size + Thread.pc]!;
  }
}
