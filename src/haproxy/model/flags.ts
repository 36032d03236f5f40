/** Bits and numbers with HAProxy's own values (semantics sections 2 and 10). */

/** quic_conn.flags at the seed. Bits 10 and 14 come with later fixes of the series. */
export const QC = {
  ANTI_AMPLIFICATION_REACHED: 1 << 0,
  SPIN_BIT: 1 << 1,
  NEED_POST_HANDSHAKE_FRMS: 1 << 2,
  LISTENER: 1 << 3,
  ACCEPT_REGISTERED: 1 << 4,
  TX_MUX_CONTEXT: 1 << 5,
  IDLE_TIMER_RESTARTED_AFTER_READ: 1 << 6,
  RETRANS_NEEDED: 1 << 7,
  RETRANS_OLD_DATA: 1 << 8,
  TLS_ALERT: 1 << 9,
  AFFINITY_CHANGED: 1 << 10,
  HALF_OPEN_CNT_DECREMENTED: 1 << 11,
  HANDSHAKE_SPEED_UP: 1 << 12,
  ACK_TIMER_FIRED: 1 << 13,
  IO_TO_REQUEUE: 1 << 14,
  TO_KILL: 1 << 24,
  TX_TP_RECEIVED: 1 << 25,
  FINALIZED: 1 << 26,
  NOTIFY_CLOSE: 1 << 27,
  EXP_TIMER: 1 << 28,
  CLOSING: 1 << 29,
  DRAINING: 1 << 30,
  IMMEDIATE_CLOSE: 1 << 31,
} as const;

/** By its first name; a program says what it is called there. */
export type QcFlag = keyof typeof QC;

/** task and tasklet state bits at the seed. */
export const TASK = {
  RUNNING: 0x1,
  QUEUED: 0x4,
  SELF_WAKING: 0x10,
  KILLED: 0x20,
  IN_LIST: 0x40,
  HEAVY: 0x80,
  WOKEN_INIT: 0x100,
  WOKEN_TIMER: 0x200,
  WOKEN_IO: 0x400,
  WOKEN_MSG: 0x1000,
  WOKEN_OTHER: 0x4000,
  F_TASKLET: 0x8000,
  /** What survives a run. */
  PERSISTENT: 0x10 | 0x20 | 0x80 | 0x8000 | 0x10000,
} as const;

/** Every reason for which a task was woken. */
export const WOKEN = TASK.WOKEN_INIT | TASK.WOKEN_TIMER | TASK.WOKEN_IO | TASK.WOKEN_MSG | TASK.WOKEN_OTHER;

/** fdtab.state bits. */
export const FD = {
  ACTIVE_R: 0x1,
  READY_R: 0x2,
  ACTIVE_W: 0x10,
  READY_W: 0x20,
  POLL_IN: 0x100,
} as const;

/** Handshake states of a listener's connection. */
export const STATE = { INITIAL: 0, HANDSHAKE: 1, COMPLETE: 2, CONFIRMED: 3 } as const;
export const MUX = { NULL: 0, READY: 1, RELEASED: 2 } as const;

/** Packet types as the block stores them; encryption levels have the same order without RETRY and VN. */
export const PKT = { INITIAL: 0, ZERO_RTT: 1, HANDSHAKE: 2, SHORT: 3, RETRY: 4, VN: 5, UNKNOWN: 6 } as const;
/** Encryption levels. */
export const LEVEL = { INITIAL: 0, EARLY: 1, HANDSHAKE: 2, APP: 3 } as const;
/** Packet number spaces; `spaceOf[level]`. */
export const SPACE = { INITIAL: 0, HANDSHAKE: 1, APP: 2 } as const;
export const spaceOf = [SPACE.INITIAL, SPACE.APP, SPACE.HANDSHAKE, SPACE.APP] as const;

/** listener.state, as far as the model has it. */
export const LI = { READY: 0, LIMITED: 1, FULL: 2 } as const;

/** Thread flags (th_ctx.flags). */
export const TH = { SLEEPING: 1, NOTIFIED: 2 } as const;

