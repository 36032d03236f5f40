/** What must hold at a beat for it to be told: a closed list, looked at in the picture of its moment. */
import type { ConnView, StageView } from '../report/view.ts';
import type { Cast } from './cast.ts';

export type Fact =
  /** The entry of a connection's CID names this thread. */
  | { kind: 'owner'; conn: string; thread: string }
  /** So many of its datagrams lie with threads that do not own it. */
  | { kind: 'late'; conn: string; n: number | 'all' | 'some' }
  /** So many datagrams wait in a thread's inbox. */
  | { kind: 'waiting'; thread: string; n: number | 'all' | 'some' }
  | { kind: 'refused'; conn: string }
  | { kind: 'frozen'; conn: string; not: boolean }
  | { kind: 'held'; thread: string; not: boolean }
  /** It has been moved and its new thread has adopted it; or it is in the middle of that. */
  | { kind: 'moving'; conn: string; not: boolean }
  /** A connection is there, or is not. */
  | { kind: 'there'; conn: string; not: boolean }
  | { kind: 'closing'; conn: string }
  | { kind: 'cids'; conn: string; n: number }
  /** So many datagrams have been passed on since the world began, at least. */
  | { kind: 'redispatched'; n: number }
  /** A thread has handled a datagram of the cast: told by events, before this position. */
  | { kind: 'handled'; dgram: string; thread: string }
  /** No place is free in the ring of connections that wait for this thread to accept them. */
  | { kind: 'ring'; thread: string }
  /** A thread owns at least so many connections. */
  | { kind: 'owns'; thread: string; n: number }
  | { kind: 'accepted'; conn: string; not: boolean }
  /** It has a socket of its own. */
  | { kind: 'socket'; conn: string; not: boolean };

const T = '(old|new|third|fourth)';
const C = '([A-Z]{1,2})';
const N = '(\\d+|all|some)';

type Reader = readonly [RegExp, (m: RegExpExecArray) => Fact];

const amount = (text: string): number | 'all' | 'some' =>
  text === 'all' || text === 'some' ? text : Number(text);

const READERS: readonly Reader[] = [
  [new RegExp(`^owner ${C} = ${T}$`), (m) => ({ kind: 'owner', conn: m[1]!, thread: m[2]! })],
  [new RegExp(`^late ${C} = ${N}$`), (m) => ({ kind: 'late', conn: m[1]!, n: amount(m[2]!) })],
  [new RegExp(`^waiting ${T} = ${N}$`), (m) => ({ kind: 'waiting', thread: m[1]!, n: amount(m[2]!) })],
  [new RegExp(`^refused ${C}$`), (m) => ({ kind: 'refused', conn: m[1]! })],
  [new RegExp(`^(not )?frozen ${C}$`), (m) => ({ kind: 'frozen', conn: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^(not )?held ${T}$`), (m) => ({ kind: 'held', thread: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^(not )?moving ${C}$`), (m) => ({ kind: 'moving', conn: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^(not )?there ${C}$`), (m) => ({ kind: 'there', conn: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^(not )?accepted ${C}$`), (m) => ({ kind: 'accepted', conn: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^(no )?socket ${C}$`), (m) => ({ kind: 'socket', conn: m[2]!, not: m[1] !== undefined })],
  [new RegExp(`^closing ${C}$`), (m) => ({ kind: 'closing', conn: m[1]! })],
  [new RegExp(`^cids ${C} = (\\d+)$`), (m) => ({ kind: 'cids', conn: m[1]!, n: Number(m[2]) })],
  [/^redispatched >= (\d+)$/, (m) => ({ kind: 'redispatched', n: Number(m[1]) })],
  [new RegExp(`^handled (first|late) by ${T}$`), (m) => ({ kind: 'handled', dgram: m[1]!, thread: m[2]! })],
  [new RegExp(`^full ring ${T}$`), (m) => ({ kind: 'ring', thread: m[1]! })],
  [new RegExp(`^owns ${T} >= (\\d+)$`), (m) => ({ kind: 'owns', thread: m[1]!, n: Number(m[2]) })],
];

export function parseFact(text: string): Fact | null {
  for (const [pattern, read] of READERS) {
    const m = pattern.exec(text);
    if (m) return read(m);
  }
  return null;
}

/** What a fact is looked at in. `handledBy`: the thread that has handled a datagram before this position, -1 none. */
export interface Scene {
  stage: StageView;
  cast: Cast;
  handledBy(dgram: number): number;
}

/** Whether a fact holds. A connection of the cast goes by its place, whatever its letter. */
export function holds(text: string, scene: Scene): boolean {
  const fact = parseFact(text);
  return fact !== null && check(fact, scene);
}

/** The facts of a list that do not hold. */
export const broken = (facts: readonly string[], scene: Scene): string[] =>
  facts.filter((f) => !holds(f, scene));

function check(fact: Fact, { stage, cast, handledBy }: Scene): boolean {
  const conn = (letter: string): ConnView | undefined =>
    stage.conns.find((c) => c.name.letter === (letter === 'A' ? cast.letter : letter));
  const tid = (word: string): number => cast[word as 'old'];
  const is = (n: number, wanted: number | 'all' | 'some'): boolean =>
    wanted === 'some' ? n > 0 : n === (wanted === 'all' ? cast.late.length : wanted);
  switch (fact.kind) {
    case 'owner':
      return conn(fact.conn)?.owner === tid(fact.thread);
    case 'late':
      return is(conn(fact.conn)?.late ?? 0, fact.n);
    case 'waiting':
      return is(stage.threads[tid(fact.thread)]?.inbox.length ?? 0, fact.n);
    case 'refused':
      return (conn(fact.conn)?.rebindRefusal ?? '') !== '';
    case 'frozen':
      return conn(fact.conn)?.frozen === !fact.not;
    case 'held':
      return stage.threads[tid(fact.thread)]?.held === !fact.not;
    case 'moving': {
      const c = conn(fact.conn);
      return c !== undefined && (c.rebind !== null) === !fact.not;
    }
    case 'there':
      return (conn(fact.conn) !== undefined) === !fact.not;
    case 'accepted':
      return conn(fact.conn) !== undefined && (conn(fact.conn)?.accepted === 'yes') === !fact.not;
    case 'socket':
      return conn(fact.conn) !== undefined && (conn(fact.conn)?.fd !== null) === !fact.not;
    case 'closing': {
      const c = conn(fact.conn);
      return c !== undefined && (c.closing || c.draining);
    }
    case 'cids':
      return conn(fact.conn)?.cids.filter((c) => c.inTree).length === fact.n;
    case 'redispatched':
      return stage.totals.redispatches >= fact.n;
    case 'handled': {
      const wanted = fact.dgram === 'first' ? cast.late.slice(0, 1) : cast.late;
      return wanted.length > 0 && wanted.every((d) => handledBy(d) === tid(fact.thread));
    }
    case 'ring':
      return stage.threads[tid(fact.thread)]?.ring.full === true;
    case 'owns':
      return stage.conns.filter((c) => c.owner === tid(fact.thread)).length >= fact.n;
  }
}
