/** Which locks a thread holds: a lock's word says that it is held, the stack of a thread that it is by this one. */
import { REFC } from '../../haproxy/lib/fd.ts';
import { N } from '../../haproxy/model/flags.ts';
import { Fdtab } from '../../haproxy/model/layouts.ts';
import type { FrameView, Look } from '../look.ts';

export interface HeldLock {
  /** A CID tree by the first byte of its CIDs, or the group of an fd. */
  what: 'tree' | 'fd';
  /** That byte, or the number of the fd. */
  of: number;
  how: 'read' | 'write';
}

/** Every lock that somebody holds, with the threads that do. Reads the frame that `look` looks at. */
export function heldLocks(look: Look): HeldLock[][] {
  const { W } = look;
  const out: HeldLock[][] = Array.from({ length: W.cfg.threads }, () => []);
  const stacks = out.map((_, t) => look.frames(t));
  for (let byte = 0; byte < N.CID_TREES; byte++) {
    const at = W.treeLock(byte);
    const word = look.ld(at);
    if (word === 0) continue;
    const holders = who(stacks, (f) => f.local('lock') === at && within(look, f), word > 0 ? word : 1);
    for (const t of holders) out[t]!.push({ what: 'tree', of: byte, how: word > 0 ? 'read' : 'write' });
  }
  for (let fd = 0; fd < W.fdCount; fd++) {
    if (!(look.ld(W.fd(fd) + Fdtab.refcTgid) & REFC.lock)) continue;
    const moving = (f: FrameView): boolean =>
      f.proc.name === 'fd_migrate_on' && f.local('fd') === fd && !isFirst(look, f);
    for (const t of who(stacks, moving, 1)) out[t]!.push({ what: 'fd', of: fd, how: 'write' });
  }
  return out;
}

function who(stacks: FrameView[][], holds: (f: FrameView) => boolean, most: number): number[] {
  return stacks.flatMap((frames, t) => (frames.some(holds) ? [t] : [])).slice(0, most);
}

const isFirst = (look: Look, f: FrameView): boolean => look.P.entry[f.step.procId] === f.pc;

const TAKES = /(read|write) lock of|lock its tree/i;
const GIVES = /release the lock/i;

/**
 * Whether a frame stands between taking its lock and giving it back. The local that points to the lock stays when it has been
 * given back; what tells is that a step which releases it can be come to without one that takes another.
 */
function within(look: Look, f: FrameView): boolean {
  const seen = new Set<number>();
  const next = [f.pc];
  for (let pc = next.pop(); pc !== undefined; pc = next.pop()) {
    const step = look.P.steps[pc];
    if (seen.has(pc) || !step || step.procId !== f.step.procId) continue;
    seen.add(pc);
    if (GIVES.test(step.text)) return true;
    if (!TAKES.test(step.text)) next.push(...Object.values(step.at));
  }
  return false;
}
