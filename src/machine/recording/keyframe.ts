/**
 * Copies of the whole block on the way, from which any later moment is reached by running on. A copy is made of pages, and a
 * page that has not changed since the copy before is the same array: a long recording costs what changed in it.
 */

/** Words of a page. */
const PAGE = 1024;

/** The world at one position of a line: complete, and never changed once taken. */
export interface Keyframe {
  /** Happenings before it. */
  readonly at: number;
  /** How many of the line's choices have been made. */
  readonly next: number;
  /** Steps before it. */
  readonly steps: number;
  readonly pages: readonly Int32Array[];
}

/** Four words at a time, because nearly every page is compared to its end. */
function samePage(page: Int32Array, w: Int32Array, base: number): boolean {
  let i = 0;
  for (; i + 4 <= page.length; i += 4) {
    const j = base + i;
    const a = (page[i]! ^ w[j]!) | (page[i + 1]! ^ w[j + 1]!);
    const b = (page[i + 2]! ^ w[j + 2]!) | (page[i + 3]! ^ w[j + 3]!);
    if ((a | b) !== 0) return false;
  }
  for (; i < page.length; i++) if (page[i] !== w[base + i]) return false;
  return true;
}

/** Copies the block `w`; shares what is as it was in `before`. */
export function takeKeyframe(
  w: Int32Array,
  at: number,
  next: number,
  steps: number,
  before: Keyframe | undefined,
): Keyframe {
  const pages: Int32Array[] = [];
  for (let base = 0, n = 0; base < w.length; base += PAGE, n++) {
    const old = before?.pages[n];
    if (old && samePage(old, w, base)) pages.push(old);
    else {
      // A copy of its own, unshared whatever `w` is.
      const page = new Int32Array(Math.min(PAGE, w.length - base));
      page.set(w.subarray(base, base + page.length));
      pages.push(page);
    }
  }
  return { at, next, steps, pages };
}

/** Puts the words of a keyframe back into `w`, which must be as long as the block it was taken of. */
export function putKeyframe(k: Keyframe, w: Int32Array): void {
  k.pages.forEach((page, n) => {
    w.set(page, n * PAGE);
  });
}

/** Bytes that these keyframes hold, shared pages counted once. */
export function bytesOf(keyframes: Iterable<Keyframe>): number {
  const seen = new Set<Int32Array>();
  let bytes = 0;
  for (const k of keyframes) {
    for (const page of k.pages) {
      if (seen.has(page)) continue;
      seen.add(page);
      bytes += page.byteLength;
    }
  }
  return bytes;
}

/** Every second one, always with the first: half the memory for seeks that run twice as far. */
export function thinned(keyframes: readonly Keyframe[]): Keyframe[] {
  return keyframes.filter((_, i) => i % 2 === 0);
}
