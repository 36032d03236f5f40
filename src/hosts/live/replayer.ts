/** Sends a capture in a loop: many goes at it at once, each with clients in places of their own. */
import type { Replay, ReplayDatagram } from '../../scenario/live/replay.ts';
import { TO } from '../../scenario/live/replay.ts';
import { type Board, CONN, CONN_STATE } from './board.ts';
import { CLIENT_WORDS, PHASE } from './population.ts';
import { NUMBER } from './slots.ts';

/** HAProxy asks for a Retry from 100 half-open connections on: a captured client that was not asked could not answer. */
const HALF_OPEN = 64;
/** Conversations at once, and ms after which one is given up whose server does not answer. */
const MOST = 512;
const GIVE_UP = 3000;
/** ms after which the server has forgotten a client whose datagrams all had their end and whom it never knew. */
const FORGOTTEN = 200;

/** A captured connection that is being sent. All of a go begin at once; one that waits does not keep the others. */
interface Conversation {
  conn: number;
  /** -1 before its first datagram. */
  place: number;
  /** Next of its datagrams. */
  next: number;
  /** When the capture's first datagram would have gone, ms; later by as long as it had to wait for the server. */
  from: number;
  waitingSince: number;
}

export class Replayer {
  readonly open: Int32Array;
  count = 0;
  private readonly at: Int32Array;
  private readonly talks: Conversation[] = [];
  private readonly leaving: number[] = [];
  private readonly free: number[] = [];
  /** Numbers of the replay's datagrams, by connection. */
  private readonly datagrams: number[][];
  private due = 1;
  /** Connections that are not accepted yet. */
  private halfOpen = 0;

  constructor(
    private readonly replay: Replay,
    private readonly board: Board,
    private readonly numbers: Float64Array,
    private readonly words: Int32Array,
    private readonly generations: Int32Array,
    private readonly roles: Int32Array,
    private readonly flightOf: Int32Array,
    /** Sends datagram `d` of the capture as the client in `place`. False: no room now. */
    private readonly send: (place: number, d: number) => boolean,
    /** How many connections the server has that are half open. */
    private readonly serverHalfOpen: () => number,
  ) {
    const n = generations.length;
    this.open = new Int32Array(n);
    this.at = new Int32Array(n);
    this.datagrams = replay.scripts.map(() => []);
    for (const [d, { conn }] of replay.datagrams.entries()) this.datagrams[conn]!.push(d);
    // Goes are not part of an image: those that were under way are over.
    for (let p = 0; p < n; p++) (words[p * CLIENT_WORDS] === PHASE.free ? this.free : this.leaving).push(p);
  }

  /** `ms` of the run; `passed` since the last time; `waiting` datagrams are on their way. */
  tick(ms: number, passed: number, waiting: number): void {
    this.halfOpen = 0;
    for (let i = 0; i < this.count; i++) if (this.state(this.open[i]!) < CONN_STATE.accepted) this.halfOpen++;
    // Those that have been left may still be half open there.
    this.halfOpen = Math.max(this.halfOpen, this.serverHalfOpen());
    for (let i = this.talks.length - 1; i >= 0; i--) {
      const talk = this.talks[i]!;
      if (!this.goOn(talk, ms)) continue;
      this.leave(talk.place, ms);
      const last = this.talks.pop()!;
      if (i < this.talks.length) this.talks[i] = last;
    }
    this.letGo(ms);
    this.begin(ms, passed, waiting);
  }

  /** Goes that are due begin. */
  private begin(ms: number, passed: number, waiting: number): void {
    const { replay, talks } = this;
    const rate = this.numbers[NUMBER.rate]!;
    const each = replay.scripts.length;
    if (rate === Number.POSITIVE_INFINITY) this.due = waiting < 1024 ? 1 : 0;
    else this.due = Math.min(this.due + (rate * passed) / 1000 / replay.datagrams.length, 8);
    for (; this.due >= 1; this.due--) {
      if (talks.length > 0 && talks.length + each > MOST) break;
      if (this.free.length < each) {
        this.numbers[NUMBER.noClient]!++;
        this.due = 0;
        break;
      }
      for (let conn = 0; conn < each; conn++)
        talks.push({ conn, place: -1, next: 0, from: ms, waitingSince: -1 });
    }
  }

