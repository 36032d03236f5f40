/**
 * Places of connection chips inside their lane. The selected one is the largest; the rest shrink in tiers so that every
 * connection a thread owns keeps its own mark, 24 of them and more.
 */
import type { ConnView } from '../../report/view.ts';
import type { StageLayout } from './layout.ts';

export type ChipSize = 'big' | 'detailed' | 'plain';

export interface ChipPlace {
  conn: ConnView;
  /** Top left of the block. */
  x: number;
  y: number;
  /** Side of the square. */
  side: number;
  size: ChipSize;
  tid: number;
}

export interface GhostPlace {
  conn: ConnView;
  tid: number;
  x: number;
  y: number;
  side: number;
}

export interface ChipPlaces {
  chips: ChipPlace[];
  ghosts: GhostPlace[];
  /** Per thread: how many chips found no room. */
  hidden: number[];
}

/** One place for every connection with an owner; `selected` is a capture index or -1. */
export function chipPlaces(layout: StageLayout, conns: readonly ConnView[], selected: number): ChipPlaces {
  const out: ChipPlaces = { chips: [], ghosts: [], hidden: [] };
  layout.lane.y.forEach((laneY, tid) => {
    const owned = conns.filter((c) => c.owner === tid);
    const left = conns.filter((c) => c.ghostTid === tid && c.owner !== tid);
    const main = owned.find((c) => c.index === selected);
    const rest = owned.filter((c) => c !== main);
    const area = { x: layout.conns.x, y: laneY + layout.conns.dy, w: layout.conns.w, h: layout.conns.h };
    if (left.length > 0) {
      const side = Math.min(34, area.h - 12);
      const ghostW = side + 10;
      left.slice(0, 1).forEach((conn) => {
        out.ghosts.push({
          conn,
          tid,
          x: area.x + area.w - side - 26,
          y: area.y + (area.h - side) / 2 - 5,
          side,
        });
      });
      if (layout.kind === 'full') area.w -= ghostW + 24;
      else area.w -= ghostW + 16;
    }
    if (main) {
      const side = Math.max(24, Math.min(58, area.h - (layout.compact ? 6 : 22)));
      const detailed = layout.kind === 'full' && !layout.compact;
      const w = detailed ? side + 82 : side + 8;
      out.chips.push({ conn: main, x: area.x, y: area.y + 2, side, size: detailed ? 'big' : 'plain', tid });
      area.x += w;
      area.w -= w;
    }
    out.hidden[tid] = fill(layout, out.chips, rest, area, tid);
  });
  return out;
}

/** Places that the words “+9 more” take. */
const MORE = 3;

function fill(
  layout: StageLayout,
  into: ChipPlace[],
  rest: readonly ConnView[],
  area: { x: number; y: number; w: number; h: number },
  tid: number,
): number {
  if (rest.length === 0) return 0;
  const tiers: { side: number; w: number; h: number; size: ChipSize }[] = [
    { side: 28, w: 68, h: 50, size: 'detailed' },
    { side: 28, w: 34, h: 34, size: 'plain' },
    { side: 22, w: 26, h: 26, size: 'plain' },
    { side: 17, w: 20, h: 20, size: 'plain' },
  ];
  if (layout.compact || layout.kind !== 'full') tiers.shift();
  const capacity = (t: { w: number; h: number }) =>
    Math.floor((area.w + 8) / t.w) * Math.max(1, Math.floor((area.h + 4) / t.h));
  const tier = tiers.find((t) => capacity(t) >= rest.length) ?? tiers[tiers.length - 1]!;
  const columns = Math.max(1, Math.floor((area.w + 8) / tier.w));
  const room = columns * Math.max(1, Math.floor((area.h + 4) / tier.h));
  const shown = rest.length > room ? rest.slice(0, Math.max(0, room - MORE)) : rest;
  shown.forEach((conn, i) => {
    const x = area.x + (i % columns) * tier.w;
    const y = area.y + 2 + Math.floor(i / columns) * tier.h;
    into.push({ conn, x, y, side: tier.side, size: tier.size, tid });
  });
  return rest.length - shown.length;
}
