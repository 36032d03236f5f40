/**
 * A moment as a picture of 88 by 60, for a list: lanes, who owns whom, what waits, and the event that the moment is about. Drawn of
 * the tape, which the machine made; both themes in one file.
 */
import { nameOf } from '../../report/name.ts';
import { Reel } from '../../tape/reel.ts';
import type { Tape, TapeEvent, TapeView } from '../../tape/schema.ts';
import type { Sheet } from './styles.ts';

export const SMALL = { width: 88, height: 60 } as const;

const LANE = 15;
const SHEET = 8;
/** Centres of the chip of the connection that it is about, of the first other one, and of the trunk. */
const CHIP = 78;
const OTHER = 66;
const TRUNK = 42;

/** What a picture is about, the first that there is. */
const ABOUT: readonly TapeEvent['kind'][] = [
  'violation',
  'redispatch',
  'refused',
  'commit',
  'close',
  'accept',
  'create',
];

/** Colours by the names that the page has for them. */
const COLOURS = ['surface', 'line2', 'edge', 'ink', 'ink3', 'redispatch', 'commit', 'violation'] as const;

/** The events that the tape is told for: one, or all times that a datagram was passed on. Empty where it holds none. */
export function eventsOf({ events, conn }: Tape, picture?: TapeEvent['kind']): TapeEvent[] {
  const own = events.filter((e) => e.conn === undefined || e.conn === conn);
  for (const kind of picture ? [picture] : ABOUT) {
    const all = own.filter((e) => e.kind === kind);
    if (kind === 'redispatch') {
      const times = (e: TapeEvent): TapeEvent[] => all.filter((o) => o.dgram === e.dgram);
      const most = Math.max(0, ...all.map((e) => times(e).length));
      if (most > 0) return times(all.find((e) => times(e).length === most)!);
    } else if (all[0]) return [all[0]];
  }
  return [];
}

