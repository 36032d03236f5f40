/**
 * Nominal costs of steps in virtual nanoseconds: one table, never tuned for a story. The orders of magnitude follow the
 * measured figures of real HAProxy (rebind S1..S14 about 1.5 to 1.8 us, tid store to finalize 11 to 48 us at the median
 * with the kernel's wake-up in it).
 */
export const COST = {
  /** A few plain words of the thread's own. */
  local: 20,
  /** A one-word atomic, a lock or an MT_LIST link. */
  atomic: 40,
  /** A pool allocation or release. */
  pool: 60,
  /** A prefix tree lookup or change. */
  tree: 100,
  /** Header of one packet. */
  parse: 80,
  /** A system call: recvmsg, sendto, epoll_ctl. */
  syscall: 1500,
  /** epoll_wait returning. */
  poll: 2000,
  /** Removing header protection and opening a packet. */
  open: 2500,
  /** One TLS step of the handshake (certificate, signature). */
  tls: 200_000,
  /** The kernel waking one more sleeper of the same socket. */
  wakeNext: 500,
  /** Writing into another thread's poller pipe. */
  pipe: 1000,
} as const;
