/** The coordinator of a search, in the realm that asked for it: it only counts and decides; the workers search. */
import type { Port } from '../port.ts';
import { Ticks } from '../pulse.ts';
import type {
  ChangeRun,
  FoundRun,
  LimitKind,
  Search,
  SearchOptions,
  SearchProgress,
  SearchVerdict,
} from './contract.ts';
import { before, type Find } from './find.ts';
import type { FromWorker, Lasso, Tally, ToWorker } from './messages.ts';
import type { Trail } from './retrace.ts';
import { FOR_EVER } from './solo.ts';

const PROGRESS_MS = 100;
/** The rate is that of about so many ms. */
const RATE_MS = 1000;
/** Ticks without a word from a worker that gives signs of life, after which it is lost: sorting a level takes a while. */
const SILENT = 60;

/** How long workers leave the cores to the page that a person has asked for something, ms. */
const ROOM_MS = 200;

export type SearchPort<Spec> = Port<FromWorker, ToWorker<Spec>>;

/** Starts a search over lines to workers, one a worker. They are closed when it has ended. */
export function searchOver<Spec>(
  ports: readonly SearchPort<Spec>[],
  spec: Spec,
  options: SearchOptions,
): Search {
  return new Coordinator(ports, spec, options);
}

class Coordinator<Spec> implements Search {
  private readonly listeners = new Set<(p: SearchProgress) => void>();
  private readonly waiting = new Set<(v: SearchVerdict) => void>();
  private verdict: SearchVerdict | undefined;
  private readonly tallies: (Tally | undefined)[];
  private ready = 0;
  private open = 0;
  private ended = 0;
  private byDepth: number[] = [];
  private depth = -1;
  private paused = false;
  private began = performance.now();
  private before = 0;
  private told = 0;
  private past: { at: number; states: number }[] = [];
  /** The run that is being put together, from its end. */
  private codes: number[] = [];
  private found: Find | undefined;
  private lasso: Lasso | undefined;
  private shortest = true;
  private closing = false;
  /** Ticks since the last word of each worker; -1 for one that has given no sign of life of itself. */
  private readonly silence: number[];
  private readonly ticks = new Ticks(() => this.look());

  constructor(
    private readonly ports: readonly SearchPort<Spec>[],
    spec: Spec,
    private readonly options: SearchOptions,
  ) {
    this.tallies = ports.map(() => undefined);
    this.silence = ports.map(() => -1);
    const of = ports.length;
    const peers = ports.map(() => new Array<MessagePort | undefined>(of).fill(undefined));
    for (let i = 0; i < of; i++) {
      for (let j = i + 1; j < of; j++) {
        const { port1, port2 } = new MessageChannel();
        peers[i]![j] = port1;
        peers[j]![i] = port2;
      }
    }
    ports.forEach((port, me) => {
      port.onMessage((message) => this.hear(me, message));
      port.onEnd((why) => this.lost(why));
      const lines = peers[me]!;
      const given = lines.filter((line) => line !== undefined);
      port.post({ kind: 'begin', begin: { spec, options, me, of, peers: lines } }, given);
    });
  }

  onProgress(cb: (p: SearchProgress) => void): () => void {
    this.listeners.add(cb);
    return () => this.listeners.delete(cb);
  }

  onVerdict(cb: (v: SearchVerdict) => void): () => void {
    if (this.verdict) cb(this.verdict);
    else this.waiting.add(cb);
    return () => this.waiting.delete(cb);
  }

  pause(): void {
    if (this.paused || this.closing) return;
    this.before = this.seconds();
    this.paused = true;
    for (const port of this.ports) port.post({ kind: 'pause' });
    this.tell(true);
  }

  resume(): void {
    if (!this.paused || this.closing) return;
    this.paused = false;
    this.began = performance.now();
    this.past = [];
    for (const port of this.ports) port.post({ kind: 'resume' });
    this.tell(true);
  }

  makeRoom(): void {
    if (this.closing) return;
    for (const port of this.ports) port.post({ kind: 'rest', ms: ROOM_MS });
  }

  cancel(): void {
    this.stop('cancelled');
  }

  private hear(me: number, message: FromWorker): void {
    if (this.closing) return;
    if (message.kind === 'beat' || this.silence[me]! >= 0) this.silence[me] = 0;
    switch (message.kind) {
      case 'beat':
        return;
      case 'progress':
        this.tallies[me] = message.tally;
        this.tell(false);
        return;
      case 'ready':
        this.tallies[me] = message.tally;
        this.open += message.open;
        if (++this.ready === this.ports.length) this.level();
        return;
      case 'ended':
        this.tallies[me] = message.tally;
        this.solo(message);
        return;
      case 'trail':
        this.codes.unshift(...message.codes);
        this.trailFrom(message.from);
        return;
      case 'run':
        this.violation(message.run);
        return;
      case 'cycles':
        this.cycles(message.lasso, message.limit);
        return;
      case 'failed':
        this.lost(message.why);
        return;
    }
  }