/** The whole SVG. `picture`: the kind of event that it shows; without, the one that says most. */
export function smallSvg(tape: Tape, sheet: Sheet, picture?: TapeEvent['kind']): string {
  const reel = new Reel(tape);
  const events = eventsOf(tape, picture);
  const last = events.at(-1);
  const view = reel.viewAt(last ? reel.frameOf(last.at) : reel.length - 1);
  const lanes = lanesOf(tape, events);
  const y = (tid: number): number => {
    const i = lanes.indexOf(tid);
    return i < 0 ? -1 : (i * (SMALL.height - LANE - 1)) / Math.max(1, lanes.length - 1) + 0.5;
  };
  const drawn = [
    ...lanes.map((tid) => lane(view, tid, y(tid), tape.conn)),
    ...events.map((e, i) => markOf(e, y, TRUNK - (events.length - 1 - i) * 12)),
  ].join('');
  const { width, height } = SMALL;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><style>${styles(sheet)}</style>${drawn}</svg>\n`;
}

/** The story's lanes, and those that its events are between, from the top. */
function lanesOf({ lanes, threads }: Tape, events: readonly TapeEvent[]): number[] {
  const all = new Set(lanes);
  for (const tid of events.flatMap((e) => [e.tid, e.other ?? -1])) if (tid >= 0) all.add(tid);
  for (let tid = 0; all.size < 2 && tid < threads; tid++) all.add(tid);
  return [...all].sort((a, b) => a - b);
}

function lane(view: TapeView, tid: number, y: number, about: number): string {
  const owner = view.conns[about]?.owner === tid;
  const middle = y + LANE / 2;
  const frame = `<path class="${owner ? `own s${hueOf(about)}` : 'lane'}" d="M.5 ${y}h87v${LANE}h-87z"/>`;
  const bar = owner ? `<path class="h${hueOf(about)}" d="M0 ${y - 0.5}h3v${LANE + 1}h-3z"/>` : '';
  const waiting = (view.threads[tid]?.inbox ?? []).slice(0, 3).map((id, i) => {
    const conn = view.dgrams[id]?.conn;
    return `<path class="${conn === undefined ? 'none' : `h${hueOf(conn)}`}" d="M${8 + i * (SHEET + 2)} ${middle - SHEET / 2}h${SHEET}v${SHEET}h-${SHEET}z"/>`;
  });
  const others = Object.entries(view.conns)
    .filter(([index, c]) => Number(index) !== about && c.owner === tid)
    .map(([index]) => Number(index))
    .slice(0, 2)
    .map((index, i) => chip(index, OTHER - i * 11, middle, `o s${hueOf(index)}`, ''));
  const own = owner ? chip(about, CHIP, middle, `h${hueOf(about)}`, `n${hueOf(about)}`) : '';
  const ghost =
    view.conns[about]?.ghost === tid ? chip(about, CHIP, middle, `o ghost s${hueOf(about)}`, '') : '';
  return frame + bar + waiting.join('') + others.join('') + own + ghost;
}

function chip(conn: number, x: number, y: number, kind: string, letter: string): string {
  const box = `<rect class="${kind}" x="${x - 5}" y="${y - 5}" width="10" height="10" rx="2"/>`;
  return letter ? `${box}<text class="${letter}" x="${x}" y="${y + 2.6}">${nameOf(conn).letter}</text>` : box;
}

/** What the event does, between the lanes of its threads; `x`: where a trunk stands. */
function markOf({ kind, tid, other }: TapeEvent, y: (tid: number) => number, x: number): string {
  const from = y(tid) + LANE / 2;
  const to = y(other ?? -1) + LANE / 2;
  const between = other !== undefined && other !== tid && y(other) >= 0;
  const down = to > from ? 1 : -1;
  switch (kind) {
    case 'redispatch': {
      if (!between) return '';
      const tip = to - down * 3;
      return `<path class="trunk" d="M${x - 9} ${from}H${x}V${tip - down * 5}"/><path class="fr" d="M${x - 6} ${tip - down * 6}h12l-6 ${down * 8}z"/>`;
    }
    case 'commit': {
      if (!between) return '';
      const middle = (from + to) / 2;
      return `<path class="moved" d="M${CHIP} ${from + down * 6}V${to - down * 6}"/><path class="fc" d="M${CHIP} ${middle - 6}l6 6-6 6-6-6z"/>`;
    }
    case 'refused': {
      if (!between) return '';
      const end = from + (to - from) / 2;
      return `<path class="not" d="M${CHIP} ${from + down * 6}V${end}"/><path class="bar" d="M${CHIP - 6} ${end}h12"/>`;
    }
    case 'violation':
      return `<path class="fv" d="M${x - 3} ${from - 7}h6l4 4v6l-4 4h-6l-4-4v-6z"/>`;
    default:
      return '';
  }
}

const hueOf = (conn: number): number => nameOf(conn).hue;

const RULES = `.lane{fill:none;stroke:var(--line2)}.own{fill:var(--surface)}.none{fill:var(--edge)}.o{fill:var(--surface);stroke-width:1.2}.ghost{stroke-dasharray:2 1.6}.trunk{fill:none;stroke:var(--redispatch);stroke-width:4}.fr{fill:var(--redispatch)}.moved{fill:none;stroke:var(--commit);stroke-width:2}.fc{fill:var(--commit)}.not{fill:none;stroke:var(--ink3);stroke-width:2;stroke-dasharray:3 2}.bar{stroke:var(--ink);stroke-width:2.5}.fv{fill:var(--violation)}text{font:700 7.5px Inter,"Segoe UI",system-ui,sans-serif;text-anchor:middle}`;

function styles({ variables }: Sheet): string {
  const hues = Array.from({ length: 6 }, (_, i) => i);
  const names = [...COLOURS, ...hues.flatMap((i) => [`h${i}`, `on${i}`])];
  const set = (theme: 'light' | 'dark'): string =>
    names.map((n) => `--${n}:${variables[theme].get(`--${n}`) ?? missing(n)}`).join(';');
  const byHue = hues.map(
    (i) => `.h${i}{fill:var(--h${i})}.s${i}{stroke:var(--h${i})}.n${i}{fill:var(--on${i})}`,
  );
  return `:root{color-scheme:light dark;${set('light')}}@media(prefers-color-scheme:dark){:root{${set('dark')}}}${RULES}${byHue.join('')}`;
}

function missing(name: string): never {
  throw new Error(`the stylesheet has no colour --${name}`);
}
