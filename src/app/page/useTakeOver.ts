import { useLayoutEffect } from 'react';

/**
 * Whether a picture came with the page that is true of what it opens. public/first.js has looked before it was shown; see
 * first/first.css.
 */
export function hasPicture(): boolean {
  const { dataset } = document.documentElement;
  return dataset.open === 'first' && document.getElementById('first') !== null;
}

/** What came with the page goes, and the page itself is to be seen: within one frame, when called in a layout effect. */
export function takeOver(): void {
  delete document.documentElement.dataset.open;
  document.getElementById('first')?.remove();
}

let drawn = (): void => {};

/** The page's own first frame has been drawn: what it does not need to answer may be loaded now. */
export const firstFrame = new Promise<void>((done) => {
  drawn = done;
});

/** The page takes its place once a view that is `ready` has been drawn. */
export function useTakeOver(ready: boolean): void {
  useLayoutEffect(() => {
    if (!ready) return;
    takeOver();
    drawn();
  }, [ready]);
}

/** How long the page waits for its faces, ms: what comes later moves what stands there. */
const PATIENCE = 1500;

/** When the page's own faces are there, so that its first frame has them. */
export async function facesLoaded(): Promise<void> {
  const late = new Promise<void>((done) => setTimeout(done, PATIENCE));
  const faces = ['400 12px Inter', '400 12px "JetBrains Mono"'].map((face) => document.fonts.load(face));
  // One that cannot be had is drawn in the system's.
  await Promise.race([late, Promise.allSettled(faces)]);
}
