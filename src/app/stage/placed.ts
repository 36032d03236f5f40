/**
 * One place for every datagram of a moment. All of them are drawn in one layer, keyed by their number, so that one that
 * changes hands is the same mark moving and never two marks.
 */
import type { DgramView, StageView } from '../../report/view.ts';
import type { Trunk } from '../session/trunks.ts';
import { placeFlights } from './flights.ts';
import { type Box, inboxSlots, type StageLayout } from './layout.ts';
import { type Point, trunkPoints } from './paths.ts';
import { atSockets } from './sockets.ts';

export interface Placed extends Box {
  key: string;
  dgram: DgramView;
  where: 'flight' | 'socket' | 'hand' | 'inbox' | 'gutter';
  /** Thread whose inbox or hand holds it, or -1. */
  tid: number;
  /** It waits on a thread that does not own its connection. */
  late: boolean;
  toServer: boolean;
  /** The network keeps it back. */
  kept?: boolean;
  /** So many more fly, or wait, behind it than are drawn. */
  more?: number;
  /** Line it has come along when it is new here. */
  via: readonly Point[] | null;
}

export interface PlacedTrunk {
  trunk: Trunk;
  points: Point[];
  /** Centre of its card in the gutter. */
  card: Point;
}

/** Trunks with their lines; several at once stand beside each other. */
export function placedTrunks(layout: StageLayout, view: StageView, trunks: readonly Trunk[]): PlacedTrunk[] {
  const step = layout.kind === 'full' ? 16 : 10;
  const there = trunks.filter(
    (t) => layout.lane.y[t.from] !== undefined && layout.lane.y[t.to] !== undefined,
  );
  return there.map((trunk, i) => {
    const shift = (i - (there.length - 1) / 2) * step;
    const waiting = view.threads[trunk.to]?.inbox ?? [];
    const at = waiting.findIndex((d) => d.id === trunk.dgram);
    const points = trunkPoints(layout, trunk.from, trunk.to, at < 0 ? waiting.length : at, shift);
    const y0 = points[1]![1];
    const y1 = points[2]![1];
    return { trunk, points, card: [points[1]![0], (y0 + y1) / 2] };
  });
}

/** Every datagram of the moment, once. */
export function placeDatagrams(
  layout: StageLayout,
  view: StageView,
  trunks: readonly PlacedTrunk[],
): Placed[] {
  const out = new Map<string, Placed>();
  const put = (p: Placed) => {
    if (!out.has(p.key)) out.set(p.key, p);
  };
  for (const t of trunks) {
    if (t.trunk.arrived) continue;
    const hand = view.threads[t.trunk.from]?.redispatching?.dgram;
    if (!hand) continue;
    const side = layout.kind === 'full' ? 36 : 30;
    const box = { x: t.card[0] - side / 2, y: t.card[1] - 33, w: side, h: side + 5 };
    put({
      ...box,
      key: `c${hand.id}`,
      dgram: hand,
      where: 'gutter',
      tid: t.trunk.from,
      late: true,
      toServer: true,
      via: null,
    });
  }
  for (const thread of view.threads) {
    if (layout.lane.y[thread.tid] === undefined) continue;
    const slots = inboxSlots(layout, thread.tid, thread.inbox.length);
    thread.inbox.forEach((dgram, i) => {
      const came = trunks.find((t) => t.trunk.dgram === dgram.id && t.trunk.to === thread.tid);
      const late = dgram.ownerTid >= 0 && dgram.ownerTid !== thread.tid;
      const via = came ? came.points : null;
      put({
        ...slots[i]!,
        key: `c${dgram.id}`,
        dgram,
        where: 'inbox',
        tid: thread.tid,
        late,
        toServer: true,
        via,
      });
    });
    if (thread.hand) put(inHand(layout, thread.tid, thread.hand));
  }
  if (layout.socket) for (const p of atSockets(layout, view)) put(p);
  if (layout.flight) for (const p of placeFlights(layout, view)) put(p);
  return [...out.values()];
}

function inHand(layout: StageLayout, tid: number, dgram: DgramView): Placed {
  const { x, dy, w, h } = layout.hand;
  const y = (layout.lane.y[tid] ?? 0) + dy;
  return {
    key: `c${dgram.id}`,
    dgram,
    where: 'hand',
    tid,
    late: false,
    toServer: true,
    via: null,
    x,
    y,
    w,
    h,
  };
}
