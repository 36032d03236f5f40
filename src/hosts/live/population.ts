/** The clients: who opens a connection, who is there, who leaves. What they send is put on its way by `send`. */
import { HEARD_BEFORE_FINISHED, HEARD_IN_ALL } from '../../scenario/live/server-flight.ts';
import { type Board, CONN, CONN_STATE } from './board.ts';
import { NUMBER } from './slots.ts';

/** What a client is about. */
export const PHASE = { free: 0, opening: 1, finishing: 2, open: 3, leaving: 4 } as const;
/**
 * Words of a client: phase, since when (ms), times it tried again; of an established one instead of the last: how many of the
 * server's datagrams it has acknowledged.
 */
export const CLIENT_WORDS = 3;

export interface Sender {
  /** The client's packets go out, for the `again`th time. False: no room now. */
  initial(place: number, again: number): boolean;
  finish(place: number, again: number): boolean;
  /** Acknowledges the `heard` datagrams that the server has sent so far. */
  acknowledge(place: number, heard: number): boolean;
  close(place: number): boolean;
}

/** HAProxy asks for a Retry from 100 half-open connections on; clients of ours stay below. */
const HALF_OPEN = 64;
/** Begun in one go: the first is on its way before the next ones' packets are made. */
const BEGUN = 8;
/** ms after which a client that hears nothing tries again, and how often. */
const AGAIN = 1500;
const TIMES = 4;

export class Population {
  /** Established ones, in no order. */
  readonly open: Int32Array;
  count = 0;
  private readonly at: Int32Array;
  private readonly busy: number[] = [];
  /** Established ones that have yet to hear, and acknowledge, the end of the server's flight. */
  private readonly listening: number[] = [];
  private readonly leaving: number[] = [];
  private readonly free: number[] = [];
  private freeFrom = 0;
  private toChurn = 0;
  private lookAt = 0;

  constructor(
    private readonly board: Board,
    private readonly numbers: Float64Array,
    private readonly words: Int32Array,
    private readonly generations: Int32Array,
    /** Datagrams of a client that are still on their way. */
    private readonly flightOf: Int32Array,
    private readonly sender: Sender,
    private readonly closes: boolean,
    private readonly random: () => number,
  ) {
    const n = generations.length;
    this.open = new Int32Array(n);
    this.at = new Int32Array(n);
    for (let p = 0; p < n; p++) {
      const phase = words[p * CLIENT_WORDS]!;
      if (phase === PHASE.free) this.free.push(p);
      else if (phase === PHASE.open) {
        this.join(p);
        if (words[p * CLIENT_WORDS + 2] === 0) this.listening.push(p);
      } else if (phase === PHASE.leaving) this.leaving.push(p);
      else this.busy.push(p);
    }
  }

  /** `ms` of the run; `passed` since the last time. */
  tick(ms: number, passed: number): void {
    for (let i = this.busy.length - 1; i >= 0; i--)
      if (this.progress(this.busy[i]!, ms)) this.drop(this.busy, i);
    for (let i = this.listening.length - 1; i >= 0; i--)
      if (this.listen(this.listening[i]!, ms)) this.drop(this.listening, i);
    this.letGo();
    this.churn(ms, passed);
    this.lookAround(ms);
    const want = Math.floor(this.numbers[NUMBER.connections]!);
    while (this.count > want) this.leave(this.open[this.count - 1]!, ms);
    const most = Math.min(want - this.count, HALF_OPEN) - this.busy.length;
    for (let k = Math.min(BEGUN, most); k > 0; k--) if (!this.begin(ms)) break;
  }

  private state(place: number): number {
    return Atomics.load(this.board.words, this.board.conn(place) + CONN.state);
  }

  private set(place: number, phase: number, ms: number): void {
    this.words[place * CLIENT_WORDS] = phase;
    this.words[place * CLIENT_WORDS + 1] = ms;
  }

  private begin(ms: number): boolean {
    const place = this.takeFree();
    if (place < 0) {
      this.numbers[NUMBER.noClient]!++;
      return false;
    }
    this.generations[place]!++;
    this.board.words[this.board.conn(place) + CONN.generation] = this.generations[place]!;
    if (!this.sender.initial(place, 0)) {
      this.free.push(place);
      return false;
    }
    this.numbers[NUMBER.opened]!++;
    this.set(place, PHASE.opening, ms);
    this.words[place * CLIENT_WORDS + 2] = 0;
    this.busy.push(place);
    return true;
  }

