import type { Explorable } from '../../machine/explorable.ts';
import { ableIn, fair } from './cycles.ts';
import { settle } from './settle.ts';
import { countFacts, FOR_EVER, probe, type Solo, type SoloFind } from './solo.ts';

/** Choices of a walk when no bound is given. */
const LONGEST = 2000;

/** Walks from the beginning, each choice drawn from those enabled. It can find, and never say that nothing is there. */
export class RandomWalk implements Solo {
  states = 0;
  transitions = 0;
  deepest = 0;
  find: SoloFind | null = null;
  readonly cut = true;
  readonly back = 0;
  readonly full = false;
  readonly facts: number[];
  private readonly start = new Int32Array(5);
  private readonly saved = new Int32Array(5);
  private readonly codes: Int32Array;
  private readonly ways: Int32Array;
  private readonly walk: number[] = [];
  /** Threads that can step in each state of the walk, and where in it a state stands. */
  private readonly able: number[] = [];
  private readonly been = new Map<number, number>();
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
    const again = this.again(n);
    if (again) {
      this.find = again;
      return;
    }
    if (n === 0 || walk.length >= this.bound) {
      x.mem.restore(this.start);
      x.moved?.();
      walk.length = 0;
      this.able.length = 0;
      this.been.clear();
      return;
    }
    const code = this.ways[this.draw(n)]!;
    x.take(code);
    if (this.reduction) settle(x);
    walk.push(code);
    this.deepest = Math.max(this.deepest, walk.length);
  }

  /** The walk as one that goes on for ever, if the present state has been in it and no thread is left out since. */
  private again(n: number): SoloFind | null {
    const { x, walk, able, been } = this;
    const key = (x.mem.lane(0, false) >>> 0) * 0x200000 + (x.mem.lane(1, false) >>> 11);
    const from = been.get(key);
    been.set(key, walk.length);
    able.push(ableIn(x, this.ways.subarray(0, n)));
    if (from === undefined || !fair(x, able.slice(from), walk.slice(from))) return null;
    return { codes: [...walk], broken: FOR_EVER, inState: false, cycleFrom: from };
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
