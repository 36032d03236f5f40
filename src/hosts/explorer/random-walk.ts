import type { Explorable } from '../../machine/explorable.ts';
import { settle } from './settle.ts';
import { countFacts, probe, type Solo, type SoloFind } from './solo.ts';

/** Choices of a walk when no bound is given. */
const LONGEST = 2000;

/** Walks from the beginning, each choice drawn from those enabled. It can find, and never say that nothing is there. */
export class RandomWalk implements Solo {
  states = 0;
  transitions = 0;
  deepest = 0;
  find: SoloFind | null = null;
  readonly cut = true;
  readonly full = false;
  readonly facts: number[];
  private readonly start = new Int32Array(5);
  private readonly saved = new Int32Array(5);
  private readonly codes: Int32Array;
  private readonly ways: Int32Array;
  private readonly walk: number[] = [];
  private random: number;

  constructor(
    private readonly x: Explorable,
    private readonly reduction: boolean,
    private readonly bound: number = LONGEST,
    seed = 1,
  ) {
    this.codes = new Int32Array(x.maxEnabled);
    this.ways = new Int32Array(x.maxEnabled);
    this.facts = x.factNames.map(() => 0);
    this.random = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    x.mem.restart();
    const broken = reduction ? settle(x) : null;
    if (broken) this.find = { codes: [], broken, inState: false };
    x.mem.save(this.start);
  }

  get depth(): number {
    return this.walk.length;
  }

  get memoryBytes(): number {
    return (this.x.mem.log.length + this.x.mem.w.length) * 4;
  }

  expand(limit: number): boolean {
    const end = this.transitions + limit;
    while (this.transitions < end && this.find === null) this.go();
    return this.find === null;
  }

  private go(): void {
    const { x, walk } = this;
    this.states++;
    countFacts(this.facts, x.facts());
    let n = 0;
    const found = probe(x, this.reduction, this.codes, this.saved, (code) => {
      this.ways[n++] = code;
    });
    this.transitions += Math.max(1, n);
    if (found) {
      const codes = found.code >= 0 ? [...walk, found.code] : [...walk];
      this.find = { codes, broken: found.broken, inState: found.code < 0 };
      return;
    }
    if (n === 0 || walk.length >= this.bound) {
      x.mem.restore(this.start);
      x.moved?.();
      walk.length = 0;
      return;
    }
    const code = this.ways[this.draw(n)]!;
    x.take(code);
    if (this.reduction) settle(x);
    walk.push(code);
    this.deepest = Math.max(this.deepest, walk.length);
  }

  /** 0..n-1, xorshift. */
  private draw(n: number): number {
    let r = this.random;
    r ^= r << 13;
    r ^= r >>> 17;
    r ^= r << 5;
    this.random = r;
    return (r >>> 0) % n;
  }
}
