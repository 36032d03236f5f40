/** Draws the columns: marks, ground, fair share, the lens's frame. Tells the store where they stand. */
import { sized } from './canvas.ts';
import { type LiveColours, pixelOf, readColours } from './colours.ts';
import type { Drawn } from './drawn.ts';
import { fitColumns, headFor, heightOf, LENS_ACROSS, LENS_UP, PITCH, placeOf } from './geometry.ts';
import { type HeatSteps, heatOf, heatSteps } from './heat.ts';
import { magnifies } from './lens.ts';
import { type MarkColours, paintMarks } from './paint.ts';
import type { LiveSession } from './session.ts';
import type { Place } from './store.ts';

const FOOT = 2;

export interface Skyline {
  resize(width: number, height: number): void;
  draw(drawn: Drawn): void;
  /** Colours are read again. */
  recolour(): void;
}

/** How much of the width the names of the rows take. */
export function labelWidth(width: number): number {
  return width < 640 ? 84 : 118;
}

export function createSkyline(canvas: HTMLCanvasElement, live: LiveSession): Skyline {
  let width = 0;
  let height = 0;
  let colours: LiveColours = readColours(canvas.parentElement ?? canvas);
  let marks = markColours(colours);
  let image: ImageData | null = null;
  let pitch = PITCH;
  let heatFrom: HeatSteps | undefined;

  function placeFor({ reading, sediment }: Drawn): Place {
    const ground = height - FOOT;
    let tallest = 0;
    let total = 0;
    for (let t = 0; t < reading.threads; t++) {
      const n = sediment.column(t).length;
      total += n;
      tallest = Math.max(tallest, n + Math.max(0, sediment.went(t) - sediment.came(t)));
    }
    const left = labelWidth(width);
    const { columns, unit } = fitColumns(
      reading.threads,
      left,
      width,
      ground - headFor(width - left),
      tallest,
      total,
      pitch,
    );
    pitch = columns.pitch;
    heatFrom = heatSteps(sediment.mean(), heatFrom);
    return { width, columns, ground, unit, heatFrom };
  }

  function share(place: Place): void {
    const was = live.state.getState().place;
    const same =
      was !== null &&
      was.width === place.width &&
      was.ground === place.ground &&
      was.unit === place.unit &&
      was.columns.pitch === place.columns.pitch &&
      was.columns.threads === place.columns.threads &&
      was.heatFrom.every((v, i) => v === place.heatFrom[i]);
    if (!same) live.set({ place });
  }

  function draw(drawn: Drawn): void {
    const s = width > 0 ? sized(canvas, width, height) : null;
    if (!s) return;
    const { context, ratio } = s;
    const place = placeFor(drawn);
    const { columns, ground, unit } = place;
    share(place);
    if (!image || image.width !== canvas.width || image.height !== canvas.height) {
      image = context.createImageData(canvas.width, canvas.height);
    }
    const top = paintMarks(
      { pixels: new Uint32Array(image.data.buffer), width: canvas.width, height: canvas.height, ratio },
      columns,
      ground,
      unit,
      drawn.sediment,
      heatOf(place.heatFrom),
      marks,
    );
    // Above the tallest column there is nothing to hand over.
    context.clearRect(0, 0, width, height);
    context.putImageData(image, 0, 0, 0, top, canvas.width, canvas.height - top);
    lines(context, drawn, place);
    frame(context, drawn, place);
  }

  function lines(
    context: CanvasRenderingContext2D,
    { reading }: Drawn,
    { columns, ground, unit }: Place,
  ): void {
    context.fillStyle = colours.ink;
    context.fillRect(columns.left - 4, ground, columns.right - columns.left + 4, 1);
    const total = reading.connections.reduce((x, y) => x + y, 0);
    const fair = Math.round(ground - heightOf(total / columns.threads, columns, unit));
    if (total === 0 || columns.threads < 2) return;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.25;
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(columns.left - 8, fair);
    context.lineTo(columns.right, fair);
    context.stroke();
    context.setLineDash([]);
  }

  /** The frame of what the lens shows. */
  function frame(context: CanvasRenderingContext2D, drawn: Drawn, place: Place): void {
    const conn = live.state.getState().pick;
    const tid = conn >= 0 ? drawn.reading.owner[conn]! : -1;
    if (tid < 0) return;
    const index = Math.floor(drawn.sediment.column(tid).indexOf(conn) / place.unit);
    const [x, y] = placeOf(place.columns, place.ground, { tid, index });
    context.strokeStyle = colours.focus;
    context.lineWidth = 2;
    const large = magnifies(pitch);
    const wide = (large ? LENS_ACROSS : 1) * pitch;
    const high = (large ? LENS_UP : 1) * pitch;
    context.strokeRect(x - wide / 2 - 1.5, y - high / 2 - 1, wide + 1.5, high + 1.5);
  }

  return {
    draw,
    resize(w, h) {
      width = Math.round(w);
      height = Math.round(h);
      if (live.drawn) draw(live.drawn);
    },
    recolour() {
      colours = readColours(canvas.parentElement ?? canvas);
      marks = markColours(colours);
      if (live.drawn) draw(live.drawn);
    },
  };
}

function markColours({ heat: [a, b, c, d], commit }: LiveColours): MarkColours {
  return { heat: [pixelOf(a), pixelOf(b), pixelOf(c), pixelOf(d)], commit: pixelOf(commit) };
}
