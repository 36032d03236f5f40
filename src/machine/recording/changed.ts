/** Which words of the block one happening changed: the block before and after it, word for word. */
import { choicesBefore, type Line, positionAt } from './line.ts';
import type { Player } from './player.ts';

/** Most words that are told. */
export const MOST_CHANGED = 400;

/**
 * Triples of word index, old, new for the happening that leads to position `at` of the line, without what only drawing reads;
 * `all`: how many there are. Empty at the beginning.
 */
export function changedBy(player: Player, line: Line, at: number): { triples: number[]; all: number } {
  const triples: number[] = [];
  if (at <= 0 || at > line.end) return { triples, all: 0 };
  player.go(line, positionAt(line, at - 1));
  const { w } = player.machine.m;
  const before = w.slice();
  // Choices that are made where it leads to are no part of it.
  player.go(line, { at, next: choicesBefore(line, at) });
  const { kinds } = player.machine.W.layout;
  let all = 0;
  for (let i = 0; i < before.length; i++) {
    if (before[i] === w[i] || kinds[i] === 0) continue;
    if (all++ < MOST_CHANGED) triples.push(i, before[i]!, w[i]!);
  }
  return { triples, all };
}
