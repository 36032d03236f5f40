/**
 * What steps are to those who look on: rules, facts, the picture, worlds. Nobody outside a procedure and its patches knows a
 * label; they ask for a role, and a step says which it has and which of its locals hold what such a reader needs.
 */

/** Every role of a step, with the operands that its readers need. */
export const ROLES = {
  /** Stores the tid that hands a connection over. */
  commit: ['qc', 'tid'],
  /** `pendTo` is set, and the connection is still this thread's to work on. */
  preparing: ['qc'],
  /** About to kill the connection's I/O tasklet. */
  ioKill: ['qc'],
  /** The rebind is given up: the connection is as it was. */
  givenUp: ['qc'],
  /** On the way to giving up. */
  errorPath: [],
  /** Reads an entry of a CID tree under its lock. */
  cidRead: ['node', 'lock'],
  /** Changes a CID tree under its lock. */
  treeWrite: ['cid'],
  /** The called procedure has just returned a connection that stands in no local yet. */
  made: [],
  /** A datagram of another owner's is on its way there. */
  redispatch: ['dg', 'other'],
  /** Pushes it to the other owner's inbox. */
  redispatchPush: ['dg', 'other'],
  /** A datagram has been parsed to its end. `qc`: the connection that took it, 0 for none. */
  dgramEnd: ['dg', 'qc'],
  /** A thread has been chosen for a connection: the cursor word and the loads it was chosen by. `pair`: PICKED where a person chose. */
  chosen: ['before', 'pair', 'q0', 'q1', 'q2', 'tid'],
  /** Takes a place in an accept ring, or finds it full. */
  ringPush: [],
  /** Has read a ring's tail and head and answers by them. `room`: whether the ring had room when the second was read. */
  ringAnswer: ['tid', 'pos', 'head', 'room'],
  /** Takes a byte ring for full. `room`: whether it had room whenever its head and its tail were read. */
  mpringFull: ['tid', 'room'],
  /** Where a full ring leads. */
  ringFull: ['qc'],
  /** The connection is accepted on this thread. */
  localAccept: ['qc'],
  /** Puts a connection in its thread’s list. */
  listJoin: ['qc'],
  /** Frees the packet of a datagram that is passed on. */
  redispatchFree: [],
  /** An order by hand is over. */
  orderOver: ['qc'],
  /** Counts a connection in the process when it is made. */
  countsConn: [],
  /** Counts a handshake on the listener when a connection is made. */
  countsHandshake: [],
  /** Counts a connection that waits to be accepted on the listener. */
  countsAccept: [],
  /** Has taken something off the class lists that is not counted off yet, where it is a task. */
  taskInHand: ['tl'],
  /** Takes what is to be called next, and leaves what has been called in this round of the loop. */
  runsOnce: [],
  /** A call of a connection on a socket, which may fail. */
  socketCall: [],
  /** Needs the session of a connection that has no mux yet. */
  needsSession: ['qc'],
  /** Makes what stands for a closed connection. */
  makesClosed: [],
  /** Writes fdtab[fd].owner. */
  fdOwner: ['fd'],
  /** Sends an answer to who has no connection by a listener’s socket. */
  answersBy: ['li'],
  /** Waits in the poller. */
  pollWait: [],
  /** Waits until every other thread is parked. */
  isolationWait: [],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;

/** The bit of each role in `CompiledStep.roles`. */
export const ROLE = Object.fromEntries(Object.keys(ROLES).map((k, i) => [k, 1 << i])) as Record<Role, number>;

/** The operands of role `R`. */
export type Operand<R extends Role> = (typeof ROLES)[R][number];

/** Roles of a step over locals `L`: for each operand the local that holds it. */
export type RolesOver<L> = { readonly [R in Role]?: { readonly [O in Operand<R>]: keyof L & string } };

/** Every role of a procedure. */
export const PROC_ROLES = [
  /** Where a thread begins and never returns from. */
  'loop',
  /** Calls what is ready. */
  'scheduler',
  /** Calls what an fd's event belongs to. */
  'fdEvents',
  /** Changes a plain list in several steps. */
  'listWriter',
  /** Rebinds: prepares the move, up to the commit where that is no procedure of its own. */
  'rebind',
  'commit',
  'reset',
  /** Finishes a rebind on the new thread. */
  'finalize',
  /** Ours: the order of a rebind by hand, and what finishes it on the new thread. */
  'rebindByHand',
  'finalizeByHand',
  'accept',
  'session',
  'create',
  'release',
  /** Parses a datagram, packet by packet. */
  'parse',
  /** Handles an inbox. */
  'inbox',
  'retrieve',
  'showQuic',
] as const;
export type ProcRole = (typeof PROC_ROLES)[number];
