/**
 * Turn-taking: decides by the clock whose turn it is and grants it; never steps a thread itself. The block is shared with the
 * workers where that is allowed, and handed to the one whose turn it is where it is not.
 */

import type { Revision } from '../haproxy/revisions.ts';
import type { Choice } from '../machine/choice.ts';
import { Machine } from '../machine/machine.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import type { Departure } from '../machine/schedule.ts';
import { setUp } from '../machine/setup.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import type { EngineOrder, EngineStatus } from './engine.ts';
import type { Begin, FromCoordinator, FromThread, ToCoordinator, ToThread } from './messages.ts';
import type { Port } from './port.ts';
import { Seat } from './seat.ts';

/** Frames go to the page at most this often, ms. */
const FRAME = 16;
/** Most happenings before the coordinator looks at its messages again. */
const STRETCH = 2000;

export class Coordinator {
  private begin: Begin | undefined;
  private mem = new PlainMem(new Int32Array(0));
  private machine: Machine | undefined;
  private rules: RuleChecker | undefined;
  private revision: Revision | undefined;
  private seats: Seat[] = [];
  private sharedBlock: SharedArrayBuffer | null = null;
  /** Copy of the block at the last frame: what is left when a worker is lost with the block in its hands. */
  private backup: { words: Int32Array; happened: number; steps: number } | undefined;
  private spare: ArrayBuffer[] = [];
  /** Frame buffers made so far: a pair is enough, the page gives each back when the next has come. */
  private made = 0;
  private orders: EngineOrder[] = [];
  private departures: Departure[] = [];
  private plan: Departure[] = [];
  private end = -1;
  /** The page has been told that only timers are left. */
  private toldQuiet = false;
  private rate = 0;
  private playedFrom = 0;
  private played = 0;
  private lastFrame = 0;
  private changed = true;
  private seq = 0;
  private busy = false;
  /** All workers have been started once. */
  private up = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly status: EngineStatus = {
    sharing: 'transferred',
    playing: false,
    lost: [],
    stopped: '',
    message: '',
  };

  constructor(
    private readonly page: Port<ToCoordinator, FromCoordinator>,
    private readonly spawn: (tid: number) => Port<FromThread, ToThread>,
  ) {
    page.onMessage((m) => this.hear(m));
  }

  private hear(m: ToCoordinator): void {
    if (m.kind === 'begin') void this.start(m.begin);
    else if (m.kind === 'frame-back') {
      if (this.spare.length < 2) this.spare.push(m.block);
      if (this.changed) this.schedule(0);
    } else {
      this.orders.push(m.order);
      this.schedule(0);
    }
  }

  private async start(begin: Begin): Promise<void> {
    this.begin = begin;
    this.status.sharing = begin.sharing;
    const { W, P, revision } = makeWorld(begin.data, begin.options);
    this.revision = revision;
    const bytes = W.layout.words * 4;
    let data = begin.data;
    if (begin.sharing === 'shared') {
      this.sharedBlock = new SharedArrayBuffer(bytes);
      const b = data.datagrams.bytes;
      const copy = new Uint8Array(new SharedArrayBuffer(b.length));
      copy.set(b);
      data = { ...data, datagrams: { ...data.datagrams, bytes: copy } };
      this.begin = { ...begin, data };
    }
    this.mem = new PlainMem(new Int32Array(this.sharedBlock ?? new ArrayBuffer(bytes)));
    this.machine = new Machine(this.mem, W, P, recording);
    this.seats = Array.from(
      { length: begin.options.threads },
      (_, t) => new Seat(t, (tid, why) => this.lost(tid, why)),
    );
    this.reset();
    this.show(true);
    await Promise.all(this.seats.map((s) => this.seatWorker(s)));
    this.up = true;
    this.schedule(0);
  }

  private async seatWorker(seat: Seat): Promise<void> {
    const { data, options } = this.begin!;
    const up = await seat.start(this.spawn(seat.tid), {
      kind: 'init',
      tid: seat.tid,
      data,
      options,
      shared: this.sharedBlock,
    });
    if (up) {
      this.status.lost = this.status.lost.filter((t) => t !== seat.tid);
      this.machine!.absent.delete(seat.tid);
    } else this.lost(seat.tid, 'it does not start');
    this.changed = true;
  }

  /** The world at its beginning again. */
  private reset(): void {
    const machine = this.machine!;
    this.mem.w.fill(0);
    setUp(this.mem, machine.W, machine.P);
    machine.boot();
    this.rules = new RuleChecker(machine, this.revision!);
    const moment = this.begin!.moment;
    this.plan = moment ? [...moment.departures] : [];
    this.end = moment ? moment.end : -1;
    this.departures = [];
    this.toldQuiet = false;
    this.status.stopped = '';
    this.status.message = '';
    this.changed = true;
  }

