/** A step that a search has taken before is done without executing it: it must do what executing it does. */
import { expect, test } from 'vitest';
import { silent } from '../../haproxy/step/events.ts';
import { stepWithoutTime } from '../../machine/explore/crank.ts';
import { Machine } from '../../machine/machine.ts';
import { hashWords } from '../../memory/hash.ts';
import { PlainMem } from '../../memory/plain.ts';
import { seeded } from '../testing/worlds.ts';
import { MUSEUM, museumRun } from './index.ts';

test.each(MUSEUM.map((w) => w.id))('a known step does what executing it does, in %s', (id) => {
  const { explorable } = museumRun({ world: id, fixed: true });
  const { mem, W, P } = explorable;
  const plain = new PlainMem(new Int32Array(mem.w.length));
  const other = new Machine(plain, W, P, silent);
  const out = new Int32Array(explorable.maxEnabled);
  const home = new Int32Array(5);
  mem.save(home);
  let steps = 0;
  // The second time every step is known.
  for (const seed of [1, 2, 3, 1, 2, 3]) {
    const rnd = seeded(seed);
    for (let i = 0; i < 250; i++) {
      const n = explorable.enabled(out);
      if (n === 0) break;
      const code = out[Math.floor(rnd() * n)]!;
      plain.w.set(mem.w);
      explorable.take(code);
      expect(explorable.broken()).toBe(null);
      if (explorable.threadOf(code) < 0) continue;
      stepWithoutTime(other, code);
      expect(
        Buffer.from(plain.w.buffer).equals(Buffer.from(mem.w.buffer, mem.w.byteOffset, 4 * mem.w.length)),
      ).toBe(true);
      if (i % 10 === 0) expect(mem.hash(false)).toBe(hashWords(mem.w, mem.kinds, false));
      steps++;
    }
    mem.restore(home);
  }
  expect(steps).toBeGreaterThan(100);
});
