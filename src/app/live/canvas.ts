/** A canvas that has the device's pixels, whatever its size and the screen's density. */

export interface Sized {
  context: CanvasRenderingContext2D;
  /** CSS px. */
  width: number;
  height: number;
  ratio: number;
}

/** Gives `canvas` as many pixels as it takes on screen, scaled so that drawing is in CSS px. Null while it has no size. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): Sized | null {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (w === 0 || h === 0) return null;
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height, ratio };
}

/** Calls back with the element's size in CSS px, and again when it or the screen's density changes. */
export function onSize(element: Element, cb: (width: number, height: number) => void): () => void {
  const call = () => {
    const box = element.getBoundingClientRect();
    cb(box.width, box.height);
  };
  const watch = new ResizeObserver(call);
  watch.observe(element);
  window.addEventListener('resize', call);
  return () => {
    watch.disconnect();
    window.removeEventListener('resize', call);
  };
}
