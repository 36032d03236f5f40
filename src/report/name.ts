import type { ConnName } from './view.ts';

/** A, B, … Z, AA: by order of first appearance in the capture. */
export function nameOf(index: number): ConnName {
  let n = index;
  let letter = '';
  do {
    letter = String.fromCharCode(65 + (n % 26)) + letter;
    n = Math.floor(n / 26) - 1;
  } while (n >= 0);
  return { letter, hue: index % 6, pattern: Math.floor(index / 6) % 3 };
}
