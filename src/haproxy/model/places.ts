/** Places of the block that are no field of an object at hand: the i-th of a region, by name. */
declare const OF: unique symbol;

/** Number of a region whose items are laid out as `S`. */
export type Region<S extends string> = number & { readonly [OF]: S };

const region = <S extends string>(n: number): Region<S> => n as Region<S>;

/** Every region that steps reach by index. `World.base` and `World.stride` say where each lies. */
export const AT = {
  /** By thread. */
  thread: region<'thread_ctx'>(0),
  dghdlr: region<'quic_dghdlr'>(1),
  acceptQueue: region<'quic_accept_queue'>(2),
  acceptRing: region<'accept_queue_ring'>(3),
  perThread: region<'li_per_thread'>(4),
  /** By thread * ring size + place. */
  ringEntry: region<'ring_entry'>(5),
  /** By file descriptor. */
  fd: region<'fdtab'>(6),
  /** By the first byte of a CID. */
  treeRoot: region<'eb_root'>(7),
  treeLock: region<'word'>(8),
  /** By datagram. */
  ledger: region<'word'>(9),
  kqNext: region<'word'>(10),
  holds: region<'word'>(11),
  /** By capture connection. */
  acceptTarget: region<'word'>(12),
  /** By address. */
  socketOf: region<'word'>(13),
  /** By reason. */
  drops: region<'word'>(14),
  packetDrops: region<'word'>(15),
  /** By thread * fds + index. */
  updt: region<'word'>(16),
  /** By thread * words of an epoll bitmap + word. */
  epReady: region<'word'>(17),
  epEvents: region<'word'>(18),
  /** By thread * classes + class; only where the world keeps hints. */
  hints: region<'word'>(19),
  /** By datagram: redispatches beyond those that its ledger tells apart. */
  moreHops: region<'word'>(20),
  /** By word of a bitmap: fds in the group's list of updates. */
  groupUpdt: region<'word'>(21),
} as const;

export const REGIONS = Object.keys(AT).length;