  /** Places are taken in the order in which they became free, and only once nothing of the last client is on its way. */
  private takeFree(): number {
    for (let tries = 0; tries < 8 && this.freeFrom < this.free.length; tries++) {
      const place = this.free[this.freeFrom++]!;
      if (this.freeFrom > 1024) {
        this.free.splice(0, this.freeFrom);
        this.freeFrom = 0;
      }
      if (this.flightOf[place] === 0 && this.state(place) === CONN_STATE.none) return place;
      this.free.push(place);
    }
    return -1;
  }

  /** A connection that is being opened: the next thing to send? True once it is established or given up. */
  private progress(place: number, ms: number): boolean {
    const w = place * CLIENT_WORDS;
    const state = this.state(place);
    const phase = this.words[w]!;
    if (state === CONN_STATE.accepted) {
      this.numbers[NUMBER.established]!++;
      this.set(place, PHASE.open, ms);
      this.words[w + 2] = 0;
      this.join(place);
      this.listening.push(place);
      return true;
    }
    const answered = state === CONN_STATE.made && this.heard(place) >= HEARD_BEFORE_FINISHED;
    if (phase === PHASE.opening && answered) {
      if (this.sender.finish(place, 0)) this.set(place, PHASE.finishing, ms);
      return false;
    }
    if (ms - this.words[w + 1]! < AGAIN) return false;
    if (this.words[w + 2]! >= TIMES) {
      this.set(place, PHASE.leaving, ms);
      this.leaving.push(place);
      return true;
    }
    const again = ++this.words[w + 2]!;
    this.words[w + 1] = ms;
    if (state === CONN_STATE.none) this.sender.initial(place, again);
    else this.sender.finish(place, again);
    return false;
  }

  private heard(place: number): number {
    return this.board.words[this.board.conn(place) + CONN.heard]!;
  }

  /** True once a newly established client has acknowledged what the server sends on its own, or does not hear it. */
  private listen(place: number, ms: number): boolean {
    const w = place * CLIENT_WORDS;
    if (this.words[w] !== PHASE.open) return true;
    if (this.heard(place) >= HEARD_IN_ALL) return this.acknowledge(place);
    return ms - this.words[w + 1]! > AGAIN;
  }

  private acknowledge(place: number): boolean {
    const heard = this.heard(place);
    if (!this.sender.acknowledge(place, heard)) return false;
    this.words[place * CLIENT_WORDS + 2] = heard;
    return true;
  }

  private join(place: number): void {
    this.at[place] = this.count;
    this.open[this.count++] = place;
  }

  /** An established client leaves: with a close where packets are opened, silently where they are not. */
  leave(place: number, ms: number): void {
    const i = this.at[place]!;
    const last = this.open[--this.count]!;
    this.open[i] = last;
    this.at[last] = i;
    this.set(place, PHASE.leaving, ms);
    this.leaving.push(place);
    this.numbers[NUMBER.left]!++;
    if (this.closes && this.state(place) === CONN_STATE.accepted) this.sender.close(place);
  }

  private letGo(): void {
    const { leaving } = this;
    for (let k = Math.min(64, leaving.length); k > 0; k--) {
      this.lookAt = this.lookAt >= leaving.length - 1 ? 0 : this.lookAt + 1;
      const place = leaving[this.lookAt]!;
      if (this.state(place) !== CONN_STATE.none) continue;
      this.drop(leaving, this.lookAt);
      this.words[place * CLIENT_WORDS] = PHASE.free;
      this.free.push(place);
    }
  }

  private churn(ms: number, passed: number): void {
    this.toChurn = Math.min(this.toChurn + (this.numbers[NUMBER.churn]! * passed) / 1000, 256);
    for (; this.toChurn >= 1; this.toChurn--)
      if (this.count > 0) this.leave(this.open[Math.floor(this.random() * this.count)]!, ms);
  }

  /** The server let go of some (idle, no memory): they leave too. It probes others, whose ACK it has not seen: again, then. */
  private lookAround(ms: number): void {
    for (let k = Math.min(Math.max(16, this.count >> 8), this.count); k > 0 && this.count > 0; k--) {
      const place = this.open[Math.floor(this.random() * this.count)]!;
      if (this.state(place) !== CONN_STATE.accepted) this.leave(place, ms);
      else if (this.heard(place) > Math.max(HEARD_IN_ALL, this.words[place * CLIENT_WORDS + 2]!))
        this.acknowledge(place);
    }
  }

  private drop(list: number[], i: number): void {
    const last = list.pop()!;
    if (i < list.length) list[i] = last;
  }
}