  /** A level has been expanded everywhere. */
  private level(): void {
    const { open } = this;
    this.ready = 0;
    this.open = 0;
    this.depth++;
    this.byDepth.push(open);
    const find = this.best();
    if (find) this.retraceFrom(find);
    else if (open === 0) this.everything();
    else if (this.depth > (this.options.bounds.depth ?? Number.POSITIVE_INFINITY)) this.stop('depth');
    else {
      this.tell(false);
      for (const port of this.ports) port.post({ kind: 'level' });
    }
  }

  private best(): Find | undefined {
    let best: Find | undefined;
    for (const tally of this.tallies)
      if (tally?.find && (best === undefined || before(tally.find, best))) best = tally.find;
    return best;
  }

  /** Every state has been seen, and no state and no choice breaks anything. What is left is what goes on for ever. */
  private everything(): void {
    // A cycle has a transition that leads no further from the beginning.
    if (this.total((t) => t.back) > 0) this.ports[0]!.post({ kind: 'cycles' });
    else this.clean();
  }

  private cycles(lasso: Lasso | null, limit: boolean): void {
    if (limit) this.stop('cycles');
    else if (!lasso) this.clean();
    else this.goesOn(lasso);
  }

  /** Nothing is wrong: that is an answer only if what was changed has run. */
  private clean(): void {
    const ended = { ...this.summary(), cycles: 'none' as const };
    const missed = ended.changes.filter((c) => c.parts.every((p) => p.times === 0));
    if (missed.length === 0) this.end({ ...ended, verdict: 'safe' });
    else this.end({ ...ended, verdict: 'unreached', message: unreachedText(missed) });
  }

  private goesOn(lasso: Lasso): void {
    this.lasso = lasso;
    const { codes } = lasso;
    this.found = { length: codes.length, key: 0, state: -1, code: -1, inState: false, broken: FOR_EVER };
    this.codes = codes;
    this.trailFrom(-1);
  }

  /** A worker had to stop, or has ended a search of its own. */
  private solo({ limit, codes, cycleFrom, tally }: Extract<FromWorker, { kind: 'ended' }>): void {
    this.ended++;
    if (limit === 'found') {
      this.shortest = false;
      if (cycleFrom !== undefined) {
        this.goesOn({ codes, from: cycleFrom });
        return;
      }
      this.found = tally.find!;
      this.codes = codes;
      this.trailFrom(-1);
    } else if (limit === 'done') {
      this.everything();
    } else if (this.options.order !== 'random' || this.ended === this.ports.length) {
      this.endEarly(limit);
    }
  }

  /** What was found in a level that was not gone through to its end need not be shortest. */
  private endEarly(limit: LimitKind): void {
    const find = this.best();
    if (find) {
      this.shortest = false;
      this.retraceFrom(find);
    } else this.stop(limit);
  }

  private retraceFrom(find: Find): void {
    if (this.found) return;
    this.found = find;
    this.codes = find.code >= 0 ? [find.code] : [];
    this.trailFrom(find.state);
  }

  private trailFrom(state: number): void {
    if (state >= 0) {
      this.ports[state % this.ports.length]!.post({ kind: 'trail', state });
      return;
    }
    const { broken, inState } = this.found!;
    const { reduction } = this.options;
    const cycle = this.lasso && { cycleFrom: this.lasso.from };
    const trail: Trail = { codes: this.codes, reduction, broken, inState, ...cycle };
    this.ports[0]!.post({ kind: 'retrace', trail });
  }

  private violation(run: FoundRun): void {
    const { length } = this.found!;
    const cycle = this.lasso && { cycleFrom: rowOf(run, this.lasso.from) };
    const broken = cycle ? { ...FOR_EVER, text: cycleText(run, cycle.cycleFrom) } : this.found!.broken;
    this.end({
      ...this.summary(),
      cycles: cycle ? 'found' : 'not looked for',
      verdict: 'violation',
      broken,
      run,
      length,
      shortest: this.shortest && !this.lasso,
      ...cycle,
    });
  }

  private look(): void {
    for (const [me, ticks] of this.silence.entries()) {
      if (ticks < 0) continue;
      this.silence[me] = ticks + 1;
      if (ticks >= SILENT) this.lost('a worker does not answer');
    }
  }

  private lost(why: string): void {
    this.stop('lost', why);
  }

  private stop(limit: LimitKind, why = ''): void {
    if (this.closing) return;
    const completeTo = this.options.order === 'breadth' ? Math.max(-1, this.depth - 1) : -1;
    const message = messageOf(limit, why, completeTo, this.options);
    this.end({ ...this.summary(), cycles: 'not looked for', verdict: 'limit', limit, completeTo, message });
  }

