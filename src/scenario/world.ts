/** A world from its data: the same on the page, in every worker, on the command line. */
import { PROCEDURES } from '../haproxy/catalogue.ts';
import { N } from '../haproxy/model/flags.ts';
import type { Constants, PacketOpener } from '../haproxy/model/script.ts';
import { planWorld, type World } from '../haproxy/model/world.ts';
import { compile, type Program } from '../haproxy/proc/proc.ts';
import { findRevision, type Revision } from '../haproxy/revisions.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from './data.ts';

export interface Made {
  W: World;
  P: Program;
  revision: Revision;
}

/** Records of the event ring for worlds that somebody watches, a power of two. */
export const WATCHED = 8192;

/**
 * Lays out the world and compiles the program. `eventRing`: records kept for drawing, a power of two. Throws RangeError on
 * an unknown revision or a thread count outside 1..64.
 */
export function layOutWorld(
  data: WorldData,
  options: WorldOptions,
  opener: PacketOpener,
  eventRing = WATCHED,
): Made {
  const revision = findRevision(options.revision);
  if (!revision) throw new RangeError(`no revision ${options.revision}`);
  if (!(options.threads >= 1 && options.threads <= 64))
    throw new RangeError(`${options.threads} threads: 1 to 64 are possible`);
  const consts: Constants = {
    datagrams: data.datagrams,
    addresses: data.addresses,
    conns: data.conns,
    opener,
    bootSeed: data.bootSeed,
    cidLength: data.cidLength,
    forceRetry: data.forceRetry,
    anyFixedBit: data.anyFixedBit,
    serverAddress: data.serverAddress,
  };
  const W = planWorld(
    {
      threads: options.threads,
      socketOwner: options.socketOwner,
      withholdPostHandshake: options.withholdPostHandshake,
      maxPollEvents: N.MAX_POLL_EVENTS,
      ringSize: N.ACCEPT_RING,
      eventRing,
      connections: Math.max(data.conns.length, data.addresses.length),
    },
    consts,
  );
  return { W, P: compile(PROCEDURES, revision.fixes), revision };
}
