/** Draws bars and lines beneath the table's numbers. */
import { sized } from './canvas.ts';
import type { LiveColours } from './colours.ts';
import type { Drawn } from './drawn.ts';
import { LINE_POINTS, type RowName } from './history.ts';
import type { LiveSession } from './session.ts';
import type { Place } from './store.ts';
import { stripFor } from './strips.ts';

/** Least value at full height: below it a row would show noise as mountains. */
const LEAST: Record<RowName, number> = { load: 1, datagrams: 10, redispatches: 5, inbox: 8, loop: 0.2 };
/** Columns narrower than this have no room for a line over a minute: they get a bar, as high as the present value. */
const LINE_ROOM = 26;
/** A number's line in a cell, and free above the strip. */
const NUMBER = 17;
const ABOVE = 5;

/** Draws into `canvas`, which lies under the rows of `box`. */
export function drawRows(
  canvas: HTMLCanvasElement,
  box: HTMLElement,
  live: LiveSession,
  drawn: Drawn,
  colours: LiveColours,
): void {
  const { place } = live.state.getState();
  const around = box.getBoundingClientRect();
  const s = sized(canvas, around.width, around.height);
  if (!s || !place) return;
  s.context.clearRect(0, 0, s.width, s.height);
  for (const tr of box.querySelectorAll<HTMLElement>('tr[data-row]')) {
    const at = tr.getBoundingClientRect();
    const row = tr.dataset.row as RowName;
    const top = at.top - around.top + ABOVE;
    const height = at.height - ABOVE - (box.classList.contains('narrow') ? 3 : NUMBER);
    if (row === 'load') bars(s.context, drawn, place, top, Math.min(height, 9), colours);
    else if (place.columns.width < LINE_ROOM)
      towers(s.context, drawn, place, row, top + height, height, colours);
    else strips(s.context, drawn, place, row, top + height, height, colours);
  }
}

function bars(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  { columns }: Place,
  y: number,
  height: number,
  colours: LiveColours,
): void {
  const { load } = drawn.history.now();
  for (let t = 0; t < columns.threads; t++) {
    const x = columns.x(t);
    context.fillStyle = colours.line;
    context.fillRect(x, y, columns.width, height);
    context.fillStyle = load[t]! > 0.9 ? colours.ink : colours.ink3;
    context.fillRect(x, y, columns.width * load[t]!, height);
  }
}

function strips(
  context: CanvasRenderingContext2D,
  { history }: Drawn,
  { columns }: Place,
  row: RowName,
  foot: number,
  height: number,
  colours: LiveColours,
): void {
  const strip = stripFor(history.top(row, LEAST[row]), foot, height, LINE_POINTS);
  const redispatch = row === 'redispatches';
  context.lineWidth = 1.25;
  for (let t = 0; t < columns.threads; t++) {
    const values = history.line(row, t);
    strip.draw(context, values, columns.x(t), columns.width, 'area');
    context.fillStyle = redispatch ? colours.redispatchTint : colours.line;
    context.fill();
    strip.draw(context, values, columns.x(t), columns.width, 'line');
    context.strokeStyle = redispatch ? colours.redispatch : colours.ink2;
    context.stroke();
  }
}

/** The present value as a bar, before the highest of the last minute. */
function towers(
  context: CanvasRenderingContext2D,
  { history }: Drawn,
  { columns }: Place,
  row: Exclude<RowName, 'load'>,
  foot: number,
  height: number,
  colours: LiveColours,
): void {
  const top = history.top(row, LEAST[row]);
  const now = history.now()[row];
  const bar = (t: number, value: number, colour: string): void => {
    const high = Math.min(1, value / top) * height;
    context.fillStyle = colour;
    context.fillRect(columns.x(t), foot - high, columns.width, high);
  };
  const redispatch = row === 'redispatches';
  for (let t = 0; t < columns.threads; t++) {
    context.globalAlpha = redispatch ? 0.35 : 1;
    bar(t, peak(history.line(row, t)), redispatch ? colours.redispatch : colours.line);
    context.globalAlpha = 1;
    bar(t, now[t]!, redispatch ? colours.redispatch : colours.ink3);
  }
}

function peak(values: Float64Array): number {
  let most = 0;
  for (const v of values) if (v > most) most = v;
  return most;
}
