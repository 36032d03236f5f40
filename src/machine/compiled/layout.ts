/** Where things lie in the memory of compiled steps, in bytes. The compiler writes these numbers into the module. */

/** Words about the world, by name. */
export const WORLD_WORDS = [
  'global',
  'fdCount',
  'epWords',
  'perGroup',
  'ownFds',
  'stacks',
  'stackWords',
  'ownSockets',
  'anyFixedBit',
  'forceRetry',
  'words',
  'groups',
  'cidLength',
] as const;

/** Words of its configuration that steps read. */
export const CFG_WORDS = [
  'threads',
  'groups',
  'receivers',
  'maxconn',
  'rejects',
  'muxStays',
  'runqueueDepth',
  'withholdPostHandshake',
  'maxPollEvents',
  'ringSize',
  'connections',
  'mpring',
  'mpringStride',
  'runsOnce',
  'socketsFail',
  'closedObjects',
  'recycles',
  'hints',
] as const;

/** Pools, in the order of their records; see `World.pools`. */
export const POOL_NAMES = [
  'conn',
  'cid',
  'task',
  'tasklet',
  'hand',
  'mux',
  'connection',
  'sockaddr',
  'rxPacket',
  'txPacket',
  'dgram',
  'rxbuf',
  'closed',
] as const;

/** Fields of a pool's record, a word each. */
export const POOL_WORDS = [
  'base',
  'slotWords',
  'size',
  'perThread',
  'threads',
  'bits',
  'bitWords',
  'sums',
  'sumWords',
  'canFail',
  'fail',
] as const;

export const PLACE = {
  world: 1024,
  cfg: 1280,
  bases: 1536,
  strides: 1792,
  pools: 2048,
  inlines: 3072,
  entries: 4096,
  rows: 8192,
  /** What threads tell: a stretch of `ringBytes` for each. */
  rings: 262_144,
  block: 1_048_576,
} as const;

export const POOL_BYTES = 64;
export const RING_BYTES = 8192;
/** Bytes of one record in a ring. */
export const TOLD_BYTES = 24;

/** A step's row: number of its body (-1: none is compiled), nominal cost, words of its frame, then its edges: down, and the named ones by name. */
export const ROW = { bytes: 64, cost: 4, frame: 8, edges: 16 } as const;
export const MOST_EDGES = (ROW.bytes - ROW.edges) / 4;
export const MOST_STEPS = (PLACE.rings - PLACE.rows) / ROW.bytes;

/** Why a stretch ended. */
export const WHY = { ended: 0, notHere: 1, again: 2, woke: 3, sleeps: 4 } as const;

/** What `one` answers where no body is compiled. */
export const ABSENT = -9;

/** How steps tell what happens. */
export const TELL = { nobody: 0, host: 1, ring: 2 } as const;
