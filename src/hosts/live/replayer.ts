/** Sends a capture in a loop: several goes at it at once, each with clients in places of their own. */
import type { Replay, ReplayDatagram } from '../../scenario/live/replay.ts';
import { TO } from '../../scenario/live/replay.ts';
import { type Board, CONN, CONN_STATE } from './board.ts';
import { CLIENT_WORDS, PHASE } from './population.ts';
import { NUMBER } from './slots.ts';

/** HAProxy asks for a Retry from 100 half-open connections on: no captured client could answer that. */
const HALF_OPEN = 64;
const NO_PLACE = -1;
const NOT_YET = -2;
/** Goes at once, and ms after which one is given up whose server does not answer. */
const MOST = 256;
const GIVE_UP = 3000;
/** ms after which the server has forgotten a client whose datagrams all had their end and whom it never knew. */
const FORGOTTEN = 200;

interface Go {
  /** Place of each captured connection, -1 before its first datagram. */
  places: Int32Array;
  /** Next datagram. */
  next: number;
  /** When its first datagram went, ms; later by as long as it had to wait for the server. */
  from: number;
  waitingSince: number;
}

export class Replayer {
  readonly open: Int32Array;
  count = 0;
  private readonly at: Int32Array;
  private readonly goes: Go[] = [];
  private readonly leaving: number[] = [];
  private readonly free: number[] = [];
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
  ) {
    const n = generations.length;
    this.open = new Int32Array(n);
    this.at = new Int32Array(n);
    // Goes are not part of an image: those that were under way are over.
    for (let p = 0; p < n; p++) (words[p * CLIENT_WORDS] === PHASE.free ? this.free : this.leaving).push(p);
  }

  /** `ms` of the run; `passed` since the last time; `waiting` datagrams are on their way. */
  tick(ms: number, passed: number, waiting: number): void {
    this.halfOpen = 0;
    for (let i = 0; i < this.count; i++) if (this.state(this.open[i]!) < CONN_STATE.accepted) this.halfOpen++;
    for (let i = this.goes.length - 1; i >= 0; i--) {
      if (!this.goOn(this.goes[i]!, ms)) continue;
      this.leave(this.goes[i]!, ms);
      this.goes[i] = this.goes[this.goes.length - 1]!;
      this.goes.pop();
    }
    this.letGo(ms);
    const rate = this.numbers[NUMBER.rate]!;
    const each = this.replay.datagrams.length;
    if (rate === Number.POSITIVE_INFINITY) this.due = waiting < 1024 ? 1 : 0;
    else this.due = Math.min(this.due + (rate * passed) / 1000 / each, 8);
    for (; this.due >= 1 && this.goes.length < MOST; this.due--) {
      if (this.free.length < this.replay.scripts.length) {
        this.numbers[NUMBER.noClient]!++;
        this.due = 0;
        break;
      }
      this.goes.push({
        places: new Int32Array(this.replay.scripts.length).fill(-1),
        next: 0,
        from: ms,
        waitingSince: -1,
      });
    }
  }

  /** Sends what is due. True when it is over. */
  private goOn(go: Go, ms: number): boolean {
    const { datagrams } = this.replay;
    for (; go.next < datagrams.length; go.next++) {
      const d = datagrams[go.next]!;
      if (d.ms > ms - go.from) return false;
      const begins = go.places[d.conn]! < 0;
      const place = begins && this.halfOpen >= HALF_OPEN ? NOT_YET : this.placeOf(go, d.conn, ms);
      if (place === NO_PLACE) return true;
      if (place === NOT_YET || !this.hasHeard(place, d)) {
        // The real client had heard of the server by now: this one waits, and all that follows comes later.
        if (go.waitingSince < 0) go.waitingSince = ms;
        return ms - go.waitingSince > GIVE_UP;
      }
      if (go.waitingSince >= 0) go.from += ms - go.waitingSince;
      go.waitingSince = -1;
      if (!this.send(place, go.next)) return false;
    }
    return true;
  }

  /** Whether the client could send this by now: the server knows it, or has answered its first Initials with a Retry. */
  private hasHeard(place: number, d: ReplayDatagram): boolean {
    if (d.packets.some((p) => p.to === TO.server)) return this.state(place) !== CONN_STATE.none;
    if (!this.replay.forceRetry || this.state(place) !== CONN_STATE.none) return true;
    return d.packets.some((p) => p.to === TO.first) || this.flightOf[place] === 0;
  }

  private placeOf(go: Go, conn: number, ms: number): number {
    const known = go.places[conn]!;
    if (known >= 0) return known;
    const place = this.takeFree();
    if (place < 0) return NO_PLACE;
    this.halfOpen++;
    go.places[conn] = place;
    this.generations[place]!++;
    this.roles[place] = conn;
    this.board.words[this.board.conn(place) + CONN.generation] = this.generations[place]!;
    this.set(place, PHASE.open, ms);
    this.at[place] = this.count;
    this.open[this.count++] = place;
    this.numbers[NUMBER.opened]!++;
    return place;
  }

  private takeFree(): number {
    for (let tries = 0; tries < 16 && this.free.length > 0; tries++) {
      const place = this.free.shift()!;
      if (this.flightOf[place] === 0 && this.state(place) === CONN_STATE.none) return place;
      this.free.push(place);
    }
    return -1;
  }

  private leave(go: Go, ms: number): void {
    for (const place of go.places) {
      if (place < 0) continue;
      const last = this.open[--this.count]!;
      this.open[this.at[place]!] = last;
      this.at[last] = this.at[place]!;
      this.set(place, PHASE.leaving, ms);
      this.leaving.push(place);
      this.numbers[NUMBER.left]!++;
    }
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
