import type { Explorable } from '../../../machine/explorable.ts';

/**
 * Goes through all states of a small world and looks whether what `local` says holds: in every state, a local choice breaks
 * nothing and changes no fact; whatever else is enabled stays enabled beside it; and the two orders end in one
 * state. Returns what does not hold, or nothing.
 */
export function checkLocal(x: Explorable): string {
  const { mem } = x;
  const seen = new Set<string>();
  const todo: Int32Array[] = [mem.w.slice()];
  const codes = new Int32Array(x.maxEnabled);
  const enabled = (): number[] => [...codes.subarray(0, x.enabled(codes))];
  const hashAfter = (...way: number[]): string => {
    const mark = mem.mark();
    let broken = '';
    for (const code of way) {
      x.take(code);
      broken ||= x.broken()?.rule ?? '';
    }
    const hash = `${mem.hash(false)} ${broken} ${x.facts()}`;
    mem.undo(mark);
    return hash;
  };
  for (let words = todo.pop(); words !== undefined; words = todo.pop()) {
    mem.w.set(words);
    mem.restart();
    x.moved?.();
    const here = enabled();
    for (const code of here) {
      if (!x.local!(code)) continue;
      const wrong = wrongWith(code, here);
      if (wrong) return wrong;
    }
    for (const code of here) {
      x.take(code);
      if (!x.broken() && !seen.has(mem.hash(false))) {
        seen.add(mem.hash(false));
        todo.push(mem.w.slice());
      }
      mem.undo(0);
    }
  }
  return '';

  function wrongWith(local: number, here: readonly number[]): string {
    const facts = x.facts();
    x.take(local);
    const { step, procedure } = { ...x.describe(here[0]!) };
    const name = `choice ${local} (near ${procedure} ${step})`;
    if (x.broken()) return `${name} breaks something`;
    if (x.facts() !== facts) return `${name} changes a fact`;
    const after = enabled();
    mem.undo(0);
    for (const other of here) {
      if (other === local) continue;
      if (!after.includes(other)) return `${name} takes choice ${other} away`;
      x.take(other);
      const stays = enabled().includes(local);
      const broke = x.broken() !== null;
      mem.undo(0);
      if (broke) continue;
      if (!stays) return `${name} is taken away by choice ${other}`;
      if (hashAfter(local, other) !== hashAfter(other, local))
        return `${name} and choice ${other} do not commute`;
    }
    return '';
  }
}
