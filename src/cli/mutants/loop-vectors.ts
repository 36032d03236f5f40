/** Answers about a thread's loop, and about what a session begins with, as text: what no order of steps decides, and no rule is about. */
import { REFUSAL } from '../../haproxy/lib/hand.ts';
import { N, TH } from '../../haproxy/model/flags.ts';
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { runPollLoop } from '../../haproxy/proc/runloop.ts';
import { sessionAcceptFd } from '../../haproxy/proc/session.ts';
import { idleTimerTask } from '../../haproxy/proc/timers.ts';
import { hasRole, type Program } from '../../haproxy/step/compile.ts';
import { EV, type EventSink, silent } from '../../haproxy/step/events.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import { TP } from '../../haproxy/step/trace.ts';
import type { Machine } from '../../machine/machine.ts';
import { delayed } from '../../machine/rules/waiting.ts';
import { listEmpty } from '../../memory/list.ts';
import { mtlEmpty } from '../../memory/mtlist.ts';
import { poolCount } from '../../memory/pool.ts';
import { makeWorld } from '../../scenario/make.ts';
import { built } from '../../scenario/museum/built.ts';
import { handshake, late } from '../../scenario/museum/ways.ts';
import { bootedOf, isIn, settle, told } from './settle.ts';

const TODAY = { revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true } as const;
/** Datagrams that T0 finds in its byte ring, and how many it reads in one run. */
const WAITING = [2, 3, 4];
const BATCH = 2;
/** One more than a thread accepts of its ring in one run. */
const FIVE = N.MAX_ACCEPT + 1;
/** Steps of one thread between two sleeps, and more. */
const ROUNDS = 120;
const LISTS = [ThreadCtx.rqueue, ThreadCtx.urgent, ThreadCtx.normal, ThreadCtx.bulk, ThreadCtx.heavy];

export class LoopVectors {
  private readonly waiting = makeWorld(
    built('three datagrams wait', 1, [...handshake(0, 0), ...WAITING.map((_, i) => late(0, i))]),
    { ...TODAY, threads: 2, maxPollEvents: BATCH },
  );

  private readonly early = makeWorld(
    built('data before its session', 1, [...handshake(0, 0), { ...late(0, 0), ms: 5 }]),
    { ...TODAY, threads: 2, withholdPostHandshake: false },
  );

  private readonly rejected = makeWorld(
    built('data before a session that is rejected', 1, [...handshake(0, 0), { ...late(0, 0), ms: 5 }]),
    { ...TODAY, threads: 2, rejects: true },
  );

  private readonly five = makeWorld(
    built('five to be accepted', FIVE, Array.from({ length: FIVE }, (_, i) => handshake(i, 10 * i)).flat()),
    { ...TODAY, threads: 2 },
  );

  /** What a program answers, by what it is asked. */
  of(P: Program): Readonly<Record<string, string>> {
    return {
      'rounds until a timer that has run out is heard': told(() => this.timer(P)),
      'rounds in which datagrams that wait are read': told(() => this.batches(P)),
      'polls without waiting as one who sleeps': told(() => this.asleep(P)),
      'what a session begins with': told(() => this.begins(P, this.early.W)),
      'what a rejected session leaves': told(() => this.begins(P, this.rejected.W)),
      'rounds in which connections of a ring are accepted': told(() => this.ring(P)),
      'an order for one that waits to be accepted': told(() => this.ordered(P)),
    };
  }

  /** T0 has accepted the connection and sleeps, and T1 has written the datagrams that wait for it. */
  private written(P: Program, sink: EventSink): Machine {
    const x = established(this.waiting.W, P, sink);
    for (const dgram of WAITING) x.apply({ kind: 'deliver', dgram, tid: 1 });
    settle(x, [1]);
    return x;
  }

  /** A timer is heard in the round that it has ended the sleep of, before the next look at sockets (N1/1). */
  private timer(P: Program): string {
    let rounds = -1;
    const x = established(this.waiting.W, P, {
      ...silent,
      called(x, id) {
        if (id === idleTimerTask.id && rounds < 0) rounds = x.ld(x.th, ThreadCtx.loops);
      },
    });
    const before = loopsOf(x, 0);
    x.apply({ kind: 'expire-timer', conn: 0, timer: 'idle' });
    settle(x, [0]);
    return String(rounds - before);
  }

  /**
   * Rounds of T0's loop, from the first on, in which it takes what waits (1.4): no more in one run than it may. And in how many of its states with something
   * left to do who wakes it would write a byte for nothing (0.2).
   */
  private batches(P: Program): string {
    const rounds: number[] = [];
    const x = this.written(P, {
      ...silent,
      note(x, kind) {
        if (kind === EV.POP && x.t === 0) rounds.push(x.ld(x.th, ThreadCtx.loops));
      },
    });
    let forNothing = 0;
    let left = true;
    rounds.length = 0;
    settle(x, [0], () => {
      const now = hasTasks(x, 0);
      if (left && now && wouldBeTold(x, 0)) forNothing++;
      left = now;
    });
    const first = rounds[0] ?? 0;
    return `${rounds.map((r) => r - first).join(' ')} (${forNothing} states in which a byte is written for nothing)`;
  }

