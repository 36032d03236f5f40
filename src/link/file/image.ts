/** The block of a frozen moment: whether it is laid out as here. */
import type { BlockLayout } from '../../memory/plan.ts';

/** Changes whenever the place or the meaning of a word in the block does; 8 hex digits. */
export function layoutPrint({ regions }: BlockLayout): string {
  let print = 0x811c9dc5;
  const mix = (s: string): void => {
    for (let i = 0; i < s.length; i++) print = Math.imul(print ^ s.charCodeAt(i), 0x01000193);
  };
  for (const r of regions) {
    mix(`${r.name} ${r.base} ${r.n} ${r.stride}\n`);
    for (const f of r.struct?.$fields ?? []) mix(`${f.name} ${f.offset} ${f.kind} ${f.words}\n`);
  }
  return (print >>> 0).toString(16).padStart(8, '0');
}
