/** A world from its data: the same on the page, in every worker, on the command line. */

import type { Revision } from '../haproxy/finalized.ts';
import { strideOf } from '../haproxy/lib/mpring.ts';
import { N } from '../haproxy/model/flags.ts';
import { type Constants, type PacketOpener, withCopies } from '../haproxy/model/script.ts';
import { planWorld, type World } from '../haproxy/model/world.ts';
import type { Program } from '../haproxy/step/compile.ts';
import type { WorldOptions } from '../machine/options.ts';
import { cidLengthsOf, clientsOf, type WorldData } from './data.ts';
import type { Programs } from './programs.ts';

export interface Made {
  W: World;
  P: Program;
  revision: Revision;
}

/** Records of the event ring for worlds that somebody watches, a power of two. */
export const WATCHED = 8192;

/** Most records that a byte ring may be made for, where it is not as large as HAProxy's. */
export const MOST_RECORDS = 4;

/** Most datagrams of a capture that can be duplicated: each takes three words more. */
const COPIES = 65_536;

/**
 * Lays out the world and compiles the program. `eventRing`: records kept for drawing, a power of two. Throws RangeError on
 * switches that cannot stand together or a thread count outside 1..64, or below that of groups.
 */
export function layOut(
  programs: Programs,
  data: WorldData,
  options: WorldOptions,
  opener: PacketOpener,
  eventRing = WATCHED,
  hints = data.sizes !== undefined,
): Made {
  const revision = programs.chooseRevision(options);
  if (typeof revision === 'string') throw new RangeError(revision);
  const groups = options.threadGroups ?? 1;
  const apart = revision.only.includes('apart');
  within(options.threads, groups, 64 / groups, ' threads');
  const lengths = cidLengthsOf(data);
  const clients = clientsOf(data);
  const consts: Constants = {
    datagrams: !data.sizes && data.datagrams.count <= COPIES ? withCopies(data.datagrams) : data.datagrams,
    clients,
    opener,
    bootSeed: data.bootSeed,
    cidLength: data.cidLength,
    ...(lengths ? { cidLengths: lengths } : {}),
    forceRetry: data.forceRetry,
    anyFixedBit: data.anyFixedBit,
    serverAddress: data.serverAddress,
  };
  const P = programs.programOf(revision);
  const W = planWorld(
    {
      threads: options.threads,
      groups,
      receivers: revision.fixes.has('9d360604b') && !apart ? groups : 1,
      ownFdTables: apart,
      maxconn: options.maxconn ?? 0,
      socketOwner: options.socketOwner,
      withholdPostHandshake: options.withholdPostHandshake,
      rejects: options.rejects ?? false,
      muxStays: options.muxStays ?? false,
      runqueueDepth: options.runqueueDepth ?? N.RUNQUEUE_DEPTH,
      maxPollEvents: within(options.maxPollEvents ?? N.MAX_POLL_EVENTS, 1, N.MAX_POLL_EVENTS),
      ringSize: within(options.ringSize ?? N.ACCEPT_RING, 2, N.ACCEPT_RING),
      ...(P.traits.byteRings ? byteRing(options.inboxRecords, consts) : { mpring: 0, mpringStride: 0 }),
      runsOnce: P.traits.runsOnce,
      socketsFail: P.traits.socketsFail,
      closedObjects: P.traits.closedObjects,
      eventRing,
      connections: data.sizes?.connections ?? Math.max(clients.conns, clients.addresses),
      ...(hints ? { hints } : {}),
      ...(data.sizes ? { recycles: true, slots: data.sizes.slots } : {}),
    },
    consts,
  );
  return { W, P, revision };
}

/** A byte ring of HAProxy's size; or one for so many records, each of which takes what the longest datagram there is needs. */
function byteRing(
  records: number | undefined,
  { datagrams }: Constants,
): { mpring: number; mpringStride: number } {
  if (records === undefined) return { mpring: N.MPRING, mpringStride: 0 };
  let longest = 0;
  for (const length of datagrams.length) longest = Math.max(longest, length);
  const stride = strideOf(longest);
  return { mpring: within(records, 1, MOST_RECORDS) * stride, mpringStride: stride };
}

const within = (n: number, low: number, high: number, of = ''): number => {
  if (!(n >= low && n <= high)) throw new RangeError(`${n}${of}: ${low} to ${high} are possible`);
  return n;
};
