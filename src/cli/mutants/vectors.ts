/** Answers of single functions, by the program's own steps, apart from any run: as text, to be compared. */
import { ledgerReason, ledgerState } from '../../haproxy/lib/kernel.ts';
import { DROP, LEDGER, N } from '../../haproxy/model/flags.ts';
import { AcceptRing, Listener, Mpring, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { newConn } from '../../haproxy/proc/conn.ts';
import { dgramParse } from '../../haproxy/proc/dgram.ts';
import { listenerAccept } from '../../haproxy/proc/listener-accept.ts';
import { pktRetrieveConn } from '../../haproxy/proc/retrieve.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { Machine } from '../../machine/machine.ts';
import { poolCount } from '../../memory/pool.ts';
import { choices, chooseThread, nobodysConn } from '../../scenario/choose.ts';
import type { WorldData } from '../../scenario/data.ts';
import { makeWorld } from '../../scenario/make.ts';
import { built } from '../../scenario/museum/built.ts';
import { handshake, late } from '../../scenario/museum/ways.ts';
import type { Made } from '../../scenario/world.ts';
import { LoopVectors } from './loop-vectors.ts';
import { bootedOf, LONGEST, settle, told } from './settle.ts';

const TODAY = { revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true } as const;
const LEDGER_NAMES = Object.keys(LEDGER);

export class Vectors {
  /** One client's first datagram. */
  private readonly first = makeWorld(built('a new client', 1, [{ conn: 0, packets: ['hello'], ms: 0 }]), {
    ...TODAY,
    threads: 1,
  });

  /** One datagram, whose first byte is none of QUIC's. */
  private readonly broken = makeWorld(
    withoutFixedBit(built('no QUIC', 1, [{ conn: 0, packets: ['hello'], ms: 0 }])),
    {
      ...TODAY,
      threads: 2,
    },
  );

  /** A connection, and another client's first datagram. */
  private readonly next = makeWorld(
    built('the next client', 2, [...handshake(0, 0), { conn: 1, packets: ['hello'], ms: 100 }]),
    { ...TODAY, threads: 1 },
  );

  /** One connection, and a datagram of it that comes late. */
  private readonly late = makeWorld(built('a late datagram', 1, [...handshake(0, 0), late(0, 0)]), {
    ...TODAY,
    threads: 2,
  });

  private readonly loop = new LoopVectors();

  /** `four`: a world of four threads. */
  constructor(private readonly four: Made) {}

  /** What a program answers, by what it is asked. */
  of(P: Program): Readonly<Record<string, string>> {
    const limit = N.BACKLOG >> 1;
    const atLimit = (counter: number): string =>
      [limit - 1, limit].map((n) => told(() => this.admitted(P, counter, n))).join(', ');
    return {
      'threads chosen by one': told(() => this.chosen(P, 1)),
      'threads chosen by four': told(() => this.chosen(P, 4)),
      'threads chosen by four while those chosen wait in rings': told(() => this.chosenByRings(P)),
      'a late datagram': told(() => this.passedOn(P, false)),
      'a late datagram without room': told(() => this.passedOn(P, true)),
      'a datagram without a CID': told(() => this.headless(P)),
      'a listener that pauses': told(() => this.paused(P, 1)),
      'a listener that pauses for want of an address': told(() => this.paused(P, 2)),
      'a new client at the limit of handshakes': atLimit(Listener.currHandshake),
      'a new client at the limit of those who wait': atLimit(Listener.currAccept),
      ...this.loop.of(P),
    };
  }

  /** Threads of twelve connections that `threads` threads accept in turn (semantics 3, A2.4). */
  private chosen(P: Program, threads: number): string {
    const x = bootedOf(this.four.W, P);
    return choices(
      x,
      12,
      (i) => i % threads,
      ({ wrong }) => {
        if (wrong) throw new Error(wrong);
      },
    ).join(' ');
  }

  /** The same of connections that stay in the ring of the thread they were given to. */
  private chosenByRings(P: Program): string {
    const x = bootedOf(this.four.W, P);
    const qc = nobodysConn(x);
    return Array.from({ length: 12 }, (_, i) => {
      const { tid } = chooseThread(x, i % 4, qc);
      x.m.add(x.W.acceptRing(tid) + AcceptRing.idx, 1);
      return tid;
    }).join(' ');
  }

  /** What has become of a datagram without the fixed bit when its receiver sleeps again (semantics 1.2/1). */
  private headless(P: Program): string {
    const { W } = this.broken;
    const x = bootedOf(W, P);
    x.apply({ kind: 'deliver', dgram: 0, tid: 1 });
    settle(x, [1]);
    const end = x.m.ld(W.ledger(0));
    const written = x.m.ald(W.mpring(0) + Mpring.head) + x.m.ald(W.mpring(1) + Mpring.head);
    return `${LEDGER_NAMES[ledgerState(end)]} ${DROP[ledgerReason(end)] ?? ''} (${written} bytes were written into byte rings)`;
  }

  /** What becomes of a client's first datagram while the listener pauses, since the nth allocation of an accept has failed, and when it goes on (A5). */
  private paused(P: Program, n: number): string {
    const { W } = this.next;
    const x = bootedOf(W, P);
    const stands = (): string => LEDGER_NAMES[ledgerState(x.m.ld(W.ledger(2)))]!;
    x.apply({ kind: 'deliver', dgram: 0 });
    settle(x, [0]);
    x.apply({ kind: 'deliver', dgram: 1 });
    for (let i = 0; x.at(0).proc.key !== listenerAccept.key; i++) {
      if (i > LONGEST || x.apply({ kind: 'step', tid: 0 }) !== '') throw new Error('nobody accepts');
    }
    x.apply({ kind: 'fail-allocation', n });
    settle(x, [0]);
    x.apply({ kind: 'deliver', dgram: 2 });
    settle(x, [0]);
    const meanwhile = stands();
    x.apply({ kind: 'expire', tid: 0 });
    settle(x, [0]);
    const conns = poolCount(x.m, W.pools.connection);
    return `${meanwhile}, then ${stands()} (${conns} struct connections)`;
  }

  /**
   * What becomes of a datagram that waits at T0 while its connection is moved to T1, whose byte ring may have no room: its end, how many
   * received packets are left in the pool, and how many bytes were written into each poller's pipe: none for a thread that is awake.
   */
  private passedOn(P: Program, full: boolean): string {
    const { W } = this.late;
    const x = bootedOf(W, P);
    const bytes = [0, 0];
    x.apply({ kind: 'accept-target', conn: 0, tid: 0 });
    for (const dgram of [0, 1]) {
      x.apply({ kind: 'deliver', dgram, tid: 0 });
      counted(x, [0, 1], bytes);
    }
    x.apply({ kind: 'rebind', conn: 0, tid: 1 });
    x.apply({ kind: 'deliver', dgram: 2, tid: 1 });
    counted(x, [1], bytes);
    const head = W.mpring(1) + Mpring.head;
    if (full) x.m.add(head, N.MPRING);
    counted(x, [0], bytes);
    if (full) x.m.add(head, -N.MPRING);
    counted(x, [0, 1], bytes);
    const end = x.m.ld(W.ledger(2));
    const left = poolCount(x.m, W.pools.rxPacket);
    const told = `${LEDGER_NAMES[ledgerState(end)]} ${DROP[ledgerReason(end)] ?? ''}`;
    return `${told} (${left} packets left, ${bytes.join(' and ')} bytes in the pipes)`;
  }

  /** Whether a client is let in that comes while a listener's counter says `n` (semantics 3, B2/N2). */
  private admitted(P: Program, counter: number, n: number): string {
    const { W } = this.first;
    const x = bootedOf(W, P);
    x.apply({ kind: 'deliver', dgram: 0 });
    const comesTo = (key: string): void => {
      for (let i = 0; x.at(0).proc.key !== key; i++) {
        if (i > LONGEST || x.apply({ kind: 'step', tid: 0 }) !== '')
          throw new Error(`nobody comes to ${key}`);
      }
    };
    comesTo(pktRetrieveConn.key);
    x.m.st(W.listener + counter, n);
    for (let i = 0; i < LONGEST; i++) {
      const { key } = x.at(0).proc;
      if (key === newConn.key) return 'let in';
      if (key === dgramParse.key) return 'dropped';
      x.apply({ kind: 'step', tid: 0 });
    }
    throw new Error('it is neither let in nor dropped');
  }
}

function withoutFixedBit(data: WorldData): WorldData {
  const bytes = data.datagrams.bytes.slice();
  bytes[0]! &= ~0x40;
  return { ...data, datagrams: { ...data.datagrams, bytes } };
}

/** As `settle`. Counts in `bytes` what is written into each thread's pipe. */
function counted(x: Machine, threads: readonly number[], bytes: number[]): void {
  const inPipe = (t: number): number => x.m.ld(x.W.th(t) + ThreadCtx.pipe);
  let before = bytes.map((_, t) => inPipe(t));
  settle(x, threads, () => {
    const now = bytes.map((_, t) => inPipe(t));
    now.forEach((n, t) => {
      bytes[t]! += Math.max(0, n - before[t]!);
    });
    before = now;
  });
}
