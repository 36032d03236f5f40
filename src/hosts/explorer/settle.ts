import type { Broken, Explorable } from '../../machine/explorable.ts';

/** A thread that takes more local steps than this in a row breaks what `Explorable.local` promises. */
const MOST = 100_000;

/** Room for codes of `enabled`, one a world: `settle` runs after every choice and must not allocate. */
const rooms = new WeakMap<Explorable, Int32Array>();

/**
 * Takes local steps until no thread stands before one: no other choice can notice, so their order does not matter.
 * Tells `took` of each beforehand. Returns what broke.
 */
export function settle(x: Explorable, took?: (code: number) => void): Broken | null {
  if (!x.local) return null;
  let codes = rooms.get(x);
  if (codes === undefined) {
    codes = new Int32Array(x.maxEnabled);
    rooms.set(x, codes);
  }
  for (let taken = 0; taken < MOST; taken++) {
    const code = nextLocal(x, codes);
    if (code < 0) return null;
    took?.(code);
    x.take(code);
    const broken = x.broken();
    if (broken) return broken;
  }
  throw new Error('A thread takes local steps for ever.');
}

/** The smallest local choice, or -1. */
function nextLocal(x: Explorable, codes: Int32Array): number {
  const n = x.enabled(codes);
  for (let k = 0; k < n; k++) if (x.local!(codes[k]!)) return codes[k]!;
  return -1;
}
