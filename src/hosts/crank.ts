/**
 * Turns the crank of one recorded world: by the clock or along what is recorded, a turn of one thread after another; stops
 * where there is a reason to.
 */
import type { Revision } from '../haproxy/revisions.ts';
import { type Choice, happens } from '../machine/choice.ts';
import type { Rows } from '../machine/recording/events.ts';
import type { Recording } from '../machine/recording/recording.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import type { EngineStatus } from './engine.ts';
import type { Table, ThreadPick } from './table.ts';

export class Crank {
  private rules: RuleChecker;
  /** Position of the stored moment, where playing stops; -1 for none. */
  private moment = -1;
  /** The page has been told that only timers are left. */
  private toldQuiet = false;
  /** Threads that are held only because they had no worker when it was their turn. */
  private readonly heldForLoss = new Set<number>();

  /** `status` is written to; `changed` hears of it, and of every turn. */
  constructor(
    private readonly record: Recording,
    private readonly table: Table,
    private readonly revision: Revision,
    private readonly status: EngineStatus,
    private readonly changed: () => void,
  ) {
    this.rules = new RuleChecker(record.machine, revision);
  }

  /**
   * The recording begins anew: `load` gives it a line, or none, with rules looked at as when it runs later. Playing stops at
   * the position it returns (-1: nowhere). `onTheWay` is told of each turn and arrival while the line is run.
   */
  begin(load: () => number, onTheWay: () => void = () => {}): void {
    const { record } = this;
    record.restart();
    this.lookAnew();
    record.watch = (tid) => {
      this.broken(tid);
      onTheWay();
    };
    try {
      this.moment = load();
    } finally {
      record.watch = null;
    }
    this.toldQuiet = false;
    this.heldForLoss.clear();
    this.status.message = '';
    this.arrived();
  }

  /** Goes to another position of the recording. */
  travel(go: () => void): void {
    const { status } = this;
    status.playing = false;
    if (status.lost.length === 0) status.message = '';
    go();
    if (this.record.at === this.moment) this.moment = -1;
    this.arrived();
  }

  /** Stands a little before and plays on from there: what was passed too quickly is to be seen. */
  standAt(at: number): void {
    this.record.seek(at);
    // What stopped it lies ahead again.
    this.status.playing = true;
    this.status.message = '';
    this.arrived();
  }

  private arrived(): void {
    this.lookAnew();
    this.status.stopped = this.record.machine.stopped ? 'bug' : '';
  }

  /** The next choice that was taken back here, or one happening; `step`: one happening in any case. */
  async forward(step: boolean): Promise<void> {
    const { status, record } = this;
    status.playing = false;
    status.stopped = '';
    this.toldQuiet = true;
    if (!step && record.undone > 0) record.followDue();
    else await this.advance(1, () => false);
  }

  /** Does what the person chose; returns why it can't be done. */
  async choose(choice: Choice): Promise<string> {
    const { record, status } = this;
    const { id } = record.line;
    const { at } = record;
    if ((choice.kind === 'step' || choice.kind === 'release') && status.lost.includes(choice.tid))
      return `T${choice.tid} has no worker`;
    const why = choice.kind === 'step' ? await this.chosenStep(choice.tid) : record.choose(choice);
    // What the person decides takes the place of what the stored moment had planned.
    if (record.line.id !== id) {
      this.moment = -1;
      this.toldQuiet = false;
    }
    if (choice.kind !== 'step' && record.at > at) this.lookAtRules(-1);
    return why;
  }

  private async chosenStep(tid: number): Promise<string> {
    const { record, status } = this;
    const { machine } = record;
    status.playing = false;
    if (tid < 0 || tid >= machine.W.cfg.threads) return `there is no thread T${tid}`;
    if (machine.stopped) return 'the run has stopped at a BUG_ON';
    if (!machine.enabled(tid)) return `T${tid} is asleep: nothing has arrived for it`;
    status.stopped = '';
    if (record.goesOnWith(tid)) await this.advance(1, () => false);
    else await this.grantChosen(tid);
    return '';
  }

  /** Lets up to `limit` happenings take place, and the choices of the line among them; `enough` is asked between turns. */
  async advance(limit: number, enough: () => boolean): Promise<void> {
    const { record } = this;
    const until = record.at + limit;
    for (;;) {
      const { due } = record;
      if (due && (record.at < until || !happens(due))) {
        if (due.kind !== 'step') record.followDue();
        else if (!this.manned(due.tid) || !(await this.grantChosen(due.tid))) return;
      } else if (record.at === this.moment) {
        this.moment = -1;
        this.halt('moment', '');
        return;
      } else if (record.at >= until || !(await this.byClock(until))) break;
      this.changed();
      if (this.status.stopped === 'rule' || enough()) return;
    }
    if (record.machine.stopped) this.halt('bug', '');
  }

