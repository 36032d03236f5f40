/**
 * Which connections stand in a picture where there are more than anybody can tell apart. The others are counted by thread, and a note
 * says so: nothing is left out in silence.
 */
import { QuicConn } from '../haproxy/model/layouts.ts';
import { busy } from '../machine/rules/view.ts';
import type { Look } from './look.ts';
import { WorldReader } from './reader.ts';
import type { StageView, ThreadView } from './view.ts';

/** Most connections in a picture that none of them is more important in than another. */
export const MOST_CONNS = 400;
/** Of each inbox the first datagrams' connections are in it. */
const FIRST = 4;

interface Sampled {
  conns: number[];
  /** By thread: connections that it owns and that are not among them. */
  beyond: number[];
  note: string;
}

/**
 * Those that a thread has in hand, that are being moved, that the first datagrams of an inbox are for, that are `selected`; then
 * the first of each thread. null: all are in the picture.
 */
function sampled(
  look: Look,
  all: readonly number[],
  threads: readonly ThreadView[],
  selected: number,
): Sampled | null {
  if (all.length <= MOST_CONNS) return null;
  const hands = busy(look.machine);
  const letters = new Set(threads.flatMap((t) => t.inbox.slice(0, FIRST).map((d) => d.conn?.letter)));
  const room = threads.map(() => Math.ceil(MOST_CONNS / threads.length));
  const beyond = threads.map(() => 0);
  const conns = all.filter((qc) => {
    const owner = look.owner(qc);
    const matters =
      owner < 0 ||
      hands.has(qc) ||
      look.ld(qc + QuicConn.pendTo) !== 0 ||
      look.ld(qc + QuicConn.handTask) !== 0 ||
      look.index(qc) === selected ||
      letters.has(look.name(qc).letter);
    if (matters || room[owner]!-- > 0) return true;
    beyond[owner]!++;
    return false;
  });
  const note = `Of ${all.length} connections ${conns.length} stand in the picture: those that something happens to, the one selected, and the first of each thread. The others are there all the same, and found by name.`;
  return { conns, beyond, note };
}

/** Reads pictures of worlds that may hold more connections than a picture can. */
export class SampledReader extends WorldReader {
  private some: Sampled | null = null;
  private selected = -1;

  protected override shown(all: number[], threads: readonly ThreadView[]): number[] {
    this.some = sampled(this.look, all, threads, this.selected);
    return this.some?.conns ?? all;
  }

  /** `selected`: the connection (index on screen) that is to stand in the picture in any case. */
  override stage(block: Int32Array, selected = -1): StageView {
    this.selected = selected;
    const view = super.stage(block);
    const { some } = this;
    return some ? { ...view, beyond: some.beyond, notes: [...view.notes, some.note] } : view;
  }
}
