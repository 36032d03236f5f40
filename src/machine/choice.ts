/**
 * Everything that can happen to a world, as a kind and an operand: never an index into something that changes.
 * The machine applies a choice; a schedule is what departs from the default order of them.
 */
export type Choice =
  /** Thread `tid` takes its next step. */
  | { kind: 'step'; tid: number }
  /**
   * The network delivers client datagram `dgram` (index in the scenario's datagram store, from 0) now, whatever comes before
   * it: on socket `fd`, -1 the one the kernel picks; thread `tid` is woken before the others, -1 as the kernel does.
   */
  | { kind: 'deliver'; dgram: number; fd?: number; tid?: number }
  /** The network keeps the datagram back until it is delivered by choice, or put behind another. */
  | { kind: 'keep-back'; dgram: number }
  /** The network drops it: no socket ever sees it. */
  | { kind: 'drop'; dgram: number }
  /** A second copy follows right behind it. */
  | { kind: 'duplicate'; dgram: number }
  /** It arrives right after datagram `after` instead of in its own place. */
  | { kind: 'reorder'; dgram: number; after: number }
  /** A sleeping thread's poll wait ends because its next timer is due. */
  | { kind: 'expire'; tid: number }
  /** The same for one timer of a connection: its owner sleeps until then, and earlier timers of that thread run out too. */
  | { kind: 'expire-timer'; conn: number; timer: 'idle' | 'loss' }
  /** The person holds or releases a thread: a held thread is never picked by the clock. */
  | { kind: 'hold'; tid: number }
  | { kind: 'release'; tid: number }
  /** The next allocation from a pool that may fail does fail. `n` counts down, 0 takes the order back. */
  | { kind: 'fail-allocation'; n: number }
  /** The next call of a connection on a socket does fail for good: a send with EPERM, a read of its own with ECONNREFUSED. As above. */
  | { kind: 'fail-socket'; n: number }
  /** Rebind by hand: put the order on the owner of capture connection `conn`. */
  | { kind: 'rebind'; conn: number; tid: number }
  /** The server closes capture connection `conn`, as when its mux ends: an order on the owner. */
  | { kind: 'close'; conn: number }
  /** `show quic` on thread `tid`, with `all` the closing connections too: isolated, as in HAProxy. */
  | { kind: 'show-quic'; tid: number; all: boolean }
  /**
   * The accept of capture connection `conn` (-1: the next accept) takes `tid` whatever the cursors say; tid -1 gives
   * the choice back to them.
   */
  | { kind: 'accept-target'; tid: number; conn: number }
  /** The gate before S1 of a rebind by hand. Off: S10 and S13 abort as HAProxy would. */
  | { kind: 'gate'; on: boolean };

/** Whether doing the choice is a happening of its own (a step, a delivery): schedules count these. */
export function happens(choice: Choice): boolean {
  return choice.kind === 'step' || choice.kind === 'deliver';
}

/** Whether two choices are the same in every word. */
export function sameChoice(a: Choice, b: Choice): boolean {
  const [x, y] = [Object.entries(a), Object.entries(b)];
  return x.length === y.length && x.every(([k, v]) => (b as unknown as Record<string, unknown>)[k] === v);
}