  /** What comes next by the clock; false when nothing does, or should not without being asked for. */
  private async byClock(until: number): Promise<boolean> {
    const { record, status } = this;
    const { machine } = record;
    this.letGo();
    const p = machine.pick();
    if (!p) {
      if (!machine.stopped && status.lost.length > 0)
        this.halt('lost', `Nothing can go on without T${status.lost.join(', T')}.`);
      else if (!machine.stopped) this.halt('idle', '');
      return false;
    }
    if (p.kind === 'expire' && !record.past && !this.toldQuiet && machine.quiet) {
      this.toldQuiet = true;
      this.halt('traffic', 'Everything has arrived; only timers can still run. Play lets them run out.');
      return false;
    }
    if (p.kind === 'deliver') {
      machine.take(p);
      record.moved();
      this.lookAtRules(-1);
      return true;
    }
    if (!this.table.alive(p.tid)) return this.without(p.tid);
    const stop = this.moment >= 0 ? Math.min(until, this.moment) : until;
    const told = await this.grant(p, record.until(stop - record.at));
    if (told === null) return false;
    record.moved(told);
    this.lookAtRules(p.tid);
    return true;
  }

  /** Whether a thread that has to go on has a worker; the run stops when it has none. */
  private manned(tid: number): boolean {
    if (this.table.alive(tid)) return true;
    this.halt('lost', `What is recorded goes on with T${tid}, which has no worker.`);
    return false;
  }

  /** It is the turn of a thread that has no worker: it is held, and the schedule says so, as for a person who holds it. */
  private without(tid: number): boolean {
    if (this.record.past) return this.manned(tid);
    const why = this.record.choose({ kind: 'hold', tid });
    if (why) throw new Error(why);
    this.heldForLoss.add(tid);
    return true;
  }

  /** Threads that were held for want of a worker and have one again go on. */
  private letGo(): void {
    const { record } = this;
    if (record.past) return;
    for (const tid of this.heldForLoss) {
      if (!this.table.alive(tid)) continue;
      this.heldForLoss.delete(tid);
      if (record.machine.held(tid)) record.choose({ kind: 'release', tid });
    }
  }

  private async grantChosen(tid: number): Promise<boolean> {
    const { record } = this;
    const { at } = record;
    const told = await this.grant({ kind: 'step', tid, at: record.machine.ready(tid) }, 1);
    if (told === null) return false;
    record.chosenStep(tid, at, told);
    this.lookAtRules(tid);
    return true;
  }

  /** One turn; null when its worker was lost in the middle. The world then stands as before. */
  private async grant(p: ThreadPick, limit: number): Promise<Rows | null> {
    const told = await this.table.turn(this.record.machine, p, limit);
    if (told) return told;
    this.record.rebuild();
    this.lookAnew();
    this.status.message += ' It was in the middle of its turn: the world stands as it was before that turn.';
    return null;
  }

  private halt(stopped: EngineStatus['stopped'], message: string): void {
    this.status.playing = false;
    this.status.stopped = stopped;
    if (message) this.status.message = message;
    this.changed();
  }

  /** What broke before this position has been said already. */
  private lookAnew(): void {
    const { record } = this;
    const reported = record.line.marks.flatMap((m) => (m.rule && m.at < record.at ? [m.rule] : []));
    this.rules = new RuleChecker(record.machine, this.revision, reported);
  }

  /** Rules at their stable points between turns; one that breaks stops the run and is named. */
  private lookAtRules(tid: number): void {
    const text = this.broken(tid);
    if (text) this.halt('rule', text);
  }

  /** Looks at the rules after a turn of `tid` (-1: an arrival): marks what breaks, and returns the first of it. */
  private broken(tid: number): string {
    const { rules, record } = this;
    const before = rules.broken.length;
    rules.after(tid);
    const broken = rules.broken[before];
    if (!broken) return '';
    const { rule } = broken;
    const ns = tid < 0 ? record.machine.now() : record.machine.clock(tid);
    const clock = { ms: Math.floor(ns / 1e6), ns: ns % 1e6 };
    if (!record.line.marks.some((m) => m.rule === rule))
      record.mark({
        at: record.at - 1,
        kind: 'violation',
        rule,
        tid,
        conn: -1,
        dgram: -1,
        other: -1,
        ...clock,
      });
    return `${broken.rule}: ${broken.text}.`;
  }
}
