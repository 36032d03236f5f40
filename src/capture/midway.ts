/** Connections that began before the capture, found by trying the sessions of a key log on their packets. */
import {
  OpenedPacket,
  openUnprotected,
  PacketHeader,
  parsePacket,
  QUIC_V1,
  QUIC_V2,
  type QuicVersion,
  quicVersion,
  type Suite,
  unprotectHeader,
  Workspace,
} from '../quic/index.ts';
import type { KeyLog } from './keylog.ts';
import { type Passage, passages, type Way } from './midway-rows.ts';
import { SessionKeys } from './session-keys.ts';
import type { Survey } from './survey.ts';
import type { DatagramTable } from './table.ts';

/** Tags that are tried in a file, and sessions of the key log. */
export const MOST_TAGS = 200_000;
export const MOST_SESSIONS = 64;
const LONGEST_ID = 20;
const LAST_GENERATION = 3;
/** A packet number that is cut to one or two bytes may have had any of these above them. */
const LAST_UPPER = 255;
/** To find where a direction begins, at most so many tags. */
const BACKWARDS = 300;
/** GHASH tables. */
const TABLES = 256;

/**
 * What is tried after what: a short header says neither the length of its ID nor the version, nor how often keys were updated, nor the upper
 * part of the packet number. What is likely comes first, for all sessions and datagrams.
 */
interface Round {
  /** Tried in any case; the others only if some session can have begun before the capture. */
  readonly likely?: true;
  readonly version: QuicVersion;
  readonly generations: readonly [from: number, to: number];
  /** Upper parts of the packet number; or a number that it is near. */
  readonly uppers: readonly [from: number, to: number] | { readonly near: number };
}
const ROUNDS: readonly Round[] = [
  { likely: true, version: QUIC_V1, generations: [0, 0], uppers: [0, 0] },
  { likely: true, version: QUIC_V2, generations: [0, 0], uppers: [0, 0] },
  { version: QUIC_V1, generations: [0, 0], uppers: [1, 15] },
  { version: QUIC_V1, generations: [1, LAST_GENERATION], uppers: [0, 15] },
  { version: QUIC_V1, generations: [0, LAST_GENERATION], uppers: [16, LAST_UPPER] },
  { version: QUIC_V2, generations: [0, LAST_GENERATION], uppers: [0, LAST_UPPER] },
];

/** A packet that opened, and what opened it. */
export interface Hit {
  readonly row: number;
  readonly idLength: number;
  readonly fromServer: boolean;
  readonly suite: Suite;
  readonly version: QuicVersion;
  readonly generation: number;
  readonly pn: number;
}

/** A connection whose beginning is missing. */
export interface Midway {
  readonly path: number;
  /** A row on which it is met. */
  readonly row: number;
  /** Endpoint of the server. */
  readonly server: number;
  /** ClientHello random of its session, hex. */
  readonly random: string;
  readonly suite: Suite;
  readonly version: QuicVersion;
  /** Of each direction a packet that opens, as early in the file as could be found; none where nothing of it opens with short headers. */
  readonly hits: readonly Hit[];
}

export class MidwaySearch {
  readonly found: Midway[] = [];
  /** Tags tried so far. */
  tags = 0;
  /** Sessions that the key log has, where it has more than are tried. */
  tooMany = 0;
  private readonly out = new OpenedPacket(new Workspace(TABLES));
  private readonly header = new PacketHeader();
  private sessions: SessionKeys[] = [];
  private readonly work: Generator<undefined, void>;

  constructor(
    private readonly table: DatagramTable,
    private readonly survey: Survey,
    private readonly keyLog: KeyLog,
    private readonly mostTags = MOST_TAGS,
  ) {
    this.work = this.search();
  }

  /** No tag is left, and something is still to be tried. */
  get exhausted(): boolean {
    return this.tags >= this.mostTags;
  }

  /** Tries about `tags` further tags; true once there is nothing left to try. */
  step(tags: number): boolean {
    const until = this.tags + tags;
    for (let n = 0; n < tags && this.tags < until; n++) if (this.work.next().done) return true;
    return false;
  }

