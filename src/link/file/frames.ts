/** The stacks of a block: each frame's step by key and label, its locals by name. */
import { Global, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import type { Edition, Proc, Stretch } from './edition.ts';
import { FileProblem } from './fields.ts';
import { gone } from './gone.ts';
import type { Place, Places } from './places.ts';
import type { Values } from './values.ts';

interface Frame {
  at: number;
  place: Place;
  /** The step behind `place`, where a BUG_ON has stopped the thread. */
  behind: boolean;
}

/** What is moved, of which editions, and to where. */
export interface Move {
  readonly from: Edition;
  readonly to: Edition;
  readonly words: Int32Array;
  readonly out: Int32Array;
  readonly places: Places;
  readonly values: Values;
}

/** Writes every thread's stack. `out` has the other words already. Throws FileProblem. */
export function moveStacks(move: Move, W: World): void {
  const stack = move.from.regions.find((r) => r.name === 'stack' && r.rows === W.cfg.threads);
  const threads = move.from.regions.find((r) => r.name === 'thread_ctx' && r.n === W.cfg.threads);
  const fp = move.from.structs.get('thread_ctx')?.find((f) => f.path === 'fp');
  if (!stack || !threads || !fp)
    throw new FileProblem('The file is not what it says: its threads have no stacks.');
  for (let t = 0; t < W.cfg.threads; t++) {
    const frames = framesOf(move, stack, t, move.words[threads.base + t * threads.stride + fp.offset]!, W);
    writeStack(move, frames, t, W);
  }
}

/** A thread's frames, the first called first. */
function framesOf(
  { from, words, out, places }: Move,
  stack: Stretch,
  t: number,
  top: number,
  W: World,
): Frame[] {
  const room = stack.n / stack.rows;
  const low = stack.base + t * room;
  const bug = out[W.global + Global.bug] !== 0 && out[W.global + Global.bugTid] === t;
  const frames: Frame[] = [];
  let above = low + room;
  for (let at = top; at !== 0 || frames.length === 0; at = words[at + 1]!) {
    const within = at >= low && at + FRAME_HEAD <= above && frames.length < W.stack(1) - W.stack(0);
    const stopped = within && bug && frames.length === 0 ? stoppedAt(from, words, places, words[at]!) : null;
    const place = stopped ?? (within ? places.at(words[at]!) : null);
    if (!place || at + sizeOf(from.procs[place.proc]!) > above) throw nowhere(t);
    // A frame begins where its caller's ends.
    if (frames.length > 0 && at + sizeOf(from.procs[place.proc]!) !== above) throw nowhere(t);
    frames.unshift({ at, place, behind: stopped !== null });
    above = at;
  }
  if (above !== low) throw nowhere(t);
  return frames;
}

const nowhere = (t: number): FileProblem =>
  new FileProblem(`The file is not what it says: T${t} stands at no step of the program.`);

const sizeOf = (p: Proc): number => FRAME_HEAD + p.locals.length;

/** The step of the BUG_ON that stopped a thread that stands behind it, where that is no step of the same procedure. */
function stoppedAt(from: Edition, words: Int32Array, places: Places, pc: number): Place | null {
  const region = from.regions.find((r) => r.name === 'global');
  const field = from.structs.get('global')?.find((f) => f.path === 'bugPc');
  if (!region || !field || words[region.base + field.offset] !== pc - 1) return null;
  const [bug, at] = [places.at(pc - 1), places.at(pc)];
  return bug && bug.proc !== at?.proc ? bug : null;
}

function writeStack(move: Move, frames: readonly Frame[], t: number, W: World): void {
  const { from, to, words, out, places } = move;
  out.fill(0, W.stack(t), W.stack(t + 1));
  let at = W.stack(t);
  let caller = 0;
  for (const f of frames) {
    const id = places.proc(f.place.proc);
    if (at + sizeOf(to.procs[id]!) > W.stack(t + 1))
      throw gone(`the stack of T${t} has no room for its frames`);
    out[at] = places.step(f.place) + (f.behind ? 1 : 0);
    out[at + 1] = caller;
    moveLocals(
      move,
      from.procs[f.place.proc]!,
      to.procs[id]!,
      f.at + FRAME_HEAD,
      at + FRAME_HEAD,
      words,
      out,
    );
    caller = at;
    at += sizeOf(to.procs[id]!);
  }
  out[W.th(t) + ThreadCtx.fp] = caller;
}

function moveLocals(
  { values }: Move,
  from: Proc,
  to: Proc,
  a: number,
  b: number,
  words: Int32Array,
  out: Int32Array,
): void {
  from.locals.forEach(({ name, holds }, i) => {
    const v = words[a + i]!;
    const k = to.locals.findIndex((l) => l.name === name);
    if (k >= 0) out[b + k] = values.of(v, holds, () => `${name} of ${from.key}`);
    else if (v !== 0) throw gone(`${from.key} has no local ${name}`);
  });
}
