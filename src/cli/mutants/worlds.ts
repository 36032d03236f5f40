/**
 * Small worlds for steps that no world of the museum brings together: each of today's program, none with a bug of its own. Where a
 * mutant needs another one it stands here; a world that shows a bug belongs in the museum.
 */
import { strideOf } from '../../haproxy/lib/mpring.ts';
import { N } from '../../haproxy/model/flags.ts';
import { Mpring } from '../../haproxy/model/layouts.ts';
import { acceptPushQc } from '../../haproxy/proc/accept.ts';
import { getCidTid } from '../../haproxy/proc/cid-owner.ts';
import { dgramWrite } from '../../haproxy/proc/dgram-write.ts';
import { listenerAccept } from '../../haproxy/proc/listener-accept.ts';
import { limitListener } from '../../haproxy/proc/listener-limit.ts';
import { commitRebind } from '../../haproxy/proc/rebind-commit.ts';
import { pktRetrieveConn } from '../../haproxy/proc/retrieve.ts';
import { listenerRelease } from '../../haproxy/proc/session-end.ts';
import { showQuic } from '../../haproxy/proc/show.ts';
import { type ExploreBounds, NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { MachineWorld } from '../../machine/explore/machine-world.ts';
import type { WorldOptions } from '../../machine/options.ts';
import { type BuiltDatagram, built } from '../../scenario/museum/built.ts';
import type { Searched } from '../../scenario/museum/patched.ts';
import { Prelude, placeOf } from '../../scenario/museum/prelude.ts';
import { aboutToAccept, established, handshake, late, pushedToAccept } from '../../scenario/museum/ways.ts';

interface OwnWorld {
  /** What happens in it, in words: its name too. */
  readonly id: string;
  readonly conns: number;
  readonly options?: Partial<WorldOptions>;
  readonly datagrams: readonly BuiltDatagram[];
  readonly bounds: ExploreBounds;
  /** Leads to where the search begins. */
  prelude(p: Prelude): void;
}

const hello = (conn: number, ms: number): BuiltDatagram => ({ conn, packets: ['hello'], ms });

/** Before its end T0's byte ring has room for so many bytes, and for what is padding then. */
function leaveRoom({ x }: Prelude, bytes: number): void {
  for (const end of [Mpring.head, Mpring.tail]) x.m.ast(x.W.mpring(0) + end, N.MPRING - 8 - bytes);
}

const WORLDS: readonly OwnWorld[] = [
  {
    // T0 hands the connection over and T1 looks up whose it is, by the CID that its client has chosen.
    id: 'its Initial comes again while it moves',
    conns: 1,
    datagrams: [...handshake(0, 0), hello(0, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      aboutToAccept(pushedToAccept(p));
      p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, getCidTid, '5n').stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // T1 has it, and T0 receives its client's Initial once more.
    id: 'its Initial comes again, to another thread',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0, tid: 1 }).sleep(1);
      p.choose({ kind: 'deliver', dgram: 1, tid: 0 }).stepTo(0, getCidTid, '4');
    },
  },
  {
    // T1 is about to make a connection that T0 has made meanwhile, and is handing over.
    id: 'its Initial is answered twice while it moves',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 1), { conn: 0, packets: ['finished'], ms: 5 }],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).stepTo(1, pktRetrieveConn, '2d');
      p.choose({ kind: 'deliver', dgram: 1 }).sleep(0).choose({ kind: 'deliver', dgram: 2 });
      aboutToAccept(p).stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // T1 has received its Initial when nobody had it, and looks for it while T0, which has made it meanwhile, hands it over.
    id: 'it is looked for while it moves',
    conns: 1,
    datagrams: [hello(0, 0), hello(0, 1), { conn: 0, packets: ['finished'], ms: 5 }],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).stepTo(1, pktRetrieveConn, '1');
      p.choose({ kind: 'deliver', dgram: 1 }).sleep(0).choose({ kind: 'deliver', dgram: 2 });
      aboutToAccept(p).stepTo(0, commitRebind, 'S13');
    },
  },
  {
    // Each of two threads makes a connection, counts it as half open, and asks how many there are.
    id: 'two clients come at once',
    conns: 2,
    datagrams: [hello(0, 0), hello(1, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0, tid: 0 }).stepTo(0, pktRetrieveConn, 'N9');
      p.choose({ kind: 'deliver', dgram: 1, tid: 1 }).stepTo(1, pktRetrieveConn, '2p');
    },
  },
  {
    // T1 writes a datagram for T0, which sleeps, over the end of its byte ring.
    id: 'a datagram is written for one who sleeps',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0)],
    bounds: NOTHING_MORE,
    prelude(p) {
      leaveRoom(established(p, 0, 2), 0);
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).stepTo(1, dgramWrite, 'W5');
    },
  },
  {
    // T1 writes a second datagram for T0 over the end of its byte ring, and T0 reads the first.
    id: 'a datagram is written over the end of a ring',
    conns: 1,
    datagrams: [...handshake(0, 0), late(0, 0), late(0, 1)],
    bounds: NOTHING_MORE,
    prelude(p) {
      leaveRoom(established(p, 0, 2), strideOf(p.x.W.consts.datagrams.length[2]!));
      p.choose({ kind: 'deliver', dgram: 2, tid: 1 }).sleep(1);
      p.choose({ kind: 'deliver', dgram: 3, tid: 1 }).stepTo(1, dgramWrite, 'W5');
    },
  },
  {
    // T0 counts one that waits to be accepted, and T1 asks how many there are.
    id: 'a client comes while another waits to be accepted',
    conns: 2,
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: NOTHING_MORE,
    prelude(p) {
      const pushing = placeOf(p.x, acceptPushQc, '2');
      p.until((x) => x.at(0) === pushing).sleep(1);
      p.choose({ kind: 'deliver', dgram: 2 }).stepTo(1, pktRetrieveConn, '2h');
    },
  },
  {
    // T0 begins a new epoch, and T1 stamps the connection that it finds in its ring.
    id: 'show quic while it is adopted',
    conns: 1,
    datagrams: handshake(0, 0),
    bounds: NOTHING_MORE,
    prelude(p) {
      aboutToAccept(pushedToAccept(p));
      p.choose({ kind: 'show-quic', tid: 0, all: true }).stepTo(0, showQuic, '1');
    },
  },
  {
    // Two sessions end at once, each on its thread, while a third is given the less loaded of them.
    id: 'two sessions end while a thread is chosen',
    conns: 3,
    datagrams: [...handshake(0, 0), ...handshake(1, 100), ...handshake(2, 200)],
    bounds: NOTHING_MORE,
    options: { threads: 3 },
    prelude(p) {
      for (const t of [0, 1]) {
        p.choose({ kind: 'accept-target', conn: t, tid: t });
        p.rest(2 + 2 * t);
      }
      const qc = [0, 1].map((conn) => p.x.owner(p.x.findConn(conn)!));
      if (qc.join() !== '0,1') throw new Error(`they live on ${qc.join(' and ')}`);
      p.choose({ kind: 'deliver', dgram: 4, tid: 2 }).sleep(2);
      p.choose({ kind: 'deliver', dgram: 5, tid: 2 }).stepTo(2, listenerAccept, '4q');
      for (const t of [0, 1]) p.choose({ kind: 'close', conn: t }).stepTo(t, listenerRelease, 'LR2');
    },
  },
  {
    // Memory is short: T0 puts its connection back and pauses the listener, which goes on when its timer has run out; a client comes meanwhile.
    id: 'the listener pauses',
    conns: 2,
    options: { threads: 1 },
    datagrams: [...handshake(0, 0), hello(1, 100)],
    bounds: { ...NOTHING_MORE, timerFirings: 1, deliver: [2] },
    prelude(p) {
      p.choose({ kind: 'deliver', dgram: 0 }).sleep(0);
      p.choose({ kind: 'deliver', dgram: 1 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, listenerAccept, 'AF3');
    },
  },
  {
    // A session ends on T1, which lets a listener go on that T0 is about to pause.
    id: 'the listener pauses while a session ends',
    conns: 2,
    datagrams: [...handshake(0, 0), ...handshake(1, 100)],
    bounds: { ...NOTHING_MORE, timerFirings: 1 },
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 1 }).rest(2);
      p.choose({ kind: 'accept-target', conn: 1, tid: 0 });
      p.choose({ kind: 'deliver', dgram: 2, tid: 0 }).sleep(0);
      p.choose({ kind: 'deliver', dgram: 3, tid: 0 }).stepTo(0, listenerAccept, '3');
      p.choose({ kind: 'fail-allocation', n: 1 }).stepTo(0, limitListener, 'L1');
      p.choose({ kind: 'close', conn: 0 }).stepTo(1, listenerRelease, 'LR5');
    },
  },
  {
    // What its client sends before its session begins is kept, and read once it is there.
    id: 'data comes before its session begins',
    conns: 1,
    options: { withholdPostHandshake: false },
    datagrams: [...handshake(0, 0), late(0, 0)],
    bounds: NOTHING_MORE,
    prelude(p) {
      p.choose({ kind: 'accept-target', conn: 0, tid: 0 });
      pushedToAccept(p).choose({ kind: 'deliver', dgram: 2 }).sleep(1);
    },
  },
];

export const OWN: readonly string[] = WORLDS.map((w) => w.id);

/** The world of that name where its search begins; undefined where there is none. Throws RangeError where today's program has no such way. */
export function ownWorld(id: string): Searched | undefined {
  const world = WORLDS.find((w) => w.id === id);
  if (!world) return undefined;
  const p = new Prelude(built(id, world.conns, world.datagrams), {
    threads: 2,
    revision: 'newest',
    socketOwner: 'listener',
    withholdPostHandshake: true,
    ...world.options,
  });
  try {
    world.prelude(p);
  } catch (error) {
    throw new RangeError(`${id}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const off = new Set(Object.keys(p.made.revision.knownBroken));
  const { W, P } = p.made;
  return { bounds: world.bounds, off, explorable: new MachineWorld(W, P, p.x.m.w, world.bounds, off) };
}