  private *search(): Generator<undefined, void> {
    const open = passages(this.table, this.survey);
    if (open.length === 0) return;
    this.sessions = this.chosen();
    for (const passage of open) {
      yield;
      const found = this.byHandshake(passage);
      if (found) this.take(found, open, passage);
    }
    for (const round of ROUNDS) {
      if (!round.likely && this.allBegin()) return;
      for (const passage of [...open]) {
        for (const session of [...this.sessions]) {
          yield;
          if (this.exhausted) return;
          const found = this.bySession(passage, session, round);
          if (!found) continue;
          // What begins here later is only not in order.
          const begins = this.survey.beginsByPath.get(passage.path) ?? [];
          if (begins.some(({ random }) => random === found.random)) continue;
          this.take(found, open, passage);
          break;
        }
      }
    }
  }

  /** Every session of the key log belongs to a connection that begins in the capture, as far as the first packets tell. */
  private allBegin(): boolean {
    const begins = [...this.survey.begins.values()].filter(({ after }) => !after);
    const untold = begins.filter(({ random }) => random === undefined).length;
    const proven = new Set([
      ...begins.flatMap(({ random }) => random ?? []),
      ...this.found.map((f) => f.random),
    ]);
    return this.sessions.filter(({ random }) => !proven.has(random)).length <= untold;
  }

  /** Sessions that packets of the capture prove come first: a connection may have moved to addresses where it began for nobody. */
  private chosen(): SessionKeys[] {
    const { keyLog, survey } = this;
    const proven = new Set([...survey.begins.values()].flatMap(({ random }) => random ?? []));
    const randoms = [...proven].filter((random) => keyLog.secrets(random));
    for (const random of keyLog.randoms()) {
      if (randoms.length >= MOST_SESSIONS) break;
      if (!proven.has(random)) randoms.push(random);
    }
    if (keyLog.size > MOST_SESSIONS) this.tooMany = keyLog.size;
    return randoms
      .slice(0, MOST_SESSIONS)
      .map((random) => new SessionKeys(random, keyLog.secrets(random) ?? {}));
  }

  private take(found: Midway, open: Passage[], passage: Passage): void {
    this.found.push(found);
    open.splice(open.indexOf(passage), 1);
    const at = this.sessions.findIndex(({ random }) => random === found.random);
    this.sessions.unshift(...this.sessions.splice(at, 1));
  }

  /** Handshake packets say their version, and their numbers are small. */
  private byHandshake({ path, ways }: Passage): Midway | undefined {
    const { header, out, table } = this;
    for (const way of ways) {
      for (const { row, at } of way.handshakes) {
        const buf = table.buffer(row);
        parsePacket(buf, at, table.offset(row) + table.capturedLength(row), 0, header);
        const version = quicVersion(header.version)!;
        for (const session of this.sessions) {
          for (const fromServer of [true, false]) {
            for (const suite of session.suites('Handshake', fromServer)) {
              if (this.exhausted) return undefined;
              const keys = session.keys('Handshake', fromServer, suite, version);
              if (unprotectHeader(keys, buf, at, header.pnOff, header.payloadEnd, out) < 0) continue;
              this.tags++;
              if (openUnprotected(keys, buf, at, header.pnOff, header.payloadEnd, -1, out) < 0) continue;
              const server = fromServer ? way.src : way.dst;
              return { path, row, server, random: session.random, suite, version, hits: [] };
            }
          }
        }
      }
    }
    return undefined;
  }

  private bySession(passage: Passage, session: SessionKeys, round: Round): Midway | undefined {
    for (const way of passage.ways) {
      for (const fromServer of [false, true]) {
        for (const suite of session.suites('1-RTT', fromServer)) {
          for (const row of way.smallest) {
            const hit = this.open(row, session, fromServer, suite, round, 0, LONGEST_ID);
            const found = hit && this.confirm(passage, way, session, hit);
            if (found) return found;
          }
        }
      }
    }
    return undefined;
  }