  private end(v: SearchVerdict): void {
    if (this.closing) return;
    this.closing = true;
    this.ticks.stop();
    this.verdict = v;
    for (const port of this.ports) port.close();
    for (const cb of this.waiting) cb(v);
    this.waiting.clear();
    this.listeners.clear();
  }

  private summary(): Summary {
    const facts: Record<string, number> = {};
    for (const tally of this.tallies)
      tally?.factNames.forEach((name, k) => {
        facts[name] = (facts[name] ?? 0) + tally.facts[k]!;
      });
    const progress = this.progress();
    const mistaken = Math.min(1, progress.states ** 2 / 2 ** 65);
    return { ...progress, facts, mistaken, changes: this.changes() };
  }

  private changes(): ChangeRun[] {
    let part = 0;
    return (this.tallies.find((t) => t)?.changes ?? []).map(({ of, parts }) => ({
      of,
      parts: parts.map((what) => {
        const n = part++;
        return { what, times: this.total((t) => t.executed[n] ?? 0) };
      }),
    }));
  }

  private progress(): SearchProgress {
    const states = this.total((t) => t.states);
    const now = performance.now();
    const first = this.past[0];
    const seconds = this.seconds();
    const rate =
      first && now > first.at ? (states - first.states) / ((now - first.at) / 1000) : states / seconds;
    return {
      states,
      transitions: this.total((t) => t.transitions),
      rate: this.paused ? 0 : rate,
      depth: Math.max(0, ...this.tallies.map((t) => t?.depth ?? 0)),
      frontier: this.total((t) => t.frontier),
      memoryBytes: this.total((t) => t.memoryBytes),
      byDepth: this.byDepth,
      seconds,
      paused: this.paused,
    };
  }

  private tell(always: boolean): void {
    const now = performance.now();
    if (!always && now - this.told < PROGRESS_MS) return;
    this.told = now;
    const p = this.progress();
    this.past.push({ at: now, states: p.states });
    while (this.past.length > 2 && now - this.past[0]!.at > RATE_MS) this.past.shift();
    for (const cb of this.listeners) cb(p);
  }

  private seconds(): number {
    return this.before + (this.paused ? 0 : (performance.now() - this.began) / 1000);
  }

  private total(of: (t: Tally) => number): number {
    let sum = 0;
    for (const tally of this.tallies) if (tally) sum += of(tally);
    return sum;
  }
}

type Summary = Omit<Extract<SearchVerdict, { verdict: 'safe' }>, 'verdict' | 'cycles'>;

/** Which change no order comes to, in a sentence. */
function unreachedText(missed: readonly ChangeRun[]): string {
  const [first] = missed;
  const names = missed.map((c) => c.of).join('; ');
  if (first!.parts.length === 0) return `${names}: no step of this program differs by it.`;
  const parts = missed.flatMap((c) => c.parts.map((p) => p.what));
  const more = parts.length > 3 ? ` and ${parts.length - 3} more` : '';
  return `${names}: no order comes to a step that differs (${parts.slice(0, 3).join(', ')}${more}), so nothing is known of it.`;
}

/** Who goes round, and in which functions. */
function cycleText(run: FoundRun, from: number): string {
  const rows = run.rows.slice(from).filter((r) => r.thread >= 0);
  const threads = [...new Set(rows.map((r) => `T${r.thread}`))].sort();
  const procedures = [...new Set(rows.map((r) => r.procedure))];
  const where = procedures.length > 4 ? `${procedures.length} functions` : procedures.join(', ');
  return `${threads.join(' and ')} ${threads.length > 1 ? 'go' : 'goes'} round for ever in ${where}: the run repeats itself`;
}

/** The row of the run's n-th choice, from 0; local steps are not counted. */
function rowOf(run: FoundRun, n: number): number {
  let chosen = 0;
  return run.rows.findIndex((row) => !row.local && chosen++ === n);
}

function messageOf(limit: LimitKind, why: string, completeTo: number, o: SearchOptions): string {
  const known =
    completeTo >= 0
      ? `No violation up to depth ${completeTo}. Nothing is known beyond it.`
      : 'No violation in what was seen. Nothing is known beyond it.';
  const heads: Record<LimitKind, string> = {
    memory: `Stopped at the memory limit, ${o.memoryMB} MiB.`,
    states: `Stopped at ${o.bounds.states} states.`,
    depth: `Stopped at depth ${o.bounds.depth}.`,
    walks: 'Stopped after the walks asked for.',
    cancelled: 'Cancelled.',
    cycles: 'Every state was seen and none breaks a rule, but memory ended before cycles were looked for.',
    lost: `A search worker has ended (${why}).`,
  };
  return limit === 'cycles' ? heads.cycles : `${heads[limit]} ${known}`;
}
