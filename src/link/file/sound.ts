/**
 * Looks over a block that comes from outside before a step is taken over it, in one pass: every thread stands at a step, every
 * list comes round to its head over elements of its kind, pointers lead to beginnings of their kind, chains of datagrams end.
 * A moment between two steps may hold a list whose back links are being changed, so those need only lead to its kind too.
 */
import { Fdtab, Global, ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import type { Made } from '../../scenario/world.ts';
import { FileProblem } from './fields.ts';
import { type Kind, kindsIn, LISTS, POINTERS } from './kinds.ts';

const not = (what: string): FileProblem => new FileProblem(`The file is not what it says: ${what}.`);

/** Throws FileProblem. `words`: the block up to its event ring. */
export function sound(words: Int32Array, made: Pick<Made, 'W' | 'P'>): void {
  const { W } = made;
  eachAtAStep(words, made);
  bitsWithin(words, W);
  const kinds = kindsIn(words, W);
  for (const { of, field, to } of POINTERS) {
    for (const at of kinds[of].live) {
      const p = words[at + field]!;
      if (p !== 0 && !to.some((k) => kinds[k].begins(p)))
        throw not(`a ${of} in its block points to nothing of its kind`);
    }
  }
  for (const { of, head, elements, node } of LISTS) {
    const ofKind = (p: number): boolean => elements.some((k) => kinds[k].begins(p - node));
    for (const at of kinds[of].live) round(words, at + head, ofKind, of);
  }
  queuesEnd(words, W);
  networkEnds(words, W);
}

/** Throws FileProblem unless each thread's frames lie in its own stack, one below the other, each at a step of the program. */
function eachAtAStep(words: Int32Array, { W, P }: Pick<Made, 'W' | 'P'>): void {
  for (let t = 0; t < W.cfg.threads; t++) {
    const end = W.stack(t + 1);
    let above = end;
    for (let fp = words[W.th(t) + ThreadCtx.fp]!, first = true; fp !== 0 || first; fp = words[fp + 1]!) {
      const step = fp >= W.stack(t) && fp + FRAME_HEAD <= above ? P.steps[words[fp]!] : undefined;
      if (!step || fp + step.frameSize > above) throw not(`T${t} stands at no step of the program`);
      above = fp;
      first = false;
    }
  }
}

/** No bit of a pool stands for a slot that is not there. */
function bitsWithin(words: Int32Array, W: World): void {
  for (const pool of Object.values(W.pools)) {
    for (let t = 0; t < pool.threads; t++) {
      for (const [bits, n, at] of [
        [pool.perThread, pool.bitWords, pool.bits],
        [pool.bitWords, pool.sumWords, pool.sums],
      ] as const) {
        const last = words[at + t * n + n - 1]!;
        const used = bits & 31;
        if (n > 0 && used > 0 && last >>> used !== 0)
          throw not(`a pool in its block has more slots than there are`);
      }
    }
  }
}

/** Links of a list that nobody has made yet, or that another thread was changing. */
const UNMADE = 0;
const BUSY = 1;

/** From a head over `next` back to the head; both links of each element lead to its kind or to the head. */
function round(words: Int32Array, head: number, ofKind: (p: number) => boolean, of: Kind): void {
  const leads = (p: number): boolean => p === head || p === UNMADE || p === BUSY || ofKind(p);
  const seen = new Set<number>();
  if (!leads(words[head + 1]!)) throw not(`a list of a ${of} in its block leads back to nothing of its kind`);
  for (let p = words[head]!; p !== head && p !== UNMADE && p !== BUSY; p = words[p]!) {
    if (!ofKind(p)) throw not(`a list of a ${of} in its block leads to nothing of its kind`);
    if (seen.has(p)) throw not(`a list of a ${of} in its block has no end`);
    seen.add(p);
    if (!leads(words[p + 1]!)) throw not(`a list of a ${of} in its block leads back to nothing of its kind`);
  }
}

/** Each datagram waits in one socket at most, and each socket's queue ends. */
function queuesEnd(words: Int32Array, W: World): void {
  const waits = new Uint8Array(W.rows + 1);
  for (let fd = 0; fd < W.fdCount; fd++) {
    const tail = words[W.fd(fd) + Fdtab.kqTail]!;
    if (tail < 0 || tail > W.rows) throw not('a socket’s queue in its block leads to no datagram');
    for (let d = words[W.fd(fd) + Fdtab.kqHead]!; d !== 0; d = words[W.kqNext(d - 1)]!) {
      if (d < 0 || d > W.rows) throw not('a socket’s queue in its block leads to no datagram');
      if (waits[d]) throw not('a socket’s queue in its block has no end');
      waits[d] = 1;
    }
  }
}

/** What arrives after what comes to an end, wherever one begins. */
function networkEnds(words: Int32Array, W: World): void {
  const { count } = W.consts.datagrams;
  const next = (d: number): number => {
    const link = words[W.netLink(d)]!;
    return link > 0 ? link - 1 : link < 0 || d >= count ? count : d + 1;
  };
  const first = words[W.global + Global.netNext]!;
  if (first < 0 || first > W.rows) throw not('what arrives next in its block is no datagram');
  const seen = new Uint8Array(W.rows + 1);
  for (let d = first; d !== count; d = next(d)) {
    if (d < 0 || d >= W.rows) throw not('what arrives next in its block is no datagram');
    if (seen[d]) throw not('what arrives in its block has no end');
    seen[d] = 1;
  }
}