/** Numbers of semantics section 10; times in ms, sizes in bytes. */
export const N = {
  CID_TREES: 256,
  OWN_CID_LEN: 8,
  MAX_UDP_PAYLOAD: 2048,
  RXBUF: 262_144,
  QC_RXBUF: 65_536,
  /** Bytes of a thread's ring of datagrams (QUIC_RX_BUFSZ), of a record's header, and of the descriptor before the datagram's own. */
  MPRING: 262_144,
  MPRING_HEADER: 8,
  SIZEOF_DGRAM: 120,
  MAX_POLL_EVENTS: 200,
  RUNQUEUE_DEPTH: 200,
  ACCEPT_RING: 1023,
  MAX_ACCEPT: 4,
  INITIAL_MIN: 1200,
  IDLE_TIMEOUT: 30_000,
  /** A connection that closes is kept so long at most, since fe29dba87. */
  CLOSING_TIMEOUT: 1000,
  ACK_DELAY: 20,
  MAX_ACK_DELAY: 25,
  RETRY_THRESHOLD: 100,
  /** Connections of a listener that may wait: `backlog` where nobody says otherwise. */
  BACKLOG: 1024,
  /** How long a listener pauses after a transient error. */
  ACCEPT_PAUSE: 100,
  RTT_INIT: 333,
  RTTVAR_INIT: 166,
  POLL_CAP: 60_000,
  RELEASED_FD: 0xfddeadfd | 0,
} as const;

/** Why a datagram ended without being parsed to the end by its owner (I12's list). Index 0 = not dropped. */
export const DROP = [
  '',
  'bad header',
  'too short',
  'unknown CID',
  'no memory',
  'rxbuf full',
  'closing connection',
  'migration refused',
  'version negotiation answered',
  'retry answered',
  'stateless reset answered',
  'socket buffer full',
  'socket closed',
  'dropped by the network',
  '0-RTT not supported',
  'max handshake',
  'max accept',
  'inbox full when passed on',
] as const;
export const dropReason = (name: (typeof DROP)[number]): number => DROP.indexOf(name);

/** The same numbers by name, for steps. */
export const DROP_REASON = {
  badHeader: dropReason('bad header'),
  tooShort: dropReason('too short'),
  unknownCid: dropReason('unknown CID'),
  noMemory: dropReason('no memory'),
  rxbufFull: dropReason('rxbuf full'),
  closingConnection: dropReason('closing connection'),
  migrationRefused: dropReason('migration refused'),
  versionNegotiationAnswered: dropReason('version negotiation answered'),
  retryAnswered: dropReason('retry answered'),
  statelessResetAnswered: dropReason('stateless reset answered'),
  socketBufferFull: dropReason('socket buffer full'),
  socketClosed: dropReason('socket closed'),
  droppedByTheNetwork: dropReason('dropped by the network'),
  zeroRttNotSupported: dropReason('0-RTT not supported'),
  maxHandshake: dropReason('max handshake'),
  maxAccept: dropReason('max accept'),
  inboxFullWhenPassedOn: dropReason('inbox full when passed on'),
} as const;

/** Why a single packet was dropped inside a datagram that went on (packetsDropped). */
export const PKT_DROP = [
  '',
  'too short datagram for an Initial',
  '0-RTT not supported',
  'DCID of another connection',
  'bad header',
  'connection buffer full',
  'keys discarded',
  'not opened',
  'decryption failed',
  'frame error',
  'killed connection',
] as const;

const pktDropReason = (name: (typeof PKT_DROP)[number]): number => PKT_DROP.indexOf(name);

/** The same as numbers, for steps. */
export const PKT_DROP_REASON = {
  tooShortDatagramForAnInitial: pktDropReason('too short datagram for an Initial'),
  zeroRttNotSupported: pktDropReason('0-RTT not supported'),
  dcidOfAnotherConnection: pktDropReason('DCID of another connection'),
  badHeader: pktDropReason('bad header'),
  connectionBufferFull: pktDropReason('connection buffer full'),
  keysDiscarded: pktDropReason('keys discarded'),
  notOpened: pktDropReason('not opened'),
  decryptionFailed: pktDropReason('decryption failed'),
  frameError: pktDropReason('frame error'),
  killedConnection: pktDropReason('killed connection'),
} as const;

/**
 * Life of one client datagram, as kept in its ledger word: state in bits 0..7, reason in 8..15, redispatches from bit 16, up to three.
 * ASIDE: the network keeps it back until it is delivered by choice. COPY: a duplicate on its way; 0 in a duplicate's place
 * means that there is none. LOST: the network dropped it, no thread ever saw it. UNREAD: it is not replayed, see `UNREAD`.
 */
export const LEDGER = {
  FUTURE: 0,
  KERNEL: 1,
  READ: 2,
  HANDLED: 3,
  DROPPED: 4,
  ASIDE: 5,
  COPY: 6,
  LOST: 7,
  UNREAD: 8,
} as const;

/**
 * `arg` of our tasklet once an order to rebind is being carried out: it goes to the new thread, and until it has run there
 * the connection takes no further order. A datagram may finish the rebind before it arrives, and the connection be gone.
 */
export const ON_ITS_WAY = -1;