  /** Sends what is due. True when it is over. */
  private goOn(talk: Conversation, ms: number): boolean {
    const mine = this.datagrams[talk.conn]!;
    for (; talk.next < mine.length; talk.next++) {
      const number = mine[talk.next]!;
      const d = this.replay.datagrams[number]!;
      if (d.ms > ms - talk.from) return false;
      if (!this.mayBegin(talk) || (talk.place >= 0 && !this.hasHeard(talk.place, d))) {
        // The real client was let in, or had heard of the server, by now: this one waits, and all that follows comes later.
        if (talk.waitingSince < 0) talk.waitingSince = ms;
        return talk.place >= 0 && ms - talk.waitingSince > GIVE_UP;
      }
      if (talk.waitingSince >= 0) talk.from += ms - talk.waitingSince;
      talk.waitingSince = -1;
      if (talk.place < 0 && !this.enter(talk, ms)) return true;
      if (!this.send(talk.place, number)) return false;
    }
    return true;
  }

  private mayBegin(talk: Conversation): boolean {
    return talk.place >= 0 || this.halfOpen < HALF_OPEN;
  }

  /** Whether the client could send this by now: the server knows it, or has answered its first Initials with a Retry. */
  private hasHeard(place: number, d: ReplayDatagram): boolean {
    if (d.packets.some((p) => p.to === TO.server)) return this.state(place) !== CONN_STATE.none;
    if (!this.replay.forceRetry || this.state(place) !== CONN_STATE.none) return true;
    return d.packets.some((p) => p.to === TO.first) || this.flightOf[place] === 0;
  }

  /** Takes a place. False when none is free. */
  private enter(talk: Conversation, ms: number): boolean {
    const place = this.takeFree();
    if (place < 0) return false;
    this.halfOpen++;
    talk.place = place;
    this.generations[place]!++;
    this.roles[place] = talk.conn;
    this.board.words[this.board.conn(place) + CONN.generation] = this.generations[place]!;
    this.set(place, PHASE.open, ms);
    this.at[place] = this.count;
    this.open[this.count++] = place;
    this.numbers[NUMBER.opened]!++;
    return true;
  }

  private takeFree(): number {
    for (let tries = 0; tries < 16 && this.free.length > 0; tries++) {
      const place = this.free.shift()!;
      if (this.flightOf[place] === 0 && this.state(place) === CONN_STATE.none) return place;
      this.free.push(place);
    }
    return -1;
  }

  private leave(place: number, ms: number): void {
    if (place < 0) return;
    const last = this.open[--this.count]!;
    this.open[this.at[place]!] = last;
    this.at[last] = this.at[place]!;
    this.set(place, PHASE.leaving, ms);
    this.leaving.push(place);
    this.numbers[NUMBER.left]!++;
  }

  private letGo(ms: number): void {
    const { leaving } = this;
    for (let k = Math.min(64, leaving.length); k > 0; k--) {
      const place = leaving.shift()!;
      const gone =
        this.state(place) === CONN_STATE.none && ms - this.words[place * CLIENT_WORDS + 1]! > FORGOTTEN;
      if (!gone) {
        leaving.push(place);
        continue;
      }
      this.set(place, PHASE.free, ms);
      this.free.push(place);
    }
  }

  private state(place: number): number {
    return Atomics.load(this.board.words, this.board.conn(place) + CONN.state);
  }

  private set(place: number, phase: number, ms: number): void {
    this.words[place * CLIENT_WORDS] = phase;
    this.words[place * CLIENT_WORDS + 1] = ms;
  }
}
