/** What in a step is a thread's number, a lock, or a call that wakes. */
import { Global, Listener } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import type { World } from '../model/world.ts';

/** Procedures and inline functions that wake a task, a tasklet or a thread. */
export const WAKES: ReadonlySet<string> = new Set(['tasklet_wakeup', 'task_wakeup', 'tasklet_wakeup_after']);

/** Names of locals that hold a thread's number. */
const TIDS: ReadonlySet<string> = new Set(['tid', 'new_tid', 'home', 'to', 'thread']);

export const tidLocals = (locals: readonly string[]): ReadonlySet<string> =>
  new Set(locals.filter((name) => TIDS.has(name)));

/** Whether a word is a lock of HAProxy's: of a CID tree, of a listener, of the timers that are everybody's. */
export function isLock(W: World): (i: number) => boolean {
  const first = W.base[AT.treeLock]!;
  const stride = W.stride[AT.treeLock]!;
  const trees = 256;
  const others = new Set([...W.listeners.map((li) => li + Listener.lock), W.global + Global.wqLock]);
  return (i) => others.has(i) || (i >= first && i < first + trees * stride && (i - first) % stride === 0);
}

/** Regions that the emulation keeps beside HAProxy's objects: its accounts of datagrams and connections, the kernel, the network. */
const OURS: ReadonlySet<string> = new Set([
  'connected sockets',
  'datagrams held',
  'datagram ledger',
  'kernel queue links',
  'network links',
  'accept targets',
  'owners of connections',
  'owners at reception',
  'drops',
  'packet drops',
  'further redispatches',
]);

/** Whether a word is the emulation's own: how it is accessed is no step's of HAProxy. */
export function isOurs({ layout }: World): (i: number) => boolean {
  const ours = layout.regions.filter((r) => OURS.has(r.name));
  return (i) => ours.some((r) => i >= r.base && i < r.base + r.words);
}
