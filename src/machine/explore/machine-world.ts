/**
 * The machine as a world to be searched: the very steps that run on the workers, over memory that can be taken back, without
 * time. Steps cost nothing; a thread's clock moves only when the search lets its timer run out.
 */
import { BUGS, bugText } from '../../haproxy/model/bugs.ts';
import { LEDGER } from '../../haproxy/model/flags.ts';
import { Global, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { CompiledStep, Program } from '../../haproxy/step/compile.ts';
import { silent } from '../../haproxy/step/events.ts';
import { ROLE } from '../../haproxy/step/roles.ts';
import { mixA } from '../../memory/hash.ts';
import { JournaledMem } from '../../memory/journaled.ts';
import type { Choice } from '../choice.ts';
import type { Broken, Change, ChoiceLine, Explorable } from '../explorable.ts';
import { Machine } from '../machine.ts';
import { deliverNow } from '../network.ts';
import { orderRebind } from '../orders.ts';
import { unreadSocket } from '../rules/waiting.ts';
import { BUDGET, type ExploreBounds } from './bounds.ts';
import { stepWithoutTime } from './crank.ts';
import { FACTS, Facts } from './facts.ts';
import { nameOfWord } from './names.ts';
import { type Changed, Reach } from './reach.ts';
import { RuleEye } from './rule-eye.ts';
import { StepMemory } from './step-memory.ts';
import { Watcher } from './watcher.ts';
import { wordsOf } from './words.ts';

/** Switches of `off` beside the rules' numbers. */
export const WATCHED_FOR = ['poison', 'owner', 'race', 'deadlock'] as const;

/** Words at which races are looked for: those of objects; the same, each race by the name of its word; or every atomic word, likewise. */
export type Races = 'objects' | 'named' | 'everywhere';

/** Codes: kind in the high bits, operand below. Threads first, so that of two equally short runs the plainer comes first. */
const KIND = 1 << 12;
const STEP = 0;
const DELIVER = KIND;
const EXPIRE = 2 * KIND;
const FAIL = 3 * KIND;
const REBIND = 4 * KIND;
const FAIL_SOCKET = 5 * KIND;

const DGRAM_END = ROLE.dgramEnd;

export class MachineWorld implements Explorable {
  readonly mem: JournaledMem;
  readonly threads: number;
  readonly factNames = FACTS;
  readonly changes: readonly Change[];
  readonly executed: Float64Array;
  readonly P: Program;
  readonly maxEnabled: number;
  readonly x: Machine;
  private readonly watcher: Watcher;
  private readonly eye: RuleEye;
  private readonly met: Facts;
  private readonly known: StepMemory;
  /** What was foretold of the present state's steps, by thread; 0: nothing. */
  private readonly foretold: Int32Array;
  private readonly look = (i: number): void => this.known.look(i);
  private readonly deliver: readonly number[];
  private readonly all: readonly number[];
  private wrong: Broken | null = null;
  /** The choice taken last has not been looked at by rules yet: the journal before it, its thread (-1: none), where that stood. */
  private asked = true;
  private readonly last = { mark: 0, t: -1, fp: 0, pc: 0 };
  /** Of the state whose choices are being taken: its hash, how many steps were taken, whether all left it as it was. */
  private readonly from = { a: 0, b: 0, taken: 0, still: true };

  /**
   * `block` is the beginning; it is copied. `off`: numbers of rules, and words of WATCHED_FOR, that are not looked at.
   * `changed`: what of the program is to be come to before "safe" means anything. `races`: where they are looked for.
   */
  constructor(
    readonly W: World,
    program: Program,
    block: Int32Array,
    readonly bounds: ExploreBounds,
    private readonly off: ReadonlySet<string>,
    changed: readonly Changed[] = [],
    private readonly races: Races = 'objects',
  ) {
    const reach = new Reach(program, changed);
    this.changes = reach.changes;
    this.executed = reach.executed;
    const P = reach.program;
    this.P = P;
    const words = wordsOf(W, races === 'everywhere');
    const w = block.slice();
    w[W.budget + BUDGET.timers] = bounds.timerFirings;
    w[W.budget + BUDGET.failures] = bounds.allocationFailures;
    w[W.budget + BUDGET.sockets] = W.failSocket ? bounds.socketFailures : 0;
    w[W.budget + BUDGET.orders] = 0;
    this.mem = new JournaledMem(w, words.kinds);
    this.x = new Machine(this.mem, W, P, silent);
    this.threads = W.cfg.threads;
    this.all = Array.from({ length: W.consts.datagrams.count }, (_, d) => d);
    this.deliver = [...bounds.deliver].sort((a, b) => a - b);
    this.maxEnabled = 2 * this.threads + this.deliver.length + 2 + bounds.rebinds.length;
    this.watcher = new Watcher(this.mem, W, words, {
      poison: off.has('poison'),
      owner: off.has('owner'),
      list: off.has('I10'),
      race: off.has('race'),
    });
    this.eye = new RuleEye(this.x, this.mem, off);
    this.met = new Facts(this.x, bounds);
    this.foretold = new Int32Array(this.threads);
    this.known = new StepMemory(this.mem, this.threads, P.steps.length, {
      touch: (accesses, from, to) => this.watcher.touch(accesses, from, to),
      executed: this.executed,
    });
  }

  enabled(out: Int32Array): number {
    const { x, W, bounds } = this;
    const { w } = this.mem;
    if (x.stopped) return 0;
    let n = 0;
    for (let t = 0; t < this.threads; t++) if (x.enabled(t)) out[n++] = STEP + t;
    for (const d of this.deliver) if ((w[W.ledger(d)]! & 0xff) === LEDGER.FUTURE) out[n++] = DELIVER + d;
    if (w[W.budget + BUDGET.timers]! > 0)
      for (let t = 0; t < this.threads; t++) if (this.canExpire(t)) out[n++] = EXPIRE + t;
    if (w[W.budget + BUDGET.failures]! > 0 && w[W.failWord] === 0) out[n++] = FAIL;
    for (let i = 0; i < bounds.rebinds.length; i++) if (this.canOrder(i)) out[n++] = REBIND + i;
    if (w[W.budget + BUDGET.sockets]! > 0 && w[W.failSocket] === 0) out[n++] = FAIL_SOCKET;
    return n;
  }

  private canExpire(t: number): boolean {
    const { w } = this.mem;
    const th = this.W.th(t);
    return w[th + ThreadCtx.waiting] !== 0 && w[th + ThreadCtx.waitMs] !== 0 && !this.x.enabled(t);
  }

  /** An order that would be refused is not enabled: trying it leaves nothing behind. */
  private canOrder(i: number): boolean {
    const { mem, W, x } = this;
    if (mem.w[W.budget + BUDGET.orders]! & (1 << i)) return false;
    const [conn, tid] = this.bounds.rebinds[i]!;
    const mark = mem.mark();
    const can = orderRebind(x, conn, tid) === '';
    mem.undo(mark);
    return can;
  }

  take(code: number): void {
    const { mem, W, x } = this;
    this.wrong = null;
    this.asked = false;
    const { last } = this;
    last.mark = mem.mark();
    last.t = -1;
    if (code < KIND) this.step(code);
    else {
      if (code < EXPIRE) must(deliverNow(x, code - DELIVER, -1, -1));
      else if (code < FAIL) this.expire(code - EXPIRE);
      else if (code < REBIND) {
        mem.add(W.budget + BUDGET.failures, -1);
        mem.st(W.failWord, 1);
      } else if (code >= FAIL_SOCKET) {
        mem.add(W.budget + BUDGET.sockets, -1);
        mem.st(W.failSocket, 1);
      } else {
        const [conn, tid] = this.bounds.rebinds[code - REBIND]!;
        mem.or(W.budget + BUDGET.orders, 1 << (code - REBIND));
        must(orderRebind(x, conn, tid));
      }
    }
    const { from } = this;
    // Only threads go on for ever: a datagram may never arrive, a timer never run out.
    if (code >= KIND) return;
    from.taken++;
    if (mem.lane(0, false) !== from.a || mem.lane(1, false) !== from.b) from.still = false;
  }

  foretell(code: number, out: Int32Array, at: number): boolean {
    if (code >= KIND) return false;
    const { w } = this.mem;
    const deed = this.known.find(code, w[w[this.x.th[code]! + ThreadCtx.fp]!]!);
    this.foretold[code] = deed;
    return deed !== 0 && this.known.foretell(deed, out, at);
  }

  /**
   * By how deep each thread is in its calls, which most steps leave as it is, and by the step of the first thread, four of them together:
   * without that, parts are few and some of them large.
   */
  part(): number {
    return this.partWhere(this.mem.w[this.mem.w[this.x.th[0]! + ThreadCtx.fp]!]!);
  }

  partAfter(code: number): number {
    return code === 0 ? this.partWhere(this.known.standsAt(this.foretold[0]!)) : this.part();
  }

  private partWhere(first: number): number {
    const { w } = this.mem;
    let h = mixA(this.threads + 1, first >> 2);
    for (let t = 0; t < this.threads; t++) h = mixA(t + 1, h ^ w[this.x.th[t]! + ThreadCtx.fp]!);
    return h;
  }

  pass(code: number): void {
    const { foretold, known, from } = this;
    const deed = foretold[code]!;
    foretold[code] = 0;
    this.watcher.knows(code);
    known.count(deed);
    from.taken++;
    if (!known.stays(deed)) from.still = false;
  }

  private step(t: number): void {
    const { mem, x, watcher, last, known } = this;
    const fp = mem.w[x.th[t]! + ThreadCtx.fp]!;
    const pc = mem.w[fp]!;
    last.t = t;
    last.fp = fp;
    last.pc = pc;
    watcher.knows(t);
    const deed = this.foretold[t]! || known.find(t, pc);
    this.foretold[t] = 0;
    if (deed !== 0) known.repeat(deed);
    else this.execute(t, fp, pc);
    if (this.asked) return;
    this.wrong = this.faultText() ?? this.stopped() ?? this.twice(this.P.steps[pc]!);
    if (this.wrong) this.asked = true;
  }

  private execute(t: number, fp: number, pc: number): void {
    const { x, watcher, known } = this;
    const learns = known.begin(t, pc);
    if (learns) {
      watcher.beginLearning(t, this.look);
      // Locals are read past the watch; where they lie says the thread.
      known.look(x.th[t]! + ThreadCtx.fp);
      for (let i = 0; i < this.P.steps[pc]!.frameSize; i++) known.look(fp + i);
    } else watcher.begin(t);
    try {
      stepWithoutTime(x, t);
    } catch (error) {
      // Freed or torn memory can lead a step anywhere; that it does is the finding.
      if (!(error instanceof Error)) throw error;
      watcher.end();
      this.asked = true;
      this.wrong = this.faultText() ?? {
        symptom: 'poison',
        rule: '',
        text: `T${t} cannot go on in ${this.P.steps[pc]!.proc.name}: ${error.message}`,
      };
      return;
    }
    watcher.end();
    if (!learns || watcher.fault) return;
    // At the end of a callback, and of a datagram, is asked what is not asked within.
    const { w } = this.mem;
    const plain = w[x.th[t]! + ThreadCtx.fp] === fp && !(this.P.steps[pc]!.roles & DGRAM_END);
    known.learned(t, pc, watcher.touches, plain ? w[fp]! : -1);
  }

  private expire(t: number): void {
    const { mem, W } = this;
    const th = W.th(t);
    mem.add(W.budget + BUDGET.timers, -1);
    mem.st(th + ThreadCtx.clockMs, mem.ld(th + ThreadCtx.waitMs));
    this.x.expire(t);
  }

  private faultText(): Broken | null {
    const f = this.watcher.fault;
    if (!f) return null;
    const does = f.write ? 'writes' : 'reads';
    const name = nameOfWord(this.x, f.word);
    if (f.kind === 'list') return { symptom: 'rule', rule: 'I10', text: `T${f.tid} ${does} ${name}` };
    return f.kind === 'poison'
      ? { symptom: 'poison', rule: '', text: `T${f.tid} ${does} ${name}, which has been freed` }
      : { symptom: 'owner', rule: 'I1', text: `T${f.tid} ${does} ${name}, which T${f.owner} owns` };
  }

  /** A datagram that has just been parsed to its end a second time. */
  private twice(s: CompiledStep): Broken | null {
    if (!(s.roles & DGRAM_END) || this.off.has('I12')) return null;
    const { W } = this;
    for (const d of this.all) {
      const v = this.mem.w[W.ledger(d)]!;
      if ((v & 0xff) === LEDGER.HANDLED && ((v >> 8) & 0xff) === 0xff)
        return { symptom: 'twice', rule: 'I12', text: `datagram ${d + 1} was handled twice` };
    }
    return null;
  }

  private stopped(): Broken | null {
    const { w } = this.mem;
    const g = this.W.global;
    const bug = w[g + Global.bug]!;
    if (bug === 0) return null;
    const b = BUGS[bug - 1]!;
    return { symptom: 'bug', rule: b.text, text: bugText(b, w[g + Global.bugTid]!) };
  }

  broken(known = false): Broken | null {
    if (!this.asked) {
      const { mark, t, fp, pc } = this.last;
      this.asked = true;
      this.wrong = this.eye.after(mark, t, fp, pc, known);
    }
    return this.wrong;
  }

  /** A datagram in a socket's queue that no poller will report; all else that can wait is in a rule at quiescence. */
  pending(): string {
    const { x } = this;
    return x.stopped || this.off.has('deadlock') ? '' : unreadSocket(x);
  }

  facts(): number {
    return this.met.now();
  }

  opened(): void {
    const { mem, from } = this;
    from.a = mem.lane(0, false);
    from.b = mem.lane(1, false);
    from.taken = 0;
    from.still = true;
    this.watcher.open();
  }

  closed(): Broken | null {
    this.watcher.close();
    const r = this.watcher.race;
    if (r) {
      const does = (writes: boolean): string => (writes ? 'writes' : 'reads');
      const word = nameOfWord(this.x, r.word);
      return {
        symptom: 'race',
        rule: this.races === 'objects' ? '' : word,
        text: `T${r.other} ${does(r.otherWrites)} ${word} while T${r.tid} ${does(r.write)} it`,
      };
    }
    if (this.from.taken === 0 || !this.from.still || this.off.has('deadlock')) return null;
    return { symptom: 'deadlock', rule: '', text: `${this.spinning()}, and nobody else can step` };
  }

  private spinning(): string {
    const spin: string[] = [];
    for (let t = 0; t < this.threads; t++)
      if (this.x.enabled(t)) spin.push(`T${t} tries again for ever in ${this.x.at(t).proc.name}`);
    return spin.join(', ');
  }

  threadOf(code: number): number {
    return code < KIND ? code : -1;
  }

  describe(code: number): ChoiceLine {
    const of = (step: string, label: string): ChoiceLine => ({ thread: -1, procedure: '', step, label });
    if (code < KIND) {
      const s = this.x.at(code);
      return { thread: code, procedure: s.proc.name, step: s.label, label: s.text };
    }
    if (code < EXPIRE) return of('deliver', `Datagram ${code - DELIVER + 1} arrives`);
    if (code < FAIL) return of('expire', `The next timer of T${code - EXPIRE} runs out`);
    if (code < REBIND) return of('fail-allocation', 'The next allocation will fail');
    if (code >= FAIL_SOCKET) return of('fail-socket', 'The next call of a connection on a socket will fail');
    const [conn, tid] = this.bounds.rebinds[code - REBIND]!;
    return of('rebind', `Order: rebind connection ${conn} to T${tid}`);
  }

  schedule(codes: readonly number[]): Choice[] {
    return codes.map((code) => {
      if (code < KIND) return { kind: 'step', tid: code };
      if (code < EXPIRE) return { kind: 'deliver', dgram: code - DELIVER };
      if (code < FAIL) return { kind: 'expire', tid: code - EXPIRE };
      if (code < REBIND) return { kind: 'fail-allocation', n: 1 };
      if (code >= FAIL_SOCKET) return { kind: 'fail-socket', n: 1 };
      const [conn, tid] = this.bounds.rebinds[code - REBIND]!;
      return { kind: 'rebind', conn, tid };
    });
  }

  /** Hash of the present state as the machine that runs by the clock has it, without time. */
  machineHash(): string {
    return this.x.hash();
  }
}

const must = (why: string): void => {
  if (why) throw new Error(`an enabled choice is refused: ${why}`);
};
