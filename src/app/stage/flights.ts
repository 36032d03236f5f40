/** Datagrams on their way between a client and the socket. */
import type { StageView } from '../../report/view.ts';
import { LOW, type StageLayout } from './layout.ts';
import type { Placed } from './placed.ts';

/** Of more on one wire the last of these says how many; in low rows there is room for two. */
const MOST = { high: 3, low: 2 } as const;
/** Width of that number, stage units. */
const MORE = 16;

/** A place for each that is drawn: none lies on another, the one that arrives first nearest to the socket. */
export function placeFlights(layout: StageLayout, view: StageView): Placed[] {
  const clients = layout.clients!;
  const rows = new Map<number, Placed[]>();
  for (const [i, f] of view.flights.entries()) {
    // Several connections may come from one address, and one from several.
    const own = view.clients.findIndex((c) => c.connIndex === f.connIndex);
    const row = Math.max(0, own >= 0 ? own : view.clients.findIndex((c) => c.addr === f.clientAddr));
    const y = clients.y[row] ?? (layout.lane.y[0] ?? 0) + 20;
    // What is kept back waits half way.
    const progress = f.keptBack ? 0.5 : f.progress;
    const h = Math.min(24, Math.max(14, clients.pitch - 2));
    const placed: Placed = {
      // Half pixels: a datagram in flight moves with every step, by less than can be seen.
      x: Math.round(layout.flight!(f.toServer ? progress : 1 - progress) * 2) / 2,
      y: y - h / 2,
      w: Math.round(h * 0.9),
      h,
      key: f.toServer ? `c${f.dgram.id}` : `s${f.dgram.id || i}`,
      dgram: f.dgram,
      where: 'flight',
      tid: -1,
      late: false,
      toServer: f.toServer,
      kept: f.keptBack,
      via: null,
    };
    rows.set(y, [...(rows.get(y) ?? []), placed]);
  }
  return [...rows.values()].flatMap((row) => sideBySide(row, layout));
}

/** Those of one wire. A stable order: of two at one place the first sent comes first. */
function sideBySide(row: readonly Placed[], layout: StageLayout): Placed[] {
  const most = layout.clients!.pitch < LOW ? MOST.low : MOST.high;
  const shown = [...row].sort((a, b) => b.x - a.x).slice(0, most);
  const last = shown.at(-1)!;
  const more = row.length - shown.length;
  if (more > 0) last.more = more;
  const [first, end] = [layout.flight!(0) + (more > 0 ? MORE : 0), layout.flight!(1)];
  const step = Math.min(last.w + 1, (end - first) / Math.max(1, shown.length - 1));
  // Towards the client as far as it needs, and where that has no room all move towards the socket.
  let before = end + step;
  for (const [k, p] of shown.entries()) {
    const room = first + (shown.length - 1 - k) * step;
    p.x = Math.max(room, Math.min(p.x, before - step));
    before = p.x;
  }
  return shown;
}
