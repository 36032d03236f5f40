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
  /** By capture connection: how often a thread has become its owner. */
  owners: region<'word'>(22),
  /** By datagram: the same of its connection when it was received, + 1; 0 = not received, over, or not known. */
  ownersThen: region<'word'>(23),
  /** By thread; where there are byte rings. */
  mpring: region<'mpring'>(24),
  /** By thread * records that may begin in a ring + which of them. */
  mpringRecord: region<'mpring_record'>(25),
  /** By thread; where nothing runs twice in a round: whether this turn of the scheduler has called anything, and what this round has (how many). */
  ran: region<'word'>(26),
  ranCount: region<'word'>(27),
  /** By thread * RAN_MOST + which of them. */
  ranTask: region<'word'>(28),
  /** One word; where calls on sockets can fail: n > 0, the n-th from here on does. */
  failSocket: region<'word'>(29),
  /** By group. */
  listener: region<'listener'>(30),
  /** By thread; with two groups: the listener that its function works on where it is not its group’s own. */
  worksOn: region<'word'>(31),
  /** By datagram; where groups have fd tables of their own: the listener whose socket it was read from. */
  cameBy: region<'word'>(32),
} as const;

export const REGIONS = Object.keys(AT).length;