  private lost(tid: number, why: string): void {
    if (this.status.lost.includes(tid)) return;
    this.status.lost = [...this.status.lost, tid].sort((a, b) => a - b);
    this.machine?.absent.add(tid);
    this.status.message = `The worker of T${tid} has ended (${why}). T${tid} stands still; the others go on.`;
    this.changed = true;
    this.schedule(0);
  }

  /** Something may have to be done in `ms`. */
  private schedule(ms: number): void {
    if (this.busy) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.work(), ms);
  }

  private async work(): Promise<void> {
    if (this.busy || !this.up) return;
    this.busy = true;
    try {
      await this.obey();
      if (this.status.playing) await this.advance(this.allowance());
    } catch (e) {
      this.status.playing = false;
      this.status.stopped = 'lost';
      this.status.message = `The run can’t go on: ${e instanceof Error ? e.message : String(e)}`;
      this.changed = true;
    }
    this.busy = false;
    this.show(!this.status.playing);
    if (this.orders.length) this.schedule(0);
    else if (this.status.playing) this.schedule(this.rate === Number.POSITIVE_INFINITY ? 0 : FRAME);
  }

  /** Steps that the speed allows by now. */
  private allowance(): number {
    if (this.rate === Number.POSITIVE_INFINITY) return STRETCH;
    const due = Math.floor(((performance.now() - this.playedFrom) / 1000) * this.rate) - this.played;
    const n = Math.min(Math.max(due, 0), STRETCH);
    if (due > n) this.playedFrom = performance.now() - ((this.played + n) / this.rate) * 1000;
    this.played += n;
    return n;
  }

  private async obey(): Promise<void> {
    while (this.orders.length) {
      const o = this.orders.shift()!;
      this.changed = true;
      switch (o.kind) {
        case 'play':
          this.rate = o.stepsPerSecond > 0 ? o.stepsPerSecond : 1;
          this.playedFrom = performance.now();
          this.played = 0;
          this.status.playing = true;
          if (this.status.stopped !== 'bug') this.status.stopped = '';
          if (!this.status.lost.length) this.status.message = '';
          break;
        case 'pause':
          this.status.playing = false;
          break;
        case 'step':
          this.status.playing = false;
          this.status.stopped = '';
          this.toldQuiet = true;
          await this.advance(1);
          break;
        case 'restart':
          this.status.playing = false;
          this.reset();
          for (const t of this.status.lost) await this.seatWorker(this.seats[t]!);
          break;
        case 'kill':
          this.seats[o.tid]?.kill('it was ended on purpose');
          break;
        case 'revive':
          if (this.status.lost.includes(o.tid)) {
            await this.seatWorker(this.seats[o.tid]!);
            if (!this.status.lost.includes(o.tid)) {
              this.status.message = `T${o.tid} has a new worker and goes on where it stood.`;
              this.status.stopped = '';
            }
          }
          break;
        case 'choice':
          await this.choose(o.choice);
          break;
      }
    }
  }

  private async choose(choice: Choice): Promise<void> {
    const machine = this.machine!;
    // From here on the person decides: what the stored moment had planned no longer holds.
    if (this.plan.length || this.end >= 0) {
      this.plan = [];
      this.end = -1;
    }
    if (choice.kind === 'step') {
      if (this.status.lost.includes(choice.tid))
        this.page.post({ kind: 'refused', why: `T${choice.tid} has no worker` });
      else if (machine.stopped) this.page.post({ kind: 'refused', why: 'the run has stopped at a BUG_ON' });
      else if (!machine.enabled(choice.tid))
        this.page.post({ kind: 'refused', why: `T${choice.tid} is asleep: nothing has arrived for it` });
      else {
        this.departures.push({ at: machine.happened, choice });
        await this.grant({ kind: 'step', tid: choice.tid, at: machine.ready(choice.tid) }, 1);
      }
      this.status.playing = false;
      return;
    }
    const why = machine.apply(choice);
    if (why) this.page.post({ kind: 'refused', why });
    else this.departures.push({ at: machine.happened, choice });
  }

  /** Lets up to `limit` happenings take place by the clock. */
  private async advance(limit: number): Promise<void> {
    const machine = this.machine!;
    const until = machine.happened + limit;
    while (machine.happened < until) {
      while (this.plan[0]?.at === machine.happened) this.departNext();
      if (this.end >= 0 && machine.happened >= this.end) {
        this.end = -1;
        this.halt('moment', '');
        return;
      }
      const p = machine.pick();
      if (!p) {
        if (machine.stopped) this.halt('bug', '');
        else if (this.status.lost.length)
          this.halt('lost', `Nothing can go on without T${this.status.lost.join(', T')}.`);
        else this.halt('idle', '');
        return;
      }
      if (p.kind === 'expire' && !this.toldQuiet && machine.quiet) {
        this.toldQuiet = true;
        this.halt('traffic', 'Everything has arrived; only timers can still run. Play lets them run out.');
        return;
      }
      const stop = Math.min(until, this.plan[0]?.at ?? until, this.end >= 0 ? this.end : until);
      if (p.kind === 'deliver') machine.take(p);
      else await this.grant(p, stop - machine.happened);
      this.changed = true;
      if (this.orders.length || this.status.stopped === 'rule') return;
      this.show(false);
    }
    if (this.end >= 0 && machine.happened >= this.end) {
      this.end = -1;
      this.halt('moment', '');
    }
    if (machine.stopped) this.halt('bug', '');
  }

  private departNext(): void {
    const d = this.plan.shift()!;
    const why = this.machine!.apply(d.choice);
    if (why) this.page.post({ kind: 'refused', why });
    else this.departures.push(d);
  }

  private halt(stopped: EngineStatus['stopped'], message: string): void {
    this.status.playing = false;
    this.status.stopped = stopped;
    if (message) this.status.message = message;
    this.changed = true;
  }

  /** Gives thread `p.tid` its turn of up to `limit` steps and takes the block back. */
  private async grant(p: { kind: 'step' | 'expire'; tid: number; at: number }, limit: number): Promise<void> {
    const machine = this.machine!;
    const horizon = machine.horizon(p.tid);
    const block = this.sharedBlock ? null : (this.mem.w.buffer as ArrayBuffer);
    const seat = this.seats[p.tid]!;
    if (!seat.alive) {
      this.lost(p.tid, 'it has no worker');
      return;
    }
    const answer = await seat.turn({ kind: 'turn', seq: ++this.seq, pick: p, limit, horizon, block });
    if ('lost' in answer) {
      if (block) this.fallBack();
      return;
    }
    if (answer.block) this.mem.moveTo(new Int32Array(answer.block));
    machine.happened += answer.taken;
    machine.steps += answer.taken;
    this.lookAtRules(p.tid);
  }

  /** Rules at their stable points between turns; one that breaks stops the run and is named. */
  private lookAtRules(tid: number): void {
    const { rules } = this;
    if (!rules) return;
    const before = rules.broken.length;
    rules.after(tid);
    const broken = rules.broken[before];
    if (broken) this.halt('rule', `${broken.rule}: ${broken.text}.`);
  }

  /** The block went with the worker that had it: go on from the last frame's copy. */
  private fallBack(): void {
    const machine = this.machine!;
    const b = this.backup!;
    const back = machine.happened - b.happened;
    this.mem.moveTo(b.words.slice());
    machine.happened = b.happened;
    machine.steps = b.steps;
    this.departures = this.departures.filter((d) => d.at <= b.happened);
    this.status.message += ` The block was in its hands: the world stands ${back} happenings earlier, at the last copy.`;
    this.changed = true;
  }

  private makeBuffer(size: number): ArrayBuffer {
    this.made++;
    return new ArrayBuffer(size);
  }

  /** Sends a frame when something changed: at once when `now`, else no more often than a screen shows. */
  private show(now: boolean): void {
    if (!this.changed || this.mem.w.length === 0) return;
    const at = performance.now();
    if (!now && at - this.lastFrame < FRAME) return;
    const size = this.mem.w.length * 4;
    const buffer = this.spare.pop() ?? (now || this.made < 2 ? this.makeBuffer(size) : undefined);
    if (!buffer) return;
    const copy = new Int32Array(buffer);
    copy.set(this.mem.w);
    const machine = this.machine!;
    if (this.backup) this.backup.words.set(this.mem.w);
    else this.backup = { words: this.mem.w.slice(), happened: 0, steps: 0 };
    this.backup.happened = machine.happened;
    this.backup.steps = machine.steps;
    this.lastFrame = at;
    this.changed = false;
    const status = { ...this.status, lost: [...this.status.lost] };
    const { happened } = machine;
    const travel = { line: 0, end: happened, undone: 0, kept: null, marks: { from: 0, more: [] } };
    const departures = [...this.departures];
    this.page.post({ kind: 'frame', block: buffer, steps: happened, departures, status, ...travel }, [
      buffer,
    ]);
  }
}