  /** Polls of T0 that are not to wait, in which it shows itself as sleeping (0.2): T1 writes for it after every number of steps. */
  private asleep(P: Program): string {
    const x = established(this.waiting.W, P, silent);
    const start = x.m.w.slice();
    let polls = 0;
    for (let steps = 0; steps < ROUNDS; steps++) {
      x.m.w.set(start);
      x.apply({ kind: 'deliver', dgram: 2, tid: 0 });
      for (let i = 0; i < steps && x.enabled(0); i++) x.apply({ kind: 'step', tid: 0 });
      if (!x.enabled(0)) break;
      x.apply({ kind: 'deliver', dgram: 3, tid: 1 });
      settle(x, [1]);
      settle(x, [0], () => {
        if (hasRole(x.at(0), 'pollWait') && knowsWork(x, 0) && showsSleep(x, 0)) polls++;
      });
    }
    return String(polls);
  }

  /** Rounds of T1's loop in which it accepts what T0 has put into its ring (N8/8): no more in one run than it may. */
  private ring(P: Program): string {
    const rounds: number[] = [];
    const x = bootedOf(this.five.W, P, {
      ...silent,
      note(x, kind) {
        if (kind === EV.ACCEPT) rounds.push(x.ld(x.th, ThreadCtx.loops));
      },
    });
    for (let conn = 0; conn < FIVE; conn++) {
      x.apply({ kind: 'accept-target', conn, tid: 1 });
      for (const dgram of [2 * conn, 2 * conn + 1]) {
        x.apply({ kind: 'deliver', dgram, tid: 0 });
        settle(x, [0]);
      }
    }
    settle(x, [1]);
    return rounds.map((r) => r - rounds[0]!).join(' ');
  }

  /** Why a rebind that is ordered while the connection waits to be accepted is refused: by our gate, which looks for what HAProxy would assert. */
  private ordered(P: Program): string {
    const reasons: string[] = [];
    let pushed = false;
    const x = bootedOf(this.waiting.W, P, {
      ...silent,
      note(_x, kind, _qc, _to, reason) {
        if (kind === EV.ACCEPT_PUSH) pushed = true;
        if (kind === EV.REFUSED) reasons.push(REFUSAL[reason ?? 0]!);
      },
    });
    x.apply({ kind: 'deliver', dgram: 0, tid: 0 });
    settle(x, [0]);
    x.apply({ kind: 'deliver', dgram: 1, tid: 0 });
    while (!pushed && x.enabled(0)) x.apply({ kind: 'step', tid: 0 });
    x.apply({ kind: 'rebind', conn: 0, tid: 1 });
    settle(x, [0, 1]);
    return reasons.join(', ') || 'is not refused';
  }

  /** What is sent, in the session's own callback or behind it, and what waits or is left when all sleep (N7, N8/10, N8/11). */
  private begins(P: Program, W: Machine['W']): string {
    const sent: string[] = [];
    let restarts = 0;
    const x = bootedOf(W, P, {
      ...silent,
      trace(_e, tp) {
        if (tp === TP.idleRearmEnter) restarts++;
      },
      note(e, kind, _qc, _a, what) {
        if (kind === EV.SEND) sent.push(`${what}${isIn(x, e.t, sessionAcceptFd.key) ? ' at once' : ''}`);
      },
    });
    x.apply({ kind: 'accept-target', conn: 0, tid: 0 });
    x.apply({ kind: 'deliver', dgram: 0, tid: 0 });
    settle(x, [0]);
    for (let dgram = 1; dgram < W.consts.datagrams.count; dgram++)
      x.apply({ kind: 'deliver', dgram, tid: 0 });
    settle(x, [0]);
    const kept = poolCount(x.m, W.pools.rxPacket);
    const packets = `${kept} packets ${delayed(x) ? 'wait' : 'are left'}`;
    return `${sent.join(', ') || 'nothing'}; ${packets}, the idle timer has begun anew ${restarts} times`;
  }
}

/** The world's connection is accepted on T0, and everybody sleeps. */
function established(W: Machine['W'], P: Program, sink: EventSink): Machine {
  const x = bootedOf(W, P, sink);
  x.apply({ kind: 'accept-target', conn: 0, tid: 0 });
  for (const dgram of [0, 1]) {
    x.apply({ kind: 'deliver', dgram, tid: 0 });
    settle(x, [0, 1]);
  }
  return x;
}

const loopsOf = ({ m, W }: Machine, t: number): number => m.ld(W.th(t) + ThreadCtx.loops);

const flagsOf = ({ m, W }: Machine, t: number): number => m.ald(W.th(t) + ThreadCtx.flags);

const showsSleep = (x: Machine, t: number): boolean => (flagsOf(x, t) & TH.SLEEPING) !== 0;

/** Whether who wakes it now writes into its pipe. */
const wouldBeTold = (x: Machine, t: number): boolean =>
  (flagsOf(x, t) & (TH.SLEEPING | TH.NOTIFIED)) === TH.SLEEPING;

function hasTasks({ m, W }: Machine, t: number): boolean {
  const th = W.th(t);
  return !mtlEmpty(m, th + ThreadCtx.sharedTasklets) || LISTS.some((f) => !listEmpty(m, th + f));
}

/** Whether it has seen that there is something to do: its poll is not to wait. */
function knowsWork({ m, W }: Machine, t: number): boolean {
  return m.ld(m.ld(W.th(t) + ThreadCtx.fp) + FRAME_HEAD + runPollLoop.locals.indexOf('wake')) !== 0;
}
