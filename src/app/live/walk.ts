/** From mark to mark by arrow keys. */
import type { Drawn } from './drawn.ts';
import type { Place } from './store.ts';

/**
 * The connection whose mark stands `across` marks to the right and `up` rows above that of `pick`; nothing picked, the
 * newest of the tallest column. -1 when there are no connections.
 */
export function neighbour(drawn: Drawn, place: Place, pick: number, across: number, up: number): number {
  const { reading, sediment } = drawn;
  const owner = pick >= 0 ? reading.owner[pick]! : -1;
  if (owner < 0) return sediment.column(tallest(drawn)).at(-1) ?? -1;
  const { perRow, threads } = place.columns;
  const column = sediment.column(owner);
  const mark = Math.floor(column.indexOf(pick) / place.unit);
  const along = (mark % perRow) + across;
  const row = Math.max(0, Math.floor(mark / perRow) + up);
  const at = (row * perRow + along) * place.unit;
  // Past the side of its column, or the end of its top row, it goes on in the next that has connections.
  if (along >= 0 && along < perRow && (across <= 0 || at < column.length)) {
    return column[Math.max(0, Math.min(column.length - 1, at))] ?? pick;
  }
  for (let t = owner + across; t >= 0 && t < threads; t += across) {
    const next = sediment.column(t);
    if (next.length === 0) continue;
    const side = across > 0 ? 0 : perRow - 1;
    return next[Math.min(next.length - 1, (row * perRow + side) * place.unit)]!;
  }
  return pick;
}

function tallest({ reading, sediment }: Drawn): number {
  let most = 0;
  for (let t = 1; t < reading.threads; t++) {
    if (sediment.column(t).length > sediment.column(most).length) most = t;
  }
  return most;
}