  /** A hit counts when another packet opens too, in its direction or in the other. */
  private confirm({ path, ways }: Passage, way: Way, session: SessionKeys, hit: Hit): Midway | undefined {
    const back = way === ways[0] ? ways[1] : ways[0];
    const again = [...way.smallest, ...way.first].some(
      (row) => row !== hit.row && this.near(row, session, hit),
    );
    const answer = this.answer(back, session, hit);
    if (!again && !answer) return undefined;
    const hits = [this.earliest(way, session, hit)];
    if (answer) hits.push(this.earliest(back, session, answer));
    const { suite, version } = hit;
    const server = hit.fromServer ? way.src : way.dst;
    return { path, row: hit.row, server, random: session.random, suite, version, hits };
  }

  /** The first packet of the other direction that opens. */
  private answer(way: Way, session: SessionKeys, { fromServer, suite, version }: Hit): Hit | undefined {
    if (!session.suites('1-RTT', !fromServer).includes(suite)) return undefined;
    for (const uppers of [
      [0, 0],
      [1, LAST_UPPER],
    ] as const) {
      const round: Round = { version, generations: [0, LAST_GENERATION], uppers };
      for (const row of way.smallest) {
        const hit = this.open(row, session, !fromServer, suite, round, 0, LONGEST_ID);
        if (hit) return hit;
      }
    }
    return undefined;
  }

  /** Whether a packet opens whose number is near, before or behind a key update. */
  private near(row: number, session: SessionKeys, hit: Hit): boolean {
    const { fromServer, suite, version, generation, idLength } = hit;
    const generations = [Math.max(0, generation - 1), generation + 1] as const;
    const round: Round = { version, generations, uppers: { near: hit.pn } };
    return this.open(row, session, fromServer, suite, round, idLength, idLength) !== undefined;
  }

  /** The same direction as early in the file as it opens: packet numbers and keys count from there. */
  private earliest({ first }: Way, session: SessionKeys, hit: Hit): Hit {
    const { fromServer, suite, version, idLength } = hit;
    const until = this.tags + BACKWARDS;
    for (const row of first) {
      if (row >= hit.row || this.tags >= until) break;
      for (const uppers of [{ near: hit.pn }, [0, LAST_UPPER] as const]) {
        const round: Round = { version, generations: [0, hit.generation], uppers };
        const earlier = this.open(row, session, fromServer, suite, round, idLength, idLength);
        if (earlier) return earlier;
      }
    }
    return hit;
  }

  /** Tries a row whose ID has between `shortest` and `longest` bytes. */
  private open(
    row: number,
    session: SessionKeys,
    fromServer: boolean,
    suite: Suite,
    { version, generations, uppers }: Round,
    shortest: number,
    longest: number,
  ): Hit | undefined {
    const { table, out } = this;
    const buf = table.buffer(row);
    const from = table.offset(row);
    const end = from + table.capturedLength(row);
    const header = session.keys('1-RTT', fromServer, suite, version);
    for (let idLength = shortest; idLength <= longest; idLength++) {
      const pnOff = from + 1 + idLength;
      if (unprotectHeader(header, buf, from, pnOff, end, out) < 0) break;
      if (out.reservedBits !== 0) continue;
      const window = 2 ** (8 * out.pnLen);
      const [first, last] = uppersOf(uppers, out.pnLen);
      for (let generation = generations[0]; generation <= generations[1]; generation++) {
        if ((generation & 1) !== out.keyPhase) continue;
        const keys = session.keys('1-RTT', fromServer, suite, version, generation);
        for (let upper = first; upper <= last; upper++) {
          if (this.exhausted) return undefined;
          const pn = upper * window + out.truncatedPn;
          this.tags++;
          if (openUnprotected(keys, buf, from, pnOff, end, pn - 1, out) < 0) continue;
          return { row, idLength, fromServer, suite, version, generation, pn };
        }
      }
    }
    return undefined;
  }
}

/** The first and the last upper part to be tried above a packet number of so many bytes. */
function uppersOf(uppers: Round['uppers'], pnLen: number): readonly [first: number, last: number] {
  if ('near' in uppers) {
    const upper = Math.floor(uppers.near / 2 ** (8 * pnLen));
    return [Math.max(0, upper - 1), upper + 1];
  }
  return pnLen <= 2 ? uppers : [uppers[0], 0];
}
