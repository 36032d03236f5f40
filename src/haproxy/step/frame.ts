/**
 * Locals by name: one object a machine, whose properties are the words of the running frame. A name that stands at one place in
 * every procedure that has it is read there; of another, the running procedure says where (`slots`).
 */
import type { Mem } from '../../memory/mem.ts';

/** Frame words before the locals: program counter, caller's frame. */
export const FRAME_HEAD = 2;

/** Most locals of a procedure. */
export const MOST_LOCALS = 10;

/** The running frame. Whoever runs a step sets `fp` and `slots` before it; loads go past whoever watches the memory. */
export class Frame {
  /** The block, as `m` has it. */
  w: Int32Array;
  /** Where the running frame begins. */
  fp = 0;
  slots: Int32Array = NO_SLOTS;

  constructor(readonly m: Mem) {
    this.w = m.w;
  }
}

const NO_SLOTS = new Int32Array(0);

/** What all frames of the catalogue's procedures share. */
export interface FramePlan {
  /** With an accessor for each name of a local. */
  readonly shape: Frame;
  /** For each procedure by its id: offsets in the frame of the names that have more than one place. */
  readonly slots: readonly Int32Array[];
}

/** Plans the frames of procedures, which are in the order of their ids, with the names of their locals. */
export function planFrames(procedures: readonly { locals: readonly string[] }[]): FramePlan {
  const places = new Map<string, Set<number>>();
  for (const { locals } of procedures) {
    locals.forEach((name, i) => {
      places.set(name, (places.get(name) ?? new Set()).add(FRAME_HEAD + i));
    });
  }
  const shape = Object.create(Frame.prototype) as Frame;
  const moving: string[] = [];
  for (const [name, at] of places) {
    const [only, ...more] = at;
    if (more.length === 0) Object.defineProperty(shape, name, accessorAt(only!));
    else Object.defineProperty(shape, name, accessorBy(moving.push(name) - 1));
  }
  const slots = procedures.map(({ locals }) =>
    Int32Array.from(moving, (name) => FRAME_HEAD + Math.max(0, locals.indexOf(name))),
  );
  return { shape, slots };
}

// Each name has accessors of its own: shared ones would know less of who calls them.
const accessorAt = (at: number): PropertyDescriptor & ThisType<Frame> => ({
  get() {
    return this.w[this.fp + at];
  },
  set(v: number) {
    this.m.st(this.fp + at, v);
  },
});

const accessorBy = (slot: number): PropertyDescriptor & ThisType<Frame> => ({
  get() {
    return this.w[this.fp + this.slots[slot]!];
  },
  set(v: number) {
    this.m.st(this.fp + this.slots[slot]!, v);
  },
});

/** A frame of a machine over `m`. */
export function frameIn(m: Mem, { shape }: FramePlan): Frame {
  const frame = new Frame(m);
  Object.setPrototypeOf(frame, shape);
  return frame;
}
