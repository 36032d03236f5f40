/** Locals by name: for each procedure an object whose properties are the words of the running frame. */
import type { Mem } from '../../memory/mem.ts';

/** Frame words before the locals: program counter, caller's frame. */
export const FRAME_HEAD = 2;

/** What a view needs of its executor. */
interface Running {
  readonly m: Mem;
  readonly fp: number;
}

interface View {
  readonly x: Running;
}

/** One accessor a place, each a function of its own: a shared one would not be compiled for a fixed place. */
const GET: readonly ((this: View) => number)[] = [
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 1);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 2);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 3);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 4);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 5);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 6);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 7);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 8);
  },
  function () {
    return this.x.m.ld(this.x.fp + FRAME_HEAD + 9);
  },
];

const SET: readonly ((this: View, v: number) => void)[] = [
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 1, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 2, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 3, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 4, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 5, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 6, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 7, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 8, v);
  },
  function (v) {
    this.x.m.st(this.x.fp + FRAME_HEAD + 9, v);
  },
];

/** Most locals of a procedure. */
export const MOST_LOCALS = GET.length;

/** What all views of a procedure's frames share: an accessor for each name, in their order. Throws on more than MOST_LOCALS. */
export function viewOf(names: readonly string[]): object {
  if (names.length > MOST_LOCALS)
    throw new Error(`${names.length} locals; there are accessors for ${MOST_LOCALS}`);
  const proto = {};
  names.forEach((name, i) => {
    Object.defineProperty(proto, name, { get: GET[i]!, set: SET[i]! });
  });
  return proto;
}

/** The view of `x`'s running frame. */
export const localsOf = (x: Running, view: object): object => Object.assign(Object.create(view), { x });
