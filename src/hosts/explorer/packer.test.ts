/** Packed states lead back to the very words, here and in another worker. */
import { expect, test } from 'vitest';
import type { MachineWorld } from '../../machine/explore/machine-world.ts';
import { museumRun } from '../../scenario/museum/index.ts';
import { Budget } from './budget.ts';
import { Packer, SENT_CHUNK } from './packer.ts';

interface Kept {
  words: Int32Array;
  a: number;
  b: number;
  packed: Int32Array;
  chunks: number;
  sent: Int32Array;
}

const hashed = (x: MachineWorld): Int32Array => x.mem.w.filter((_, i) => x.mem.kinds[i] !== 0);

test('every state of a walk, gone to in any order, and sent to another worker', () => {
  const world = () => museumRun({ world: 'M19', fixed: true }).explorable;
  const [x, other] = [world(), world()];
  const [here, there] = [new Packer(x, new Budget(1e9)), new Packer(other, new Budget(1e9))];
  x.mem.restart();
  other.mem.restart();
  const codes = new Int32Array(x.maxEnabled);
  const saved = new Int32Array(5);
  const kept: Kept[] = [];
  const keep = (): void => {
    const packed = new Int32Array(here.room() + 1);
    const sent = new Int32Array(SENT_CHUNK * (here.room() + 1));
    const chunks = here.pack(packed, 0);
    expect(here.unfold(sent, 0)).toBe(chunks);
    kept.push({ words: hashed(x), a: x.mem.lane(0, false), b: x.mem.lane(1, false), packed, chunks, sent });
  };
  keep();
  let tries = 0;
  for (let at = 0; kept.length < 600 && tries < 5000; at = (7 * at + 5) % kept.length) {
    const s = kept[at]!;
    here.go(s.packed, 0, s.chunks, s.a, s.b);
    x.mem.save(saved);
    // Some steps on before a state is packed: what they touched outgrows what one does.
    for (let i = 0; i < 1 + (at % 40); i++) {
      const n = x.enabled(codes);
      if (n === 0 || x.broken()) break;
      x.take(codes[(at + i) % n]!);
    }
    if (!x.broken()) keep();
    else tries++;
    x.mem.restore(saved);
  }
  for (let i = 0; i < kept.length; i++) {
    const s = kept[(i * 37) % kept.length]!;
    here.go(s.packed, 0, s.chunks, s.a, s.b);
    expect(hashed(x).every((v, k) => v === s.words[k])).toBe(true);
    const ids = new Int32Array(s.chunks);
    expect(there.fold(s.sent, 0, s.chunks, ids, 0)).toBe(true);
    there.go(ids, 0, s.chunks, s.a, s.b);
    expect(hashed(other).every((v, k) => v === s.words[k])).toBe(true);
  }
});
