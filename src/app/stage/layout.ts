/**
 * Where things stand on the stage, in stage units (1 unit = 1 CSS px at scale 1). Pure: the same input gives the same
 * places, so that a picture depends on nothing but the moment it shows.
 */

/** `full`: the app. `figure`: 720 wide, in other people's pages. `phone`: 360 wide. */
export type StageKind = 'full' | 'figure' | 'phone';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface StageLayout {
  kind: StageKind;
  width: number;
  height: number;
  /** Rows too low for three lines of text. */
  compact: boolean;
  lane: { x: number; w: number; h: number; y: number[] };
  head: { x: number; w: number };
  band: Box;
  inbox: { x: number; dy: number; w: number; slotH: number };
  /** Centre line of the handoff gutter. */
  gutterX: number;
  conns: { x: number; w: number; dy: number; h: number };
  hand: { x: number; dy: number; w: number; h: number };
  clients: { x: number; y: number[]; pitch: number } | null;
  flight: ((progress: number) => number) | null;
  socket: { x: number; w: number } | null;
}

const FULL_TOP = 24;
const FULL_SPAN = 484;
/** Rows of clients lower than this hold an address in one line, which reaches further to the right. */
export const LOW = 40;
/** Beneath the rows of clients, where there are more of them. */
const UNDER_CLIENTS = 24;

/**
 * @param threads 2..8
 * @param clients number of client rows, 0..64
 * @param lanes threads that have a lane on a phone or in a figure; without, all. The others are holes in `lane.y`
 * @param more there are clients without a row: beneath the rows is room to say so
 */
export function stageLayout(
  kind: StageKind,
  threads: number,
  clients: number,
  lanes: readonly number[] | null = null,
  more = false,
): StageLayout {
  if (kind === 'phone') return phone(lanes ?? Array.from({ length: threads }, (_, t) => t));
  if (kind === 'figure') return figure(lanes ?? Array.from({ length: threads }, (_, t) => t));
  const compact = threads > 4;
  const gap = 6;
  const h = compact ? 62 : Math.min(156, Math.floor((FULL_SPAN - gap * (threads - 1)) / threads));
  const y = Array.from({ length: threads }, (_, i) => FULL_TOP + i * (h + gap));
  const bottom = FULL_TOP + threads * (h + gap) - gap;
  const span = bottom - FULL_TOP;
  const slotH = compact ? 28 : 38;
  const under = more ? UNDER_CLIENTS : 0;
  const pitch = (span - under) / Math.max(1, clients);
  const sent = pitch < LOW ? 130 : 116;
  return {
    kind,
    width: 1080,
    height: bottom + 6,
    compact,
    lane: { x: 236, w: 832, h, y },
    head: { x: 252, w: 186 },
    band: { x: 446, y: FULL_TOP - 1, w: 172, h: span + 2 },
    inbox: { x: 672, dy: compact ? 20 : Math.round(h / 2 - slotH / 2), w: 132, slotH },
    gutterX: 847,
    conns: { x: 888, w: 174, dy: compact ? 6 : 12, h: h - (compact ? 10 : 18) },
    hand: { x: 410, dy: compact ? 33 : h - 31, w: compact ? 22 : 25, h: compact ? 26 : 28 },
    clients: {
      x: 16,
      y: clientRows(clients, FULL_TOP, bottom - under),
      pitch,
    },
    flight: (progress) => sent + Math.max(0, Math.min(1, progress)) * (178 - sent),
    socket: { x: 205, w: 18 },
  };
}

function clientRows(n: number, top: number, bottom: number): number[] {
  const half = Math.min(34, (bottom - top) / Math.max(1, n) / 2);
  const [first, last] = [top + half, bottom - half];
  // One alone stands in the middle.
  return Array.from({ length: n }, (_, i) => first + (last - first) * (n > 1 ? i / (n - 1) : 0.5));
}

function figure(lanes: readonly number[]): StageLayout {
  const threads = lanes.length;
  const gap = threads > 2 ? 6 : 20;
  const h = Math.max(58, Math.min(126, Math.floor((286 - gap * (threads - 1)) / threads)));
  const compact = h < 100;
  const y: number[] = [];
  for (const [i, tid] of lanes.entries()) y[tid] = 6 + i * (h + gap);
  const height = 6 + threads * (h + gap) - gap + 6;
  const slotH = compact ? 30 : 48;
  return {
    kind: 'figure',
    width: 720,
    height,
    compact,
    lane: { x: 206, w: 502, h, y },
    head: { x: 219, w: 166 },
    band: { x: 14, y: Math.max(8, height / 2 - 42), w: 150, h: 84 },
    inbox: { x: 394, dy: compact ? Math.max(18, h - slotH - 8) : 42, w: 104, slotH },
    gutterX: 552,
    conns: { x: 592, w: 108, dy: 6, h: h - 12 },
    hand: { x: 366, dy: h - 32, w: 24, h: 28 },
    clients: null,
    flight: null,
    socket: null,
  };
}

function phone(lanes: readonly number[]): StageLayout {
  const threads = lanes.length;
  const gap = threads > 2 ? 10 : 26;
  // Four lanes leave room for the panels' tabs in a usual window.
  const h = threads > 2 ? 110 : 156;
  const y: number[] = [];
  for (const [i, tid] of lanes.entries()) y[tid] = 70 + i * (h + gap);
  return {
    kind: 'phone',
    width: 360,
    height: 70 + threads * (h + gap) - gap + 8,
    compact: threads > 2,
    lane: { x: 16, w: 330, h, y },
    head: { x: 30, w: 200 },
    band: { x: 14, y: 6, w: 332, h: 46 },
    inbox: { x: 30, dy: h - 44, w: 112, slotH: 36 },
    gutterX: 206,
    conns: { x: 246, w: 84, dy: h > 120 ? 50 : 46, h: h > 120 ? 92 : 56 },
    hand: { x: 147, dy: h - 40, w: 24, h: 28 },
    clients: null,
    flight: null,
    socket: null,
  };
}

/** Lane whose rows hold `y`, or -1. Lanes are targets over their whole height, the gaps between belong to none. */
export function laneAt(layout: StageLayout, x: number, y: number): number {
  if (x < layout.lane.x || x > layout.lane.x + layout.lane.w) return -1;
  return layout.lane.y.findIndex((top) => y >= top && y <= top + layout.lane.h);
}

/** Places of `n` datagrams in an inbox, head (index 0) at the right end. Slots narrow when more wait than fit. */
export function inboxSlots(layout: StageLayout, tid: number, n: number): Box[] {
  const { x, w, dy, slotH } = layout.inbox;
  const full = Math.min(33, w / 4);
  const pitch = Math.min(full, n > 1 ? (w - full) / (n - 1) : full);
  const y = (layout.lane.y[tid] ?? 0) + dy + 3;
  return Array.from({ length: n }, (_, i) => ({
    x: x + w - full + 3 - i * pitch,
    y,
    w: full - 7,
    h: slotH - 6,
  }));
}

/** Where the wire of a CID entry meets the inbox of `tid`. */
export function inboxDoor(layout: StageLayout, tid: number): { x: number; y: number } {
  const top = layout.lane.y[tid] ?? 0;
  if (layout.kind === 'full') return { x: layout.inbox.x, y: top + layout.inbox.dy + layout.inbox.slotH / 2 };
  return { x: layout.lane.x, y: top + layout.lane.h / 2 };
}
