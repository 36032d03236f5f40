/** Slices on a canvas, where there are too many for the DOM. Colours are the page's tokens. */
import type { Box } from './boxes.ts';

interface Palette {
  [tone: string]: { fill: string; line: string; text: string };
}

/** Reads the tokens as they stand at `el` now. */
export function paletteAt(el: Element): Palette {
  const style = getComputedStyle(el);
  const v = (name: string) => style.getPropertyValue(name).trim();
  const own = { fill: v('--c'), line: v('--c'), text: v('--on') };
  return {
    loop: { fill: v('--line2'), line: v('--line2'), text: v('--ink') },
    work: { fill: v('--line'), line: v('--edge'), text: v('--ink') },
    own: { fill: v('--own'), line: v('--c'), text: v('--ink') },
    move: own,
    redispatch: { fill: v('--redispatch'), line: v('--redispatch'), text: v('--on-redispatch') },
    now: { fill: v('--ink'), line: v('--ink'), text: v('--ink') },
  };
}

export function paintBoxes(canvas: HTMLCanvasElement, boxes: readonly Box[], palette: Palette): void {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: w, clientHeight: h } = canvas;
  canvas.width = Math.round(w * ratio);
  canvas.height = Math.round(h * ratio);
  const c = canvas.getContext('2d');
  if (!c) return;
  c.scale(ratio, ratio);
  c.font = `500 10px ${getComputedStyle(canvas).getPropertyValue('--mono')}`;
  c.textAlign = 'center';
  c.textBaseline = 'middle';
  for (const b of boxes) paintBox(c, b, palette);
}

function paintBox(c: CanvasRenderingContext2D, b: Box, palette: Palette): void {
  const colours = palette[b.tone]!;
  const ahead = b.state === 'ahead';
  if (ahead) {
    c.setLineDash([3, 2]);
    c.strokeStyle = colours.line;
    c.lineWidth = 1;
    c.strokeRect(b.x + 0.5, b.y + 0.5, Math.max(0.5, b.w - 1), b.h - 1);
    c.setLineDash([]);
  } else {
    c.fillStyle = colours.fill;
    c.fillRect(b.x, b.y, b.w, b.h);
  }
  if (b.state === 'now' && b.tone !== 'loop') {
    c.strokeStyle = palette.now!.line;
    c.lineWidth = 2;
    c.strokeRect(b.x, b.y, b.w, b.h);
  }
  if (!b.text) return;
  c.fillStyle = ahead ? palette.now!.text : colours.text;
  c.fillText(b.text, b.x + b.w / 2, b.y + b.h / 2 + 0.5);
}
