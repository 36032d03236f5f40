/**
 * One place for every datagram of a moment. All of them are drawn in one layer, keyed by their number, so that one that
 * changes hands is the same mark moving and never two marks.
 */
import type { DgramView, StageView } from '../../report/view.ts';
import type { Trunk } from '../session/trunks.ts';
import { type Box, inboxSlots, type StageLayout } from './layout.ts';
import { type Point, trunkPoints } from './paths.ts';

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
  if (layout.flight) for (const p of inFlight(layout, view)) put(p);
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

/** Datagrams read by nobody yet: a column at the left side of their socket. */
function atSockets(layout: StageLayout, view: StageView): Placed[] {
  const socket = layout.socket!;
  const out: Placed[] = [];
  const top = (layout.lane.y[0] ?? 0) + 4;
  const span = layout.height - top - 30;
  for (const s of view.sockets) {
    const owner = s.kind === 'connection' ? ownerOf(view, s.fd) : -1;
    const y0 = owner >= 0 ? (layout.lane.y[owner] ?? 0) + 4 : top;
    const room = owner >= 0 ? layout.lane.h - 26 : span;
    const pitch = Math.min(25, s.waiting.length > 1 ? room / (s.waiting.length - 1) : 25);
    s.waiting.forEach((dgram, i) => {
      const box = { x: socket.x - 22, y: y0 + i * pitch, w: 20, h: 23 };
      out.push({
        ...box,
        key: `c${dgram.id}`,
        dgram,
        where: 'socket',
        tid: -1,
        late: false,
        toServer: true,
        via: null,
      });
    });
  }
  return out;
}

function ownerOf(view: StageView, fd: number): number {
  return view.conns.find((c) => c.fd?.number === fd)?.owner ?? -1;
}

function inFlight(layout: StageLayout, view: StageView): Placed[] {
  const clients = layout.clients!;
  const out = view.flights.map((f, i): Placed => {
    // Several connections may come from one address, and one from several.
    const own = view.clients.findIndex((c) => c.connIndex === f.connIndex);
    const row = own >= 0 ? own : view.clients.findIndex((c) => c.addr === f.clientAddr);
    const y = clients.y[Math.max(0, row)] ?? (layout.lane.y[0] ?? 0) + 20;
    // What is kept back waits half way.
    const progress = f.keptBack ? 0.5 : f.progress;
    const share = f.toServer ? progress : 1 - progress;
    const h = Math.min(24, Math.max(14, clients.pitch - 2));
    const w = Math.round(h * 0.9);
    // Half pixels: a datagram in flight moves with every step, by less than can be seen.
    const box = { x: Math.round(layout.flight!(share) * 2) / 2, y: y - h / 2, w, h };
    const key = f.toServer ? `c${f.dgram.id}` : `s${f.dgram.id || i}`;
    return {
      ...box,
      key,
      dgram: f.dgram,
      where: 'flight',
      tid: -1,
      late: false,
      toServer: f.toServer,
      kept: f.keptBack,
      via: null,
    };
  });
  fan(out, layout);
  return out;
}

/**
 * Several at one place of a wire (a duplicate, some sent together, some kept back) would hide each other: they stand side by
 * side, the one that arrives first nearest to the socket.
 */
function fan(placed: readonly Placed[], layout: StageLayout): void {
  const [from, to] = [layout.flight!(0), layout.flight!(1)];
  const groups: Placed[][] = [];
  for (const p of placed) {
    const there = groups.find((g) => g[0]!.y === p.y && Math.abs(g[0]!.x - p.x) < p.w * 0.6);
    if (there) there.push(p);
    else groups.push([p]);
  }
  for (const g of groups) {
    const { x, w } = g[0]!;
    const left = x > (from + to) / 2;
    const step = Math.min(w + 1, (left ? x - from : to - x) / Math.max(1, g.length - 1));
    for (const [k, p] of g.entries()) p.x = left ? x - k * step : x + (g.length - 1 - k) * step;
  }
}
